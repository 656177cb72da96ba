"""Answers to what patients write: no caps, but hours, stops, once a reply, and no endless talk between two machines."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from receivables.ports import NotBefore, Skipped
from store.fact_book import FactBook
from store.task_book import priority
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, answer, claimed, reason, send, sent
from tests.store.told import NOON, after, case_of, karen, posted, stopped, texts, wrote


@pytest.fixture
async def touches(pool: asyncpg.Pool) -> PostgresTouchBook:
    await FactBook(pool).keep([posted(), posted("b2")], NOON)
    return PostgresTouchBook(pool, Policies())


HEARD = (posted(), wrote("Who is this?"))


async def test_an_answer_right_after_a_reminder_and_right_after_the_reply_leaves(touches, pool):
    await sent(touches, send())
    await FactBook(pool).keep([wrote("Who is this?", at=after(minutes=5))], after(minutes=5))
    await claimed(touches, answer(now=after(minutes=6), case=case_of("b1", *HEARD)))


async def test_an_answer_waits_for_eight_in_the_morning_and_a_sunday_is_a_day(touches):
    at_night = await touches.claim(answer(now=after(hours=9)))  # Nine in the evening.
    assert at_night == NotBefore(moment=after(hours=20), because="Answers wait for the morning there.")
    await claimed(touches, answer(now=after(days=6)))


async def test_the_safe_answer_leaves_at_any_hour_when_somebody_has_just_written_and_not_later(touches, pool):
    night = after(hours=12)
    await FactBook(pool).keep([wrote("I want to die", at=night)], night)
    case = case_of("b1", posted(), wrote("I want to die"))
    late = await touches.claim(answer(message="answer_emergency", now=night + timedelta(minutes=6), case=case))
    assert isinstance(late, NotBefore)
    await claimed(touches, answer(message="answer_emergency", now=night + timedelta(minutes=5), case=case))


async def test_a_stop_and_a_missing_consent_hold_for_answers_too(touches, pool):
    await FactBook(pool).keep([stopped()], NOON)
    claim = await touches.claim(answer(case=case_of("b1", posted(), stopped())))
    assert reason(claim) == "The guarantor has stopped this channel."


async def test_an_answer_without_an_amount_needs_no_sum(touches, pool):
    await pool.execute("UPDATE facts SET amount_cents = 0")
    assert reason(await touches.claim(answer(message="answer_pay_link"))) == "Nothing is owed any more."
    await claimed(touches, answer())


async def test_one_reply_is_answered_once_over_all_balances_of_the_person(touches):
    await sent(touches, answer())
    claim = await touches.claim(answer("b2", case=case_of("b2", posted("b2"))))
    assert isinstance(claim, Skipped)
    assert reason(claim) == "This reply has been answered already, about another balance of the same person."


async def test_the_database_itself_forbids_a_second_answer(touches, pool):
    await claimed(touches, answer())
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute("""
            INSERT INTO touches (balance, guarantor, claimed_at, tried_at, local_day, outreach, touch_id, status, message,
                channel, value, proof, reply_fact_id)
            SELECT balance, guarantor, claimed_at, tried_at, local_day, outreach, 'another', status, message, channel, value,
                proof, reply_fact_id FROM touches
        """)


async def test_after_some_answers_to_one_number_in_a_day_a_person_goes_on(touches):
    for number in range(4):
        await sent(touches, answer(reply=f"r{number}", now=after(minutes=number)))
    claim = await touches.claim(answer(reply="r9", now=after(minutes=9)))
    assert reason(claim) == "4 answers went to this contact point within a day."
    await claimed(touches, answer(reply="r10", now=after(days=1, hours=1)))


async def test_an_answer_that_never_left_may_be_given_again(touches):
    await claimed(touches, answer())
    await touches.refused("p1.b1.answer.reply1", "The provider is away.")
    await claimed(touches, answer())


async def test_somebody_in_danger_comes_before_any_money():
    assert priority(0, after(days=300), "emergency") > priority(500_000_00, NOON, "call")


async def test_an_answer_to_somebody_elses_number_is_not_sent(touches):
    other = karen("g1", texts("+13125550199"))
    claim = await touches.claim(answer(to="+13125550199", case=case_of("b1", posted(), guarantor=other)))
    assert reason(claim) == "This contact point is not on file for the guarantor any more."
