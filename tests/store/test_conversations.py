"""A person who opens a task sees the whole conversation: both sides, in order, what was read in it and how surely."""

from __future__ import annotations

import logging

import pytest

from receivables.facts import ReplyUnderstood
from receivables.meanings import MEANING, certainty, meaning, named
from receivables.money import Cents
from receivables.people import Channel
from receivables.plans.terms import Slots
from receivables.reading.correction import Correction
from receivables.reading.intents import ACTIONS
from receivables.steps import AskStaff
from store.case_book import PostgresCaseBook
from store.conversations import Conversations
from store.fact_book import FactBook
from store.pool import Pool
from store.read_models import ReadModels
from store.reply_corrections import ReplyCorrections
from store.task_book import PostgresTaskBook
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, answer, claimed, send
from tests.store.told import NOON, after, case_of, decision, posted, stopped, wrote


def understood(intent: str = "already_paid", *, sure: float = 0.94, abstain: bool = False, **slots: object) -> ReplyUnderstood:
    return ReplyUnderstood(
        fact_id="read.reply1", at=after(minutes=11), practice_id="p1", balance_id="b1", reply_fact_id="reply1",
        channel=Channel.sms, intent=intent, intents=[intent, "opt_out"], action="answer_question", abstain=abstain,
        confidence=sure, reader="3f9c", slots=Slots.model_validate(slots),
    )  # fmt: skip


@pytest.fixture
async def said(pool: Pool) -> Conversations:
    """A reminder at noon, and what Karen wrote ten minutes later."""
    await FactBook(pool).keep([posted()], NOON)
    touches = PostgresTouchBook(pool, Policies())
    request = send()
    await touches.claim(request)
    words = {"template_version": "first_notice/sms.en 1", "words": "hash", "text": "Hi Karen, your balance is $215."}
    assert await touches.last_look(request.step.touch_id, words) is None
    await touches.accepted(request.step.touch_id, "SM1", NOON, "hash")
    await FactBook(pool).keep([wrote("I paid this. STOP", at=after(minutes=10))], after(minutes=10))
    return Conversations(pool)


async def test_both_sides_are_shown_in_order_with_what_was_read_and_how_surely(said, pool, caplog):
    caplog.set_level(logging.DEBUG)
    await said.keep_reading(understood(amount_cents=50_00, installments=2, frequency="monthly", date="2026-03-20"))
    ours, theirs = await ReadModels(pool).conversation("p1", "b1")
    assert (ours.who, ours.text, ours.message, ours.arrived) == ("us", "Hi Karen, your balance is $215.", "first_notice", True)
    assert (theirs.who, theirs.text, theirs.intents) == ("patient", "I paid this. STOP", ["already_paid", "opt_out"])
    assert theirs.understood == "says that this was paid, wants no more messages here"
    assert theirs.how == "94% sure, by reader 3f9c. They named $50, two payments, monthly, Mar 20."
    assert "Karen" not in caplog.text
    assert "I paid" not in caplog.text


async def test_a_task_shows_the_conversation_and_the_list_does_not(said, pool):
    await said.keep_reading(understood("unclear", sure=0.3, abstain=True))
    tasks = PostgresTaskBook(pool)
    ask = AskStaff(task_id="b1.reply.1", task_kind="reply", summary="", suggestion="", do_not_say=[], reply_fact_id="reply1")
    await tasks.open(case_of(), ask, NOON)
    shown = await tasks.show("p1:b1.reply.1")
    assert [line.who for line in shown.conversation] == ["us", "patient"]
    assert shown.conversation[1].how == "Only 30% sure, so a person is asked, by reader 3f9c."
    taken = await tasks.claim("p1:b1.reply.1", "MK", NOON)
    assert taken.conversation == shown.conversation
    assert [task.conversation for task in await tasks.list()] == [[]]
    assert await tasks.show("p1:none") is None


async def test_a_persons_reading_takes_the_place_of_the_readers_and_says_what_was_read_before(said, pool):
    await said.keep_reading(understood("bill_question"))
    right = Correction(intent="dispute_charge")
    await ReplyCorrections(pool).correct("reply1", "p1", right, "MK", "3f9c", after(hours=1))
    line = (await ReadModels(pool).conversation("p1", "b1"))[1]
    assert (line.intents, line.corrected_by) == (["dispute_charge"], "MK")
    assert line.how == "Corrected by MK; it had been read as: asks about the bill, wants no more messages here."
    story = {entry["kind"]: entry for entry in await ReadModels(pool).timeline("p1", "b1")}
    assert story["reading"]["sentence"] == "The reply was read: the patient asks about the bill, wants no more messages here."
    assert story["reading"]["because"] == ["94% sure, by reader 3f9c."]
    assert story["correction"]["sentence"] == "A person corrected how the reply was read: the patient contests the bill."
    assert story["touch"]["text"] == "Hi Karen, your balance is $215."


async def test_an_unread_reply_and_a_stop_word_stand_there_too_and_a_reading_in_doubt_says_so(said, pool):
    late = stopped().model_copy(update={"at": after(minutes=20)})
    await FactBook(pool).keep([late], after(minutes=20))
    _, unread, stop = await ReadModels(pool).conversation("p1", "b1")
    assert (unread.intents, unread.understood, unread.how) == ([], "", "")
    assert (stop.text, stop.understood) == ("", "asked us to stop")
    await said.keep_reading(understood("promise_to_pay", sure=0.4, abstain=True))
    await said.keep_reading(understood("promise_to_pay", sure=0.5, abstain=True))
    [doubted] = [entry for entry in await ReadModels(pool).timeline("p1", "b1") if entry["kind"] == "reading"]
    assert doubted["sentence"].startswith("The reply could not be read for certain. Perhaps: the patient will pay")
    assert doubted["because"] == ["Only 50% sure, so a person is asked, by reader 3f9c."]


def test_every_intent_has_its_words_and_an_unknown_one_is_named_as_it_is() -> None:
    assert set(MEANING) == set(ACTIONS)
    assert meaning(["already_paid", "already_paid", "a_new_word"]) == "says that this was paid, a new word"
    assert certainty(0.998, "", abstain=False) == "100% sure."
    assert named(Slots(amount_cents=Cents(50_00))) == "They named $50."
    assert named(Slots()) == ""


async def test_a_reply_between_claim_and_sending_is_read_before_anything_leaves(pool):
    touches = PostgresTouchBook(pool, Policies())
    await FactBook(pool).keep([posted()], NOON)
    await claimed(touches, send())
    await FactBook(pool).keep([wrote("I already paid this", at=after(seconds=1))], after(seconds=1))
    assert "The patient has written" in str(await touches.last_look(send().step.touch_id, {}))
    await PostgresCaseBook(pool).record(case_of("b1", posted(), wrote("")), decision(at=after(seconds=2)))
    assert await touches.last_look(send().step.touch_id, {}) is None


async def test_a_reply_that_was_there_before_does_not_hold_the_answer_up(pool):
    touches = PostgresTouchBook(pool, Policies())
    await FactBook(pool).keep([posted(), wrote("how much is it?")], NOON)
    heard = answer(case=case_of("b1", posted(), wrote("")))
    await claimed(touches, heard)
    assert await touches.last_look(heard.step.touch_id, {}) is None
