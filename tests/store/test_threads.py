"""A reply is about the balance whose e-mail it answers, else about the one last written about."""

from __future__ import annotations

import asyncpg
import pytest

from receivables.case import CloseReason, Stage
from receivables.facts import ReplyReceived
from receivables.people import Channel
from receivables.ports import Claimed
from receivables.reported_facts import Letter
from receivables.steps import Close
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.threads import Thread, Threads
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, answer, send, sent
from tests.store.told import EMAIL, NOON, PHONE, after, case_of, decision, paid, posted, wrote


@pytest.fixture
async def touches(pool: asyncpg.Pool) -> PostgresTouchBook:
    await FactBook(pool).keep([posted(), posted("b2")], NOON)
    return PostgresTouchBook(pool, Policies())


async def test_the_balance_last_written_about_is_the_one_that_is_answered(touches, pool):
    threads = Threads(pool)
    assert await threads.of_contact(Channel.sms, PHONE) == []
    await sent(touches, send())
    await sent(touches, send("b2", now=after(days=4), case=case_of("b2", posted("b2"))))
    assert await threads.of_contact(Channel.sms, PHONE) == [Thread("p1", "b2", "g1")]


async def test_a_closed_balance_is_answered_only_when_nothing_else_is_owed(touches, pool):
    await sent(touches, send())
    closed = decision(Close(reason=CloseReason.paid), stage=Stage.closed)
    await PostgresCaseBook(pool).record(case_of("b1", posted()), closed)
    assert await Threads(pool).of_contact(Channel.sms, PHONE) == []
    await PostgresCaseBook(pool).record(case_of("b2", posted("b2")), closed)
    assert await Threads(pool).of_contact(Channel.sms, PHONE) == [Thread("p1", "b1", "g1")]


async def test_a_reply_that_names_only_the_person_is_given_one_balance_to_answer_it(touches, pool):
    facts = FactBook(pool)
    await facts.keep([wrote("PLAN", "early", balance_id=None)], NOON)
    await sent(touches, send(now=after(hours=3), case=case_of("b1", posted(), wrote("PLAN", "early"))))
    await facts.keep([wrote("PLAN", "late", balance_id=None, at=after(hours=4))], after(hours=4))
    about = await pool.fetch("SELECT fact_id, body ->> 'about_balance_id' AS about FROM facts WHERE kind = 'reply_received'")
    assert {row["fact_id"]: row["about"] for row in about} == {"early": "b2", "late": "b1"}


async def test_an_e_mail_is_found_again_by_the_word_in_its_reply_address(touches, pool):
    claim = await touches.claim(send(to=EMAIL))
    assert isinstance(claim, Claimed)
    assert len(claim.thread) == 20
    assert await Threads(pool).of_token(claim.thread) == Thread("p1", "b1", "g1")
    assert await Threads(pool).of_token("0" * 20) is None
    again = await touches.claim(send(to=EMAIL, now=after(hours=1)))
    assert again.thread == claim.thread
    text = await touches.claim(send("b2", n=2, now=after(days=4), case=case_of("b2", posted("b2"))))
    assert text.thread == ""


async def test_the_claim_of_an_answer_brings_the_letter_it_answers_and_the_engine_never_sees_it(touches, pool):
    letter = Letter(message_id="<m1@example.org>", subject="Your bill")
    reply = ReplyReceived(
        fact_id="reply1", at=NOON, practice_id="p1", balance_id="b1", channel=Channel.email, text="Who is this?",
        letter=letter,
    )  # fmt: skip
    facts = FactBook(pool)
    await facts.keep([reply], NOON)
    [heard] = [one.fact for one in await facts.undelivered(10) if one.fact.kind == "reply_received"]
    assert heard.letter is None
    claim = await touches.claim(answer(to=EMAIL, now=after(minutes=1), case=case_of("b1", posted(), reply)))
    assert isinstance(claim, Claimed)
    assert claim.letter == letter


# --- ties ------------------------------------------------------------------------------------------------------------


async def may_mean(pool, fact: ReplyReceived) -> list[str]:
    await FactBook(pool).keep([fact], fact.at)
    body = await pool.fetchval("SELECT body FROM facts WHERE fact_id = $1", fact.fact_id)
    return [one["balance_id"] for one in body.get("may_mean", [])]


async def test_words_after_messages_about_two_open_balances_may_mean_either(touches, pool):
    await sent(touches, send())
    assert await may_mean(pool, wrote("PLAN", "first", at=after(minutes=5))) == []
    await sent(touches, send("b2", now=after(days=4), case=case_of("b2", posted("b2"))))
    assert await may_mean(pool, wrote("PLAN", "alone", "b2", at=after(days=4, hours=1))) == [], "b1's was answered"


async def test_a_message_about_several_balances_and_two_in_a_row_are_ties_until_one_is_paid(touches, pool):
    await sent(touches, send())
    await sent(touches, send("b2", now=after(days=4), case=case_of("b2", posted("b2"))))
    either = wrote("Can I split it?", "either", "b2", at=after(days=4, hours=1))
    assert await may_mean(pool, either) == ["b1", "b2"]
    piece = wrote("in three?", "piece", "b2", at=after(days=4, hours=1, seconds=20))
    assert await may_mean(pool, piece) == ["b1", "b2"]
    await FactBook(pool).keep([paid(at=after(days=4, hours=1, minutes=5))], after(days=4, hours=1, minutes=5))
    assert await may_mean(pool, wrote("And now?", "later", "b2", at=after(days=4, hours=1, minutes=6))) == []
