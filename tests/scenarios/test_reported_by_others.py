"""A balance that reaches us by another door than the practice's own system: it is worked like every other one."""

from calendar_desk import Calendar, Person
from test_fixtures import STEADY, link_in


def reported(calendar: Calendar, who: Person, cents: int) -> None:
    calendar.report(
        kind="balance_posted", fact_id=f"post.{who.balance_id}", at=calendar.now().isoformat(), source="sibling",
        practice_id=who.practice_id, balance_id=who.balance_id, patient_responsibility_cents=cents,
        insurance_paid_cents=cents * 3, service_date=calendar.today.isoformat(), history=STEADY,
        guarantor={
            "guarantor_id": who.guarantor_id, "first_name": who.name, "time_zone": "America/Chicago",
            "contact_points": [{"channel": "sms", "value": who.phone, "consent": "granted"}],
        },
    )  # fmt: skip


def test_a_balance_the_practices_ledger_does_not_have_is_texted_paid_and_posted_once(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Lia")
    reported(calendar, who, 80_00)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    calendar.pay(who, 50_00, link_in(text["body"]))
    assert calendar.case(who)["outstanding_cents"] == 30_00
    calendar.day(2, "12:00")
    booked = calendar.world.get("/_/ledger", params={"practice": who.practice_id}).json()["payments"]
    assert [one["amount_cents"] for one in booked if one["balance_id"] == who.balance_id] == [50_00]
    assert calendar.tasks(who) == []
    sent = next(entry for entry in calendar.timeline(who) if entry["kind"] == "touch")
    assert "The practice's ledger has no such balance, so what was reported to us stands alone." in sent["because"]


def test_while_the_practices_ledger_cannot_be_read_nothing_leaves_and_the_reason_is_told(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Max")
    calendar.posted(who, 60_00, history=STEADY)
    until = calendar.now().replace(hour=16, minute=0)
    calendar.world.post("/_/faults", json={"vendor": "practice", "kind": "outage", "until": until.isoformat()})
    calendar.day(0, "15:00")
    assert calendar.messages(who) == []
    reasons = [reason for entry in calendar.timeline(who) for reason in entry.get("because") or []]
    assert "The last try did not leave: The practice's ledger could not be read." in reasons
    calendar.day(0, "16:30")
    assert len(calendar.messages(who)) == 1
