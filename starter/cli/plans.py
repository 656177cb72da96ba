"""`collect plans`: the plan log for the weekly reading, and taking a plan back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from receivables.money import Cents
from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, counted, out, table

app = typer.Typer(help="Read the plan log, let plans stand or take them back.", no_args_is_help=True)
PlanId = Annotated[str, typer.Argument(help="As in the log: practice:plan.")]
DECIDED = {
    "offered": "offer made", "countered": "counter-offer", "cancelled": "ended",
    "refused": "refused by the yearly line", "handed": "given to a person", "autopay_stopped": "card charged no more",
}  # fmt: skip
Who = Annotated[str, typer.Option(help="Your initials or role, not a full name.")]


@app.command("log")
def log(
    practice: Annotated[str | None, typer.Option(help="Only this practice.")] = None,
    unread: Annotated[bool, typer.Option("--unread", help="Only what is picked for this week's reading.")] = False,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Every decision about a plan, newest first: offered, set up, changed, given to a person, refused, ended."""
    answer = Api(data).get("/v1/plans", practice_id=practice, unread=str(unread).lower())
    if json_:
        as_json(answer)
        return
    rows = [
        (row["id"], _decided(row), Cents(row["total_cents"]).as_dollars(), _payments(row["payments"]), _how(row),
         " ".join(row["because"]), _state(row))
        for row in answer["plans"]
    ]  # fmt: skip
    named = ("plan", "decision", "total", "payments", "how", "because", "review")
    table(counted(len(rows), "decision"), named, rows)


@app.command("read")
def read(plan_id: PlanId, who: Who, json_: Json = False, data: DataDir = Path(".collect")) -> None:
    """Say that you have read a plan, or a decision about one, and let it stand."""
    answer = Api(data).post(f"/v1/plans/{plan_id}/read", {"who": who})
    if json_:
        as_json(answer)
    else:
        out.print("Read.")


@app.command("undo")
def undo(
    plan_id: PlanId,
    who: Who,
    because: Annotated[str, typer.Option(help="Why, for the record.")],
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Take a plan back: nothing more is charged, and a person is asked to settle it with the patient."""
    answer = Api(data).post(f"/v1/plans/{plan_id}/undo", {"who": who, "because": because})
    if json_:
        as_json(answer)
    else:
        out.print("Taken back. Nothing more is charged; a task asks for new terms.", soft_wrap=True)


def _payments(payments: list[dict[str, Any]]) -> str:
    return ", ".join(f"{Cents(due['amount_cents']).as_dollars()} on {due['due_on']}" for due in payments)


def _decided(row: dict[str, Any]) -> str:
    if row["decision"] == "in_force":
        return f"terms {row['revision']}"
    return DECIDED[row["decision"]]


def _how(row: dict[str, Any]) -> str:
    return f"by {row['agreed_by']}, decided by {row['approved_by']}"


def _state(row: dict[str, Any]) -> str:
    if row["undone_at"]:
        return "taken back"
    if row["outcome"]:
        return f"{row['outcome'].replace('_', ' ')}, by {row['read_by']}"
    if row["read_at"]:
        return f"read by {row['read_by']}"
    return "to read" if row["sampled"] else ""
