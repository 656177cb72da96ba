"""The queue of credits: who is owed how much and since when, and a task each time one of its clocks comes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from receivables.books_policy import CreditSection
from receivables.credits import Credit, clocks_of, in_words, stage_on
from receivables.money import Cents
from receivables.notices import SUGGESTIONS, Notice
from store.notice_book import tell_within
from store.pool import Pool
from store.queries import queries


class Credits:
    """Sums of entries; nothing is stored but the tasks."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("credits")

    async def of(self, practice_id: str, zone: str, section: CreditSection, now: datetime) -> list[Credit]:
        """The practice's credits, the oldest first, each with its clocks on the practice's calendar."""
        place, today = ZoneInfo(zone), now.astimezone(ZoneInfo(zone)).date()
        found = []
        for row in await self._pool.fetch(self._sql["credits"], practice_id, None):
            clocks = clocks_of(row["since"].astimezone(place).date(), section)
            found.append(Credit(
                practice_id=row["practice_id"], balance_id=row["balance_id"], cents=Cents(row["cents"]),
                since=row["since"], clocks=clocks, stage=stage_on(clocks, today),
                next_on=next((clock.on for clock in clocks if clock.on > today), None),
            ))  # fmt: skip
        return found

    async def watch(self, practice_id: str, zone: str, section: CreditSection, now: datetime) -> int:
        """Open a task for each credit whose clock has come, once for each clock; how many were opened."""
        opened = 0
        for credit in await self.of(practice_id, zone, section, now):
            if credit.stage == "fresh":
                continue
            notice = Notice(
                notice_id=f"credit.{credit.stage}.{credit.balance_id}.{credit.since:%Y%m%d}"[:128],
                practice_id=practice_id, kind="credit_due", summary=in_words(credit),
                suggestion=SUGGESTIONS["credit_due"], balance_id=credit.balance_id, cents=credit.cents,
            )  # fmt: skip
            async with self._pool.acquire() as connection:
                opened += await tell_within(connection, notice, now)
        return opened
