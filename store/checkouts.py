"""Remembers which balance a hosted checkout page was opened for; the money itself arrives as a fact."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from receivables.money import Cents
from store.case_book import UnknownBalanceError
from store.pool import Pool
from store.queries import queries


class OpenedCheckout(NamedTuple):
    """One hosted page."""

    session_id: str
    practice_id: str
    balance_id: str
    amount_cents: Cents
    created_at: datetime


class Checkouts:
    """Hosted pages by the vendor's session id."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("checkouts")

    async def keep(
        self, session_id: str, practice_id: str, balance_id: str, amount_cents: Cents, created_at: datetime
    ) -> None:
        """Remember it; the same session again changes nothing. UnknownBalanceError without such a balance."""
        kept = await self._pool.fetchval(
            self._sql["keep"], session_id, practice_id, balance_id, amount_cents, created_at
        )
        if kept is None:
            raise UnknownBalanceError("a checkout page was opened for a balance that is not known")

    async def find(self, session_id: str) -> OpenedCheckout | None:
        """The page of this session, None when we never opened it."""
        row = await self._pool.fetchrow(self._sql["find"], session_id)
        if row is None:
            return None
        return OpenedCheckout(
            row["session_id"], row["practice_id"], row["balance_id"], Cents(row["amount_cents"]), row["created_at"]
        )
