"""Staff corrects how replies were read, on the whole running system: the balance moves, and so does every agent."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from calendar_desk import Calendar, Person
from test_conversations import kinds, says, texted

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def desk(calendar: Calendar) -> Calendar:
    calendar.start(weekday=0, hour=9)
    return calendar


def collect(running: dict[str, str], *words: str) -> Any:
    """The command line, as a coordinator has it."""
    command = [sys.executable, "-m", "starter", *words, "--data", running["data"]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if "--json" in words else done.stdout


def reply_of(desk: Calendar, who: Person, number: int = -1) -> str:
    written = [entry for entry in desk.timeline(who) if entry["kind"] == "reply_received"]
    return str(written[number]["proof"]["fact_id"])


def test_a_missed_already_paid_is_corrected_and_the_balance_is_held(desk: Calendar, running: dict[str, str]) -> None:
    who = texted(desk, "Abe")
    says(desk, who, "ok")
    assert (desk.case(who)["stage"], kinds(desk, who)) == ("engaged", [])
    name = reply_of(desk, who)
    kept = collect(running, "replies", "correct", name, "--intent", "already_paid", "--who", "MK", "--json")
    assert kept["follows"] == ["The reminders stop, and a person is asked, with the evidence."]
    desk.settle()
    assert (desk.case(who)["stage"], kinds(desk, who)) == ("with_staff", ["already_paid"])
    [task] = desk.tasks(who)
    assert "Payments: none on record" in task["summary"]
    assert "The insurer" in task["summary"]
    shown = collect(running, "tasks", "show", task["id"])
    assert "They (text): ok" in shown
    assert "says that this was paid. Corrected by MK; it had been read as: says thanks or fine" in shown
    story = collect(running, "cases", "show", who.case_id)
    assert "A person corrected how the reply was read: the patient says that this was paid." in story
    assert collect(running, "replies", "correct", name, "--intent", "already_paid", "--who", "JD", "--json")["new"] is False
    desk.day(40, "12:00")
    assert len(desk.messages(who)) == 1
    assert kinds(desk, who) == ["already_paid"]


def test_a_missed_stop_is_corrected_and_no_agent_texts_again(desk: Calendar, running: dict[str, str]) -> None:
    who = texted(desk, "Bea")
    says(desk, who, "k")
    collect(running, "replies", "correct", reply_of(desk, who), "--intent", "opt_out", "--who", "MK")
    desk.settle()
    recall = {
        "touch_id": f"lakeside.recall.{who.guarantor_id}", "practice_id": who.practice_id, "agent": "recall",
        "guarantor_id": who.guarantor_id, "message": "recall", "channel": "sms", "because": ["A recall visit is due."],
    }  # fmt: skip
    answer = desk.web.post("/v1/touches", json=recall)
    assert answer.json()["answer"] == "skipped", answer.text
    later = desk.person("Bea")
    later.phone, later.email, later.guarantor_id = who.phone, who.email, who.guarantor_id
    desk.posted(later, 85_00, history={"days_to_pay": [20, 31, 28]})
    desk.day(30, "12:00")
    assert len([message for message in desk.messages(who) if message["channel"] == "sms"]) == 1
    corrections = collect(running, "replies", "corrections")
    assert any(json.loads(line)["gold"]["intent"] == "opt_out" for line in corrections.splitlines())
