"""`collect tasks`: the work that waits for people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from receivables.money import Cents
from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, table

app = typer.Typer(help="List, claim and finish staff tasks.", no_args_is_help=True)


@app.command("list")
def list_(
    practice: Annotated[str | None, typer.Option(help="Only this practice.")] = None,
    status: Annotated[str, typer.Option(help="open, claimed or resolved.")] = "open",
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Tasks, the most valuable and most urgent first."""
    answer = Api(data).get("/v1/tasks", practice_id=practice, status=status)
    if json_:
        as_json(answer)
        return
    rows = [
        (row["id"], row["kind"], Cents(row["expected_cents"]).as_dollars(), row.get("due_at"), row["summary"])
        for row in answer["tasks"]
    ]
    table(f"{len(rows)} tasks", ("task", "kind", "expected", "due", "summary"), rows)


@app.command("claim")
def claim(
    task_id: str,
    who: Annotated[str, typer.Option(help="Your initials or role, not a full name.")],
    data: DataDir = Path(".collect"),
) -> None:
    """Take a task, so that nobody else works on it."""
    as_json(Api(data).post(f"/v1/tasks/{task_id}/claim", {"who": who}))


@app.command("resolve")
def resolve(
    task_id: str,
    outcome: Annotated[
        str, typer.Argument(help="will_pay, plan_agreed, wrong_number, dispute, assistance, no_answer, …")
    ],
    who: Annotated[str, typer.Option(help="Your initials or role, not a full name.")],
    will_pay_by: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With will_pay.")] = None,
    resume_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With keep_paused.")] = None,
    note: Annotated[str, typer.Option(help="For the record.")] = "",
    data: DataDir = Path(".collect"),
) -> None:
    """Finish a task with its outcome; the balance moves on from there."""
    body = {"outcome": outcome, "who": who, "note": note}
    if will_pay_by:
        body["will_pay_by"] = will_pay_by.date().isoformat()
    if resume_on:
        body["resume_on"] = resume_on.date().isoformat()
    as_json(Api(data).post(f"/v1/tasks/{task_id}/resolve", body))
