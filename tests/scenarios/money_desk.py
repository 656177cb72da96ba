"""What the calendars of money share: the processor asked and told over its own SDK, pages paid on, and the books proven."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import stripe
from calendar_desk import Calendar, Person
from plan_desk import KEY
from test_fixtures import STEADY, link_in

ROOT = Path(__file__).resolve().parents[2]


def processor(calendar: Calendar) -> stripe.StripeClient:
    """The real SDK, pointed at the simulated processor."""
    return stripe.StripeClient(
        KEY, base_addresses={"api": str(calendar.world.base_url)}, http_client=stripe.RequestsClient()
    )


def payments(calendar: Calendar, who: Person) -> list[dict[str, Any]]:
    """What the processor took for this balance, oldest first."""
    made = calendar.world.get("/_/payments").json()["payments"]
    return [one for one in made if one["metadata"].get("balance") == who.balance_id]


def texted(calendar: Calendar, name: str, cents: int) -> tuple[Person, str]:
    """Somebody who got their first text with its link; day 0 is a Monday."""
    calendar.start(weekday=0, hour=9)
    who = calendar.person(name)
    calendar.posted(who, cents, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    return who, link_in(text["body"])


def session_of(calendar: Calendar, link: str) -> str:
    """A hosted page opened from the patient's own page, not paid on yet: its id at the processor."""
    answer = calendar.web.post(link.partition("?")[0], data={"choice": "full"})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/c/pay/")[2]


def fault(calendar: Calendar, vendor: str, kind: str, **more: Any) -> None:
    answer = calendar.world.post("/_/faults", json={"vendor": vendor, "kind": kind} | more)
    assert answer.is_success, answer.text


def command(running: dict[str, str], *words: str) -> tuple[int, str]:
    """`collect …` on the running system: exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "starter", *words, "--data", running["data"]], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout or done.stderr


def audit(running: dict[str, str]) -> dict[str, Any]:
    """The proof of the practice's books now."""
    _, printed = command(running, "audit", "--practice", "lakeside", "--json")
    proof: dict[str, Any] = json.loads(printed)["proofs"][0]
    return proof


def nothing_differs(running: dict[str, str], *people: Person) -> None:
    """Processor, sub-ledger and practice ledger agree about these balances to the cent."""
    ids = {who.balance_id for who in people}
    assert [one for one in audit(running)["standing"] if one["balance_id"] in ids] == []
