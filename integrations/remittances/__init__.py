"""X12 835 remittances: what a payer has decided about claims, read to the cent; it decides nothing itself."""
