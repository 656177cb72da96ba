"""Approved words turned into messages; which message is sent, when and to whom is decided elsewhere."""
