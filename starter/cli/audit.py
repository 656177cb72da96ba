"""`collect audit`: do the processor's money, our records and the practice's ledger agree, to the cent?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from receivables.money import Cents
from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, err, out, table


def audit(
    practice: Annotated[str | None, typer.Option(help="Only this practice.")] = None,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Compare the books now; exit 1 while a difference stands that nobody has explained.

    Every difference has a task (`collect tasks list`). Finishing it with `done` explains it; mending the books makes
    it go away at the next pass, and the task with it.
    """
    answer = Api(data, timeout_s=1000).post("/v1/audits", {"practice_id": practice} if practice else {})
    if json_:
        as_json(answer)
    else:
        for proof in answer["proofs"]:
            _show(proof)
    if any(proof["unexplained"] or proof["could_not"] for proof in answer["proofs"]):
        raise typer.Exit(1)


def _show(proof: dict[str, Any]) -> None:
    out.print(f"[bold]{proof['practice_id']}[/bold], {proof['at']}")
    if proof["could_not"]:
        err.print(f"Nothing could be compared: {proof['could_not']}", style="red", markup=False)
        return
    sums = proof["totals"]
    words = {
        "patients paid": sums["paid_cents"], "taken back": -sums["taken_back_cents"],
        "in the practice's ledger by us": sums["posted_cents"],
        f"moved by the processor since {proof['window']['since'][:10]}": sums["processor_cents"],
    }  # fmt: skip
    for name, cents in words.items():
        out.print(f"  {Cents(cents or 0).as_dollars():>14}  {name}")
    if not proof["standing"]:
        out.print("  Everything agrees to the cent.")
        return
    rows = [
        (one["balance_id"], Cents(one["cents"]).as_dollars(), one["sentence"], "yes" if one["explained"] else "",
         f"{proof['practice_id']}:{one['task_id']}")
        for one in proof["standing"]
    ]  # fmt: skip
    title = f"{proof['unexplained']} differences stand unexplained, {proof['explained']} explained"
    table(title, ("balance", "ours less theirs", "what", "explained", "task"), rows)
