"""Twilio's REST interface and its callbacks as the product sees them; nothing about what patients do."""
