"""What a number is and whose is looked up before its first text and after sixty days; a yes closes it for everyone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from activities.lines import SAID, Lines
from receivables.facts import ConsentRecorded
from receivables.line_ports import Number
from receivables.people import Channel, PointStatus
from store.fact_book import FactBook
from store.line_book import PostgresLineBook
from tests.store.asking import claimed, reason, send
from tests.store.told import NOON, PHONE, after, case_of, karen, posted

VERIFIED = date(2026, 1, 5)
GONE, LANDLINE = PointStatus.wrong_person, PointStatus.landline


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
        await touches.point_looked_up(send(), GONE, SAID[GONE])
    told = [one for one in await facts.undelivered(20) if one.fact.kind == "delivery_failed"]
    assert [(one.balance_id, one.fact.status, one.fact.because) for one in told] == [("b2", GONE, SAID[GONE])]
    assert reason(await touches.claim(send())) == "This contact point belongs to somebody else."
    other = case_of("b2", posted("b2"), told[0].fact, guarantor=karen("g2"))
    assert reason(await touches.claim(send("b2", case=other))) == "This contact point belongs to somebody else."


@pytest.mark.parametrize(("given_at", "opens"), [(after(days=1), False), (after(days=3), True)])
async def test_only_a_consent_given_after_the_look_opens_the_number_again(touches, pool, given_at, opens):
    await claimed(touches, send())
    await touches.accepted("p1.b1.first_notice.1", "SM1", after(seconds=2), "hash")
    late = send("b1", now=after(days=2))
    await touches.point_looked_up(late, GONE, SAID[GONE])
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
        await touches.point_looked_up(send(now=after(days=9999)), status, SAID[status])
    kept = await pool.fetchrow("SELECT status, since FROM suppressions")
    assert (kept["status"], kept["since"]) == ("opted_out", after(days=9999))
