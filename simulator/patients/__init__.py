"""Simulated people: who they are, what they do with a message and how they use the pay page; no vendor's state."""
