"""What was found when a number was looked up last: its kind of line, and whether it has changed hands; no judgment."""

from __future__ import annotations

from datetime import date, datetime

from receivables.line_ports import Number
from store.fact_rows import plain
from store.pool import Pool
from store.queries import queries


class PostgresLineBook:
    """`line_ports.LineBook`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("line_book")

    async def known(self, number: str, since: datetime, verified_on: date | None) -> Number | None:
        """What was found at or after `since`, when it answers for that day as well; None otherwise."""
        row = await self._pool.fetchrow(self._sql["known"], plain(number), since, verified_on)
        return None if row is None else Number(row["line"], row["reassigned"])

    async def keep(self, number: str, found: Number, verified_on: date | None, now: datetime) -> None:
        """Remember what was found; the latest look counts."""
        await self._pool.execute(
            self._sql["keep"], plain(number), found.line, now, verified_on, found.reassigned
        )
