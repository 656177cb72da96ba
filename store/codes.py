"""Makes the codes of payment pages: 128 random bits, so that guessing one is hopeless; it stores nothing."""

from __future__ import annotations

import secrets
import string

ALPHABET = string.digits + string.ascii_letters
LENGTH = 22
"""Digits that 128 bits need in base 62."""
PAIRS = [first + second for second in ALPHABET for first in ALPHABET]
"""Two digits at a time, the lower one first: a list of thousands of postings needs a code for each."""


def new_code() -> str:
    """A fresh code of 22 letters and digits."""
    number = secrets.randbits(128)
    pairs = []
    for _ in range(LENGTH // 2):
        number, pair = divmod(number, len(PAIRS))
        pairs.append(PAIRS[pair])
    return "".join(pairs)
