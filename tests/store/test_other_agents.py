"""Sibling agents share one set of caps with the cases, and everything they are refused is kept with its reason."""

from __future__ import annotations

from datetime import datetime

import pytest

from receivables.contact import Agent, Wish
from receivables.facts import (
    AnyFact,
    AttorneyRepresents,
    BankruptcyFiled,
    ConsentRecorded,
    ContactUpdated,
    GuarantorDeceased,
)
from receivables.people import Channel, Consent
from receivables.policy import Policy
from receivables.ports import AlreadySent, Claimed, InDoubt, NotBefore, Skipped, TouchRequest
from store.case_book import PostgresCaseBook, UnknownBalanceError
from store.fact_book import FactBook
from store.read_models import ReadModels
from store.touch_book import PostgresTouchBook, UnknownPersonError
from tests.store.asking import Policies, claimed, reason, send, sent
from tests.store.told import (
    EMAIL,
    NOON,
    PHONE,
    after,
    case_of,
    decision,
    karen,
    mails,
    paid,
    posted,
    stopped,
    texts,
    wrote,
)


def wish(touch_id: str = "p1.recall.g1.1", agent: Agent = Agent.no_show, **more: object) -> Wish:
    return Wish.model_validate(
        {
            "touch_id": touch_id, "practice_id": "p1", "guarantor_id": "g1", "agent": agent, "message": "rebooking",
            "channel": "sms", "because": ["A visit was missed."],
        } | more
    )  # fmt: skip


def consent(*purposes: str, fact_id: str = "c1", granted: bool = True, at=NOON, value: str = PHONE) -> ConsentRecorded:
    return ConsentRecorded(
        fact_id=fact_id, at=at, source="portal", practice_id="p1", guarantor_id="g1", channel=Channel.sms, value=value,
        purposes=list(purposes), granted=granted, given_at=at, means="form", wording_version="texts-2026-01",
    )  # fmt: skip


# --- one set of caps --------------------------------------------------------------------------------------------------


async def test_two_agents_never_write_on_one_day(touches):
    await sent(touches, send())
    answer = await touches.ask(wish(), after(hours=2))
    assert isinstance(answer, NotBefore)
    assert answer.because == "The last message to the guarantor is less than 72 hours ago."
    assert isinstance(await touches.ask(wish(), after(hours=73)), Claimed)
    assert isinstance(await touches.claim(send(n=2, now=after(hours=74))), NotBefore)


async def test_an_agents_touch_is_asked_for_told_and_counted(touches, pool):
    assert await touches.ask(wish(), NOON) == Claimed(pay_code="")
    assert isinstance(await touches.ask(wish(), after(minutes=1)), InDoubt)
    await touches.accepted("p1.recall.g1.1", "CA1", after(minutes=2), "a" * 64)
    assert await touches.ask(wish(), after(minutes=3)) == AlreadySent(at=after(minutes=2))
    row = await pool.fetchrow("SELECT balance, agent, value FROM touches")
    assert dict(row) == {"balance": None, "agent": "no_show", "value": PHONE}


async def test_a_direct_answer_counts_against_no_cap(touches):
    await sent(touches, send())
    assert isinstance(await touches.ask(wish(answers_patient=True), after(minutes=5)), Claimed)


async def test_nobody_knows_whom_to_write_to(touches):
    with pytest.raises(UnknownPersonError):
        await touches.ask(wish(guarantor_id="stranger"), NOON)
    with pytest.raises(UnknownBalanceError):
        await touches.ask(wish(balance_id="nothing"), NOON)


async def test_a_person_without_a_balance_can_be_written_to_about_a_visit(touches, pool):
    guarantor = karen("g9", texts("+13125550199"))
    await FactBook(pool).keep([ContactUpdated(fact_id="cu", at=NOON, practice_id="p1", guarantor=guarantor)], NOON)
    assert isinstance(await touches.ask(wish("t9", guarantor_id="g9"), NOON), Claimed)


# --- what stands in the way -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "because"),
    [
        (GuarantorDeceased, "The guarantor has died."), (BankruptcyFiled, "automatic stay"),
        (AttorneyRepresents, "A lawyer acts"),
    ],
)  # fmt: skip
async def test_what_ends_all_contact_ends_it_for_every_agent(touches, pool, fact, because):
    told = fact(fact_id="end", at=NOON, practice_id="p1", guarantor_id="g1")
    await FactBook(pool).keep([told], NOON)
    assert because in reason(await touches.ask(wish(), NOON))
    knowing = case_of("b1", posted(), told)
    assert because in reason(await touches.claim(send(case=knowing)))


async def test_a_stop_holds_for_every_agent(touches, pool):
    await FactBook(pool).keep([stopped()], NOON)
    assert reason(await touches.ask(wish(), NOON)) == "The guarantor has stopped this channel."
    assert isinstance(await touches.ask(wish(channel="email"), NOON), Claimed)


@pytest.mark.parametrize("stage", ["held", "with_staff"])
async def test_while_a_person_is_at_a_balance_no_agent_speaks_of_money(touches, pool, stage):
    await PostgresCaseBook(pool).record(case_of("b1", posted()), decision(stage=stage))
    answer = await touches.ask(wish(agent=Agent.voice), NOON)
    assert reason(answer) == "A balance of this person is held, or a person is at it."
    assert isinstance(await touches.ask(wish("care"), NOON), Claimed)


async def test_a_touch_about_a_balance_needs_it_to_be_owed(touches, pool):
    await FactBook(pool).keep([paid()], NOON)
    answer = await touches.ask(wish(agent=Agent.voice, balance_id="b1"), NOON)
    assert reason(answer) == "Nothing is owed any more."
    assert isinstance(await touches.ask(wish("care", balance_id="b1"), NOON), Claimed)


# --- consent by purpose ------------------------------------------------------------------------------------------------


async def test_a_recall_needs_a_word_of_its_own_and_carries_it_as_proof(touches, pool):
    recall = wish(agent=Agent.recall, message="recall")
    assert "about recall visits on file" in reason(await touches.ask(recall, NOON))
    await FactBook(pool).keep([consent("recall")], NOON)
    assert isinstance(await touches.ask(recall, NOON), Claimed)
    (proof,) = (await pool.fetchval("SELECT proof FROM touches"))["consent_from"]
    assert (proof["fact_id"], proof["wording"], proof["means"], proof["purpose"]) == ("c1", "texts-2026-01", "form", "recall")


async def test_both_purposes_are_needed_where_both_are_spoken_of(touches, pool):
    await FactBook(pool).keep([consent("recall"), consent("billing", fact_id="c2", granted=False)], NOON)
    both = wish(agent=Agent.recall, purposes=["billing", "recall"])
    assert "no consent on file" in reason(await touches.ask(both, NOON))
    await FactBook(pool).keep([consent("billing", fact_id="c3", at=after(minutes=1))], after(minutes=1))
    assert isinstance(await touches.ask(both, after(minutes=1)), Claimed)


async def test_an_earlier_word_heard_later_changes_nothing(touches, pool):
    refused = consent("billing", fact_id="late", granted=False, at=after(hours=1))
    await FactBook(pool).keep([refused], NOON)
    await FactBook(pool).keep([consent("billing", fact_id="early")], NOON)
    assert await pool.fetchval("SELECT status FROM consents") == "denied"
    answer = await touches.claim(send(case=case_of("b1", posted(), refused, consent("billing", fact_id="early"))))
    assert reason(answer) == "There is no consent on file for this contact point."


async def test_a_word_with_evidence_stands_over_an_unknown_consent(touches, pool):
    unsure = karen("g1", texts(consent=Consent.unknown), mails(EMAIL))
    later = posted("b2", guarantor=unsure, at=after(minutes=1))
    said = consent("billing", at=after(minutes=2))
    await FactBook(pool).keep([later, said], after(minutes=2))
    knowing = case_of("b2", later, said, guarantor=unsure)
    await claimed(touches, send("b2", now=after(minutes=3), case=knowing))


# --- all of them are kept ---------------------------------------------------------------------------------------------


async def test_whoever_asks_why_nothing_was_sent_is_told_once_with_the_count(touches, pool):
    await FactBook(pool).keep([stopped()], NOON)
    for minutes in range(3):
        assert isinstance(await touches.ask(wish(), after(minutes=minutes)), Skipped)
    story = await ReadModels(pool).timeline("p1", "b1")
    (told,) = [entry for entry in story if entry["kind"] == "not_sent"]
    assert told["sentence"] == "A text was not sent: rebooking."
    assert told["because"] == ["The guarantor has stopped this channel.", "A visit was missed."]
    assert (told["proof"]["times"], told["proof"]["agent"], told["proof"]["not_before"]) == (3, "no_show", None)


async def test_what_a_case_was_refused_stands_in_its_story_with_the_proof(touches, pool):
    await sent(touches, send())
    second = send(n=2, now=after(hours=1), message="follow_up")
    answer = await touches.claim(second)
    assert isinstance(answer, NotBefore)
    await touches.kept_back(second, NotBefore(moment=after(hours=5), because="The ledger could not be read."))
    story = [entry for entry in await ReadModels(pool).timeline("p1", "b1") if entry["kind"] == "not_sent"]
    assert [entry["because"][0] for entry in story] == [answer.because, "The ledger could not be read."]
    assert {"local_time", "zone", "touches_7d", "policy_version", "rules", "consent_from"} <= set(story[0]["proof"])


# --- between the claim and the sending ----------------------------------------------------------------------------------


async def test_a_stop_between_claim_and_sending_is_seen_at_the_last_look(touches, pool):
    await claimed(touches, send())
    touch_id = send().step.touch_id
    assert await touches.last_look(touch_id, {}) is None
    await FactBook(pool).keep([stopped()], NOON)
    assert await touches.last_look(touch_id, {}) == "A stop has come since the message was claimed."


async def test_a_payment_between_claim_and_sending_is_seen_at_the_last_look(touches, pool):
    await claimed(touches, send())
    await FactBook(pool).keep([paid()], NOON)
    assert await touches.last_look(send().step.touch_id, {}) == "It was paid since the message was claimed."


async def test_a_claim_that_is_not_open_does_not_leave(touches):
    assert await touches.last_look("nothing", {}) == "The claim of this message is not open any more."


class LiveWithNobody(Policies):
    def policy(self, practice_id: str) -> Policy:
        return Policy.model_validate({"golive": {"share": 0}})


async def test_who_is_left_to_the_practice_is_left_alone_by_every_agent_that_speaks_of_money(touches, pool):
    later = PostgresTouchBook(pool, LiveWithNobody())
    assert "goes live with 0%" in reason(await later.ask(wish(agent=Agent.voice), NOON))
    assert isinstance(await later.ask(wish("care"), NOON), Claimed)


# --- visits of people who owe ------------------------------------------------------------------------------------------


async def test_no_plain_recall_to_somebody_who_owes_much_and_has_not_answered(touches, pool):
    agreed = consent("recall")
    await FactBook(pool).keep([posted("b2", cents=200_00), agreed], NOON)
    await sent(touches, send(case=case_of("b1", posted(), agreed)))
    later = after(days=21)
    told = reason(await touches.ask(wish(agent=Agent.recall, message="recall"), later))
    assert told == "$415 is owed and was met with silence: the recall goes with the bill, in one message."
    await FactBook(pool).keep([wrote("when are you open?", at=after(days=1))], later)
    assert isinstance(await touches.ask(wish(agent=Agent.recall, message="recall"), later), Claimed)


async def test_two_balances_meet_one_missed_visit_with_one_message(touches, pool):
    await FactBook(pool).keep([posted("b2")], NOON)

    def rebooking(balance: str) -> TouchRequest:
        asked = send(balance)
        step = asked.step.model_copy(update={"touch_id": "p1.g1.rebooking.1", "message": "rebooking", "agent": "no_show"})
        return asked.model_copy(update={"step": step})

    await claimed(touches, rebooking("b1"))
    waiting = await touches.claim(rebooking("b2"))
    assert isinstance(waiting, NotBefore)
    assert waiting.because == "Another balance of this person is sending this very message."
    await touches.accepted("p1.g1.rebooking.1", "SM1", after(minutes=1), "hash")
    assert await touches.claim(rebooking("b2")) == AlreadySent(at=after(minutes=1))


# --- the one message after a stop -------------------------------------------------------------------------------------


def confirmation(*heard: AnyFact, now: datetime, n: int = 1) -> TouchRequest:
    asked = send(n=n, now=now, case=case_of("b1", posted(), *heard), outreach=False)
    step = asked.step.model_copy(
        update={"message": "answer_stopped", "reply_fact_id": "reply1", "touch_id": f"p1.b1.answer.{n}"}
    )
    return asked.model_copy(update={"step": step})


async def test_a_stop_in_own_words_is_confirmed_once_and_within_five_minutes(touches, pool):
    words, stop = wrote("please leave me alone"), stopped()
    await FactBook(pool).keep([words, stop], NOON)
    late = reason(await touches.claim(confirmation(words, stop, now=after(minutes=6))))
    assert late == "A stop may be confirmed within five minutes only."
    first = confirmation(words, stop, now=after(minutes=1))
    await claimed(touches, first)
    assert await touches.last_look(first.step.touch_id, {}) is None
    await touches.accepted(first.step.touch_id, "SM", after(minutes=1), "hash")
    again = await touches.claim(confirmation(words, stop, now=after(minutes=2), n=2))
    assert isinstance(again, Skipped)
    assert reason(await touches.claim(send(n=9, now=after(minutes=2), case=case_of("b1", posted(), words, stop))))


async def test_a_number_of_somebody_else_gets_no_confirmation(touches, pool):
    words, stop = wrote("please leave me alone"), stopped()
    await FactBook(pool).keep([words, stop], NOON)
    await pool.execute("UPDATE suppressions SET status = 'wrong_person'")
    told = reason(await touches.claim(confirmation(words, stop, now=after(minutes=1))))
    assert told == "This contact point belongs to somebody else."


async def test_the_words_about_to_leave_stand_in_the_proof(touches, pool):
    await claimed(touches, send())
    assert await touches.last_look(send().step.touch_id, {"template_version": "first_notice/sms.en 3f9c"}) is None
    assert (await pool.fetchval("SELECT proof FROM touches"))["template_version"] == "first_notice/sms.en 3f9c"
