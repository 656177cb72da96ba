"""Rows of free ports, for tests that fix them."""

from __future__ import annotations

import random

from runtime.ports import ANY, is_free


def row_of_free_ports(length: int) -> int:
    """The first of so many ports that nobody listens on and nobody has claimed."""
    while True:
        base = random.choice(ANY)
        if all(is_free(base + offset) for offset in range(length)):
            return base
