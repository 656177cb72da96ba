"""Training data of the reply reader and what makes weights and reports out of it; reading itself is not done here."""
