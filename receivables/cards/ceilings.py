"""How often one refused card may be tried at most, by network; the rows of the law and a policy only lower it."""

from __future__ import annotations

from typing import NamedTuple

ANY_NETWORK = "any"
"""Cards of no known network."""


class Ceiling(NamedTuple):
    """Refused tries of one card over all plans."""

    refusals_per_day: int
    refusals_per_30_days: int


MOST_IN_A_DAY = 10
CEILINGS = {
    "visa": Ceiling(MOST_IN_A_DAY, 15),
    "mastercard": Ceiling(MOST_IN_A_DAY, 35),
    ANY_NETWORK: Ceiling(MOST_IN_A_DAY, 15),
}
"""Visa counts 20 since May 2025, some processors still 15: the lower one holds (R-32). Mastercard counts 35 (R-33).

The database holds the same (`ceiling_of` in store/schema.sql), whatever the program believes.
"""


def ceiling_of(network: str) -> Ceiling:
    """What a card of a network keeps to; one that has no ceiling of its own keeps to that of no known network."""
    return CEILINGS.get(network, CEILINGS[ANY_NETWORK])
