"""The demonstration's table of plans counts what came of them, and never takes a promise for money."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from starter.demo.invariants import Record
from starter.demo.plan_table import charges_of, state_of, undue_cents
from starter.demo.run import Outcome, Wish

WISH = Wish(balances=5, days=30, seed=7, world="central", data_dir=Path("x"), stay=False)
"""Its last day is Apr 15."""
PLAN: dict[str, Any] = {
    "plan_id": "b1.plan.1", "balance_id": "b1", "undone_at": None, "payments": [
        {"number": 1, "amount_cents": 40_00, "due_on": "2026-04-10"},
        {"number": 2, "amount_cents": 40_00, "due_on": "2026-04-15"},
        {"number": 3, "amount_cents": 40_00, "due_on": "2026-05-10"},
        {"number": 4, "amount_cents": 40_00, "due_on": "2026-06-10"},
    ],
}  # fmt: skip


def outcome(paid_cents: int, stage: str = "on_plan", given_up: bool = False) -> Outcome:
    balance = {"posted_at": "", "responsibility_cents": 160_00, "payments": [{"amount_cents": paid_cents}]}
    record = Record(
        messages=[], balances={"b1": balance}, payments=[], people=[], stops={}, violations=[], zone=cast(Any, UTC)
    )
    return Outcome(
        wish=WISH, running=cast(Any, SimpleNamespace()), record=record, cases=[{"balance_id": "b1", "stage": stage}],
        baseline={}, coordinator=cast(Any, SimpleNamespace()), plans=[PLAN], given_up={"b1"} if given_up else set(),
        segments={}, took_s=0.0,
    )  # fmt: skip


def charge(number: int, status: str, cents: int = 40_00) -> dict[str, Any]:
    return {
        "status": status,
        "amount": cents,
        "metadata": {"practice": "p", "plan": "b1.plan.1", "installment": number},
    }


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (outcome(160_00, "closed"), "finished"),
        (outcome(160_00, "closed", given_up=True), "finished"),
        (outcome(80_00), "running"),
        (outcome(80_00, given_up=True), "broken"),
        (outcome(80_00, "outreach"), "broken"),
    ],
)
def test_a_plan_is_finished_when_nothing_is_owed_and_broken_when_nothing_more_will_come(
    seen: Outcome, state: str
) -> None:
    assert state_of(PLAN, seen) == state


def test_only_what_is_not_due_yet_is_committed_and_never_more_than_is_owed() -> None:
    assert undue_cents(PLAN, outcome(0)) == 80_00
    assert undue_cents(PLAN, outcome(110_00)) == 50_00
    assert undue_cents(PLAN, outcome(160_00)) == 0


def test_an_installment_declined_twice_counts_once_and_is_recovered_by_one_charge() -> None:
    tries = [
        charge(1, "succeeded"), charge(2, "failed"), charge(2, "failed"), charge(2, "succeeded", 30_00),
        charge(3, "failed"),
    ]  # fmt: skip
    assert charges_of(tries) == ([40_00, 30_00], 2, 1)
