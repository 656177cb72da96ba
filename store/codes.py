"""Makes the codes of payment pages: 128 random bits, so that guessing one is hopeless; it stores nothing."""

from __future__ import annotations

import secrets
import string

ALPHABET = string.digits + string.ascii_letters
LENGTH = 22
"""Digits that 128 bits need in base 62."""


def new_code() -> str:
    """A fresh code of 22 letters and digits."""
    number = secrets.randbits(128)
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(digits)
