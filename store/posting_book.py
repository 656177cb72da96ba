"""Knows how far each payment has got into the practice's ledger, so that no payment is posted twice or forgotten."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from receivables.ports import Posting
from store.case_book import UnknownBalanceError
from store.pool import Pool
from store.queries import queries
from store.sub_ledger import SubLedger

Known = Literal["new", "in_doubt", "confirmed", "needs_human"]
BEFORE: dict[str, Known] = {
    "pending": "new",
    "failed": "new",
    "sending": "in_doubt",
    "unknown": "in_doubt",
    "accepted": "in_doubt",
    "confirmed": "confirmed",
    "needs_human": "needs_human",
}
"""What a state means for the next try: whoever finds `in_doubt` looks into the ledger before posting."""


class PostgresPostingBook:
    """`ports.PostingBook`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("posting_book")

    async def begin(self, posting: Posting, now: datetime) -> Known:
        """Insert it or find it, and mark it as being sent; the answer says what was known before.

        The same external id with another amount or balance is never sent: a person looks at it.
        UnknownBalanceError when the balance was never posted.
        """
        inserted = await self._pool.fetchval(
            self._sql["insert"], posting.practice_id, posting.balance_id, posting.external_id, posting.paid_at,
            posting.amount_cents, posting.where, now,
        )  # fmt: skip
        return "new" if inserted is not None else await self._again(posting, now)

    async def _again(self, posting: Posting, now: datetime) -> Known:
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(self._sql["look"], posting.practice_id, posting.external_id)
            if row is None:
                raise UnknownBalanceError("a payment was to be posted for a balance that is not known")
            if (row["amount_cents"], row["balance_id"]) != (posting.amount_cents, posting.balance_id):
                because = "This payment was begun before with another amount or for another balance."
                await connection.execute(self._sql["needs_human"], posting.practice_id, posting.external_id, because)
                return "needs_human"
            known = BEFORE[row["state"]]
            if known in {"new", "in_doubt"}:
                await connection.execute(self._sql["again"], row["id"], now)
            return known

    async def late_for(self, posting: Posting) -> date | None:
        """The day of its entry in the sub-ledger where that is later than its own, since its month was closed."""
        day: date | None = await self._pool.fetchval(
            self._sql["late_for"], posting.practice_id, posting.external_id, posting.booked_on
        )
        return day

    async def books_closed(self, practice_id: str, until: date) -> None:
        """The practice's own system closed its books up to a day: ours are closed up to it from now on."""
        await SubLedger(self._pool).follow(practice_id, until)

    async def confirmed(self, posting: Posting, reference: str, now: datetime, because: str = "") -> None:
        """Seen in the practice's ledger, under the system's own reference."""
        await self._pool.execute(
            self._sql["confirmed"], posting.practice_id, posting.external_id, reference, now, because or None
        )

    async def uncertain(self, posting: Posting) -> None:
        """The answer was lost."""
        await self._pool.execute(self._sql["uncertain"], posting.practice_id, posting.external_id)

    async def needs_human(self, posting: Posting, because: str) -> None:
        """Refused for good."""
        await self._pool.execute(self._sql["needs_human"], posting.practice_id, posting.external_id, because)
