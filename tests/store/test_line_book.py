"""What a number is and whose is looked up before its first text and after sixty days; a yes closes it for everyone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from activities.lines import SAID, Lines
from receivables.contact import Wish
from receivables.errors import TryLater
from receivables.facts import ConsentRecorded
from receivables.line_ports import LookedUp, Number
from receivables.people import Channel, PointStatus
from receivables.ports import Claimed, NotBefore
from starter.touch_desk import TouchDesk
from store.fact_book import FactBook
from store.line_book import PostgresLineBook
from store.touch_book import UnknownPersonError
from tests.store.asking import claimed, reason, send
from tests.store.told import NOON, PHONE, after, case_of, karen, mails, posted

VERIFIED = date(2026, 1, 5)
GONE, LANDLINE = PointStatus.wrong_person, PointStatus.landline


def looked(at=NOON, balance_id: str = "b1") -> LookedUp:
    return LookedUp(PHONE, at, "p1", balance_id)


class Lookup:
    def __init__(self, line: str, reassigned: str = "unknown") -> None:
        self.answer, self.asked = Number(line, reassigned), []

    async def look(self, number, verified_on):
        self.asked.append(verified_on)
        return self.answer if verified_on else Number(self.answer.line)


@pytest.mark.parametrize("verified_on", [None, VERIFIED])
async def test_a_number_is_looked_up_once_in_sixty_days(pool, verified_on):
    lookup = Lookup("mobile")
    lines = Lines(PostgresLineBook(pool), lookup)
    for day in (0, 1, 59, 60, 61, 100):
        assert await lines.fault(PHONE, verified_on, after(days=day)) is None
    assert lookup.asked == [verified_on] * 2
    lookup.answer = Number("landline")
    assert await lines.fault(PHONE, verified_on, after(days=122)) is LANDLINE
    lookup.answer = Number("invalid")
    assert await lines.fault("+13125550143", verified_on, NOON) is PointStatus.dead


async def test_a_number_that_changes_hands_is_found_out_after_sixty_days_and_not_before(pool):
    lookup = Lookup("mobile", "no")
    lines = Lines(PostgresLineBook(pool), lookup)
    assert await lines.fault(PHONE, VERIFIED, NOON) is None
    lookup.answer = Number("mobile", "yes")
    assert await lines.fault(PHONE, VERIFIED, after(days=60)) is None
    assert await lines.fault(PHONE, VERIFIED, after(days=60, seconds=1)) is GONE
    assert await lines.fault(PHONE, VERIFIED, after(days=61)) is GONE
    assert lookup.asked == [VERIFIED] * 2


async def test_a_landline_that_went_to_somebody_else_is_somebody_elses(pool):
    assert await Lines(PostgresLineBook(pool), Lookup("landline", "yes")).fault(PHONE, VERIFIED, NOON) is GONE


async def test_without_a_subscription_or_a_day_nobody_asks_who_has_the_number(pool):
    lookup = Lookup("mobile", "yes")
    assert await Lines(PostgresLineBook(pool), lookup, reassigned=False).fault(PHONE, VERIFIED, NOON) is None
    assert await Lines(PostgresLineBook(pool), lookup).fault(PHONE, None, NOON) is None
    assert lookup.asked == [None]
    assert await Lines(PostgresLineBook(pool), lookup).fault(PHONE, VERIFIED, after(hours=1)) is GONE
    assert await Lines(PostgresLineBook(pool), lookup, reassigned=False).fault(PHONE, VERIFIED, after(hours=2)) is None


@pytest.mark.parametrize(
    ("reassigned", "other_day", "asks_again"),
    [("no", 1, False), ("no", -1, True), ("unknown", 1, False), ("yes", -1, False), ("yes", 1, True)],
)
async def test_an_answer_since_one_day_holds_only_for_the_days_it_speaks_of(pool, reassigned, other_day, asks_again):
    lookup = Lookup("mobile", reassigned)
    lines = Lines(PostgresLineBook(pool), lookup)
    await lines.fault(PHONE, VERIFIED, NOON)
    await lines.fault(PHONE, VERIFIED + timedelta(days=other_day), after(hours=1))
    assert len(lookup.asked) == 1 + asks_again


async def test_an_earlier_look_never_replaces_a_later_one(pool):
    book = PostgresLineBook(pool)
    await book.keep(PHONE, Number("landline"), None, after(days=1))
    await book.keep(PHONE, Number("mobile", "no"), VERIFIED, NOON)
    assert await book.known(PHONE, NOON, None) == Number("landline")
    assert await book.known(PHONE, NOON, VERIFIED) is None
    assert await book.known(PHONE, after(days=2), None) is None


# --- what follows from it, for everyone ------------------------------------------------------------------------------


async def test_a_number_that_went_to_somebody_else_is_closed_for_everyone_on_it_before_any_text(touches, pool):
    facts = FactBook(pool)
    await facts.keep([posted("b2", guarantor=karen("g2"))], NOON)
    for _ in range(2):
        await touches.point_looked_up(looked(), GONE, SAID[GONE])
    told = [one for one in await facts.undelivered(20) if one.fact.kind == "delivery_failed"]
    assert [(one.balance_id, one.fact.status, one.fact.because) for one in told] == [("b2", GONE, SAID[GONE])]
    assert reason(await touches.claim(send())) == "This contact point belongs to somebody else."
    other = case_of("b2", posted("b2"), told[0].fact, guarantor=karen("g2"))
    assert reason(await touches.claim(send("b2", case=other))) == "This contact point belongs to somebody else."


@pytest.mark.parametrize(("given_at", "opens"), [(after(days=1), False), (after(days=3), True)])
async def test_only_a_consent_given_after_the_look_opens_the_number_again(touches, pool, given_at, opens):
    await claimed(touches, send())
    await touches.accepted("p1.b1.first_notice.1", "SM1", after(seconds=2), "hash")
    await touches.point_looked_up(looked(after(days=2)), GONE, SAID[GONE])
    agreed = ConsentRecorded(
        fact_id="c1", at=after(days=4), practice_id="p1", guarantor_id="g1", channel=Channel.sms, value=PHONE,
        purposes=["billing"], means="form", wording_version="sms-1", given_at=given_at,
    )  # fmt: skip
    await FactBook(pool).keep([agreed], after(days=4))
    suppressed = await pool.fetchrow("SELECT status, since FROM suppressions")
    assert (suppressed["status"], suppressed["since"]) == ("wrong_person", after(days=2))
    opened = await pool.fetchval(
        "SELECT agreed_anew('p1', 'g1', 'sms', $1, ARRAY['billing'], $2)", PHONE, suppressed["since"]
    )
    assert opened is opens


async def test_an_opt_out_stays_one_when_the_number_goes_to_somebody_else(touches, pool):
    await touches.point_failed(PHONE, Channel.sms, PointStatus.opted_out)
    for status in (LANDLINE, GONE):
        await touches.point_looked_up(looked(after(days=9999)), status, SAID[status])
    kept = await pool.fetchrow("SELECT status, since FROM suppressions")
    assert (kept["status"], kept["since"]) == ("opted_out", after(days=9999))


# --- touches of sibling agents ---------------------------------------------------------------------------------------


class Away:
    async def look(self, number, verified_on):
        raise TryLater("The number could not be looked up.")


def texting(**more: object) -> Wish:
    said = {
        "touch_id": "p1.no_show.g1.1", "practice_id": "p1", "guarantor_id": "g1", "agent": "no_show",
        "message": "rebooking", "channel": "sms", "because": ["A visit was missed."],
    }  # fmt: skip
    return Wish.model_validate(said | more)


def desk(pool, touches, lookup) -> TouchDesk:
    return TouchDesk(touches, Lines(PostgresLineBook(pool), lookup))


@pytest.mark.parametrize(
    ("line", "reassigned", "told"),
    [
        ("landline", "no", "This number is a landline and takes no texts."),
        ("invalid", "no", "This number is out of service."),
        ("mobile", "yes", "This contact point belongs to somebody else."),
    ],
)
async def test_a_sibling_agents_number_is_looked_up_first_and_its_fault_reaches_every_case(
    touches, pool, line, reassigned, told
):
    lookup = Lookup(line, reassigned)
    assert reason(await desk(pool, touches, lookup).ask(texting(), NOON)) == told
    assert lookup.asked == [NOON.date()]
    heard = [one for one in await FactBook(pool).undelivered(20) if one.fact.kind == "delivery_failed"]
    assert [one.balance_id for one in heard] == ["b1"]
    assert reason(await desk(pool, touches, lookup).ask(texting(), after(days=1))) == told
    assert len(lookup.asked) == 1, "once in sixty days"


async def test_the_evidence_of_a_consent_is_the_day_asked_about_and_a_number_that_is_theirs_is_texted(touches, pool):
    agreed = ConsentRecorded(
        fact_id="c1", at=NOON, practice_id="p1", guarantor_id="g1", channel=Channel.sms, value=PHONE,
        purposes=["care"], means="form", wording_version="sms-1", given_at=after(days=-40),
    )  # fmt: skip
    await FactBook(pool).keep([agreed], NOON)
    lookup = Lookup("mobile", "no")
    assert isinstance(await desk(pool, touches, lookup).ask(texting(), NOON), Claimed)
    assert lookup.asked == [after(days=-40).date()]


async def test_while_numbers_cannot_be_looked_up_nobody_is_texted_and_the_reason_is_kept(touches, pool):
    told = await desk(pool, touches, Away()).ask(texting(), NOON)
    assert told == NotBefore(moment=after(minutes=10), because="The number could not be looked up.")
    assert await pool.fetchval("SELECT because FROM unsent") == told.because


async def test_what_needs_no_number_is_not_looked_up(touches, pool):
    """An e-mail, an answer to somebody who has just written from it, a call to a landline."""
    lookup = Lookup("landline")
    asking = desk(pool, touches, lookup)
    await asking.ask(texting(channel="email", touch_id="t.1"), NOON)
    await asking.ask(texting(answers_patient=True, touch_id="t.2"), NOON)
    assert lookup.asked == []
    assert isinstance(await asking.ask(texting(agent="voice", touch_id="t.3"), after(days=9)), Claimed)
    assert "not on file" in reason(await asking.ask(texting(to="+13125550177", touch_id="t.5"), after(days=19)))
    nobody = texting(guarantor_id="g9")
    with pytest.raises(UnknownPersonError):
        await asking.ask(nobody, NOON)
    await FactBook(pool).keep([posted("b3", guarantor=karen("g3", mails()))], NOON)
    assert "not on file" in reason(await asking.ask(texting(guarantor_id="g3", touch_id="t.4"), after(days=20)))
