"""The queue of credits is what the entries say, and each clock that comes is one task."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from receivables.credits import Credit
from receivables.policy import Policy
from runtime.rule_files import read_rules
from store.credits import Credits
from store.fact_book import FactBook
from store.pool import Pool
from store.task_book import PostgresTaskBook
from tests.store.asking import Policies
from tests.store.told import NOON, after, paid, posted, taken_back

POLICY, PRACTICE = Policy(), Policies().practice("p1")
RULES = read_rules(Path(__file__).parents[2] / "practices")


async def queue(pool: Pool, policy: Policy = POLICY, **days: float) -> list[Credit]:
    return await Credits(pool).of(PRACTICE, policy, after(**days))


async def keep(pool: Pool, *facts, days: float = 0) -> None:
    await FactBook(pool).keep(facts, after(days=days))


async def test_a_credit_counts_from_the_day_the_balance_last_fell_below_nothing(pool: Pool):
    await keep(pool, posted("b1"), posted("b2"), posted("b3", 0), paid("pay1", 250_00, at=after(hours=1)), paid("half", 1_00, "b2"))
    await keep(pool, taken_back("pay1", 250_00).model_copy(update={"at": after(days=2)}), days=2)
    assert await queue(pool, days=3) == []
    await keep(pool, paid("pay2", 225_00, at=after(days=4)), days=4)
    await keep(pool, paid("pay3", 5_00, at=after(days=9)), days=9)
    [credit] = await queue(pool, days=10)
    assert (credit.balance_id, credit.cents, credit.since, credit.stage) == ("b1", 15_00, after(days=4), "fresh")
    assert (credit.next_on, credit.clocks[-1].on) == (date(2026, 4, 5), date(2029, 3, 6))


async def test_the_oldest_stands_first_and_another_practices_is_not_among_them(pool: Pool):
    other = posted("b9").model_copy(update={"practice_id": "p2"})
    much = paid("pay9", 900_00, "b9").model_copy(update={"practice_id": "p2"})
    await keep(pool, posted("b1"), posted("b2"), other, much)
    await keep(pool, paid("later", 300_00, "b1", at=after(days=3)), paid("first", 300_00, "b2", at=after(days=1)), days=3)
    assert [one.balance_id for one in await queue(pool, days=4)] == ["b2", "b1"]


async def test_each_clock_that_comes_is_one_task_and_a_credit_given_back_opens_none(pool: Pool):
    await keep(pool, posted("b1"), posted("b2"), paid("pay1", 235_00), paid("pay2", 240_00, "b2"))
    watch = Credits(pool).watch
    opened = [await watch(PRACTICE, POLICY, after(days=days)) for days in (29, 31, 32)]
    assert opened == [0, 2, 0]
    await keep(pool, taken_back("pay1", 20_00), days=33)
    assert [await watch(PRACTICE, POLICY, after(days=days)) for days in (61, 1000, 1100)] == [1, 1, 1]
    tasks = [task for task in await PostgresTaskBook(pool).list("p1") if task.kind == "credit_due"]
    assert len(tasks) == 5
    assert {task.balance_id for task in tasks if "unclaimed property" in task.summary} == {"b2"}
    assert await PostgresTaskBook(pool).resolve(tasks[0].id, "done", "MK", NOON) is not None


async def test_a_state_without_a_reviewed_row_has_the_shortest_clocks_and_the_owners_address_says_which_state(pool: Pool):
    await keep(pool, posted("b1"), paid("pay1", 235_00))
    [credit] = await queue(pool, POLICY.under(RULES), days=1)
    assert (credit.state, credit.law) == (PRACTICE.state, "default.credit_clocks v1")
    assert [clock.on for clock in credit.clocks] == [date(2026, 4, 1), date(2026, 5, 1), date(2026, 9, 3), date(2027, 3, 2)]
    reviewed = [
        row.model_copy(update={"reviewer": "counsel", "reviewed_on": date(2026, 1, 2)}) if row.jurisdiction == PRACTICE.state else row
        for row in RULES.credit_clocks
    ]
    longer = RULES.model_copy(update={"credit_clocks": tuple(reviewed)})
    [credit] = await queue(pool, POLICY.under(longer), days=1)
    assert (credit.law, credit.clocks[-1].on) == (f"{PRACTICE.state}.credit_clocks v1", date(2029, 3, 2))
