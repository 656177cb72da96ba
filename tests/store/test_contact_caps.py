"""Nobody is written to too often, too early or too soon after they wrote, over all balances and a shared phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from receivables.money import Cents
from receivables.ports import LedgerReading, NotBefore
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, answer, claimed, reason, send, sent
from tests.store.told import (
    EMAIL,
    NOON,
    after,
    case_of,
    karen,
    mails,
    posted,
    texts,
    wrote,
)

CHICAGO = ZoneInfo("America/Chicago")


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
    await FactBook(pool).keep([wrote("PLAN", at=after(hours=8))], after(hours=8))
    case = case_of("b1", posted(), wrote("PLAN"))
    await claimed(touches, answer(message="plan_offer", now=after(hours=8), case=case))
    await claimed(touches, send(now=after(days=1), case=case))


async def test_one_message_a_day_and_a_gap_before_the_next(touches):
    await sent(touches, send())
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
    await sent(touches, send())
    await sent(touches, send(n=2, now=after(days=3)))
    claim = await touches.claim(send(n=3, now=after(days=6, hours=1)))
    assert claim == NotBefore(moment=after(days=7), because="The guarantor was contacted 2 times within 7 days.")
    await claimed(touches, send(n=3, now=after(days=8)))


async def test_six_messages_in_thirty_days_are_enough(touches):
    for n, day in enumerate((0, 4, 8, 11, 15, 18)):
        await sent(touches, send(n=n, now=after(days=day), max_per_7d=7))
    claim = await touches.claim(send(n=7, now=after(days=24), max_per_7d=7))
    assert claim == NotBefore(moment=after(days=30), because="The guarantor was contacted 6 times within 30 days.")


async def test_the_moment_after_a_gap_is_moved_into_permitted_hours(touches):
    thursday_evening = datetime(2026, 3, 5, 19, 30, tzinfo=CHICAGO)
    await sent(touches, send(now=thursday_evening))
    claim = await touches.claim(send(n=2, now=thursday_evening + timedelta(hours=16)))
    assert claim.moment == datetime(2026, 3, 9, 9, 0, tzinfo=CHICAGO)


async def test_family_members_with_one_phone_share_its_caps_but_not_their_own_addresses(touches, pool):
    spouse = karen("g2", texts(), mails("jo@example.com"))
    await FactBook(pool).keep([posted("b2", guarantor=spouse)], NOON)
    case = case_of("b2", posted("b2"), guarantor=spouse)
    await sent(touches, send())
    claim = await touches.claim(send("b2", case=case, now=after(hours=1)))
    assert reason(claim) == "The last message to this contact point is less than 72 hours ago."
    await claimed(touches, send("b2", to="jo@example.com", case=case, now=after(hours=1)))


async def test_all_balances_of_one_person_share_their_caps(touches, pool):
    await FactBook(pool).keep([posted("b2")], NOON)
    await sent(touches, send())
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


async def test_a_balance_the_ledger_does_not_have_needs_no_reading_of_it(pool):
    await FactBook(pool).keep([posted(practice_id="p2")], NOON)
    request = send()
    case = request.case.model_copy(update={"practice_id": "p2"})
    await claimed(
        PostgresTouchBook(pool, Policies()), request.model_copy(update={"case": case, "ledger_knows_it": False})
    )
