"""Writes down every try at charging a card before it is made, and its outcome with the facts that follow, at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from receivables.cards.card import CardOnFile
from receivables.cards.ceilings import MOST_IN_A_DAY
from receivables.cards.ports import ChargeOrder
from receivables.errors import TryLater
from receivables.facts import AnyFact
from receivables.money import Cents
from receivables.plans.charges import COUNTED_DAYS
from store.case_book import UnknownBalanceError
from store.fact_book import keep_within
from store.pool import Pool
from store.queries import queries

FORBIDDEN = {
    "charges_within_what_is_owed": "Less is owed by now than would be charged.",
    "charges_need_a_mandate": "No card may be charged for this plan.",
    "charges_never_after_a_stop": "Charging this card was stopped.",
    "charges_never_after_a_final_no": "The card was refused for good.",
    "charges_within_the_networks_ceilings": "The card was tried as often as the networks allow.",
}
"""What the database itself forbids; the rules are asked again on what is stored by then."""
HEARD_WITHIN_S = 20.0
"""The case folds the outcome at the end of the same work; after so many seconds a relay brings it instead."""


class PostgresChargeBook:
    """`plan_ports.ChargeBook`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("charge_book")

    async def in_doubt(self, practice_id: str, plan_id: str) -> ChargeOrder | None:
        """A try that was begun and whose outcome is not known, as it was begun."""
        row = await self._pool.fetchrow(self._sql["in_doubt"], practice_id, plan_id)
        if row is None:
            return None
        return ChargeOrder(
            practice_id=practice_id, balance_id=row["balance_id"], plan_id=plan_id, installment=row["installment"],
            attempt=row["attempt"], amount_cents=Cents(row["amount_cents"]),
            card=CardOnFile.model_validate(row["card"]), statement_name=row["statement_name"],
            idempotency_key=row["try_key"],
        )  # fmt: skip

    async def begin(
        self, order: ChargeOrder, now: datetime, most_refusals: int, most_in_a_day: int = MOST_IN_A_DAY
    ) -> bool:
        """Write the try down as begun; False when the card was refused too often over all plans (R-32, R-33).

        UnknownBalanceError when the balance was never posted; ValueError when this try was begun or made before;
        TryLater when what is stored by now forbids it: a payment, a stop or a final no that came meanwhile; also while
        other tries of the card are under way that, refused, would leave no room for this one.
        """
        try:
            return await self._begin(order, now, ((COUNTED_DAYS, most_refusals), (1, most_in_a_day)))
        except asyncpg.CheckViolationError as forbidden:
            if forbidden.constraint_name not in FORBIDDEN:
                raise
            raise TryLater(FORBIDDEN[forbidden.constraint_name]) from None

    async def _begin(self, order: ChargeOrder, now: datetime, most_refusals: Sequence[tuple[int, int]]) -> bool:
        method = order.card.payment_method_id
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(self._sql["one_at_a_time"], method)
            under_way = await connection.fetchval(
                self._sql["under_way"], method, order.practice_id, order.idempotency_key
            )
            left = [most - await connection.fetchval(self._sql["refusals"], method, now - timedelta(days=days))
                    for days, most in most_refusals]  # fmt: skip
            if min(left) <= 0:
                return False
            if under_way >= min(left):
                raise TryLater("Other tries of this card are under way, and the networks allow no more if they fail.")
            await connection.execute(
                self._sql["earlier_came_back"], order.practice_id, order.plan_id, order.installment, order.attempt
            )
            begun = await connection.fetchval(
                self._sql["begin"], order.practice_id, order.balance_id, now, order.amount_cents, order.installment,
                order.attempt, order.plan_id, method, order.statement_name, order.idempotency_key,
                order.card.model_dump(mode="json"),
            )  # fmt: skip
            if begun is None:
                if await connection.fetchval(self._sql["known"], order.practice_id, order.idempotency_key):
                    raise ValueError("this try was made before: its outcome is on record")
                raise UnknownBalanceError("a charge was begun for a balance that was never posted")
        return True

    async def settled(self, order: ChargeOrder, outcome: str, facts: Sequence[AnyFact], now: datetime) -> None:
        """What became of it, and the facts that follow, in one transaction: money counts from that moment on."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(self._sql["settled"], order.practice_id, order.idempotency_key, outcome, now)
            await keep_within(connection, facts, now)
            ids = [fact.fact_id for fact in facts]
            await connection.execute(self._sql["heard_here"], order.practice_id, ids, HEARD_WITHIN_S)

    async def never_left(self, order: ChargeOrder) -> None:
        """It is certain that nothing was charged."""
        await self._pool.execute(self._sql["never_left"], order.practice_id, order.idempotency_key)
