"""Compares each payout with what it holds, and books what reached the bank and what the bank sent back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from receivables.money import Cents
from receivables.proof import Difference, DifferenceKind, Movement, Payout
from receivables.proof_ports import ProcessorBooks
from store.joint_movements import as_recorded
from store.pool import Pool
from store.queries import queries
from store.sub_ledger import Settled, SubLedger

Page = tuple[Sequence[Movement], bool]
"""Movements, and whether they stand within an earlier payout that came back."""


class PayoutBook:
    """One practice's share in the processor's payouts."""

    def __init__(self, pool: Pool, practice_id: str) -> None:
        self._pool = pool
        self._practice = practice_id
        self._ledger = SubLedger(pool)
        self._sql = queries("payout_book")

    async def compare(self, processor: ProcessorBooks, since: datetime, now: datetime) -> list[Difference]:
        """Every payout since a moment that holds money of this practice; one that agreed before is not read again.

        A page of movements is held at a time. What arrived is settled even where the sum is wrong: each movement stands
        for itself, and the difference has its task. Failures are booked first: what failed may have been paid since.
        """
        payouts = [one async for page in processor.payouts(since) for one in page]
        rows = await self._pool.fetch(self._sql["known"], self._practice, [one.reference for one in payouts])
        known = {row["reference"]: row["failed"] for row in rows}
        found: list[Difference] = []
        for payout in payouts:
            if payout.status == "failed":
                found += await self._failed(payout, processor, now, booked=known.get(payout.reference, False))
        for payout in reversed(payouts):
            if payout.status == "paid" and payout.reference not in known:
                found += await self._arrived(payout, processor)
        return found

    async def _arrived(self, payout: Payout, processor: ProcessorBooks) -> list[Difference]:
        held, ours = Cents(0), False
        async for page, within in _all_of(payout.reference, processor):
            if not within:
                held += sum(one.amount_cents - one.fee_cents for one in page)
            if mine := await as_recorded(self._pool, self._practice, [one for one in page if self._is_ours(one)]):
                ours = True
                settled = [Settled(one.fact_id, one.amount_cents, one.fee_cents) for one in mine]
                await self._ledger.settle(self._practice, payout.at, settled)
        if not ours:
            return []
        if held != payout.amount_cents:
            words = f"A payout of {payout.amount_cents.as_dollars()} holds movements of {held.as_dollars()}."
            return [self._found("payout_differs", payout, held - payout.amount_cents, words)]
        await self._pool.execute(
            self._sql["keep"], self._practice, payout.reference, payout.at, payout.amount_cents
        )
        return []

    async def _failed(
        self, payout: Payout, processor: ProcessorBooks, now: datetime, *, booked: bool
    ) -> list[Difference]:
        """The bank sent it back: its money is in transit again, and somebody has to look at the bank details."""
        if not booked and not await self._moved_back(payout, processor, now):
            return []
        words = (
            f"A payout of {payout.amount_cents.as_dollars()} did not reach the bank: what it held is in transit again. "
            "See the bank details at the card processor."
        )
        return [self._found("payout_failed", payout, payout.amount_cents, words)]

    async def _moved_back(self, payout: Payout, processor: ProcessorBooks, now: datetime) -> bool:
        """False when it holds nothing of this practice. Booked once: the same money may be at the bank after all."""
        ours = False
        async for page, _ in _all_of(payout.reference, processor):
            if mine := [one.fact_id for one in page if self._is_ours(one)]:
                ours = True
                await self._ledger.unsettle(self._practice, now, mine)
        if ours:
            await self._pool.execute(
                self._sql["failed"], self._practice, payout.reference, payout.at, payout.amount_cents, now
            )
        return ours

    def _is_ours(self, one: Movement) -> bool:
        return bool(one.fact_id) and one.practice_id == self._practice

    def _found(self, kind: DifferenceKind, payout: Payout, cents: Cents, words: str) -> Difference:
        return Difference(
            kind=kind, practice_id=self._practice, balance_id="", reference=payout.reference, cents=cents,
            sentence=words, at=payout.at,
        )  # fmt: skip


async def _all_of(payout: str, processor: ProcessorBooks) -> AsyncIterator[Page]:
    """Everything a payout holds; where it holds what came back of an earlier one, everything that one held as well."""
    open_, seen = [payout], {payout}
    while open_:
        reference = open_.pop()
        async for page in processor.paid_out(reference):
            yield page, reference != payout
            back = {one.returned_payout for one in page if one.returned_payout} - seen
            seen |= back
            open_ += sorted(back)
