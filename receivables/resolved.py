"""What the rows say together about one thing on one day; how they are resolved stands in the rulebook."""

from __future__ import annotations

from typing import NamedTuple


class CardLimits(NamedTuple):
    """What the networks permit for one card on one day."""

    refusals_per_day: int
    refusals_per_30_days: int
    never_again: frozenset[str]


class CreditLaw(NamedTuple):
    """The clocks that hold for one person's credit on one day: the shortest of all rows that apply."""

    give_back_days: int
    unclaimed_years: int | None
    letter_days_before: int | None
    by: str
    """The rows they come from, as a task names them."""
