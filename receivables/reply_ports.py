"""What reading replies needs of the store, as a Protocol; no implementation lives here."""

from __future__ import annotations

from typing import Protocol

from receivables.facts import ReplyUnderstood


class ReadingBook(Protocol):
    """How replies were read, for people to look at."""

    async def keep_reading(self, read: ReplyUnderstood) -> None:
        """A later reading of the same reply for the same balance takes the place of the earlier one."""
        ...
