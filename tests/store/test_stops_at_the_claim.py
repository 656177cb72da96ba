"""What the transaction of a claim makes of stops, new consents and confidential wishes, whatever a case still believes."""

from __future__ import annotations

from datetime import datetime

import pytest

from receivables.contact import Wish
from receivables.facts import (
    ConfidentialRequested,
    ConsentRecorded,
    ContactStopped,
    DeliveryFailed,
    EstimateDisputed,
    OutreachResumed,
    TaskResolved,
)
from receivables.people import Channel, PointStatus
from receivables.ports import Claimed
from receivables.steps import AskStaff
from store.fact_book import FactBook, hydrated
from store.task_book import PostgresTaskBook
from tests.store.asking import claimed, reason, send
from tests.store.told import EMAIL, NOON, PHONE, after, case_of, karen, posted, stopped, texts

LATER = after(days=3)


def agreed(
    fact_id: str = "yes1", at: datetime = LATER, value: str = PHONE, guarantor_id: str = "g1", granted: bool = True,
    means: str = "form", purposes: tuple[str, ...] = ("billing", "care"),
) -> ConsentRecorded:  # fmt: skip
    return ConsentRecorded.model_validate(
        {
            "fact_id": fact_id, "at": at, "practice_id": "p1", "guarantor_id": guarantor_id, "channel": "sms",
            "value": value, "purposes": purposes, "granted": granted, "given_at": at, "means": means,
            "wording_version": "sms-1",
        }
    )  # fmt: skip


def stop_at(moment: datetime, fact_id: str) -> ContactStopped:
    return stopped(fact_id).model_copy(update={"at": moment})


def heard(*fact_ids: str, balance: str = "b1", guarantor_id: str = "g1"):
    case = case_of(balance, posted(balance), guarantor=karen(guarantor_id))
    return case.model_copy(update={"handled": [*case.handled, *fact_ids]})


def late(*fact_ids: str):
    return send(now=after(days=4), case=heard(*fact_ids))


async def test_a_consent_after_the_stop_opens_the_number_for_all_agents_at_once(touches, pool):
    facts = FactBook(pool)
    await facts.keep([stopped()], NOON)
    assert "stopped" in reason(await touches.claim(late("stop1")))
    await facts.keep([agreed()], LATER)
    assert isinstance(await touches.ask(_wish("care"), after(days=4)), Claimed)
    await touches.refused("front.1", "Only asked.")
    await claimed(touches, late("stop1", "yes1"))


async def test_what_was_agreed_to_covers_no_other_purpose(touches, pool):
    await FactBook(pool).keep([stopped()], NOON)
    await FactBook(pool).keep([agreed(purposes=("billing",))], LATER)
    assert "stopped" in reason(await touches.ask(_wish("care"), after(days=4)))


def _wish(purpose: str) -> Wish:
    return Wish.model_validate(
        {
            "touch_id": "front.1", "practice_id": "p1", "guarantor_id": "g1", "agent": "front_desk", "message": "hello",
            "channel": "sms", "to": PHONE, "purposes": [purpose], "because": ["A visit moved."],
        }
    )  # fmt: skip


@pytest.mark.parametrize("why", ["an older word", "a refusal", "another number", "another person"])
async def test_anything_less_than_a_new_consent_of_this_person_opens_nothing(touches, pool, why):
    facts = FactBook(pool)
    if why == "another person":
        await facts.keep([posted("b9", guarantor=karen("g9"))], NOON)
    await facts.keep([stop_at(after(hours=1), "stop1")], NOON)
    said = {
        "an older word": agreed(at=NOON), "a refusal": agreed(granted=False),
        "another number": agreed(value="+13125550199"), "another person": agreed(guarantor_id="g9"),
    }[why]  # fmt: skip
    await facts.keep([said], LATER)
    assert reason(await touches.claim(late("stop1", "yes1")))


async def test_a_second_stop_outlives_the_consent_before_it(touches, pool):
    facts = FactBook(pool)
    await facts.keep([stopped()], NOON)
    await facts.keep([agreed()], LATER)
    await facts.keep([stop_at(after(days=3, hours=2), "stop2")], LATER)
    assert "stopped" in reason(await touches.claim(late("stop1", "yes1", "stop2")))


async def test_the_stop_of_one_person_is_the_numbers_and_the_other_opens_it_for_themselves_only(touches, pool):
    facts = FactBook(pool)
    await facts.keep([posted("b9", guarantor=karen("g9"))], NOON)
    await facts.keep([stopped()], NOON)
    other = send("b9", now=after(days=4), case=heard(balance="b9", guarantor_id="g9"))
    assert "opted out" in reason(await touches.claim(other))
    await facts.keep([agreed(guarantor_id="g9")], LATER)
    await claimed(touches, send("b9", now=after(days=4), case=heard("yes1", balance="b9", guarantor_id="g9")))
    assert "stopped" in reason(await touches.claim(late("stop1")))


async def test_a_strangers_number_is_quarantined_for_everyone_until_verified(touches, pool):
    facts = FactBook(pool)
    await facts.keep([posted("b9", guarantor=karen("g9"))], NOON)
    stranger = DeliveryFailed(
        fact_id="stranger1", at=NOON, practice_id="p1", guarantor_id="g1", channel=Channel.sms,
        status=PointStatus.wrong_person, because="Whoever answers there is somebody else.",
    )  # fmt: skip
    await facts.keep([stranger], NOON)
    other = send("b9", now=after(days=4), case=heard(balance="b9", guarantor_id="g9"))
    assert "somebody else" in reason(await touches.claim(other))
    assert "somebody else" in reason(await touches.claim(late("stranger1")))
    await facts.keep([agreed()], LATER)
    await claimed(touches, late("stranger1", "yes1"))
    assert "somebody else" in reason(await touches.claim(other))


async def test_a_stop_that_comes_between_claim_and_send_holds_the_text_back_unless_it_was_outlived(touches, pool):
    await FactBook(pool).keep([stopped()], NOON)
    await FactBook(pool).keep([agreed()], LATER)
    request = late("stop1", "yes1")
    await claimed(touches, request)
    assert await touches.last_look(request.step.touch_id, {}) is None
    await FactBook(pool).keep([stop_at(after(days=4), "stop2")], after(days=4))
    assert await touches.last_look(request.step.touch_id, {}) is not None


async def test_facts_told_again_after_the_new_consent_carry_the_number_as_usable(touches, pool):
    await FactBook(pool).keep([stopped()], NOON)
    async with pool.acquire() as connection:
        (before,) = await hydrated(connection, [posted()])
        await FactBook(pool).keep([agreed()], LATER)
        (now,) = await hydrated(connection, [posted()])
    assert before.guarantor.contact_points[0].status is PointStatus.opted_out
    assert now.guarantor.contact_points[0].status is PointStatus.usable


async def test_no_contact_at_all_stays_until_it_was_asked_for_in_writing_and_a_person_agrees(touches, pool):
    facts = FactBook(pool)
    await facts.keep([stopped(channel=None)], NOON)
    await facts.keep([_resumed("go1", LATER)], LATER)
    assert "stopped" in reason(await touches.claim(late("stop1", "go1")))
    await facts.keep([agreed(means="phone"), _resumed("go2", after(days=3, hours=1))], LATER)
    assert "stopped" in reason(await touches.claim(late("stop1", "go1", "go2", "yes1")))
    await facts.keep([agreed("yes2", after(days=3, hours=2)), _resumed("go3", after(days=3, hours=3))], LATER)
    await claimed(touches, late("stop1", "go1", "go2", "go3", "yes1", "yes2"))


async def test_a_confidential_wish_silences_all_agents_and_afterwards_all_other_numbers(touches, pool):
    facts = FactBook(pool)
    elsewhere = "+13125550177"
    wish = ConfidentialRequested(
        fact_id="quiet1", at=NOON, practice_id="p1", guarantor_id="g1", only_at=[elsewhere, EMAIL.upper()]
    )
    await facts.keep([wish], NOON)
    assert "confidential" in reason(await touches.claim(late("quiet1")))
    assert "confidential" in reason(await touches.ask(_wish("care"), after(days=4)))
    await facts.keep([posted("b2", guarantor=karen("g1", texts(elsewhere), texts()), at=after(hours=1))], NOON)
    await facts.keep([_resumed("go1", LATER)], LATER)
    case = heard("quiet1", "go1", balance="b2").model_copy(update={"guarantor": karen("g1", texts(elsewhere), texts())})
    case = case.model_copy(update={"handled": [*case.handled, "posted.b2.021900"]})
    assert "elsewhere only" in reason(await touches.claim(send("b2", now=after(days=4), case=case)))
    await claimed(touches, send("b2", now=after(days=4), to=elsewhere, case=case))


@pytest.mark.parametrize(("answered", "lifted"), [("confidential", True), ("reply", False)])
async def test_a_stop_is_lifted_by_the_answer_to_its_own_question(touches, pool, answered, lifted):
    facts = FactBook(pool)
    await facts.keep(
        [ConfidentialRequested(fact_id="quiet1", at=NOON, practice_id="p1", guarantor_id="g1", only_at=[PHONE])], NOON
    )
    step = AskStaff(task_id=f"b1.{answered}.1", task_kind=answered, summary="Please look.")
    await PostgresTaskBook(pool).open(heard("quiet1"), step, NOON)
    done = TaskResolved(
        fact_id="done1", at=LATER, practice_id="p1", balance_id="b1", task_id=f"b1.{answered}.1", outcome="resume"
    )
    await facts.keep([done], LATER)
    claim = await touches.claim(late("quiet1", "done1"))
    assert isinstance(claim, Claimed) == lifted


async def test_news_of_a_dispute_about_the_estimate_holds_a_text_back_before_its_case_has_heard(touches, pool):
    told = EstimateDisputed(fact_id="review1", at=NOON, practice_id="p1", balance_id="b1")
    await FactBook(pool).keep([told], NOON)
    assert "estimate_disputed" in reason(await touches.claim(send()))


def _resumed(fact_id: str, at: datetime) -> OutreachResumed:
    return OutreachResumed(fact_id=fact_id, at=at, source="staff", practice_id="p1", balance_id="b1", because="Arranged.")


async def test_a_balance_posted_after_the_new_consent_hears_of_it_beside_the_stop(touches, pool):
    facts = FactBook(pool)
    await facts.keep([stopped()], NOON)
    await facts.keep([agreed()], LATER)
    await facts.keep([posted("b5", at=after(days=4))], after(days=4))
    heard_of = await pool.fetch(
        "SELECT f.kind FROM fact_deliveries d JOIN facts f ON f.id = d.fact JOIN balances b ON b.id = d.balance "
        "WHERE b.balance_id = 'b5'"
    )
    assert {row["kind"] for row in heard_of} == {"balance_posted", "contact_stopped", "consent_recorded"}
