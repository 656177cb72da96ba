"""Compares each payout with the movements it holds, and books what reached the bank as settled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from receivables.money import Cents
from receivables.proof import Difference, DifferenceKind, Movement, Payout
from receivables.proof_ports import ProcessorBooks
from store.pool import Pool
from store.queries import queries
from store.sub_ledger import Settled, SubLedger


class PayoutBook:
    """One practice's share in the processor's payouts."""

    def __init__(self, pool: Pool, practice_id: str) -> None:
        self._pool = pool
        self._practice = practice_id
        self._ledger = SubLedger(pool)
        self._sql = queries("payout_book")

    async def compare(self, processor: ProcessorBooks, since: datetime) -> list[Difference]:
        """Every payout since a moment that holds money of this practice; one that agreed before is not read again.

        A page of movements is held at a time. What arrived is settled even where the sum is wrong: each movement stands
        for itself, and the difference has its task.
        """
        found: list[Difference] = []
        async for page in processor.payouts(since):
            known = {
                row["reference"]
                for row in await self._pool.fetch(
                    self._sql["agreed"], self._practice, [one.reference for one in page]
                )
            }
            for payout in page:
                if payout.status == "failed":
                    found += await self._failed(payout, processor.paid_out(payout.reference))
                elif payout.status == "paid" and payout.reference not in known:
                    found += await self._arrived(payout, processor.paid_out(payout.reference))
        return found

    async def _arrived(self, payout: Payout, pages: AsyncIterator[Sequence[Movement]]) -> list[Difference]:
        held, ours = Cents(0), False
        async for page in pages:
            held += sum(one.amount_cents - one.fee_cents for one in page)
            mine = [one for one in page if one.fact_id and one.practice_id == self._practice]
            ours = ours or bool(mine)
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

    async def _failed(self, payout: Payout, pages: AsyncIterator[Sequence[Movement]]) -> list[Difference]:
        """The bank sent it back: somebody has to look at the bank details before the money can come again."""
        async for page in pages:
            if any(one.practice_id == self._practice for one in page):
                words = f"A payout of {payout.amount_cents.as_dollars()} did not reach the bank."
                return [self._found("payout_failed", payout, payout.amount_cents, words)]
        return []

    def _found(self, kind: DifferenceKind, payout: Payout, cents: Cents, words: str) -> Difference:
        return Difference(
            kind=kind, practice_id=self._practice, balance_id="", reference=payout.reference, cents=cents,
            sentence=words, at=payout.at,
        )  # fmt: skip
