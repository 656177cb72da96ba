"""Counts bank debits that came back against the banks' limits, and tells a person when one is crossed (R-31)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from receivables.debits import crossed, of_a_limit
from receivables.notices import SUGGESTIONS, Notice
from receivables.policy import Practice
from receivables.rule_rows import DebitRatio
from receivables.rulebook import Rulebook
from store.notice_book import settled_within, tell_within
from store.pool import Connection, Pool
from store.queries import queries

BELOW = "The share of bank debits that come back is below the limit again."


class Debits:
    """Sums of facts; nothing is stored but the tasks. An open one keeps bank debits off the payment pages."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("debits")

    async def watch(self, practice: Practice, book: Rulebook, now: datetime) -> int:
        """A task for each limit that is crossed, once a month at most; those of limits no longer crossed are over.

        How many were opened.
        """
        opened = 0
        async with self._pool.acquire() as connection, connection.transaction():
            for row in book.ratios(practice.kind, now.astimezone(ZoneInfo(practice.time_zone)).date()):
                opened += await self._watch(connection, practice, book, row, now)
        return opened

    async def cards_only(self, practice_id: str) -> bool:
        """True while a limit is crossed and nobody has dealt with it."""
        answer: bool = await self._pool.fetchval(self._sql["cards_only"], practice_id)
        return answer

    async def _watch(
        self, connection: Connection, practice: Practice, book: Rulebook, row: DebitRatio, now: datetime
    ) -> int:
        name, today = f"debits.{row.counts}.", now.astimezone(ZoneInfo(practice.time_zone)).date()
        since = now - timedelta(days=row.days)
        [counts] = await connection.fetch(self._sql["counts"], practice.practice_id, since, now)
        found = crossed(counts["codes"], counts["presented"], row, book, today)
        open_ones = await connection.fetch(self._sql["open"], practice.practice_id, name)
        if found is None:
            for one in open_ones:
                await settled_within(connection, practice.practice_id, one["task_id"], BELOW, now)
        if found is None or open_ones:
            return 0
        notice = Notice(
            notice_id=f"{name}{today:%Y-%m}", practice_id=practice.practice_id, kind="debit_ratio",
            summary=of_a_limit(found), suggestion=SUGGESTIONS["debit_ratio"],
        )  # fmt: skip
        return int(await tell_within(connection, notice, now))
