"""Looks a number up before its first text and every sixty days after; what is then done is messaging's affair."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from receivables.line_ports import LineBook, LineLookup
from receivables.people import PointStatus

LOOK_AGAIN_AFTER = timedelta(days=60)
"""Numbers change hands; a check at most so old is what the law asks of others (R-12)."""
UNUSABLE = {"landline": PointStatus.landline, "invalid": PointStatus.dead}
SAID = {
    PointStatus.landline: "The number was looked up: it is a landline and takes no texts.",
    PointStatus.dead: "The number was looked up: it does not exist.",
    PointStatus.wrong_person: "The number was looked up: it went to somebody else after it was last verified.",
}


class Lines:
    """What is known of numbers, and who to ask. `reassigned` off: nobody asks whether a number has changed hands."""

    def __init__(self, book: LineBook, lookup: LineLookup, *, reassigned: bool = True) -> None:
        self._book = book
        self._lookup = lookup
        self._reassigned = reassigned

    async def fault(self, number: str, verified_on: date | None, now: datetime) -> PointStatus | None:
        """What makes the number useless for texts, None when nothing does. TryLater when it cannot be looked up.

        `verified_on` is the day on which it was last known to be this person's.
        """
        theirs_on = verified_on if self._reassigned else None
        found = await self._book.known(number, now - LOOK_AGAIN_AFTER, theirs_on)
        if found is None:
            found = await self._lookup.look(number, theirs_on)
            await self._book.keep(number, found, theirs_on, now)
        if theirs_on is not None and found.reassigned == "yes":
            return PointStatus.wrong_person  # Weightier than a landline: nobody may call there either.
        return UNUSABLE.get(found.line)
