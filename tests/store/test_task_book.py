"""A person is asked once, in the order of worth and age, and their answer is on its way the moment they give it."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from receivables.money import Cents
from receivables.steps import AskStaff
from store.case_book import UnknownBalanceError
from store.fact_book import FactBook
from store.pool import Pool
from store.task_book import PostgresTaskBook, TakenBy
from tests.store.told import NOON, after, case_of, posted, wrote


def ask(task_id: str = "b1.call.1", cents: int = 100_00, kind: str = "call", reply: str | None = None) -> AskStaff:
    return AskStaff(
        task_id=task_id, task_kind=kind, summary="Two texts, no answer.", suggestion="Offer the plan.",
        do_not_say=["the visit's reason"], expected_cents=Cents(cents), call=kind == "call", reply_fact_id=reply,
    )  # fmt: skip


@pytest.fixture
async def tasks(pool: Pool) -> PostgresTaskBook:
    await FactBook(pool).keep([posted("b1"), posted("b2"), wrote("can you call me?")], NOON)
    return PostgresTaskBook(pool)


async def test_the_same_question_opens_one_task(tasks):
    await tasks.open(case_of(), ask(), NOON)
    await tasks.open(case_of(), ask(cents=1), after(hours=1))
    [task] = await tasks.list("p1", "open")
    assert (task.id, task.expected_cents, task.due_at) == ("p1:b1.call.1", 100_00, after(days=2))
    assert (task.summary, task.suggestion, task.do_not_say) == (
        "Two texts, no answer.", "Offer the plan.", ["the visit's reason"],
    )  # fmt: skip


async def test_a_question_about_a_balance_nobody_posted_is_an_error(tasks):
    with pytest.raises(UnknownBalanceError):
        await tasks.open(case_of("nobody"), ask(), NOON)


async def test_worth_comes_first_until_a_small_task_has_waited_long(tasks):
    await tasks.open(case_of(), ask("small", 20_00), NOON)
    await tasks.open(case_of("b2"), ask("large", 200_00), NOON)
    await tasks.open(case_of("b2"), ask("later", 110_00), after(days=20))
    assert [task.task_id for task in await tasks.list()] == ["large", "small", "later"]
    assert [task.task_id for task in await tasks.list("p1", "open", limit=1)] == ["large"]
    assert await tasks.list("p2") == []


async def test_what_the_patient_wrote_stands_beside_the_question(tasks):
    await tasks.open(case_of(), ask("b1.reply.1", kind="reply", reply="reply1"), NOON)
    [task] = await tasks.list()
    assert task.reply_text == "can you call me?"
    assert task.due_at == after(hours=4)


async def test_of_many_people_one_gets_the_task(tasks):
    await tasks.open(case_of(), ask(), NOON)
    answers = await asyncio.gather(*(tasks.claim("p1:b1.call.1", f"person{n}", NOON) for n in range(8)))
    winners = [answer for answer in answers if not isinstance(answer, TakenBy)]
    assert len(winners) == 1
    assert {answer.who for answer in answers if isinstance(answer, TakenBy)} == {winners[0].claimed_by}
    again = await tasks.claim("p1:b1.call.1", winners[0].claimed_by, NOON)
    assert again.status == "claimed"
    assert await tasks.claim("p1:nothing", "ann", NOON) is None


async def test_an_answer_is_on_its_way_to_the_case_at_once_and_only_once(tasks, pool):
    await tasks.open(case_of(), ask(), NOON)
    fact = await tasks.resolve(
        "p1:b1.call.1", "will_pay", "ann", after(hours=1), will_pay_by=date(2026, 3, 9), note="card 4242424242424242"
    )
    assert (fact.outcome, fact.will_pay_by, fact.balance_id) == ("will_pay", date(2026, 3, 9), "b1")
    assert fact in [delivery.fact for delivery in await FactBook(pool).undelivered(10)]
    assert await tasks.resolve("p1:b1.call.1", "will_pay", "ann", after(hours=2)) == fact
    assert await pool.fetchval("SELECT count(*) FROM facts WHERE kind = 'task_resolved'") == 1
    [task] = await tasks.list(status="resolved")
    assert task.note == "card [card number removed]"
    assert await tasks.list(status="open") == []


async def test_another_answer_after_the_first_is_refused(tasks):
    await tasks.open(case_of(), ask(), NOON)
    await tasks.resolve("p1:b1.call.1", "no_answer", "ann", NOON)
    assert await tasks.resolve("p1:b1.call.1", "will_pay", "ann", NOON) == ("ann", NOON, "resolved")
    assert await tasks.claim("p1:b1.call.1", "ben", NOON) == ("ann", NOON, "resolved")
    assert await tasks.resolve("p1:nothing", "done", "ann", NOON) is None


async def test_a_task_in_somebody_elses_hands_cannot_be_answered(tasks):
    await tasks.open(case_of(), ask(), NOON)
    await tasks.claim("p1:b1.call.1", "ann", NOON)
    assert await tasks.resolve("p1:b1.call.1", "done", "ben", NOON) == ("ann", NOON, "claimed")
