"""Nobody is contacted twice, too often, too early, or against their word, however many agents try at once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from receivables.case import Case
from receivables.facts import DisputeRaised, StaffNote
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, PointStatus
from receivables.policy import Policy, Practice
from receivables.ports import AlreadySent, Claim, Claimed, InDoubt, LedgerReading, NotBefore, Skipped, TouchRequest
from receivables.steps import SendMessage
from store.case_book import PostgresCaseBook, UnknownBalanceError
from store.fact_book import FactBook
from store.pay_links import PayLinks
from store.pool import Pool
from store.touch_book import PostgresTouchBook, UnknownTouchError
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

CHICAGO = ZoneInfo("America/Chicago")


class Policies:
    """Practice p1 keeps its ledger in files, p2 in a system that can be asked."""

    def practice(self, practice_id: str) -> Practice:
        return Practice(
            practice_id=practice_id, name="Lakeside", phone="+13125550100", time_zone="America/Chicago", state="IL",
            postal_address="1 Main St", email="desk@example.org", sms_from="+13125550101", statement_name="LAKESIDE",
            ledger="simulated" if practice_id == "p2" else "posting_file",
        )  # fmt: skip

    def policy(self, practice_id: str) -> Policy:
        return Policy()


@pytest.fixture
async def touches(pool: Pool) -> PostgresTouchBook:
    await FactBook(pool).keep([posted()], NOON)
    return PostgresTouchBook(pool, Policies())


def send(
    balance_id: str = "b1", now: datetime = NOON, n: int = 1, message: str = "first_notice", to: str = PHONE,
    case: Case | None = None, outreach: bool = True, **contact: object,
) -> TouchRequest:  # fmt: skip
    channel = Channel.email if "@" in to else Channel.sms
    step = SendMessage(touch_id=f"p1.{balance_id}.{message}.{n}", message=message, channel=channel)
    policy = Policy.model_validate({"version": "v7", "contact": contact})
    return TouchRequest(
        case=case or case_of(balance_id, posted(balance_id)), step=step, to=to, now=now, policy=policy,
        because=["It is two o'clock."], outreach=outreach,
    )  # fmt: skip


async def claimed(touches: PostgresTouchBook, request: TouchRequest) -> None:
    assert isinstance(await touches.claim(request), Claimed)


def reason(claim: Claim) -> str:
    assert isinstance(claim, (Skipped, NotBefore)), claim
    return claim.because


# --- one touch -------------------------------------------------------------------------------------------------


async def test_a_claim_carries_the_page_code_and_its_proof(touches, pool):
    claim = await touches.claim(send())
    assert claim == Claimed(pay_code=await PayLinks(pool).code_for("p1", "b1"))
    proof = await pool.fetchval("SELECT proof FROM touches")
    assert proof == {
        "because": ["It is two o'clock."], "outstanding_cents": 215_00, "consent": "granted",
        "local_time": "2026-03-02T12:00-06:00", "zone": "America/Chicago", "touches_30d": 0, "policy_version": "v7",
        "template": "first_notice",
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


# --- hours, caps, gaps, silences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "permitted"),
    [
        ("2026-03-02T08:59", "2026-03-02T09:00"),
        ("2026-03-02T20:00", "2026-03-03T09:00"),
        ("2026-03-07T20:30", "2026-03-09T09:00"),
        ("2026-03-08T12:00", "2026-03-09T09:00"),
    ],
)
async def test_outside_the_hours_of_the_patients_place_a_message_waits(touches, local, permitted):
    claim = await touches.claim(send(now=datetime.fromisoformat(local).replace(tzinfo=CHICAGO)))
    assert isinstance(claim, NotBefore)
    assert claim.moment == datetime.fromisoformat(permitted).replace(tzinfo=CHICAGO)
    assert claim.because == "It is outside the hours in which messages may be sent there."


async def test_an_answer_in_a_conversation_the_patient_opened_needs_no_room_and_takes_none(touches, pool):
    await FactBook(pool).keep([wrote("PLAN", at=after(hours=12))], after(hours=12))
    case = case_of("b1", posted(), wrote("PLAN"))
    at_night = send(message="plan_offer", now=after(hours=12), outreach=False, case=case)
    await claimed(touches, at_night)
    await claimed(touches, send(now=after(days=1), case=case))


async def _sent(touches: PostgresTouchBook, request: TouchRequest) -> None:
    await claimed(touches, request)
    await touches.accepted(request.step.touch_id, "SM", request.now, "hash")


async def test_one_message_a_day_and_a_gap_before_the_next(touches):
    await _sent(touches, send())
    tight = {"min_gap_h": 24}
    claim = await touches.claim(send(n=2, now=after(hours=3), **tight))
    assert claim == NotBefore(
        moment=after(hours=24), because="The last message to the guarantor is less than 24 hours ago."
    )
    claim = await touches.claim(send(n=2, now=after(hours=3)))
    assert claim == NotBefore(
        moment=after(hours=72), because="The last message to the guarantor is less than 72 hours ago."
    )
    await claimed(touches, send(n=2, now=after(hours=72)))


async def test_two_messages_in_seven_days_are_enough(touches):
    await _sent(touches, send())
    await _sent(touches, send(n=2, now=after(days=3)))
    claim = await touches.claim(send(n=3, now=after(days=6, hours=1)))
    assert claim == NotBefore(moment=after(days=7), because="The guarantor was contacted 2 times within 7 days.")
    await claimed(touches, send(n=3, now=after(days=8)))


async def test_six_messages_in_thirty_days_are_enough(touches):
    for n, day in enumerate((0, 4, 8, 11, 15, 18)):
        await _sent(touches, send(n=n, now=after(days=day), max_per_7d=7))
    claim = await touches.claim(send(n=7, now=after(days=24), max_per_7d=7))
    assert claim == NotBefore(moment=after(days=30), because="The guarantor was contacted 6 times within 30 days.")


async def test_the_moment_after_a_gap_is_moved_into_permitted_hours(touches):
    thursday_evening = datetime(2026, 3, 5, 19, 30, tzinfo=CHICAGO)
    await _sent(touches, send(now=thursday_evening))
    claim = await touches.claim(send(n=2, now=thursday_evening + timedelta(hours=16)))
    assert claim.moment == datetime(2026, 3, 9, 9, 0, tzinfo=CHICAGO)


async def test_family_members_with_one_phone_share_its_caps_but_not_their_own_addresses(touches, pool):
    spouse = karen("g2", texts(), mails("jo@example.com"))
    await FactBook(pool).keep([posted("b2", guarantor=spouse)], NOON)
    case = case_of("b2", posted("b2"), guarantor=spouse)
    await _sent(touches, send())
    claim = await touches.claim(send("b2", case=case, now=after(hours=1)))
    assert reason(claim) == "The last message to this contact point is less than 72 hours ago."
    await claimed(touches, send("b2", to="jo@example.com", case=case, now=after(hours=1)))


async def test_all_balances_of_one_person_share_their_caps(touches, pool):
    await FactBook(pool).keep([posted("b2")], NOON)
    await _sent(touches, send())
    claim = await touches.claim(send("b2", to=EMAIL, now=after(hours=1)))
    assert reason(claim) == "The last message to the guarantor is less than 72 hours ago."


async def test_a_touch_in_doubt_counts_until_it_is_known_never_to_have_left(touches, pool):
    await FactBook(pool).keep([posted("b2")], NOON)
    await claimed(touches, send())
    assert isinstance(await touches.claim(send("b2")), NotBefore)
    await touches.refused("p1.b1.first_notice.1", "never left")
    await claimed(touches, send("b2"))


async def test_after_a_reply_the_agent_is_silent_for_two_hours_on_every_balance(touches, pool):
    facts = FactBook(pool)
    await facts.keep([posted("b2"), posted("b3", guarantor=karen("g2"))], NOON)
    await facts.keep([wrote("what is this?")], NOON)
    claim = await touches.claim(send("b2", now=after(minutes=30)))
    assert claim == NotBefore(moment=after(hours=2), because="The patient wrote less than 2 hours ago.")
    spouse = case_of("b3", posted("b3"), guarantor=karen("g2"))
    assert isinstance(await touches.claim(send("b3", case=spouse, now=after(minutes=30))), NotBefore)
    await claimed(touches, send("b2", now=after(hours=2)))


# --- the practice's ledger -----------------------------------------------------------------------------------------


async def test_where_the_ledger_can_be_read_a_claim_needs_a_fresh_reading(pool):
    await FactBook(pool).keep([posted(practice_id="p2")], NOON)
    touches, cases = PostgresTouchBook(pool, Policies()), PostgresCaseBook(pool)
    request = send()
    request = request.model_copy(update={"case": request.case.model_copy(update={"practice_id": "p2"})})
    stale = NotBefore(moment=after(minutes=1), because="The practice's ledger has not been read recently.")
    assert await touches.claim(request) == stale
    reading = LedgerReading(balance_id="b1", outstanding_cents=Cents(215_00), read_at=after(minutes=-16))
    await cases.ledger_read(reading, "p2")
    assert await touches.claim(request) == stale
    await cases.ledger_read(reading.model_copy(update={"read_at": after(minutes=-15)}), "p2")
    await claimed(touches, request)


# --- many at once ---------------------------------------------------------------------------------------------------


async def test_of_sixteen_agents_writing_to_one_person_exactly_one_wins(touches, pool):
    balances = [f"b{n}" for n in range(16)]
    await FactBook(pool).keep([posted(balance) for balance in balances], NOON)
    for day in range(100):
        now = after(weeks=day)
        requests = [send(balance, n=day, now=now) for balance in balances]
        claims = await asyncio.gather(*(touches.claim(request) for request in requests))
        winners = [request for request, claim in zip(requests, claims, strict=True) if isinstance(claim, Claimed)]
        assert len(winners) == 1, day
        assert all(isinstance(claim, (Claimed, NotBefore)) for claim in claims)
        await touches.accepted(winners[0].step.touch_id, "SM", now, "hash")


async def test_of_sixteen_people_sharing_a_phone_exactly_one_is_written_to(touches, pool):
    people = [karen(f"shared{n}", texts("+13125550166")) for n in range(16)]
    await FactBook(pool).keep([posted(f"s{n}", guarantor=person) for n, person in enumerate(people)], NOON)
    for day in range(100):
        now = after(weeks=day)
        requests = [
            send(f"s{n}", n=day, now=now, to="+13125550166",
                 case=case_of(f"s{n}", posted(f"s{n}"), guarantor=person))
            for n, person in enumerate(people)
        ]  # fmt: skip
        claims = await asyncio.gather(*(touches.claim(request) for request in requests))
        assert sum(isinstance(claim, Claimed) for claim in claims) == 1, day
        assert sum(isinstance(claim, NotBefore) for claim in claims) == 15, day


async def test_the_same_touch_tried_by_sixteen_at_once_is_claimed_once(touches):
    for n in range(50):
        request = send(n=n, now=after(weeks=n))
        claims = await asyncio.gather(*(touches.claim(request) for _ in range(16)))
        assert sum(isinstance(claim, Claimed) for claim in claims) == 1
        assert sum(isinstance(claim, InDoubt) for claim in claims) == 15


async def test_a_payment_stored_before_a_claim_always_stops_it(touches, pool):
    facts, cases = FactBook(pool), PostgresCaseBook(pool)
    for n in range(60):
        balance = f"race{n}"
        guarantor = karen(f"race{n}", texts(f"+131255502{n:02d}"))
        await facts.keep([posted(balance, guarantor=guarantor)], NOON)
        case = case_of(balance, posted(balance), guarantor=guarantor)
        request = send(balance, to=f"+131255502{n:02d}", case=case)
        stored: list[float] = []

        async def pay(balance: str = balance, stored: list[float] = stored) -> None:
            await facts.keep([paid(f"pay.{balance}", 215_00, balance)], NOON)
            stored.append(asyncio.get_running_loop().time())

        async def claim_after(request: TouchRequest = request, stored: list[float] = stored) -> tuple[bool, Claim]:
            known = bool(stored)
            return known, await touches.claim(request)

        _, (known, claim) = await asyncio.gather(pay(), claim_after())
        assert not (known and isinstance(claim, Claimed))
        assert isinstance(await touches.claim(request), Skipped)
    assert cases


# --- what the database itself forbids -----------------------------------------------------------------------------------

INSERT = """
    INSERT INTO touches (balance, guarantor, claimed_at, tried_at, resolved_at, local_day, outreach, touch_id, status,
        message, channel, value, provider_id, text_hash, proof)
    SELECT b.id, b.guarantor, now(), now(), now(), $1, true, $2, 'accepted', 'm', 'sms', $3, 'SM', 'h', '{}'
    FROM balances b"""


@pytest.mark.parametrize(
    ("day", "touch_id", "value", "constraint"),
    [
        (5, "one", "+2", "touches_one_of_a_kind"),
        (2, "two", "+1", "touches_daily_guarantor"),
    ],
)
async def test_the_database_itself_refuses_a_second_touch(touches, pool, day, touch_id, value, constraint):
    await pool.execute(INSERT, NOON.date().replace(day=2), "one", "+1")
    with pytest.raises(asyncpg.UniqueViolationError, match=constraint):
        await pool.execute(INSERT, NOON.date().replace(day=day), touch_id, value)


async def test_the_database_itself_refuses_an_accepted_touch_without_proof(touches, pool):
    await claimed(touches, send())
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("UPDATE touches SET status = 'accepted', resolved_at = now()")


async def test_a_case_that_heard_everything_is_not_held_up_by_old_news(touches, pool):
    note = wrote("ok", at=after(days=-1))
    await FactBook(pool).keep([note], after(days=-1))
    case = case_of("b1", posted(), note)
    await PostgresCaseBook(pool).record(case, decision())
    await claimed(touches, send(case=case))
