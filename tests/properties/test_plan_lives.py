"""Ten thousand lives full of plans, with crashes and repeated deliveries, judged by books that know nothing of the case."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from random import Random

import asyncpg
import pytest
from lives_in_the_books import InTheEnd, book_all, in_the_end, money_of, stood
from plan_books import Broken
from plan_lives import PlanLife, lived

from receivables.facts import AnyFact
from receivables.plans.steps import ChargeInstallment
from store.pool import Pool, open_pool
from store.sub_ledger import SubLedger

LIVES = 10_000
SCHEMA = Path(__file__).parents[2] / "store" / "schema.sql"


@pytest.fixture
async def pool(throwaway_postgres) -> AsyncIterator[Pool]:
    """A database of its own with the whole schema."""
    server = await asyncpg.connect(throwaway_postgres.url)
    await server.execute("CREATE DATABASE plan_lives")
    await server.close()
    address, _, query = throwaway_postgres.url.partition("?")
    opened = await open_pool(f"{address.rpartition('/')[0]}/plan_lives" + (f"?{query}" if query else ""), max_size=2)
    await opened.execute(SCHEMA.read_text())
    yield opened
    await opened.close()


@pytest.mark.no_cover  # Hundreds of such lives are measured below: tracing all ten thousand would take longest of all tests.
async def test_in_ten_thousand_lives_full_of_plans_no_cent_is_charged_wrongly_or_lost(pool: Pool) -> None:
    """Sums, mandates, stops, tries, hard refusals, ceilings; in the end vendor, case and practice's ledger are equal.

    So is the real sub-ledger, which hears the money of all lives in any order, doubled, and cut off in its transactions.
    """
    plans = changed = tried = taken = ended = 0
    money, ends = list[AnyFact](), dict[str, InTheEnd]()
    for seed in range(LIVES):
        try:
            life = lived(seed)
        except Broken as broken:
            pytest.fail(f"life {seed}: {broken}")
        plans += life.case.plans
        changed += life.case.plan.revision - 1 if life.case.plan else 0
        tried += len(life.vendor.said)
        taken += len(life.vendor.taken)
        ended += life.case.outstanding_cents <= 0
        money += money_of(life, seed)
        ends[f"b{seed}"] = in_the_end(life)
    assert min(plans, tried, taken, ended, changed * 4) > LIVES / 8, "the lives are too dull to prove anything"
    await book_all(pool, money, Random(7))
    found = await stood(pool)
    for balance, end in ends.items():
        owed, by_card, cash = found.get(balance, (0, 0, 0))
        assert (by_card, cash, owed + cash) == (end.vendor, end.practice, end.share), balance
    assert await SubLedger(pool).astray("p7") == []


def test_a_life_is_the_same_each_time_it_is_lived() -> None:
    assert lived(11).told == lived(11).told


@pytest.mark.parametrize(
    ("spoil", "broken"),
    [
        (lambda life: life.vendor.taken.update({"another": 5_00}), "the vendor and the case differ"),
        (lambda life: setattr(life, "practice_cents", life.practice_cents + 1), "not money posted"),
        (lambda life: setattr(life.books, "paid", life.books.paid + 1), "not counted"),
    ],
)
def test_the_judge_of_cents_would_notice(spoil, broken: str) -> None:
    life = PlanLife(5)
    life.live()
    life.hear_out()
    spoil(life)
    with pytest.raises(Broken, match=broken):
        life.judge_end()


@pytest.mark.parametrize(
    ("field", "value", "broken"),
    [("mandate", "", "without a mandate"), ("owed_less", 1, "more than is owed"), ("silenced", {"dispute"}, "in spite of")],
)
def test_the_judge_of_charges_would_notice(field: str, value: object, broken: str) -> None:
    """Books that know of a stop, a lower share or a dispute the case has not heard must object to the charge."""
    with pytest.raises(Broken, match=broken):
        all_lived(field, value)


def all_lived(field: str, value: object) -> None:
    for seed in range(400):
        spoilt(PlanLife(seed), field, value).live()


def spoilt(life: PlanLife, field: str, value: object) -> PlanLife:
    judge = life.books.judge_charge

    def harder(step: ChargeInstallment, now: datetime) -> None:
        if field == "owed_less":
            life.books.paid += int(life.books.owed)
        else:
            setattr(life.books, field, value)
        judge(step, now)

    life.books.judge_charge = harder  # type: ignore[method-assign]
    return life
