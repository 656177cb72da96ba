"""The nightly proof: vendor money, our records and the practice's ledger agree to the cent, or a person is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import asyncpg

from receivables.money import Cents
from receivables.ports import VendorPayment
from store.pool import Pool
from store.queries import queries

Kind = Literal[
    "not_recorded", "not_at_vendor", "recorded_otherwise", "not_posted", "posted_without_money", "ledger_differs"
]


class Difference(NamedTuple):
    """One thing that does not agree."""

    kind: Kind
    practice_id: str
    balance_id: str
    reference: str
    """The payment's fact id or the vendor's reference; empty for a whole balance."""
    cents: Cents
    """How far apart the two sides are: ours less theirs."""
    sentence: str


class PracticeTotals(NamedTuple):
    """Control totals of one practice."""

    practice_id: str
    paid_cents: Cents
    taken_back_cents: Cents
    posted_cents: Cents


class Reconciliation:
    """Compares; it mends nothing."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("reconciliation")

    async def with_vendor(
        self, payments: Sequence[VendorPayment], since: datetime, until: datetime, prefix: str = "stripe."
    ) -> list[Difference]:
        """Compare with all payments the vendor reports of [since, until). `prefix` makes its references fact ids."""
        references = [payment.reference for payment in payments]
        theirs = await self._pool.fetch(
            self._sql["vendor_money"], references, [payment.practice_id for payment in payments],
            [payment.balance_id for payment in payments], [payment.amount_cents for payment in payments], prefix,
        )  # fmt: skip
        ours = await self._pool.fetch(self._sql["our_money"], since, until, prefix, references)
        return [_vendor(row) for row in theirs] + [_ours_alone(row) for row in ours]

    async def with_ledger(self, older_than: datetime, read_since: datetime) -> list[Difference]:
        """Compare our money with postings, and balances with the practice's ledger as it was last read.

        Money that came after `older_than` may still be on its way; readings before `read_since` say nothing.
        """
        unposted = await self._pool.fetch(self._sql["unposted"], older_than)
        baseless = await self._pool.fetch(self._sql["postings_without_money"])
        ledger = await self._pool.fetch(self._sql["ledger_balances"], read_since)
        return [*map(_unposted, unposted), *map(_baseless, baseless), *map(_ledger, ledger)]

    async def totals(self) -> list[PracticeTotals]:
        """Control totals per practice."""
        rows = await self._pool.fetch(self._sql["totals"])
        return [
            PracticeTotals(
                row["practice_id"], Cents(row["paid_cents"]), Cents(row["taken_back_cents"]), Cents(row["posted_cents"])
            )
            for row in rows
        ]


def _vendor(row: asyncpg.Record) -> Difference:
    theirs, ours = Cents(row["theirs_cents"]), row["ours_cents"]
    if ours is None:
        sentence = f"The vendor took {theirs.as_dollars()} that is not in our records."
        return _difference("not_recorded", row, row["reference"], -theirs, sentence)
    if row["ours_for"] != row["balance_id"]:
        sentence = f"The vendor took {theirs.as_dollars()} for another balance than we recorded it for."
    else:
        sentence = f"The vendor took {theirs.as_dollars()}, we recorded {Cents(ours).as_dollars()}."
    return _difference("recorded_otherwise", row, row["reference"], Cents(ours - theirs), sentence)


def _ours_alone(row: asyncpg.Record) -> Difference:
    ours = Cents(row["ours_cents"])
    sentence = f"We recorded {ours.as_dollars()} that the vendor does not report."
    return _difference("not_at_vendor", row, row["fact_id"], ours, sentence)


def _unposted(row: asyncpg.Record) -> Difference:
    ours, theirs = Cents(row["ours_cents"]), row["theirs_cents"]
    if row["state"] == "confirmed":
        sentence = f"{Cents(theirs).as_dollars()} stands in the practice's ledger for a payment of {ours.as_dollars()}."
        return _difference("not_posted", row, row["fact_id"], Cents(ours - theirs), sentence)
    state = (row["state"] or "not begun").replace("_", " ")
    sentence = f"{ours.as_dollars()} has not been seen in the practice's ledger (posting: {state})."
    return _difference("not_posted", row, row["fact_id"], ours, sentence)


def _baseless(row: asyncpg.Record) -> Difference:
    theirs = Cents(row["theirs_cents"])
    sentence = f"{theirs.as_dollars()} was posted to the practice's ledger without a payment in our records."
    return _difference("posted_without_money", row, row["external_id"], -theirs, sentence)


def _ledger(row: asyncpg.Record) -> Difference:
    ours, theirs = Cents(row["ours_cents"]), Cents(row["theirs_cents"])
    sentence = f"The practice's ledger shows {theirs.as_dollars()} owed where our records come to {ours.as_dollars()}."
    return _difference("ledger_differs", row, "", ours - theirs, sentence)


def _difference(kind: Kind, row: asyncpg.Record, reference: str, cents: Cents, sentence: str) -> Difference:
    return Difference(kind, row["practice_id"], row["balance_id"], reference, cents, sentence)
