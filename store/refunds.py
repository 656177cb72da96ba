"""Writes a person's word to give a credit back before any money moves, and then what became of it; it asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from receivables.books_policy import RefundMostSection
from receivables.facts import PaymentReversed
from receivables.money import Cents
from receivables.refunds import (
    NotRefundable,
    Refund,
    Refundable,
    RefundOrder,
    RefundWish,
    above_their_limit,
    by_card_at_most,
    spread,
)
from store.fact_book import keep_within
from store.pool import Connection, Pool
from store.queries import queries


class Refunds:
    """Refunds by practice and balance, each with its parts."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("refunds")

    async def of(self, practice_id: str, balance_id: str) -> list[Refund]:
        """Those of a balance, the latest first."""
        return [_refund(row) for row in await self._pool.fetch(self._sql["of"], practice_id, balance_id, None)]

    async def find(self, practice_id: str, refund_id: str) -> Refund:
        """One that is on record."""
        [row] = await self._pool.fetch(self._sql["of"], practice_id, None, refund_id)
        return _refund(row)

    async def ask(
        self, practice_id: str, balance_id: str, wish: RefundWish, now: datetime, most: RefundMostSection
    ) -> Refund | NotRefundable | None:
        """Keep the wish, or find the refund it already is; None when there is no such balance.

        `most` is how much each role gives back of one balance by itself.

        All of it under the balance's lock: whatever else moves its money waits, and no two wishes give the same credit
        back. Money that did not pass the card processor is on record as given back when this returns.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            balance = await connection.fetchval(self._sql["lock"], practice_id, balance_id)
            if balance is None:
                return None
            credit = await connection.fetchrow(queries("credits")["credits"], practice_id, balance_id)
            rows = await connection.fetch(self._sql["of"], practice_id, balance_id, None)
            earlier = [_refund(row) for row in rows]
            alike = [one for one in earlier if one.credit_cents == wish.credit_cents]
            if alike and not alike[0].came_to_nothing and (
                credit is None or credit["since"] == alike[0].credit_since
            ):
                return alike[0]
            if credit is None or credit["cents"] != wish.credit_cents:
                return _changed(Cents(credit["cents"] if credit else 0))
            left = Cents(wish.credit_cents - await connection.fetchval(self._sql["on_their_way"], balance, 0))
            forbidden = above_their_limit(wish, earlier, most) or _too_much(wish, left)
            if forbidden is not None:
                return forbidden
            payments = [
                Refundable(row["payment_fact_id"], row["reference"], Cents(row["left_cents"]))
                for row in await connection.fetch(self._sql["payments"], balance)
            ]
            parts = spread(wish.cents, payments, wish.how)
            if parts is None:
                return _not_so(payments)
            attempt = 1 + sum(one.credit_since == credit["since"] for one in alike)
            refund_id = f"refund.{balance_id}.{credit['since']:%Y%m%d%H%M%S}.{wish.credit_cents}.{attempt}"
            row_id = await connection.fetchval(
                self._sql["insert"], balance, now, credit["since"], wish.cents, wish.credit_cents, attempt,
                wish.in_practice_ledger, practice_id, refund_id, wish.how, wish.role, wish.who, wish.because, wish.note,
            )  # fmt: skip
            columns = [(row_id, one.cents, one.place, one.payment_fact_id, one.reference) for one in parts]
            await connection.executemany(self._sql["insert_part"], columns)
            if wish.how != "card":
                await self._by_hand(connection, practice_id, refund_id, now)
            [kept] = await connection.fetch(self._sql["of"], practice_id, balance_id, refund_id)
            return _refund(kept)

    async def doubtful(self, before: datetime) -> list[tuple[str, str]]:
        """(practice, refund) of those with parts nobody has asked for since a moment and whose fate is not known."""
        rows = await self._pool.fetch(self._sql["doubtful"], before)
        return [(row["practice_id"], row["refund_id"]) for row in rows]

    async def tried(self, order: RefundOrder, now: datetime) -> None:
        """The processor is being asked at this moment."""
        await self._pool.execute(self._sql["tried"], order.practice_id, order.refund_id, order.place, now)

    async def still_owed(self, order: RefundOrder) -> bool:
        """Whether the credit still covers this part: the share may have gone up since it was asked for."""
        [row] = await self._pool.fetch(self._sql["row"], order.practice_id, order.refund_id)
        found = await self._pool.fetchrow(queries("credits")["credits"], order.practice_id, order.balance_id)
        others = await self._pool.fetchval(self._sql["on_their_way"], row["balance"], row["id"])
        return found is not None and order.cents <= found["cents"] - others

    async def made(self, order: RefundOrder, fact: PaymentReversed, now: datetime) -> None:
        """It left, and the fact that says so, in one transaction; a webhook about it has the same name."""
        async with self._pool.acquire() as connection, connection.transaction():
            await keep_within(connection, [fact], now)
            await connection.execute(
                self._sql["made"], order.practice_id, order.refund_id, order.place, fact.fact_id
            )

    async def refused(self, order: RefundOrder, because: str) -> None:
        """It will not leave; the credit stands."""
        await self._pool.execute(self._sql["refused"], order.practice_id, order.refund_id, order.place, because)

    async def tasks(self, practice_id: str, balance_id: str) -> Sequence[str]:
        """Open tasks about the balance's credit, by the names they have in the API."""
        return [row["id"] for row in await self._pool.fetch(self._sql["tasks"], practice_id, balance_id)]

    async def _by_hand(self, connection: Connection, practice_id: str, refund_id: str, now: datetime) -> None:
        """A check or cash: the money has left when a person says so."""
        [row] = await connection.fetch(self._sql["of"], practice_id, None, refund_id)
        refund = _refund(row)
        facts = [
            PaymentReversed(
                fact_id=f"{refund_id}.{part.place}", at=now, source="staff", practice_id=practice_id,
                balance_id=refund.balance_id, payment_fact_id=part.payment_fact_id, amount_cents=part.cents,
                why="refund", by=refund.how, note=refund.note, in_practice_ledger=refund.in_practice_ledger,
            )
            for part in refund.parts
        ]  # fmt: skip
        await keep_within(connection, facts, now)
        for part, fact in zip(refund.parts, facts, strict=True):
            await connection.execute(self._sql["made"], practice_id, refund_id, part.place, fact.fact_id)


def _refund(row: asyncpg.Record) -> Refund:
    return Refund.model_validate(dict(row))


def _changed(cents: Cents) -> NotRefundable:
    now = f"the credit is {cents.as_dollars()} now" if cents else "nothing is owed back on this balance"
    mend = "look at `collect credits` and ask again with what it shows"
    return NotRefundable(problem=now, mend=mend, field="credit_cents")


def _too_much(wish: RefundWish, cents: Cents) -> NotRefundable | None:
    if wish.cents <= cents:
        return None
    left = f"{cents.as_dollars()} of the credit is left" if cents > 0 else "all of the credit is on its way back"
    return NotRefundable(problem=left, mend="ask for no more than that; a credit is given back once", field="cents")


def _not_so(payments: Sequence[Refundable]) -> NotRefundable:
    most = by_card_at_most(payments)
    return NotRefundable(
        problem=f"only {most.as_dollars()} of this credit was paid by card",
        mend="give that much back to the card, and the rest by check or cash with a note of how", field="how",
    )  # fmt: skip
