"""The queue of credits: who is owed how much and since when, and a task each time one of its clocks comes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from receivables.credits import Credit, clocks_of, home_of, in_words, stage_on
from receivables.money import Cents
from receivables.notices import SUGGESTIONS, Notice
from receivables.policy import Policy, Practice
from store.fact_rows import unpacked
from store.notice_book import tell_within
from store.pool import Pool
from store.queries import queries


class Credits:
    """Sums of entries; nothing is stored but the tasks."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("credits")

    async def of(self, practice: Practice, policy: Policy, now: datetime) -> list[Credit]:
        """The practice's credits, the oldest first, each with its clocks on the practice's calendar."""
        place = ZoneInfo(practice.time_zone)
        found, today = [], now.astimezone(place).date()
        for row in await self._pool.fetch(self._sql["credits"], practice.practice_id, None):
            state = home_of(unpacked(row["described"], "unnamed") if row["described"] else None, practice.state)
            law = policy.rules.credit_law(state, practice.kind, today)
            clocks = clocks_of(row["since"].astimezone(place).date(), policy.credits, law)
            found.append(Credit(
                practice_id=row["practice_id"], balance_id=row["balance_id"], cents=Cents(row["cents"]),
                since=row["since"], clocks=clocks, stage=stage_on(clocks, today),
                next_on=next((clock.on for clock in clocks if clock.on > today), None), state=state,
                law=law.by if law else "",
            ))  # fmt: skip
        return found

    async def watch(self, practice: Practice, policy: Policy, now: datetime) -> int:
        """Open a task for each credit whose clock has come, once for each clock; how many were opened."""
        opened = 0
        for credit in await self.of(practice, policy, now):
            if credit.stage == "fresh":
                continue
            notice = Notice(
                notice_id=f"credit.{credit.stage}.{credit.balance_id}.{credit.since:%Y%m%d}"[:128],
                practice_id=practice.practice_id, kind="credit_due", summary=in_words(credit),
                suggestion=SUGGESTIONS["credit_due"], balance_id=credit.balance_id, cents=credit.cents,
            )  # fmt: skip
            async with self._pool.acquire() as connection:
                opened += await tell_within(connection, notice, now)
        return opened
