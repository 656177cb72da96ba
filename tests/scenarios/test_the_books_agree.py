"""The books are proven at night and on request: a cent that is missing anywhere is a task, and mended it is gone."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from calendar_desk import Calendar
from test_fixtures import STEADY, link_in

ROOT = Path(__file__).resolve().parents[2]


def audit(running: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """What `collect audit` says of the practice, and its exit code."""
    command = [sys.executable, "-m", "starter", "audit", "--practice", "lakeside", "--json", "--data", running["data"]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["proofs"][0]


def about(proof: dict[str, Any], balance_id: str) -> list[tuple[str, int]]:
    return [(one["kind"], one["cents"]) for one in proof["standing"] if one["balance_id"] == balance_id]


def test_a_paid_balance_is_proven_and_a_payment_removed_from_the_practices_ledger_is_found_that_night(
    new_calendar: Calendar, begun_anew: dict[str, str]
) -> None:
    calendar, running = new_calendar, begun_anew
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ida")
    calendar.posted(who, 75_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    calendar.pay(who, 75_00, link_in(text["body"]))
    calendar.day(1, "12:00")
    code, proof = audit(running)
    assert about(proof, who.balance_id) == []
    assert code == (1 if proof["unexplained"] else 0)
    assert proof["totals"]["processor_cents"] >= 75_00
    calendar.world.post("/_/practice/lose-payments", json={"balance_id": who.balance_id})
    calendar.day(2, "12:00")
    tasks = {task["task_id"]: task for task in calendar.tasks(who) if task["kind"] == "books_differ"}
    assert sorted(task["expected_cents"] for task in tasks.values()) == [75_00, 75_00]
    code, proof = audit(running)
    assert code == 1
    assert sorted(about(proof, who.balance_id)) == [("gone_from_ledger", 75_00), ("ledger_differs", -75_00)]
    for task in tasks.values():
        calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "done"})
    assert [one["explained"] for one in audit(running)[1]["standing"] if one["balance_id"] == who.balance_id] == [True] * 2


def test_what_was_paid_by_card_reaches_the_bank_and_the_sub_ledger_says_where_every_cent_is(
    calendar: Calendar, running: dict[str, str]
) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Uli")
    calendar.posted(who, 100_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    before = audit(running)[1]["totals"]
    calendar.pay(who, 100_00, link_in(text["body"]))
    after = audit(running)[1]["totals"]
    assert after["in_transit_cents"] - before["in_transit_cents"] == 100_00
    assert before["receivable_cents"] - after["receivable_cents"] == 100_00
    calendar.day(5, "12:00")
    later = audit(running)[1]["totals"]
    assert later["in_transit_cents"] == 0
    assert later["settled_cents"] + later["fee_cents"] == sum(
        after[account] for account in ("in_transit_cents", "settled_cents", "fee_cents")
    )


def test_a_month_is_explained_and_closed_and_what_is_late_is_booked_after_it(
    calendar: Calendar, running: dict[str, str]
) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Mia")
    calendar.posted(who, 100_00, history=STEADY)
    name, paid_at = f"{calendar.today:%Y-%m}", calendar.now()
    while f"{calendar.today:%Y-%m}" == name:
        calendar.to(calendar.now() + timedelta(days=7))
    code, month = month_end(running, name)
    assert (code, month["agrees"], month["closed"]) == (0, True, False)
    code, closed = month_end(running, name, "--close")
    assert (code, closed) == (0, month | {"closed": True})
    calendar.report(
        kind="payment_recorded", fact_id=f"late.{who.balance_id}", at=paid_at.isoformat(), paid_at=paid_at.isoformat(),
        practice_id=who.practice_id, balance_id=who.balance_id, amount_cents=30_00, where="mail",
    )  # fmt: skip
    assert month_end(running, name)[1] == closed
    following = month_end(running, f"{calendar.today:%Y-%m}")[1]
    assert following["opening_cents"] == closed["closing_cents"]
    assert following["payments_cents"] <= -30_00


def month_end(running: dict[str, str], month: str, *more: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "starter", "audit", "--month", month, "--practice", "lakeside", "--json", *more]
    done = subprocess.run(
        [*command, "--data", running["data"]], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["months"][0]


def test_the_clock_goes_on_while_the_processor_is_away_at_night_and_says_so_when_asked(
    calendar: Calendar, running: dict[str, str]
) -> None:
    calendar.start(weekday=0, hour=9)
    calendar.world.post("/_/faults", json={"vendor": "stripe", "kind": "outage"})
    calendar.day(2, "12:00")
    code, proof = audit(running)
    assert code == 1
    assert "processor" in proof["could_not"]
    calendar.world.delete("/_/faults")
    assert audit(running)[1]["could_not"] == ""
