"""A policy is published while a hundred touches are queued: what no longer stands is not sent, and the story says why."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from calendar_desk import Calendar, Person
from test_fixtures import STEADY

from receivables.cohorts import place_of

ROOT = Path(__file__).resolve().parents[2]
QUEUED = 100
SMALL = 60


def collect(running: dict[str, str], *words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "starter", *words, "--data", running["data"], "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def publish(running: dict[str, str], setting: str, because: str, *more: str) -> dict[str, Any]:
    words = ("--set", setting, "--who", "owner", "--because", because, *more)
    return collect(running, "policy", "publish", "lakeside", *words)


def queue(calendar: Calendar) -> list[Person]:
    """A hundred people with a text planned for two o'clock; most of them owe little."""
    people = [calendar.person("Pam") for _ in range(QUEUED)]
    for number, who in enumerate(people):
        guarantor = {
            "guarantor_id": who.guarantor_id, "first_name": who.name, "time_zone": "America/Chicago", "state": "IL",
            "contact_points": [{"channel": "sms", "value": who.phone, "consent": "granted"}],
        }  # fmt: skip
        fact = {
            "practice_id": "lakeside", "balance_id": who.balance_id, "insurance_paid_cents": 300_00,
            "patient_responsibility_cents": 30_00 if number < SMALL else 80_00, "service_date": "2026-02-20",
            "claim_status": "final", "visit_kind": "visit", "guarantor": guarantor, "history": STEADY,
            "patient": {"patient_id": f"p.{who.guarantor_id}", "first_name": who.name},
        }  # fmt: skip
        assert calendar.world.post("/_/practice/balances", json=fact).is_success
    calendar.settle()
    return people


def drawn(calendar: Calendar, purpose: str, least: float, below: float) -> Person:
    """Somebody whose place in this draw lies between the two."""
    people = (calendar.person("Dee") for _ in range(2000))
    return next(who for who in people if least <= place_of("lakeside", who.guarantor_id, purpose) < below)


def test_who_is_outside_the_go_live_hears_nothing_until_the_share_grows(
    calendar: Calendar, running: dict[str, str]
) -> None:
    calendar.start(weekday=0, hour=9)
    inside, outside = drawn(calendar, "golive", 0, 0.5), drawn(calendar, "golive", 0.5, 1)
    publish(running, "golive.share=0.5", "Half of the people first.", "--yes")
    try:
        for who in (inside, outside):
            calendar.posted(who, 80_00, history=STEADY)
        calendar.day(2, "20:00")
        assert [len(calendar.messages(who)) for who in (inside, outside)] == [1, 0]
        told = collect(running, "why", outside.case_id)
        assert "goes live with 50% of the people; this one is not among them yet" in json.dumps(told)
    finally:
        publish(running, "golive.share=1.0", "Everybody.", "--yes")
    calendar.day(3, "20:00")
    assert len(calendar.messages(outside)) == 1


def test_a_policy_published_while_a_hundred_touches_are_queued(calendar: Calendar, running: dict[str, str]) -> None:
    calendar.start(weekday=0, hour=9)
    people = queue(calendar)
    calendar.day(0, "13:30")
    planned = [calendar.case(who) for who in people]
    assert {case.get("next_step", case)["kind"] for case in planned} == {"send_message"}
    shown = publish(running, "min_balance_to_contact=50", "Small ones wait for the next visit.")
    assert shown["published"] is False
    assert shown["preview"]["changed"] >= SMALL
    told = publish(running, "min_balance_to_contact=50", "Small ones wait for the next visit.", "--yes")
    try:
        assert told["cases_told"] >= QUEUED
        calendar.day(0, "16:00")
        sent = [bool(calendar.messages(who)) for who in people]
        assert sent == [False] * SMALL + [True] * (QUEUED - SMALL)
        version = told["policy_version"]
        for who in (people[0], people[-1]):
            (entry,) = [one for one in calendar.timeline(who) if one["kind"] == "policy_changed"]
            assert version in entry["sentence"]
            assert "Small ones wait for the next visit." in entry["sentence"]
            assert calendar.case(who)["policy_version"] == version
        (touch,) = [one for one in calendar.timeline(people[-1]) if one["kind"] == "touch"]
        assert touch["proof"]["policy_version"] == version
        assert "$50" in " ".join(calendar.case(people[0])["because"])
    finally:
        publish(running, "min_balance_to_contact=10", "As before.", "--yes")
    calendar.day(1, "16:00")
    left = [who for who in people if len(calendar.messages(who)) != 1]
    assert left == [], ("what waited goes out under the policy after it", calendar.case(left[0]), calendar.timeline(left[0]))
