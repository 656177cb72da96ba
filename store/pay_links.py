"""The codes of patients' payment pages: unguessable, revocable, rate-limited, and priced anew at every look."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from receivables.money import Cents
from store.case_book import UnknownBalanceError
from store.codes import LENGTH, new_code
from store.pool import Pool
from store.queries import queries


class PagePayment(NamedTuple):
    """Money the page lists; negative when it was taken back."""

    amount_cents: Cents
    at: datetime
    where: str


class OtherBalance(NamedTuple):
    """Something else the same person owes, with the way to its own page."""

    code: str
    outstanding_cents: Cents
    balance_id: str = ""
    older: bool = False
    """True when it was posted before the page's own balance."""
    joins: bool = True
    """False while a plan, a dispute or a stop keeps it from being asked for together with others."""


class PayPage(NamedTuple):
    """What the patient's page may show: nothing clinical, and no more of the name than the first."""

    practice_id: str
    balance_id: str
    first_name: str
    language: str
    responsibility_cents: Cents
    paid_cents: Cents
    outstanding_cents: Cents
    """Owed at this moment, from stored facts; negative when there is a credit."""
    payments: list[PagePayment]
    closed: bool
    revoked: bool
    others: tuple[OtherBalance, ...] = ()
    """Other balances of the same person that are owed, the oldest first."""


class PayLinks:
    """Codes in the links of messages."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("pay_links")

    async def code_for(self, practice_id: str, balance_id: str) -> str:
        """The code of this balance's page. UnknownBalanceError when it was never posted."""
        code: str | None = await self._pool.fetchval(self._sql["code_for"], practice_id, balance_id)
        if code is None:
            raise UnknownBalanceError("there is no page for a balance that was never posted")
        return code

    async def open(self, code: str) -> PayPage | None:
        """The page behind a code, None when no code ever was like this."""
        if len(code) != LENGTH or not code.isascii() or not code.isalnum():
            return None
        row = await self._pool.fetchrow(self._sql["open"], code)
        if row is None:
            return None
        return PayPage(
            row["practice_id"], row["balance_id"], row["first_name"], row["language"],
            Cents(row["responsibility_cents"]), Cents(row["paid_cents"]),
            Cents(row["responsibility_cents"] - row["paid_cents"]),
            [_payment(payment) for payment in row["payments"]],
            row["stage"] == "closed", row["revoked"],
            tuple(
                OtherBalance(other["code"], Cents(other["cents"]), other["balance_id"], other["older"], other["joins"])
                for other in row["others"]
            ),
        )  # fmt: skip

    async def revoke(self, code: str, now: datetime) -> bool:
        """Take a code out of use; later messages carry a new one. False when it was not in use."""
        return await self._pool.fetchval(self._sql["revoke"], code, new_code(), now) is not None

    async def too_often(self, key: str, now: datetime, limit: int, seconds: float) -> bool:
        """Count a knock: True from the one after `limit` within `seconds`. Of the key only a hash is kept."""
        visitor = hashlib.sha256(key.encode()).digest()
        count: int = await self._pool.fetchval(self._sql["knock"], visitor, now, now + timedelta(seconds=seconds))
        return count > limit

    async def forget_knocks(self, before: datetime) -> None:
        """Forget visitors whose stretch of time ended before this moment; for a nightly broom."""
        await self._pool.execute(self._sql["forget_knocks"], before)


def _payment(payment: dict[str, str | int | None]) -> PagePayment:
    amount = Cents(int(payment["amount_cents"] or 0))
    sign = -1 if payment["kind"] == "payment_reversed" else 1
    return PagePayment(
        Cents(amount * sign), datetime.fromisoformat(str(payment["at"])), str(payment["where"] or "other")
    )
