"""What is asked about phone numbers themselves, as Protocols; no implementation lives here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol

Line = Literal["mobile", "landline", "invalid", "unknown"]
"""What kind of line a number is; unknown ones are tried."""
Reassigned = Literal["yes", "no", "unknown"]
"""Whether a number has gone to somebody else since a day; unknown changes nothing."""


class Number(NamedTuple):
    """What a look at a number found."""

    line: Line
    reassigned: Reassigned = "unknown"


class Theirs(NamedTuple):
    """A person's number, and the day on which it was last known to be theirs."""

    value: str
    verified_on: date | None


class LookedUp(NamedTuple):
    """A number that was looked up, when, and for whom."""

    value: str
    at: datetime
    practice_id: str
    balance_id: str = ""
    """The balance whose case hears of it from whoever asked; empty when no case did."""


class LineLookup(Protocol):
    """Knows numbers."""

    async def look(self, number: str, verified_on: date | None) -> Number:
        """The kind of line, and whether it was reassigned since that day; None: the second is not asked.

        TryLater when it cannot be found out now.
        """
        ...


class LineBook(Protocol):
    """Remembers what was found."""

    async def known(self, number: str, since: datetime, verified_on: date | None) -> Number | None:
        """What was found at or after `since`, when it answers for that day as well; None otherwise."""
        ...

    async def keep(self, number: str, found: Number, verified_on: date | None, now: datetime) -> None:
        """Remember what was found; the latest look counts."""
        ...
