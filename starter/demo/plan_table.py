"""What became of payment plans, as rows for the table; money comes from the ledger, terms from the log of plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from receivables.money import Cents
from starter.demo.charges import installment
from starter.demo.run import POST_OVER_DAYS, START, Outcome


def plans_table(outcome: Outcome, collected_cents: int) -> Table:
    """Plans, their charges, and what is committed beside what is collected: money promised is not money."""
    grid = Table(title="Payment plans", title_justify="left", show_header=False, box=SIMPLE, pad_edge=False)
    states = {one["plan_id"]: state_of(one, outcome) for one in outcome.plans}
    count = Counter(states.values())
    by = Counter(one["agreed_by"] for one in outcome.plans)
    how = ", ".join(f"by {name} {times}" for name, times in sorted(by.items()))
    undue = sum(undue_cents(one, outcome) for one in outcome.plans if states[one["plan_id"]] == "running")
    charged, declined, recovered = charges_of(outcome.record.vendor.tries())
    rows = [
        ("plans agreed", f"{len(outcome.plans)} ({how})" if how else "0"),
        ("plans now", ", ".join(f"{name} {count[name]}" for name in ("finished", "running", "broken"))),
        ("installments charged to cards", f"{len(charged)}, {Cents(sum(charged)).as_dollars()}"),
        ("installments declined", f"{declined}, of which {recovered} recovered by card"),
        ("stopped automatic payments", str(_stopped(outcome))),
        ("collected", f"{Cents(collected_cents).as_dollars()} (money in the practice's ledger)"),
        ("committed", f"{Cents(collected_cents + undue).as_dollars()} (with {Cents(undue).as_dollars()} not due yet)"),
    ]
    for row in rows:
        grid.add_row(*row)
    return grid


def state_of(plan: Mapping[str, Any], outcome: Outcome) -> str:
    """`finished` when nothing is owed any more, `running` while its payments come, else `broken`."""
    if owed_cents(plan, outcome) <= 0:
        return "finished"
    stage = next((case["stage"] for case in outcome.cases if case["balance_id"] == plan["balance_id"]), "")
    given_up = plan["undone_at"] or plan["balance_id"] in outcome.given_up
    return "broken" if given_up or stage != "on_plan" else "running"


def undue_cents(plan: Mapping[str, Any], outcome: Outcome) -> int:
    """Installments whose day has not come, never more than is owed."""
    today = (START + timedelta(days=POST_OVER_DAYS + outcome.wish.days)).date().isoformat()
    undue = sum(int(due["amount_cents"]) for due in plan["payments"] if due["due_on"] > today)
    return min(undue, owed_cents(plan, outcome))


def owed_cents(plan: Mapping[str, Any], outcome: Outcome) -> int:
    """What is left of the balance in the practice's ledger."""
    balance = outcome.record.balances[plan["balance_id"]]
    paid = sum(int(payment["amount_cents"]) for payment in balance["payments"])
    return int(balance["responsibility_cents"]) - paid


def charges_of(tries: Iterable[Mapping[str, Any]]) -> tuple[list[int], int, int]:
    """Amounts charged, installments that were declined, and how many of those were charged by card in the end."""
    made = list(tries)
    paid = {installment(charge): int(charge["amount"]) for charge in made if charge["status"] == "succeeded"}
    declined = {installment(charge) for charge in made if charge["status"] == "failed"}
    return list(paid.values()), len(declined), len(declined & paid.keys())


def _stopped(outcome: Outcome) -> int:
    stopped = outcome.record.vendor.stopped.keys()
    return sum(1 for one in outcome.record.people if stopped & {debt["balance_id"] for debt in one["balances"]})
