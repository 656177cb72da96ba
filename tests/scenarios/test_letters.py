"""Whom neither a text nor an e-mail reaches: with an address on file a letter, then a call; without one the call."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from calendar_desk import Calendar, Person
from pypdf import PdfReader
from test_fixtures import STEADY

ROOT = Path(__file__).resolve().parents[2]


def out_of_reach(calendar: Calendar, *more: dict[str, str]) -> Person:
    """A landline and a mailbox that does not exist."""
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Bea")
    assert calendar.world.post(f"/_/phones/{who.phone}", json={"outcome": "landline"}).is_success
    assert calendar.world.post(f"/_/emails/{who.email}", json={"outcome": "bounce"}).is_success
    points = [{"channel": "sms", "value": who.phone, "consent": "granted"}, {"channel": "email", "value": who.email}]
    calendar.posted(who, 60_00, history=STEADY, guarantor={"contact_points": [*points, *more]})
    return who


def kinds(calendar: Calendar, who: Person) -> list[str]:
    return [task["kind"] for task in calendar.tasks(who)]


def letter_of(calendar: Calendar, who: Person) -> dict[str, Any]:
    letters = calendar.web.get("/v1/letters", params={"practice_id": "lakeside"}).json()["letters"]
    (letter,) = [one for one in letters if one["balance_id"] == who.balance_id]
    return dict(letter)


def collect(running: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "starter", "letters", *words, "--data", running["data"]]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout


def test_a_bounced_address_with_a_landline_phone_and_no_post(calendar: Calendar) -> None:
    """No text to a landline, no second mail to a box that does not exist, and no silence: the coordinator calls."""
    who = out_of_reach(calendar)
    calendar.day(4, "12:00")
    assert [message["channel"] for message in calendar.messages(who)] == ["email"]
    (task,) = calendar.tasks(who)
    assert (task["kind"], task["whom"]["phone"]) == ("call", who.phone)
    assert "takes no texts" in str(task["whom"]["numbers"])
    assert calendar.web.post(f"/v1/tasks/{task['id']}/claim", json={"who": "MK"}).is_success
    calendar.day(5, "12:00")
    assert calendar.case(who)["stage"] == "with_staff", "whoever took it over has it until they hand it back"
    told = calendar.web.post(f"/v1/cases/{who.case_id}/return-to-agent", json={"because": "She gave another number."})
    assert told.json()["open_tasks"] == []
    calendar.settle()
    (done,) = calendar.tasks(who, "resolved")
    assert (done["outcome"], done["resolved_by"], done["note"]) == ("resume", "MK", "She gave another number.")


def test_a_bounced_address_with_a_landline_phone_and_post(
    calendar: Calendar, running: dict[str, str], tmp_path: Path
) -> None:
    """The letter is claimed like every touch, waits for its gap, is printed by a person, and the call comes after it."""
    who = out_of_reach(calendar, {"channel": "letter", "value": "Bea Hill\n45 Elm Street\nChicago, IL 60614"})
    calendar.day(4, "12:00")
    letter = letter_of(calendar, who)
    written = calendar.local(letter["written_at"])
    assert (written.date() - calendar.local(calendar.messages(who)[0]["at"]).date()).days == 3
    assert 9 <= written.hour < 20
    assert letter["recipient"] == ["Bea Hill", "45 Elm Street", "Chicago, IL 60614"]
    assert kinds(calendar, who) == []
    sheet = tmp_path / "letters.pdf"
    told = json.loads(collect(running, "print", "lakeside", "--out", str(sheet), "--who", "MK", "--json"))
    assert letter["touch_id"] in told["printed"]
    pages = [page.extract_text() for page in PdfReader(sheet).pages]
    assert any("Bea Hill" in page and "$60" in page and letter["link"].rpartition("/")[2] in page for page in pages)
    story = {entry["sentence"]: entry for entry in calendar.timeline(who)}
    assert story["The letter was printed."]["because"] == ["Printed by MK."]
    assert story["A letter was laid out for print."]["proof"]["template_version"].startswith("letter/letter.en ")
    calendar.day(16, "12:00")
    assert kinds(calendar, who) == []
    calendar.day(18, "12:00")
    assert kinds(calendar, who) == ["call"]
    collect(running, "returned", letter["touch_id"])
    calendar.settle()
    assert any("The letter came back." in entry["because"] for entry in calendar.timeline(who))


def test_a_letter_whose_bill_was_paid_before_it_was_printed_never_leaves(
    calendar: Calendar, running: dict[str, str], tmp_path: Path
) -> None:
    who = out_of_reach(calendar, {"channel": "letter", "value": "Bea Hill\n46 Oak Street\nChicago, IL 60614"})
    calendar.day(4, "12:00")
    calendar.pay(who, 60_00, letter_of(calendar, who)["link"])
    told = collect(running, "print", "lakeside", "--out", str(tmp_path / "none.pdf"))
    assert f"{who.case_id} withdrawn: What is owed has changed since the letter was written." in " ".join(told.split())
    assert "A letter was withdrawn before it was printed." in [entry["sentence"] for entry in calendar.timeline(who)]
    assert calendar.case(who)["stage"] == "closed"
