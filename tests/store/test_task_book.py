"""A person is asked once, in the order of worth and age, and their answer is on its way the moment they give it."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from receivables.facts import ConfidentialRequested
from receivables.money import Cents
from receivables.steps import AskStaff
from store.case_book import UnknownBalanceError
from store.fact_book import FactBook
from store.pool import Pool
from store.task_book import PostgresTaskBook, SaidBefore, TakenBy
from tests.store.told import EMAIL, NOON, PHONE, after, case_of, karen, paid, posted, taken_back, texts, wrote


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
    assert [task.task_id for task in await tasks.list("p1", balance_id="b2")] == ["large", "later"]
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
    other_day = await tasks.resolve("p1:b1.call.1", "will_pay", "ann", after(hours=3), will_pay_by=date(2026, 3, 30))
    assert other_day == SaidBefore(after(hours=1)), "another day is not dropped in silence"
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


# --- whom to call ------------------------------------------------------------------------------------------------


async def test_a_task_names_whom_to_call_as_they_are_on_file_when_it_is_looked_at(tasks, pool):
    await tasks.open(case_of(), ask(), NOON)
    [task] = await tasks.list()
    assert (task.whom.name, task.whom.phone, task.whom.emails) == ("Karen", PHONE, [EMAIL])
    moved = posted("b1", guarantor=karen("g1", texts("+13125550199"), texts()), at=after(hours=1))
    await FactBook(pool).keep([moved], after(hours=1))
    [task] = await tasks.list()
    assert (task.whom.phone, [one.number for one in task.whom.numbers]) == ("+13125550199", ["+13125550199", PHONE])
    assert "5550199" not in str(dict(await pool.fetchrow("SELECT * FROM tasks")))


async def test_a_number_that_is_somebody_elses_is_not_called_and_a_landline_is(tasks, pool):
    await tasks.open(case_of(), ask(), NOON)
    told = {"landline": (PHONE, "a landline: it takes no texts"), "wrong_person": (None, "belongs to somebody else: do not call it")}
    for status, expected in told.items():
        await pool.execute("DELETE FROM suppressions")
        await pool.execute("INSERT INTO suppressions VALUES ($1, 'sms', $2, $3)", NOON, PHONE, status)
        task = await tasks.show("p1:b1.call.1")
        assert (task.whom.phone, task.whom.numbers[0].remark) == expected


@pytest.mark.parametrize(
    ("only_at", "phone", "numbers", "emails"),
    [([EMAIL.upper()], None, [], [EMAIL]), ([PHONE], PHONE, [PHONE], []), ([], None, [], [])],
)
async def test_after_a_wish_for_confidential_ways_only_those_are_shown(tasks, pool, only_at, phone, numbers, emails):
    await tasks.open(case_of(), ask(), NOON)
    wish = ConfidentialRequested(fact_id="q1", at=NOON, practice_id="p1", guarantor_id="g1", only_at=only_at)
    await FactBook(pool).keep([wish], NOON)
    for whom in ((await tasks.list())[0].whom, (await tasks.show("p1:b1.call.1")).whom):
        assert (whom.phone, [one.number for one in whom.numbers], whom.emails) == (phone, numbers, emails)
        assert whom.only_at == only_at


async def test_nobody_is_named_once_the_task_is_done(tasks):
    await tasks.open(case_of(), ask(), NOON)
    await tasks.resolve("p1:b1.call.1", "no_answer", "MK", after(hours=1))
    [task] = await tasks.list(status="resolved")
    assert task.whom is None
    assert await tasks.show("p1:nothing") is None


async def test_a_stated_address_stands_beside_the_question_and_goes_on_the_record_when_a_person_confirms_it(pool):
    book, tasks = FactBook(pool), PostgresTaskBook(pool)
    await book.keep([posted("b1"), wrote("my new email is Kay@example.org")], NOON)
    await tasks.open(case_of(), ask("b1.reply.1", kind="reply", reply="reply1"), NOON)
    [task] = await tasks.list()
    assert [one.model_dump() for one in task.stated] == [{"kind": "email", "value": "kay@example.org"}]
    await tasks.resolve(task.id, "contact_updated", "MK", after(hours=1))
    whom = (await tasks.list())[0].whom
    assert whom is None
    await tasks.open(case_of(), ask("b1.call.1"), after(hours=2))
    [called] = await tasks.list("p1", "open")
    assert called.whom.emails == ["kay@example.org", EMAIL]
    agreed = await pool.fetch("SELECT kind FROM facts WHERE kind IN ('contact_updated', 'consent_recorded') ORDER BY id")
    assert [row["kind"] for row in agreed] == ["contact_updated", "consent_recorded"]


@pytest.mark.parametrize(("words", "outcome"), [("my new email is kay@example.org", "done"), ("call me", "contact_updated")])
async def test_unconfirmed_or_nothing_stated_the_record_stays_as_it_was(pool, words, outcome):
    await FactBook(pool).keep([posted("b1"), wrote(words)], NOON)
    tasks = PostgresTaskBook(pool)
    await tasks.open(case_of(), ask("b1.reply.1", kind="reply", reply="reply1"), NOON)
    await tasks.resolve("p1:b1.reply.1", outcome, "MK", after(hours=1))
    assert await pool.fetchval("SELECT count(*) FROM facts WHERE kind = 'contact_updated'") == 0


async def test_a_question_about_a_credit_names_what_is_left_of_it_whoever_gave_a_part_back(tasks, pool):
    money = [
        paid("pay.1", 235_00),
        *(taken_back("pay.1", cents).model_copy(update={"fact_id": f"back.{cents}"}) for cents in (15_00, 5_00)),
    ]
    question = ask("b1.credit.1", kind="credit").model_copy(update={"summary": "The credit is $20."})
    await FactBook(pool).keep(money[:1], NOON)
    await tasks.open(case_of(), question, NOON)
    said = []
    for fact in money:
        await FactBook(pool).keep([fact], NOON)
        [task] = await tasks.list("p1", "open")
        assert (await tasks.show(task.id)).summary == task.summary
        said.append(task.summary.partition("$20.")[2])
    assert said == ["", " By now the credit is $5.", " By now nothing is owed back any more."]
