"""The money of a plan's life as the real sub-ledger gets it: named apart from other lives', doubled, late and cut off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from plan_lives import PlanLife
from random_lives import DAYS, START

from receivables import facts
from receivables.facts import AnyFact
from store.fact_book import FactBook, keep_within
from store.pool import Pool

MONEY = (facts.BalancePosted, facts.BalanceAdjusted, facts.PaymentRecorded, facts.PaymentReversed)
AT_ONCE = 1_000
LATER = START + timedelta(days=DAYS + 30)


class InTheEnd(NamedTuple):
    """What a life comes to by everybody outside the case."""

    share: int
    vendor: int
    """What the card processor took."""
    practice: int
    """What the practice's ledger shows, and what is on its way there."""


def in_the_end(life: PlanLife) -> InTheEnd:
    """Called when the life has been judged: its books are right."""
    waiting = sum(life.books.unposted.values())
    orphans = sum(int(back.amount_cents) for back in life.case.reversals if back.payment_fact_id == "never-seen")
    return InTheEnd(
        int(life.books.owed) + int(life.books.paid), sum(life.vendor.taken.values()),
        life.practice_cents + waiting - orphans,
    )  # fmt: skip


def money_of(life: PlanLife, seed: int) -> list[AnyFact]:
    """Its money with names of its own, so that ten thousand lives fit in one practice."""
    return [fact.model_copy(update=_own(fact, seed)) for fact in life.told if isinstance(fact, MONEY)]


def heard(money: list[AnyFact], random: Random) -> Iterator[list[AnyFact]]:
    """All of it in any order over all lives, some of it two or three times, in batches."""
    told = [fact for fact in money for _ in range(random.choice((1, 1, 1, 2, 3)))]
    random.shuffle(told)
    return (told[first : first + AT_ONCE] for first in range(0, len(told), AT_ONCE))


async def book_all(pool: Pool, money: list[AnyFact], random: Random) -> None:
    """Into the real book; now and then the process dies before the end of a transaction."""
    book = FactBook(pool)
    for batch in heard(money, random):
        if random.random() < 0.1:
            await _died(pool, batch)
        await book.keep(batch, LATER)


async def stood(pool: Pool) -> dict[str, tuple[int, int, int]]:
    """By balance and by its entries: owed (a credit is below nothing), taken by card, and all cash."""
    rows = await pool.fetch("""
        SELECT b.balance_id,
            sum(CASE WHEN e.debit IN (1, 2) THEN e.cents WHEN e.credit IN (1, 2) THEN -e.cents ELSE 0 END) AS owed,
            sum(CASE WHEN e.debit = 3 AND e.kind = 3 THEN e.cents ELSE 0 END) AS by_card,
            sum(CASE WHEN e.debit IN (3, 4) THEN e.cents WHEN e.credit IN (3, 4) THEN -e.cents ELSE 0 END) AS cash
        FROM balances b JOIN entries e ON e.balance = b.id GROUP BY b.id
    """)
    return {row["balance_id"]: (int(row["owed"]), int(row["by_card"]), int(row["cash"])) for row in rows}


async def _died(pool: Pool, batch: list[AnyFact]) -> None:
    """Everything is stored and booked, and the process dies before the transaction ends."""
    async with pool.acquire() as connection:
        begun = connection.transaction()
        await begun.start()
        await keep_within(connection, batch, LATER)
        await begun.rollback()


def _own(fact: AnyFact, seed: int) -> dict[str, Any]:
    changes: dict[str, Any] = {"fact_id": _named(fact.fact_id, seed), "balance_id": f"b{seed}"}
    if isinstance(fact, facts.PaymentReversed):
        changes["payment_fact_id"] = _named(fact.payment_fact_id, seed)
    if isinstance(fact, facts.BalancePosted):
        changes["guarantor"] = fact.guarantor.model_copy(update={"guarantor_id": f"g{seed}", "contact_points": []})
    return changes


def _named(fact_id: str, seed: int) -> str:
    """A card payment's name keeps its beginning, by which it is told from other money."""
    return f"stripe.{seed}.{fact_id[7:]}" if fact_id.startswith("stripe.") else f"{seed}.{fact_id}"
