"""Looks a number up before its first text and every sixty days after; what is then done is messaging's affair."""

from __future__ import annotations

from datetime import datetime, timedelta

from receivables.line_ports import LineBook, LineLookup
from receivables.people import PointStatus

LOOK_AGAIN_AFTER = timedelta(days=60)
"""Numbers change hands; a check at most so old is what the law asks of others (R-12)."""
UNUSABLE = {"landline": PointStatus.landline, "invalid": PointStatus.dead}
SAID = {
    PointStatus.landline: "The number was looked up: it is a landline and takes no texts.",
    PointStatus.dead: "The number was looked up: it does not exist.",
}


class Lines:
    """What is known of numbers, and who to ask."""

    def __init__(self, book: LineBook, lookup: LineLookup) -> None:
        self._book = book
        self._lookup = lookup

    async def fault(self, number: str, now: datetime) -> PointStatus | None:
        """What makes the number useless for texts, None when nothing does. TryLater when it cannot be looked up."""
        line = await self._book.known(number, now - LOOK_AGAIN_AFTER)
        if line is None:
            line = await self._lookup.line(number)
            await self._book.keep(number, line, now)
        return UNUSABLE.get(line)
