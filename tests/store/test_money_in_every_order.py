"""Ten thousand random lives of money, doubled, reordered and cut off: processor, sub-ledger and practice end equal."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest

from receivables.case import Case
from receivables.decide import decide
from receivables.facts import AnyFact, PaymentPosted
from receivables.fold import fold
from receivables.money import Cents
from receivables.policy import Policy
from receivables.proof import Window
from receivables.steps import PostToPractice
from store.fact_book import FactBook, keep_within
from store.pool import Pool
from store.reconciliation import Reconciliation
from store.sub_ledger import Settled, SubLedger
from tests.store.asking import Policies
from tests.store.money_lives import MoneyLife, told
from tests.store.test_reconciliation import pages
from tests.store.told import NOON, after

LIVES, SEEDS = 2_500, 4
AT_ONCE = 400
POLICY, PRACTICE = Policy(), Policies().practice("p1")
LATER = NOON + timedelta(days=30)


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_every_cent_has_one_home_in_whatever_order_it_is_heard_of(pool: Pool, seed: int):
    random = Random(seed)
    lives = [MoneyLife(random, f"b{number}").live() for number in range(LIVES)]
    heard = told(lives, random)
    book, ledger = FactBook(pool), SubLedger(pool)
    for first in range(0, len(heard), AT_ONCE):
        if random.random() < 0.3:
            await died(pool, heard[first : first + AT_ONCE])
        await book.keep(heard[first : first + AT_ONCE], LATER)

    nets = {life.balance_id: life.net for life in lives}
    assert await stood(pool) == {balance: net for balance, net in nets.items() if net}
    assert await ledger.astray("p1") == []
    sums = await ledger.sums("p1")
    moved = [movement for life in lives for movement in life.movements]
    desk = sum(life.desk_cents for life in lives)
    assert sums.receivable_cents == sum(net for net in nets.values() if net > 0)
    assert sums.credit_cents == -sum(net for net in nets.values() if net < 0)
    assert (sums.in_transit_cents, sums.settled_cents) == (sum(one.amount_cents for one in moved), desk)

    window = Window(since=after(days=-1), until=LATER)
    assert await Reconciliation(pool, "p1").with_processor(pages(*moved), window) == []
    random.shuffle(moved)
    for payout in (moved[: len(moved) // 2], moved[len(moved) // 3 :], moved):
        settled = [Settled(one.fact_id, one.amount_cents, one.fee_cents) for one in payout]
        await ledger.settle("p1", LATER, settled)
    paid_out, fees = sum(one.amount_cents - one.fee_cents for one in moved), sum(one.fee_cents for one in moved)
    assert await ledger.sums("p1") == (*sums[:2], 0, desk + paid_out, fees)
    assert len(moved) > LIVES, "the lives are too dull to prove anything"


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_what_is_posted_to_the_practice_is_what_the_sub_ledger_says(seed: int):
    """The same lives, as the case posts them: each amount once, reversals after their payments."""
    random = Random(seed)
    lives = [MoneyLife(random, f"b{number}").live() for number in range(LIVES)]
    cases: dict[str, Case] = {}
    posted: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for fact in told(lives, random):
        case = cases.setdefault(fact.balance_id or "", Case(practice_id="p1", balance_id=fact.balance_id or ""))
        cases[case.balance_id] = _post(fold(case, fact), posted[case.balance_id])
    for life in lives:
        assert sum(posted[life.balance_id].values()) == life.paid
        assert cases[life.balance_id].outstanding_cents == life.net


def _post(case: Case, ledger: dict[str, int]) -> Case:
    """Post whatever the rules want posted now."""
    while isinstance(step := decide(case, POLICY, PRACTICE, LATER).step, PostToPractice):
        assert step.payment_fact_id not in ledger, "the same payment posted twice"
        ledger[step.payment_fact_id] = int(step.amount_cents)
        case = fold(case, _confirmed(case, step.payment_fact_id))
    return case


def _confirmed(case: Case, payment: str) -> AnyFact:
    return PaymentPosted(
        fact_id=f"posted.{payment}", at=LATER, practice_id="p1", balance_id=case.balance_id, payment_fact_id=payment
    )


async def died(pool: Pool, batch: list[AnyFact]) -> None:
    """Everything is stored and booked, and the process dies before the transaction ends."""
    async with pool.acquire() as connection:
        begun = connection.transaction()
        await begun.start()
        await keep_within(connection, batch, LATER)
        await begun.rollback()


async def stood(pool: Pool) -> dict[str, Cents]:
    """What each balance comes to by its entries."""
    rows = await pool.fetch("""
        SELECT b.balance_id, sum(CASE WHEN e.debit IN (1, 2) THEN e.cents WHEN e.credit IN (1, 2) THEN -e.cents END) AS net
        FROM balances b JOIN entries e ON e.balance = b.id GROUP BY b.id
    """)
    return {row["balance_id"]: row["net"] for row in rows if row["net"]}
