"""F5 and F6 as calendars: a missed visit and a recall of people who owe, on the running system."""

from __future__ import annotations

from datetime import timedelta

from calendar_desk import Calendar, Person
from test_fixtures import STEADY

PAGE = "/p/"


def happened(calendar: Calendar, who: Person, kind: str) -> None:
    calendar.report(
        kind=kind, fact_id=f"{kind}.{who.balance_id}", at=calendar.now().isoformat(), practice_id=who.practice_id,
        guarantor_id=who.guarantor_id, source="front-desk",
    )  # fmt: skip


def test_f6_a_missed_visit_rebooking_first_and_the_bill_after_it_is_rebooked(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Nora")
    calendar.posted(who, 250_00, history=STEADY)
    calendar.day(0, "16:00")
    calendar.day(3, "15:00")
    happened(calendar, who, "appointment_missed")
    calendar.day(4, "12:00")
    first, rebooking = calendar.messages(who)
    assert PAGE in first["body"]
    assert PAGE not in rebooking["body"]
    assert "$" not in rebooking["body"]
    assert "https://lakeside.example.com/book" in rebooking["body"]
    calendar.day(7, "10:00")
    happened(calendar, who, "appointment_booked")
    assert len(calendar.messages(who)) == 2
    calendar.day(9, "12:00")
    after = calendar.messages(who)
    assert len(after) == 3, "a day after the booking the bill goes on"
    assert calendar.local(after[2]["at"]) >= calendar.local(after[1]["at"])
    story = calendar.timeline(who)
    (touch,) = [entry for entry in story if entry["kind"] == "touch" and entry["proof"]["agent"] == "no_show"]
    assert touch["because"][0] == "A visit was missed: rebooking comes before the bill."


def test_f6_without_a_booking_the_bill_goes_on_after_seven_days(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Otto")
    calendar.posted(who, 250_00, history=STEADY)
    calendar.day(0, "16:00")
    calendar.day(3, "15:00")
    happened(calendar, who, "appointment_cancelled")
    calendar.day(10, "12:00")
    assert len(calendar.messages(who)) == 2
    calendar.day(11, "20:00")
    assert len(calendar.messages(who)) == 3


def test_two_balances_of_one_person_write_about_one_missed_visit_once(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Paul")
    other = calendar.person("Paul")
    other.guarantor_id, other.phone, other.email = who.guarantor_id, who.phone, who.email
    calendar.posted(who, 250_00, history=STEADY)
    calendar.posted(other, 120_00, history=STEADY)
    happened(calendar, who, "appointment_missed")
    calendar.day(6, "20:00")
    rebooking = [message for message in calendar.messages(who) if "lakeside.example.com/book" in message["body"]]
    assert len(rebooking) == 1


def test_f5_mike_is_written_to_once_about_his_recall_and_his_bill(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Mike")
    both = {"channel": "sms", "value": who.phone, "consent": "granted", "purposes": ["billing", "care", "recall"]}
    calendar.posted(who, 180_00, history=STEADY, guarantor={"contact_points": [both]})
    calendar.day(10, "9:00")
    before = len(calendar.messages(who))
    happened(calendar, who, "recall_due")
    calendar.day(14, "20:00")
    messages = calendar.messages(who)
    assert len(messages) == before + 1
    bundle = messages[-1]["body"]
    assert bundle.index("https://lakeside.example.com/book") < bundle.index(PAGE)
    assert "$180" in bundle
    (touch,) = [
        entry for entry in calendar.timeline(who)
        if entry["kind"] == "touch" and entry["proof"]["template"] == "recall_bundle"
    ]  # fmt: skip
    assert touch["because"][0].startswith("A recall visit is due, and the bill has met ")
    answer = calendar.web.post(
        "/v1/touches",
        json={
            "touch_id": f"lakeside.recall.{who.guarantor_id}", "practice_id": "lakeside", "agent": "recall",
            "guarantor_id": who.guarantor_id, "message": "recall", "channel": "sms", "because": ["A recall is due."],
        },
    ).json()  # fmt: skip
    assert answer["answer"] in {"not_before", "skipped"}
    assert answer["because"]


def test_s110_a_visit_booked_by_voice_moves_the_next_touch_of_somebody_who_owes(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Sam")
    calendar.posted(who, 60_00, history=STEADY)
    calendar.day(0, "13:00")
    happened(calendar, who, "appointment_booked")
    calendar.day(0, "20:00")
    assert calendar.messages(who) == []
    assert any("A visit was booked at 13:00 today" in reason for reason in calendar.case(who)["because"])
    calendar.day(1, "12:30")
    assert calendar.messages(who) == []
    calendar.day(1, "14:00")
    assert len(calendar.messages(who)) == 1


def test_s111_a_patient_won_back_is_handed_over_with_what_happened(calendar: Calendar) -> None:
    """Two messages of silence, then the recall agent wins her back: no call on day 15, and the story and staff know why."""
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ivy")
    calendar.posted(who, 60_00, history=STEADY)
    calendar.day(14, "9:00")
    before = len(calendar.messages(who))
    visit = (calendar.now() + timedelta(days=45)).isoformat()
    calendar.report(
        kind="appointment_booked", fact_id=f"back.{who.balance_id}", at=calendar.now().isoformat(), source="recall",
        practice_id=who.practice_id, guarantor_id=who.guarantor_id, starts_at=visit, reactivated=True,
    )  # fmt: skip
    calendar.day(20, "12:00")
    assert (calendar.tasks(who), len(calendar.messages(who))) == ([], before)
    assert "A visit was booked by somebody who had been away." in [entry["sentence"] for entry in calendar.timeline(who)]
    calendar.day(22, "12:00")
    assert len(calendar.messages(who)) == before + 1
    touch = [entry for entry in calendar.timeline(who) if entry["kind"] == "touch"][-1]
    assert any("had been away and came back" in reason for reason in touch["because"])
    calendar.day(44, "12:00")
    (task,) = calendar.tasks(who)
    assert "They had been away and came back on" in task["summary"]
    assert "The next visit is" in task["summary"]
