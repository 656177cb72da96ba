"""Bank debits that come back are counted per practice over sixty days; a crossed limit is one task and ends the offer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from receivables.facts import AnyFact, PaymentReversed, StaffNote
from receivables.money import Cents
from runtime.rule_files import read_rules
from store.checkouts import Checkouts
from store.debits import Debits
from store.fact_book import FactBook
from store.pool import Pool
from store.task_book import PostgresTaskBook
from tests.store.asking import Policies
from tests.store.told import NOON, after, paid, posted

PRACTICE = Policies().practice("p1")
RULES = read_rules(Path(__file__).parents[2] / "practices")


def debit(number: int, at: datetime = NOON) -> AnyFact:
    return paid(f"stripe.pi{number}", 1_00, at=at).model_copy(update={"debit": True})


def returned(number: int, code: str, at: datetime = NOON) -> AnyFact:
    return PaymentReversed(
        fact_id=f"back{number}", at=at, practice_id="p1", balance_id="b1", payment_fact_id=f"stripe.pi{number}",
        amount_cents=Cents(1_00), why="returned", return_code=code,
    )  # fmt: skip


def never_came(number: int, code: str) -> AnyFact:
    return StaffNote(fact_id=f"never{number}", at=NOON, practice_id="p1", balance_id="b1", text="It came back.", return_code=code)


async def test_a_crossed_limit_is_told_once_keeps_debits_off_the_page_and_is_over_when_the_days_have_passed(pool: Pool):
    book, debits, tasks = FactBook(pool), Debits(pool), PostgresTaskBook(pool)
    await book.keep([posted("b1", 500_00), *(debit(number) for number in range(30))], NOON)
    assert await debits.watch(PRACTICE, RULES, after(days=1)) == 0
    await book.keep([returned(1, "R10"), paid("stripe.card", 5_00)], NOON)
    assert await debits.watch(PRACTICE, RULES, after(days=1)) == 0, "one is no share; a person hears of it by itself"
    await book.keep([returned(2, "R10")], NOON)
    assert [await debits.watch(PRACTICE, RULES, after(days=day)) for day in (1, 2)] == [1, 0]
    [task] = await tasks.list("p1")
    assert task.summary.startswith("2 of 30 bank debits of the last 60 days came back as unauthorized: the banks allow 0.5 %")
    assert await Checkouts(pool).cards_only("p1")
    assert not await Checkouts(pool).cards_only("p2")
    assert await debits.watch(PRACTICE, RULES, after(days=61)) == 0
    [task] = await tasks.list("p1")
    assert (task.status, task.note) == ("resolved", "The share of bank debits that come back is below the limit again.")
    assert not await Checkouts(pool).cards_only("p1")


async def test_debits_that_came_back_before_they_settled_count_as_well_and_a_person_can_let_debits_again(pool: Pool):
    book, debits, tasks = FactBook(pool), Debits(pool), PostgresTaskBook(pool)
    await book.keep([posted("b1", 500_00), *(debit(number) for number in range(5))], NOON)
    await book.keep([never_came(number, "R01") for number in range(1, 3)], NOON)
    assert await debits.watch(PRACTICE, RULES, after(days=1)) == 1
    [task] = await tasks.list("p1")
    assert task.summary.startswith("2 of 7 bank debits of the last 60 days came back: the banks allow 15 %")
    await tasks.resolve(task.id, "done", "MK", after(days=1))
    assert not await Checkouts(pool).cards_only("p1")
    assert await debits.watch(PRACTICE, RULES, after(days=2)) == 0, "told of it this month"
