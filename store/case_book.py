"""Remembers what each case has heard and decided, outside the engine; it decides nothing itself."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from receivables.case import HANDLED_FACTS_KEPT, Case, Stage
from receivables.facts import AnyFact
from receivables.ports import LedgerReading
from receivables.steps import Close, Decision, Wait
from store.fact_book import hydrated
from store.fact_rows import fact_of
from store.phrases import Phrases
from store.pool import Pool
from store.queries import queries


class UnknownBalanceError(LookupError):
    """No such balance has been posted, so nothing can be kept about it: report its `balance_posted` first."""


class PostgresCaseBook:
    """`ports.CaseBook`, and what the relay and the clock need to know about cases."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("case_book")
        self._phrases = Phrases(pool)

    async def news(self, practice_id: str, balance_id: str, handled: Collection[str]) -> list[AnyFact]:
        """Stored facts of this balance that the case has not folded in yet, oldest first; reply texts left out."""
        async with self._pool.acquire() as connection:
            rows = await connection.fetch(self._sql["news"], practice_id, balance_id, list(handled), HANDLED_FACTS_KEPT)
            return await hydrated(connection, [fact_of(row, balance_id) for row in rows])

    async def record(self, case: Case, decision: Decision) -> int:
        """Keep the decision, refresh the read model and mark facts as heard, in one statement: all or nothing.

        Answers with the practice's latest sign-off, 0 when it has signed nothing.
        UnknownBalanceError when the balance was never posted.
        """
        step = decision.step
        closed = decision.stage is Stage.closed
        reason = (step.reason if isinstance(step, Close) else case.close_reason) if closed else None
        # A step without a moment is being done this very moment: until its outcome is recorded the case is due.
        next_at = decision.act_at or (None if isinstance(step, Wait | Close) else decision.decided_at)
        what = step.model_dump(mode="json", exclude_defaults=True) | {"kind": step.kind}
        rule, version = await self._phrases.whole(decision.rule), await self._phrases.whole(decision.policy_version)
        kept = await self._pool.fetchrow(
            self._sql["record"], case.practice_id, case.balance_id, decision.decided_at, next_at,
            decision.outstanding_cents, rule, json.dumps(what, separators=(",", ":")),
            await self._phrases.in_short(decision.because), decision.needs_staff, decision.stage.value, version, reason,
            packed(case) if closed else None, case.handled, plan_of(case),
        )  # fmt: skip
        if kept is None:
            raise UnknownBalanceError("a decision was recorded for a balance that was never posted")
        return int(kept["signed"] or 0)

    async def reply_text(self, practice_id: str, reply_fact_id: str) -> str:
        """What the patient wrote. LookupError when no such reply is stored."""
        text: str | None = await self._pool.fetchval(self._sql["reply_text"], practice_id, reply_fact_id)
        if text is None:
            raise LookupError("no reply is stored under this fact id")
        return text

    async def ledger_read(self, reading: LedgerReading, practice_id: str) -> None:
        """Keep a reading of the practice's own ledger: the freshness gate looks at its time."""
        await self._pool.execute(
            self._sql["ledger_read"], practice_id, reading.balance_id, reading.read_at, reading.outstanding_cents,
            reading.collectable, reading.hold_reasons,
        )  # fmt: skip

    async def state(self, practice_id: str, balance_id: str) -> Case | None:
        """The closed case, to be reopened by a late fact; None while the case is open or unknown."""
        state: bytes | None = await self._pool.fetchval(self._sql["state"], practice_id, balance_id)
        return unpacked(state) if state else None

    async def plan(self, practice_id: str, balance_id: str) -> dict[str, Any] | None:
        """The plan, its card and its tries, as the case last recorded them; None when there never was a plan."""
        plan: dict[str, Any] | None = await self._pool.fetchval(self._sql["plan"], practice_id, balance_id)
        return plan

    async def due(self, now: datetime) -> list[tuple[str, str]]:
        """(practice, balance) of open cases whose next step is due, the longest waiting first."""
        return [(row["practice_id"], row["balance_id"]) for row in await self._pool.fetch(self._sql["due"], now)]

    async def next_due(self) -> datetime | None:
        """The earliest moment at which an open case has something to do, None when none has."""
        moment: datetime | None = await self._pool.fetchval(self._sql["next_due"])
        return moment

    async def unsettled(self) -> int:
        """How many facts and webhooks are on their way: zero means every case has taken everything into account."""
        count: int = await self._pool.fetchval(self._sql["unsettled"])
        return count


def plan_of(case: Case) -> dict[str, Any] | None:
    """The plan and the card it may charge, as the patient's page shows them; None when there never was one."""
    if case.plan is None:
        return None
    mandate = case.mandate if case.mandate is not None and case.mandate.plan_id == case.plan.plan_id else None
    return {
        "plan": case.plan.model_dump(mode="json"),
        "mandate": mandate.model_dump(mode="json") if mandate else None,
        "attempts": [one.model_dump(mode="json") for one in case.attempts if one.plan_id == case.plan.plan_id],
    }


def packed(case: Case) -> bytes:
    """A case as it is kept after closing."""
    return zlib.compress(case.model_dump_json(exclude_defaults=True).encode())


def unpacked(state: bytes) -> Case:
    """The case as it was closed."""
    return Case.model_validate_json(zlib.decompress(state))
