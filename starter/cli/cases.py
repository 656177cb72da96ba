"""`collect cases`: look at balances."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from starter.api_client import Api
from starter.cli.conversation import told
from starter.cli.printing import as_json, counted, local, out, table

app = typer.Typer(help="Look at balances and at why each thing was done.", no_args_is_help=True)
DataDir = Annotated[Path, typer.Option("--data", help="Data folder of the running system.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command("list")
def list_(
    practice: Annotated[str | None, typer.Option(help="Only this practice.")] = None,
    stage: Annotated[str | None, typer.Option(help="Only this stage, such as outreach or with_staff.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Balances with their stage, what is owed and what comes next."""
    answer = Api(data).get("/v1/cases", practice_id=practice, stage=stage, limit=limit)
    if json_:
        as_json(answer)
        return
    rows = [
        (
            row["case_id"], row["stage"], _dollars(row["outstanding_cents"]),
            local(row.get("next_step_at"), row.get("time_zone", "UTC")), _kind(row),
        )
        for row in answer["cases"]
    ]  # fmt: skip
    table(counted(len(rows), "balance"), ("case", "stage", "owed", "next at", "next step"), rows)


@app.command("show", epilog="Example: collect cases show lakeside:9f3c")
def show(
    case_id: Annotated[str, typer.Argument(help="As in the list: practice:balance.")],
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """One balance: where it stands, what happened, and the reason for everything done and not done."""
    api = Api(data)
    case, story = api.get(f"/v1/cases/{case_id}"), api.get(f"/v1/cases/{case_id}/timeline")
    if json_:
        as_json({"case": case, "timeline": story["timeline"]})
        return
    out.print(f"[bold]{case['case_id']}[/bold]  {case['stage']}, owed {_dollars(case['outstanding_cents'])}")
    zone = case.get("time_zone", "UTC")
    out.print(f"Next: {_kind(case)} {local(case.get('next_step_at'), zone)}")
    for entry in story["timeline"]:
        out.print(f"\n{local(entry['at'], zone)}  {entry['sentence']}", markup=False, soft_wrap=True)
        if entry.get("text"):
            out.print(f"    “{entry['text']}”", markup=False, soft_wrap=True)
        for reason in entry.get("because") or []:
            out.print(f"    - {reason}", markup=False, soft_wrap=True)


@app.command("conversation")
def conversation(
    case_id: Annotated[str, typer.Argument(help="As in the list: practice:balance.")],
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """What was said about one balance on both sides, with what was read in the patient's words and how surely."""
    answer = Api(data).get(f"/v1/cases/{case_id}/conversation")
    if json_:
        as_json(answer)
        return
    told(answer["conversation"], answer.get("time_zone", "UTC"))
    if not answer["conversation"]:
        out.print("Nobody has written anything yet.")


@app.command("authorizations")
def authorizations(
    case_id: Annotated[str, typer.Argument(help="As in the list: practice:balance.")],
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """What the patient allowed to be charged to a card, in the words they saw: for a bank that asks."""
    answer = Api(data).get(f"/v1/cases/{case_id}/authorizations")
    if json_:
        as_json(answer)
        return
    for given in answer["authorizations"]:
        card = f"{given['brand']} {given['last4']}" if given["last4"] else "no card came of it"
        out.print(f"[bold]{given['agreed_at']}[/bold]  {given['plan_id']}, {card}, {given['reference']}")
        out.print(f"text {given['text_version']}, sha256 {given['text_sha256']}", soft_wrap=True)
        out.print(given["words"], markup=False)
    if not answer["authorizations"]:
        out.print("No card was authorized for this balance.")


def _dollars(cents: int) -> str:
    from receivables.money import Cents

    return Cents(cents).as_dollars()


def _kind(row: dict[str, object]) -> object:
    step = row.get("next_step")
    return step.get("kind") if isinstance(step, dict) else step
