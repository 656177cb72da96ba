"""The plan log: every decision about a plan, picked for the weekly reading, and taken back where a person says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal
from zlib import crc32

import asyncpg
from pydantic import BaseModel

from receivables.facts import PlanCancelled
from receivables.plans.offers import beyond_down
from receivables.plans.ports import PlanDecided, PlanDecision, PlanEntry, YearlyLine
from receivables.plans.terms import Due
from store.case_book import UnknownBalanceError
from store.fact_book import keep_within
from store.pool import Connection, Pool
from store.queries import queries
from store.task_book import Outcome

FOUR = 4
"""The line for installments beyond a down payment (R-27)."""


class LoggedPlan(BaseModel):
    """One line of the log, as people read it."""

    id: str
    """`{practice}:{plan}`; of a decision that brought no terms into force, its own name in the place of the plan."""
    decision: Literal["in_force", PlanDecision] = "in_force"
    practice_id: str
    balance_id: str
    plan_id: str
    revision: int
    """0 where no terms came into force."""
    at: datetime
    total_cents: int
    payments: list[Due]
    agreed_by: str
    approved_by: str
    change: str
    """What was changed; of a counter-offer, why what was asked could not be."""
    because: list[str]
    policy_version: str
    sampled: bool
    read_at: datetime | None
    read_by: str | None
    undone_at: datetime | None
    outcome: Outcome | None = None
    """What the person answered to whom it was handed; None while they have not, and for every other decision."""


class PostgresPlanLog:
    """`plan_ports.PlanLog`, and what people do with the log. Plans are named by `LoggedPlan.id`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("plan_log")

    async def record(self, entry: PlanEntry, line: YearlyLine | None = None) -> int | None:
        """Write it once; a part of those that no person approved is picked for reading (S53).

        With a line, counting and writing are one: of two plans agreed to in the same second, one counts the other.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            if line is not None:
                await connection.execute(self._sql["one_at_a_time"], entry.practice_id)
                known = await self._above_four(connection, entry.practice_id, line.at)
                if known >= line.most and not await self._recorded(connection, entry):
                    return known
            await self._write(connection, entry)
        return None

    async def _write(self, connection: Connection, entry: PlanEntry) -> None:
        payments = [due.model_dump(mode="json") for due in entry.installments]
        written: str = await connection.execute(
            self._sql["record"], entry.practice_id, entry.balance_id, entry.at, entry.revision,
            beyond_down(entry.installments, entry.at.date()), sum(due.amount_cents for due in entry.installments),
            picked(entry), entry.plan_id, entry.by, entry.approved_by, entry.change, entry.policy_version, payments,
            entry.because,
        )  # fmt: skip
        if written == "INSERT 0 0" and not await self._recorded(connection, entry):
            raise UnknownBalanceError("a plan was logged for a balance that was never posted")

    async def decided(self, line: PlanDecided) -> None:
        """Write it once; a part of those that no person decided is picked for reading (S53)."""
        payments = [due.model_dump(mode="json") for due in line.installments]
        sampled = _picked(line.name, line.approved_by, line.sample_share)
        written: str = await self._pool.execute(
            self._sql["decided"], line.practice_id, line.balance_id, line.at, sampled, line.name, line.decision,
            line.by, line.approved_by, line.reason, line.policy_version, payments, line.because,
        )  # fmt: skip
        if written == "INSERT 0 0" and not await self._pool.fetch(self._sql["aside"], line.practice_id, line.name):
            raise UnknownBalanceError("a decision about a plan was logged for a balance that was never posted")

    async def _recorded(self, connection: Connection, entry: PlanEntry) -> bool:
        named = entry.practice_id, entry.plan_id, entry.revision
        return bool(await connection.fetchval(self._sql["recorded"], *named))

    async def _above_four(self, connection: Connection, practice_id: str, at: datetime) -> int:
        """Plans of more than four installments: the larger count of this calendar year and the last (R-27)."""
        years = [datetime(at.year + step, 1, 1, tzinfo=at.tzinfo) for step in (-1, 0, 1)]
        counts = [
            await connection.fetchval(self._sql["above"], practice_id, FOUR, start, end)
            for start, end in pairwise(years)
        ]
        return int(max(counts))

    async def list(
        self, practice_id: str | None = None, *, unread: bool = False, limit: int = 200
    ) -> Sequence[LoggedPlan]:
        """The newest first; `unread`: only what is picked for reading and was not read."""
        return [_logged(row) for row in await self._pool.fetch(self._sql["list"], practice_id, unread, limit)]

    async def read(self, plan: str, who: str, now: datetime) -> bool:
        """Somebody has read it and lets it stand; False when there is no such plan in force and no such decision."""
        practice_id, _, plan_id = plan.partition(":")
        return bool(await self._pool.fetchval(self._sql["read"], practice_id, plan_id, now, who))

    async def undo(
        self, plan: str, who: str, now: datetime, *, within: timedelta, because: str
    ) -> PlanCancelled | None:
        """Take a plan back, with the fact that ends it in the same transaction; the fact is on its way then.

        None when there is no such plan. ValueError when it is too old to be taken back, or a decision under which
        nothing is in force. Taken back already, it answers with the same fact.
        """
        practice_id, _, plan_id = plan.partition(":")
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(self._sql["latest"], practice_id, plan_id)
            if row is None:
                if await connection.fetchval(self._sql["aside"], practice_id, plan_id):
                    raise ValueError("no terms are in force under it; agree on new ones with the patient instead")
                return None
            if row["undone_at"] is None and now - row["at"] > within:
                raise ValueError(f"it came into force more than {within.days} days ago; call the patient instead")
            at = row["undone_at"] or now
            fact = PlanCancelled(
                fact_id=f"undone.{plan_id}", at=at, source="staff", practice_id=practice_id,
                balance_id=row["balance_id"], plan_id=plan_id, by="review", because=because,
            )  # fmt: skip
            await connection.execute(self._sql["undone"], row["id"], at, who)
            await keep_within(connection, [fact], now)
            return fact


def picked(entry: PlanEntry) -> bool:
    """True for the share of plans that is read; the same plan is always picked or never."""
    return _picked(entry.plan_id, entry.approved_by, entry.sample_share)


def _picked(name: str, approved_by: str, share: float) -> bool:
    return approved_by == "policy" and crc32(name.encode()) % 1000 < share * 1000


def _logged(row: asyncpg.Record) -> LoggedPlan:
    fields = {name: row[name] for name in LoggedPlan.model_fields if name != "id"}
    return LoggedPlan(id=f"{row['practice_id']}:{row['name']}", **fields)
