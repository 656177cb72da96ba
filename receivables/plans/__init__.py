"""Paying in parts: what may be offered, what was agreed, how a plan runs; whom to write to is decided in the rules."""
