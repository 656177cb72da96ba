"""Nobody is written to against their word, without consent, or when nothing is owed; and never twice."""

from __future__ import annotations

from datetime import datetime

import pytest

from receivables.facts import DisputeRaised, StaffNote
from receivables.people import Channel, Consent, ContactPoint, PointStatus
from receivables.ports import AlreadySent, Claimed, InDoubt, Skipped
from store.case_book import PostgresCaseBook, UnknownBalanceError
from store.fact_book import FactBook
from store.inbox import Inbox
from store.pay_links import PayLinks
from store.touch_book import PostgresTouchBook, UnknownTouchError
from tests.store.asking import Policies, claimed, reason, send
from tests.store.told import (
    EMAIL,
    NOON,
    PHONE,
    adjusted,
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

# --- one touch -------------------------------------------------------------------------------------------------


async def test_a_claim_carries_the_page_code_and_its_proof(touches, pool):
    claim = await touches.claim(send())
    assert claim == Claimed(pay_code=await PayLinks(pool).code_for("p1", "b1"))
    proof = await pool.fetchval("SELECT proof FROM touches")
    assert proof == {
        "because": ["It is two o'clock."], "purposes": ["billing"], "outstanding_cents": 215_00, "consent": "granted",
        "segment": "small_unproven",
        "local_time": "2026-03-02T12:00-06:00", "zone": "America/Chicago", "touches_30d": 0, "policy_version": "v7",
        "template": "first_notice", "rules": [], "rules_version": "none", "zones": ["America/Chicago"], "touches_7d": 0,
        "point_touches_30d": 0, "last_reply_at": None, "ledger_read_at": None, "ledger_cents": None,
        "consent_from": [{
            "fact_id": "posted.b1.021800", "source": "demo", "given_at": NOON.isoformat(),
            "means": "as the practice's records have it",
        }],
    }  # fmt: skip


async def test_after_a_crash_before_the_providers_answer_the_touch_is_in_doubt(touches, pool):
    await claimed(touches, send())
    again = await touches.claim(send(now=after(minutes=5)))
    assert again == InDoubt(pay_code=await PayLinks(pool).code_for("p1", "b1"), first_tried_at=NOON)
    assert await pool.fetchval("SELECT count(*) FROM touches") == 1


async def test_after_a_crash_behind_the_providers_answer_the_touch_was_sent(touches):
    await claimed(touches, send())
    await touches.accepted("p1.b1.first_notice.1", "SM1", after(seconds=2), "hash")
    await touches.accepted("p1.b1.first_notice.1", "SM1", after(seconds=9), "hash")
    assert await touches.claim(send(now=after(minutes=5))) == AlreadySent(at=after(seconds=2))
    await touches.refused("p1.b1.first_notice.1", "too late")
    assert await touches.claim(send(now=after(minutes=6))) == AlreadySent(at=after(seconds=2))


async def test_a_refused_touch_does_not_count_and_may_be_tried_again(touches, pool):
    await claimed(touches, send())
    await touches.refused("p1.b1.first_notice.1", "The provider is away.")
    await claimed(touches, send(now=after(minutes=10)))
    assert [row["status"] for row in await pool.fetch("SELECT status FROM touches ORDER BY id")] == [
        "refused",
        "claimed",
    ]


async def test_texts_without_a_last_report_are_those_on_which_the_inbox_has_none(touches, pool):
    keys = ["status.{}.delivered", "status.{}.failed"]
    inbox = Inbox(pool)

    async def silent(last: datetime) -> list[str]:
        return [one.provider_id for one in await touches.silent("twilio", keys, NOON, last)]

    await claimed(touches, send())
    assert await silent(after(hours=1)) == [], "nobody has taken it yet"
    await touches.accepted("p1.b1.first_notice.1", "SM1", after(seconds=2), "hash")
    assert await silent(after(seconds=1)) == [], "it is not overdue"
    assert await silent(after(hours=1)) == ["SM1"]
    for vendor, key in (("twilio", "status.SM1.sent"), ("twilio", "status.SM2.failed"), ("stripe", "status.SM1.failed")):
        await inbox.keep(vendor, key, b"", {}, NOON)
    assert await silent(after(hours=1)) == ["SM1"]
    await inbox.keep("twilio", "status.SM1.failed", b"", {}, NOON)
    assert await silent(after(hours=1)) == []


async def test_a_touch_nobody_claimed_cannot_have_been_accepted(touches):
    with pytest.raises(UnknownTouchError):
        await touches.accepted("p1.b1.first_notice.1", "SM1", NOON, "hash")
    await claimed(touches, send())
    await touches.refused("p1.b1.first_notice.1", "The provider is away.")
    with pytest.raises(UnknownTouchError):
        await touches.accepted("p1.b1.first_notice.1", "SM1", NOON, "hash")


async def test_a_payment_stops_even_a_touch_in_doubt(touches, pool):
    await claimed(touches, send())
    await FactBook(pool).keep([paid()], after(minutes=1))
    claim = await touches.claim(send(now=after(minutes=5)))
    assert isinstance(claim, Skipped)
    assert claim.news


async def test_two_balances_can_never_share_a_touch_id(touches, pool):
    await claimed(touches, send())
    await FactBook(pool).keep([posted("b2", guarantor=karen("g2", texts("+13125550143")))], NOON)
    stranger = send("b2", to="+13125550143").model_copy(update={"step": send().step})
    with pytest.raises(ValueError, match="two balances use the same touch id"):
        await touches.claim(stranger)


async def test_a_claim_for_a_balance_nobody_posted_is_an_error(touches):
    with pytest.raises(UnknownBalanceError):
        await touches.claim(send("nobody"))


async def test_whoever_answers_a_message_can_be_traced_to_it(touches, pool):
    await claimed(touches, send())
    assert await FactBook(pool).touch_target("p1.b1.first_notice.1") == ("p1", "b1", "g1", PHONE)
    assert await FactBook(pool).touch_target("p1.b1.first_notice.2") is None


# --- what stands in the way -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fact",
    [
        paid(cents=1_00), adjusted(300_00, after(hours=1)), stopped(), stopped(channel=None), wrote("hello?"),
        DisputeRaised(fact_id="d", at=NOON, practice_id="p1", guarantor_id="g1"),
    ],
    ids=lambda fact: fact.kind,
)  # fmt: skip
async def test_news_the_case_has_not_heard_comes_before_any_message(touches, pool, fact):
    await FactBook(pool).keep([fact], NOON)
    claim = await touches.claim(send())
    assert isinstance(claim, Skipped)
    assert (claim.news, claim.because) == (True, f"News has arrived that the case has not heard: {fact.kind}.")


async def test_a_note_by_the_staff_stands_in_nobodys_way(touches, pool):
    await FactBook(pool).keep([StaffNote(fact_id="n", at=NOON, practice_id="p1", balance_id="b1", text="x")], NOON)
    await claimed(touches, send())


async def test_whoever_owes_nothing_any_more_is_not_written_to(touches, pool):
    await FactBook(pool).keep([paid()], NOON)
    assert reason(await touches.claim(send(case=case_of("b1", posted(), paid())))) == "Nothing is owed any more."


async def test_whoever_owes_less_than_the_practice_cares_for_is_not_written_to(touches, pool):
    part = paid(cents=205_01)
    await FactBook(pool).keep([part], NOON)
    because = reason(await touches.claim(send(case=case_of("b1", posted(), part))))
    assert because == "$9.99 is below the $10 from which the practice writes to people."


async def test_a_stop_is_visible_to_claims_of_every_balance_and_every_family_member_at_once(touches, pool):
    facts = FactBook(pool)
    await facts.keep([posted("b2"), posted("b3", guarantor=karen("g2", texts(), mails("jo@example.com")))], NOON)
    await facts.keep([stopped()], NOON)
    for balance_id, guarantor in (("b1", karen()), ("b2", karen()), ("b3", karen("g2"))):
        case = case_of(balance_id, posted(balance_id), stopped(), guarantor=guarantor)
        because = reason(await touches.claim(send(balance_id, case=case)))
        assert because in {"The guarantor has stopped this channel.", "This contact point has opted out."}
    jo = case_of("b3", posted("b3"), stopped(), guarantor=karen("g2"))
    await claimed(touches, send("b3", to="jo@example.com", case=jo))


@pytest.mark.parametrize("status", [status for status in PointStatus if status is not PointStatus.usable])
async def test_a_number_that_failed_is_not_tried_again_by_anyone(touches, pool, status):
    await FactBook(pool).keep([posted("b2", guarantor=karen("g2"))], NOON)
    await claimed(touches, send())
    await touches.refused("p1.b1.first_notice.1", "no")
    await touches.point_failed(PHONE, Channel.sms, status)
    assert isinstance(await touches.claim(send(now=after(days=4))), Skipped)
    other = await touches.claim(send("b2", case=case_of("b2", posted("b2"), guarantor=karen("g2"))))
    assert isinstance(other, Skipped)
    assert other.news


async def test_a_failed_number_is_told_once_to_the_other_cases_and_not_to_the_one_that_found_out(touches, pool):
    await FactBook(pool).keep([posted("b2", guarantor=karen("g2")), posted("b3", guarantor=karen("g3", mails()))], NOON)
    await claimed(touches, send())
    for _ in range(3):
        await touches.point_failed(PHONE, Channel.sms, PointStatus.landline)
    told = [delivery for delivery in await FactBook(pool).undelivered(20) if delivery.fact.kind == "delivery_failed"]
    assert [(delivery.balance_id, delivery.fact.status) for delivery in told] == [("b2", PointStatus.landline)]
    await touches.point_failed(PHONE, Channel.sms, PointStatus.usable)
    assert await pool.fetchval("SELECT status FROM suppressions") == "landline"


async def test_an_opt_out_is_never_forgotten_for_a_lesser_fault(touches, pool):
    await claimed(touches, send())
    await touches.point_failed(PHONE, Channel.sms, PointStatus.opted_out)
    await touches.point_failed(PHONE, Channel.sms, PointStatus.dead)
    assert await pool.fetchval("SELECT status FROM suppressions") == "opted_out"


@pytest.mark.parametrize(
    ("points", "to", "because"),
    [
        ([texts(consent=Consent.unknown)], PHONE, "There is no consent on file for this contact point."),
        ([texts(consent=Consent.denied)], PHONE, "There is no consent on file for this contact point."),
        ([mails(consent=Consent.denied)], EMAIL, "There is no consent on file for this contact point."),
        ([texts("+13125550177")], PHONE, "This contact point is not on file for the guarantor any more."),
        ([texts()], EMAIL, "This contact point is not on file for the guarantor any more."),
        (
            [ContactPoint(channel=Channel.sms, value=PHONE, consent=Consent.granted, status=PointStatus.landline)],
            PHONE,
            "There is no consent on file for this contact point.",
        ),
    ],
)
async def test_without_consent_on_file_nothing_is_sent(pool, points, to, because):
    await FactBook(pool).keep([posted(guarantor=karen("g1", *points))], NOON)
    assert reason(await PostgresTouchBook(pool, Policies()).claim(send(to=to))) == because


async def test_an_address_is_the_same_in_capitals(touches):
    await claimed(touches, send(to=EMAIL.upper()))


async def test_a_case_that_heard_everything_is_not_held_up_by_old_news(touches, pool):
    note = wrote("ok", at=after(days=-1))
    await FactBook(pool).keep([note], after(days=-1))
    case = case_of("b1", posted(), note)
    await PostgresCaseBook(pool).record(case, decision())
    await claimed(touches, send(case=case))


async def test_the_word_that_nothing_is_owed_leaves_exactly_while_nothing_is(touches, pool):
    book = FactBook(pool)
    gone = adjusted(0, after(minutes=1))
    await book.keep([gone], NOON)
    told = send(message="nothing_left", case=case_of("b1", posted("b1"), gone))
    assert isinstance(await touches.claim(told), Claimed)
    assert await touches.last_look(told.step.touch_id, {}) is None
    await book.keep([adjusted(50_00, after(minutes=2))], NOON)
    assert await touches.last_look(told.step.touch_id, {}) == "Something is owed again since the message was claimed."
