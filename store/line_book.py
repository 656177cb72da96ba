"""What kind of line each number is, as it was looked up last; whether it may be texted is decided elsewhere."""

from __future__ import annotations

from datetime import datetime

from receivables.line_ports import Line
from store.fact_rows import plain
from store.pool import Pool
from store.queries import queries


class PostgresLineBook:
    """`line_ports.LineBook`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("line_book")

    async def known(self, number: str, since: datetime) -> Line | None:
        """The kind of line when it was looked up at or after `since`, None otherwise."""
        line: Line | None = await self._pool.fetchval(self._sql["known"], plain(number), since)
        return line

    async def keep(self, number: str, line: Line, now: datetime) -> None:
        """Remember what was found; the latest look counts."""
        await self._pool.execute(self._sql["keep"], plain(number), line, now)
