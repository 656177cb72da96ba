"""Card payments through Stripe, out and in; its words end in this folder, and nothing clinical goes there (R-24)."""
