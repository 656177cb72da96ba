"""Settles who may be contacted when: claims of touches under locks, and what became of each touch."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from receivables.case import HANDLED_FACTS_KEPT
from receivables.facts import DeliveryFailed
from receivables.people import Channel, PointStatus
from receivables.ports import AlreadySent, Claim, Claimed, InDoubt, PolicyBook, TouchRequest
from receivables.rulebook import Laws
from receivables.states import states_of
from receivables.windows import place, zones_of
from store.caps import LOOK_BACK
from store.case_book import UnknownBalanceError
from store.fact_book import keep_within
from store.fact_rows import plain, reach
from store.objections import Clock, objection_to, point_on_file
from store.pool import Connection, Pool
from store.queries import queries


class UnknownTouchError(LookupError):
    """No claim of this touch is open: it was never claimed, or its claim was freed."""


class PostgresTouchBook:
    """`ports.TouchBook`."""

    def __init__(self, pool: Pool, policies: PolicyBook) -> None:
        """`policies` tells where a practice is and whether its ledger can be read: if so a claim needs a reading."""
        self._pool = pool
        self._policies = policies
        self._sql = queries("touch_book")

    async def claim(self, request: TouchRequest) -> Claim:
        """One transaction under a lock on the guarantor and the contact point; concurrent claims never both win.

        Whatever stands in the way is looked for before an earlier try in doubt is taken up again: that try may have
        failed, and taking it up would send now.
        """
        case, step = request.case, request.step
        guarantor_id = case.guarantor.guarantor_id if case.guarantor else ""
        value = plain(request.to)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                self._sql["lock"], f"{case.practice_id}:{guarantor_id}", reach(step.channel, value)
            )
            survey = await connection.fetchrow(
                self._sql["survey"], case.practice_id, case.balance_id, step.touch_id, value, step.channel.value,
                case.handled, HANDLED_FACTS_KEPT, (request.now - LOOK_BACK).date(),
            )  # fmt: skip
            if survey is None:
                raise UnknownBalanceError("a touch was claimed for a balance that was never posted")
            if survey["earlier_id"] and survey["earlier_balance"] != survey["balance"]:
                raise ValueError("two balances use the same touch id: put the practice and the balance into it")
            if survey["earlier_status"] == "accepted":
                return AlreadySent(at=survey["accepted_at"])
            practice = self._policies.practice(case.practice_id)
            laws = request.policy.rules.laws(states_of(case, practice.state), practice.kind)
            there = Clock(zones_of(case, practice.time_zone), laws)
            objection = objection_to(request, value, survey, there, reads_balances=practice.ledger != "posting_file")
            return objection or await self._take(connection, request, value, survey, there)

    async def accepted(self, touch_id: str, provider_id: str, at: datetime, text_hash: str) -> None:
        """The provider took it: from here it counts. UnknownTouchError when no claim of it is open."""
        if await self._pool.fetchval(self._sql["accepted"], touch_id, provider_id, at, text_hash) is not None:
            return
        if await self._pool.fetchval(self._sql["status"], touch_id) != "accepted":
            raise UnknownTouchError("a touch was accepted that nobody has claimed")

    async def refused(self, touch_id: str, because: str) -> None:
        """It never left: it does not count, and the claim is freed. A touch that was accepted stays accepted."""
        await self._pool.execute(self._sql["refused"], touch_id, because)

    async def point_failed(self, value: str, channel: Channel, status: PointStatus) -> None:
        """A number or address has become unusable, for every agent; other open cases reached there hear of it."""
        if status is PointStatus.usable:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            last = await connection.fetchrow(self._sql["suppress"], plain(value), channel.value, status.value)
            if last is None:
                return
            others = await connection.fetch(self._sql["others_reached_there"], reach(channel, value), last["heard_by"])
            facts = [
                DeliveryFailed(
                    fact_id=f"point.{secrets.token_hex(12)}", at=last["since"], source="agent",
                    practice_id=row["practice_id"], guarantor_id=row["guarantor_id"], touch_id=last["touch_id"],
                    channel=channel, status=status, because="A message to this contact point could not be delivered.",
                )
                for row in others
            ]  # fmt: skip
            await keep_within(connection, facts, last["since"])

    async def _take(
        self, connection: Connection, request: TouchRequest, value: str, survey: asyncpg.Record, there: Clock
    ) -> Claim:
        step, now = request.step, request.now
        local = now.astimezone(place(there.zones[0]))
        proof = _proof(request, survey, local, there.laws)
        if survey["earlier_id"]:
            await connection.execute(self._sql["again"], survey["earlier_id"], now, local.date(), proof)
            return InDoubt(pay_code=survey["pay_code"], first_tried_at=survey["first_tried_at"])
        await connection.execute(
            self._sql["insert"], survey["balance"], survey["guarantor"], now, local.date(), request.outreach,
            step.touch_id, step.message, step.channel.value, value, proof,
        )  # fmt: skip
        return Claimed(pay_code=survey["pay_code"])


def _proof(request: TouchRequest, survey: asyncpg.Record, local: datetime, laws: Laws) -> dict[str, Any]:
    """What the claim rested on, for whoever asks later why this message was sent."""
    point = point_on_file(survey, request.step.channel, plain(request.to))
    return {
        "because": request.because,
        "outstanding_cents": survey["outstanding_cents"],
        "consent": point.consent.value if point else "none",
        "local_time": local.isoformat(timespec="minutes"),
        "zone": str(local.tzinfo),
        "touches_30d": sum(touch > request.now - timedelta(days=30) for touch in survey["guarantor_touches"]),
        "policy_version": request.policy.version,
        "rules": [row.name for row in laws.rows(local.date())],
        "template": request.step.message,
    }
