"""Stops and families as calendars: what silences whom at once, who lets the agent go on, and what nobody else is told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from calendar_desk import CHICAGO, HOLIDAYS, Calendar, Person
from conftest import desk_of, system_in
from plan_desk import agreed
from test_fixtures import SLOW, STEADY


def texts_to(calendar: Calendar, who: Person) -> list[dict[str, Any]]:
    return [message for message in calendar.messages(who) if message["channel"] == "sms"]


def kinds(calendar: Calendar, who: Person) -> list[str]:
    return [task["kind"] for task in calendar.tasks(who)]


def texted(calendar: Calendar, name: str, cents: int = 60_00, **more: Any) -> Person:
    calendar.start(weekday=0, hour=9)
    who = calendar.person(name)
    calendar.posted(who, cents, **({"history": STEADY} | more))
    calendar.day(0, "15:00")
    assert len(calendar.messages(who)) == 1
    return who


def only_phone(who: Person, **more: Any) -> dict[str, Any]:
    return {"contact_points": [{"channel": "sms", "value": who.phone, "consent": "granted"}]} | more


def test_stop_silences_and_start_is_a_new_consent_for_this_number(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Sol")
    calendar.posted(who, 60_00, history=STEADY, guarantor=only_phone(who))
    calendar.day(0, "15:00")
    calendar.reply(who, "STOP")
    calendar.day(20, "12:00")
    assert len(texts_to(calendar, who)) == 1
    calendar.reply(who, "START")
    again = calendar.person("Sol")
    again.phone, again.guarantor_id = who.phone, who.guarantor_id
    calendar.posted(again, 45_00, history=STEADY, guarantor=only_phone(who))
    calendar.day(23, "20:00")
    assert len(texts_to(calendar, who)) == 2
    proof = next(one["proof"] for one in calendar.timeline(again) if one["kind"] == "touch")
    assert [one["means"] for one in proof["consent_from"]] == ["text"]


def test_stop_that_comes_between_claim_and_send_is_heard(calendar: Calendar) -> None:
    """The provider is away when the text is claimed; before the next try the patient has said stop."""
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ned")
    calendar.posted(who, 60_00, history=STEADY, guarantor=only_phone(who))
    calendar.world.post("/_/faults", json={"vendor": "twilio", "kind": "error_500", "count": 1, "about": who.phone})
    calendar.day(0, "14:20")
    calendar.reply(who, "STOP")
    calendar.day(9, "12:00")
    assert len(texts_to(calendar, who)) <= 1
    sent = [calendar.local(one["at"]) for one in texts_to(calendar, who)]
    stopped = next(calendar.local(one["at"]) for one in calendar.timeline(who) if one["kind"] == "contact_stopped")
    assert all(moment < stopped for moment in sent)


def test_cancel_in_mid_plan_is_an_opt_out_and_a_question_to_a_person_about_the_plan(calendar: Calendar) -> None:
    who = agreed(calendar, "Kai")
    sent = len(texts_to(calendar, who))
    calendar.reply(who, "CANCEL")
    calendar.day(2, "12:00")
    assert "contact_stopped" in [one["kind"] for one in calendar.timeline(who)]
    assert kinds(calendar, who) == ["plan_after_stop"]
    calendar.day(40, "12:00")
    assert len(texts_to(calendar, who)) == sent


def test_a_yes_with_an_opt_out_on_file_accepts_no_plan_and_goes_to_a_person(calendar: Calendar) -> None:
    who = texted(calendar, "Uma", 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    assert "Reply YES" in calendar.messages(who)[0]["body"]
    calendar.reply(who, "STOP")
    calendar.day(0, "16:00")
    calendar.reply(who, "YES")
    calendar.day(1, "12:00")
    assert calendar.case(who)["stage"] != "on_plan"
    assert len(texts_to(calendar, who)) == 1
    (task,) = [one for one in calendar.tasks(who) if one["kind"] == "reply"]
    assert "Nothing was agreed: a yes after a stop is neither consent nor a plan accepted" in task["summary"]
    assert "explicit new consent: they text START themselves" in task["suggestion"]


def test_who_stops_the_only_way_to_be_written_to_is_told_of_as_somebody_who_wants_no_texts(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Oda")
    calendar.posted(who, 60_00, history=STEADY, guarantor=only_phone(who))
    calendar.day(0, "15:00")
    calendar.reply(who, "STOP")
    calendar.day(1, "12:00")
    (task,) = calendar.tasks(who)
    assert task["kind"] == "contact_failed"
    assert "The patient wants no more texts, and there is no other way to write to them." in task["summary"]
    assert len(texts_to(calendar, who)) == 1


def test_a_wish_for_confidential_ways_is_kept_and_only_a_reason_lets_the_agent_go_on(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Lux")
    calendar.posted(who, 60_00, history=STEADY)
    calendar.report(
        kind="confidential_requested", fact_id=f"quiet.{who.balance_id}", at=calendar.now().isoformat(), source="desk",
        practice_id="lakeside", guarantor_id=who.guarantor_id, only_at=[who.email],
    )  # fmt: skip
    calendar.day(3, "12:00")
    assert calendar.messages(who) == []
    (task,) = calendar.tasks(who)
    assert task["kind"] == "confidential"
    wave = {"who": "MK", "outcome": "resume"}
    assert calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json=wave).status_code == 422
    said = wave | {"note": "Arranged: by e-mail only."}
    assert calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json=said).is_success
    calendar.settle()
    (lifted,) = [entry for entry in calendar.timeline(who) if entry["kind"] == "task_resolved"]
    assert lifted["because"] == ["Answered by MK: Arranged: by e-mail only."]
    calendar.day(12, "12:00")
    assert {message["channel"] for message in calendar.messages(who)} == {"email"}


def test_a_child_who_came_of_age_is_not_billed_to_the_parent_without_a_persons_look(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    birthday = calendar.today.replace(day=1).isoformat()
    parent = calendar.person("Pia")
    patient = {"patient_id": f"c.{parent.guarantor_id}", "first_name": "Kid", "of_age_on": birthday}
    related = {"relation": "parent"}
    calendar.posted(parent, 60_00, history=STEADY, guarantor=related, patient=patient, service_date="2026-02-01")
    grown = calendar.person("Pia")
    grown.phone, grown.email, grown.guarantor_id = parent.phone, parent.email, parent.guarantor_id
    calendar.posted(
        grown, 70_00, history=STEADY, guarantor=related, patient=patient, service_date=calendar.today.isoformat()
    )
    calendar.day(2, "20:00")
    assert kinds(calendar, grown) == ["came_of_age"]
    (text,) = calendar.messages(parent)
    assert "$60" in text["body"]
    assert "$130" not in text["body"]


def test_two_guarantors_after_a_divorce_hear_of_their_own_share_only(calendar: Calendar) -> None:
    """The balance moves to the father: the mother's link opens it no more, and her page never speaks of it."""
    calendar.start(weekday=0, hour=9)
    mother, father = calendar.person("Mia"), calendar.person("Dan")
    calendar.posted(mother, 60_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(mother)
    link = "/p/" + text["body"].partition("/p/")[2].split()[0]
    assert "$60.00" in calendar.web.get(link).text
    moved = {
        "kind": "balance_posted", "fact_id": f"moved.{mother.balance_id}", "at": calendar.now().isoformat(),
        "source": "desk", "practice_id": "lakeside", "balance_id": mother.balance_id, "claim_status": "final",
        "patient_responsibility_cents": 60_00, "insurance_paid_cents": 0, "service_date": calendar.today.isoformat(),
        "visit_kind": "visit", "history": {"days_to_pay": [20, 25]},
        "guarantor": {"guarantor_id": father.guarantor_id, "first_name": "Dan", "time_zone": "America/Chicago"}
        | only_phone(father),
    }  # fmt: skip
    calendar.report(**moved)
    old = calendar.web.get(link)
    assert old.status_code == 404
    assert "$" not in old.text
    assert "Dan" not in old.text
    calendar.day(12, "20:00")
    assert len(calendar.messages(mother)) == 1
    assert calendar.messages(father)


def test_a_number_that_went_to_somebody_else_is_closed_to_both_who_gave_it_until_one_agrees_anew(
    calendar: Calendar,
) -> None:
    """Found out before the first text: both are silent on it, a person is asked, and only their own word opens it."""
    calendar.start(weekday=0, hour=9)
    ann, bob = calendar.person("Ann"), calendar.person("Bob")
    bob.phone = ann.phone
    tomorrow = (calendar.today + timedelta(days=1)).isoformat()
    assert calendar.world.post(f"/_/phones/{ann.phone}", json={"reassigned_on": tomorrow}).is_success
    calendar.posted(ann, 60_00, history=STEADY, guarantor=only_phone(ann))
    calendar.posted(bob, 70_00, history=STEADY)
    calendar.day(2, "12:00")
    assert texts_to(calendar, ann) == []
    assert {message["channel"] for message in calendar.messages(bob)} == {"email"}
    (task,) = calendar.tasks(ann)
    assert task["kind"] == "no_contact"
    story = str(calendar.timeline(ann)) + str(calendar.timeline(bob))
    assert "it went to somebody else after it was last verified" in story
    calendar.report(
        kind="consent_recorded", fact_id=f"anew.{ann.guarantor_id}", at=calendar.now().isoformat(), source="desk",
        practice_id="lakeside", guarantor_id=ann.guarantor_id, channel="sms", value=ann.phone, purposes=["billing"],
        means="form", wording_version="sms-1", given_at=calendar.now().isoformat(),
    )  # fmt: skip
    done = {"who": "MK", "outcome": "done"}
    assert calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json=done).is_success
    calendar.settle()
    calendar.day(9, "12:00")
    assert all("$60" in text["body"] for text in texts_to(calendar, ann))
    assert texts_to(calendar, ann)


@pytest.fixture
def years_ahead() -> Iterator[Calendar]:
    """A system whose clock stands eight years after the day its processes start: every year has its holidays."""
    with tempfile.TemporaryDirectory(prefix="collect-system-") as folder:
        for running in system_in(Path(folder), at="2034-11-20T15:00:00+0000"):
            yield from desk_of(running)


def test_a_holiday_is_nobodys_day_for_a_bill(years_ahead: Calendar) -> None:
    """Posted on the evening before the next federal holiday: the first message leaves on a working day after it."""
    calendar, now = years_ahead, years_ahead.now()
    holiday = next(day for day in sorted(HOLIDAYS) if (day - now.date()).days > 1)
    evening = datetime.combine(holiday - timedelta(days=1), datetime.min.time(), CHICAGO)
    calendar.to(evening.replace(hour=20, minute=30))
    who = calendar.person("Hal")
    calendar.posted(who, 60_00, history=STEADY)
    calendar.to(calendar.now() + timedelta(days=1, hours=3))
    assert calendar.messages(who) == []
    calendar.to(calendar.now() + timedelta(days=5))
    (first, *_) = calendar.messages(who)
    left = calendar.local(first["at"])
    assert left.date() > holiday
    assert left.date() not in HOLIDAYS
    assert left.weekday() != 6
