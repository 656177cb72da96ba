"""A draft is rehearsed on the running system before anybody publishes it, and nothing is sent by it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from calendar_desk import Calendar
from test_fixtures import STEADY

ROOT = Path(__file__).resolve().parents[2]


def rehearse(running: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "starter", "policy", "rehearse", "lakeside", "--data", running["data"], *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_draft_shows_who_would_notice_and_why(calendar: Calendar, running: dict[str, str]) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Rey")
    calendar.posted(who, 60_00, history=STEADY)
    told = json.loads(rehearse(running, "--set", "contact.first_touch_local=16:00", "--json").stdout)
    (change,) = [one for one in told["balances_in_full"] if one["balance_id"] == who.balance_id]
    assert change["differs"]
    assert (change["before"][0]["what"], change["after"][0]["what"]) == ("first_notice", "first_notice")
    assert "16:00" in " ".join(change["after"][0]["because"])
    assert told["changed"] >= 1
    assert calendar.messages(who) == []
    calendar.day(0, "15:00")
    history = json.loads(rehearse(running, "--history", "90", "--json").stdout)
    (lived,) = [one for one in history["balances_in_full"] if one["balance_id"] == who.balance_id]
    assert [one["what"] for one in lived["before"]] == ["first_notice"]
    assert not lived["differs"]


def test_a_draft_that_cannot_be_used_is_refused_with_the_place(running: dict[str, str]) -> None:
    for setting, mend in (("contact.max_per_day=3", "overrides, line 1: contact.max_per_day"), ("holdout.share=5", "holdout.share")):
        answer = rehearse(running, "--set", setting)
        assert answer.returncode == 1
        assert mend in answer.stderr + answer.stdout
