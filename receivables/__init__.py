"""The domain and every decision, pure: no clock, network, randomness, environment or logging lives here."""
