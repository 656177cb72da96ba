"""What is asked about phone numbers themselves, as Protocols; no implementation lives here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

Line = Literal["mobile", "landline", "invalid", "unknown"]
"""What kind of line a number is; unknown ones are tried."""


class LineLookup(Protocol):
    """Knows numbers."""

    async def line(self, number: str) -> Line:
        """The kind of line; TryLater when it cannot be found out now."""
        ...


class LineBook(Protocol):
    """Remembers what was found."""

    async def known(self, number: str, since: datetime) -> Line | None:
        """The kind of line when it was looked up at or after `since`, None otherwise."""
        ...

    async def keep(self, number: str, line: Line, now: datetime) -> None:
        """Remember what was found; the latest look counts."""
        ...
