"""What a person has said about being reached, and the moment that settled it; who may write is decided elsewhere."""

from __future__ import annotations

from datetime import datetime

from receivables.reported_facts import Moment
from receivables.spoken import Said


class Mark(Said):
    """Which fact last settled a value: the latest by `at` wins, in whatever order facts are heard."""

    at: Moment
    fact_id: str

    def yields_to(self, at: datetime, fact_id: str) -> bool:
        """True when that fact is the later one; the id settles a tie, so that every order gives the same case."""
        return (self.at, self.fact_id) < (at, fact_id)


class Agreed(Said):
    """What a person last said about bills at one number or address."""

    granted: bool
    said: Mark
    in_writing: bool = False


class OnlyAt(Said):
    """The numbers and addresses a person has asked to be reached at, and no others."""

    values: list[str]
    said: Mark
