"""A practice that wants its first contact by text and e-mail at once: one contact, two messages, each with its proof."""

from __future__ import annotations

import subprocess
import sys

from calendar_desk import Calendar, Person
from test_a_policy_published import ROOT, publish
from test_fixtures import STEADY


def why(running: dict[str, str], who: Person) -> str:
    """What `collect why` says in words."""
    command = [sys.executable, "-m", "starter", "why", who.case_id, "--data", running["data"]]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout


def test_why_nothing_was_sent_names_the_pause_with_its_reason_and_what_a_person_was_asked(
    calendar: Calendar, running: dict[str, str]
) -> None:
    calendar.start(weekday=0, hour=9)
    paused, asked = calendar.person("Pia"), calendar.person("Ann")
    calendar.posted(paused, 60_00, history=STEADY)
    calendar.posted(asked, 60_00, history=STEADY, sms_consent="denied", email_consent="denied")
    told = calendar.web.post(f"/v1/cases/{paused.case_id}/pause", json={"because": "She calls back on Friday."})
    assert told.is_success
    calendar.settle()
    calendar.day(1, "16:00")
    assert "Nothing was sent, and nothing was tried." in why(running, paused)
    assert "Their reason: She calls back on Friday." in why(running, paused)
    assert "A person was asked: call." in why(running, asked)


def test_the_first_contact_leaves_by_text_and_by_e_mail_and_counts_once(
    calendar: Calendar, running: dict[str, str]
) -> None:
    """Day 0 both at two o'clock, day 7 the reminder as ever, day 15 the call: one attempt, not two."""
    calendar.start(weekday=0, hour=9)
    publish(running, "channel.first_contact=both", "Patients take a text alone for a fraud.", "--yes")
    try:
        who, silent = calendar.person("Una"), calendar.person("Sue")
        calendar.posted(who, 60_00, history=STEADY)
        calendar.posted(silent, 60_00, history=STEADY, email_consent="denied")
        calendar.day(0, "16:00")
        first = calendar.messages(who)
        assert {message["channel"] for message in first} == {"sms", "email"}
        assert len({calendar.local(message["at"]).date() for message in first}) == 1
        assert all("$60" in message["body"] for message in first)
        assert [message["channel"] for message in calendar.messages(silent)] == ["sms"]
        touches = [entry for entry in calendar.timeline(who) if entry["kind"] == "touch"]
        assert [touch["proof"]["touches_7d"] for touch in touches] == [0, 0]
        assert any("it counts as one" in reason for reason in touches[1]["because"])
        told = why(running, who)
        for proof in ("consent:", "granted for billing", "in America/Chicago", "in 7 days", "$60, read at", "US.contact_hours",
                      "first_notice/sms.en ", "first_notice/email.en ", "SHA-256 ", "by the payment agent"):  # fmt: skip
            assert proof in told, proof
        calendar.day(6, "20:00")
        assert len(calendar.messages(who)) == 2
        calendar.day(8, "20:00")
        assert len(calendar.messages(who)) == 3
        reminder = [entry for entry in calendar.timeline(who) if entry["kind"] == "touch"][-1]
        assert reminder["proof"]["touches_30d"] == 1
        calendar.day(14, "12:00")
        assert calendar.tasks(who) == []
        calendar.day(16, "12:00")
        assert [task["kind"] for task in calendar.tasks(who)] == ["call"]
    finally:
        publish(running, "channel.first_contact=one", "As before.", "--yes")
