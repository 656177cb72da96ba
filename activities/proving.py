"""Proves a practice's books: reads what others hold, whole or not at all, and has it compared; it mends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from temporalio import activity

from activities.boundary import boundary
from receivables.errors import CannotKnow, Refused, TryLater
from receivables.ports import Clock, PolicyBook
from receivables.proof import Movement, Payout, Proof, ProofOrder, Totals, Window, window_of
from receivables.proof_ports import PracticeBooks, ProcessorBooks, ProofBook, Shown

QUICK_TRIES = 3
"""Attempts within seconds; somebody who is away longer is asked again later, or the answer says so."""


class Proving:
    """`prove_books`."""

    def __init__(
        self, clock: Clock, policies: PolicyBook, processor: ProcessorBooks, books_of: Callable[[str], PracticeBooks],
        proofs: ProofBook,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._policies = policies
        self._processor = processor
        self._books_of = books_of
        self._proofs = proofs

    @activity.defn(name="prove_books")
    @boundary
    async def prove_books(self, order: ProofOrder) -> Proof:
        """Read the processor and the practice's ledger, compare, and keep what does not agree; or say who is away."""
        now = await self._clock.now()
        try:
            return await self._prove(order.practice_id, now)
        except (TryLater, CannotKnow, Refused) as fault:
            if activity.info().attempt < QUICK_TRIES and not isinstance(fault, Refused):
                raise
            if order.tells:
                await self._proofs.could_not(order.practice_id, now, str(fault))
            window = Window(since=now, until=now)
            return Proof(practice_id=order.practice_id, at=now, window=window, totals=Totals(), could_not=str(fault))

    async def _prove(self, practice_id: str, now: datetime) -> Proof:
        rules = self._policies.policy(practice_id).reconciliation
        oldest = await self._proofs.oldest_standing(practice_id)
        window = window_of(now, rules.look_back_days, rules.settle_h, oldest)
        books = self._books_of(practice_id)
        shown = Shown(
            balances=await books.balances_of(practice_id, now),
            entries=await books.entries_of(practice_id, window.since),
            closed_until=await books.closed_until(practice_id),
        )
        proof = await self._proofs.prove(practice_id, now, window, _Heartbeating(self._processor), shown)
        await self._proofs.watch(self._policies.practice(practice_id), self._policies.policy(practice_id), now)
        return proof


class _Heartbeating:
    """Tells the engine with every page that the pass is alive: a large practice's month takes minutes to list."""

    def __init__(self, books: ProcessorBooks) -> None:
        self._books = books

    async def movements(self, since: datetime) -> AsyncIterator[Sequence[Movement]]:
        async for page in self._books.movements(since):
            activity.heartbeat()
            yield page

    async def payouts(self, since: datetime) -> AsyncIterator[Sequence[Payout]]:
        async for page in self._books.payouts(since):
            activity.heartbeat()
            yield page

    async def paid_out(self, payout: str) -> AsyncIterator[Sequence[Movement]]:
        async for page in self._books.paid_out(payout):
            activity.heartbeat()
            yield page
