"""Stripe's interface, hosted checkout and events as the product sees them; nothing about what patients do."""
