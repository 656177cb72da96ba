"""`collect audit`: do the processor's money, our records and the practice's ledger agree, to the cent?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from receivables.money import Cents
from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, err, fail, out, table


def audit(
    practice: Annotated[str | None, typer.Option(help="Only this practice.")] = None,
    month: Annotated[str | None, typer.Option(help="The month-end of this month, such as 2026-03.")] = None,
    close: Annotated[bool, typer.Option("--close", help="With --month: close it, for good.")] = False,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Compare the books now; exit 1 while a difference stands that nobody has explained.

    Every difference has a task (`collect tasks list`). Finishing it with `done` explains it; mending the books makes
    it go away at the next pass, and the task with it.

    With --month: opening, charges, payments, adjustments and closing of one practice, by the sub-ledger. --close locks
    the month: what comes late for it is booked on the first day after it. A closed month is not opened again.
    """
    if month is not None:
        _month(Api(data), practice, month, close=close, json_=json_)
        return
    if close:
        fail("There is nothing to close.", "Say which month with --month 2026-03.", wrong_use=True)
    answer = Api(data, timeout_s=1000).post("/v1/audits", {"practice_id": practice} if practice else {})
    if json_:
        as_json(answer)
    else:
        for proof in answer["proofs"]:
            _show(proof)
    if any(proof["unexplained"] or proof["could_not"] for proof in answer["proofs"]):
        raise typer.Exit(1)


def _month(api: Api, practice: str | None, month: str, *, close: bool, json_: bool) -> None:
    path = f"/v1/audits/months/{month}"
    if not close:
        answer = api.get(path, practice_id=practice)
    elif practice is not None:
        answer = {"months": [api.post(f"{path}/close", {"practice_id": practice})]}
    else:
        fail("Whose month is to be closed?", "Name the practice with --practice.", wrong_use=True)
    if json_:
        as_json(answer)
    else:
        for found in answer["months"]:
            _show_month(found)
    if not all(found["agrees"] for found in answer["months"]):
        raise typer.Exit(1)


def _show_month(found: dict[str, Any]) -> None:
    state = "closed" if found["closed"] else "open"
    rows = [(words, Cents(found[f"{name}_cents"]).as_dollars()) for name, words in MONTH_LINES.items()]
    table(f"{found['practice_id']}, {found['first_day']} to {found['last_day']}, {state}", ("", "dollars"), rows)
    words = "balance by balance the same" if found["agrees"] else "balance by balance something else"
    receivable, credit = (Cents(found[f"{name}_cents"]).as_dollars() for name in ("receivable", "credit"))
    out.print(f"{found['open_balances']} open balances of {receivable}, credits of {credit}: {words}.")


MONTH_LINES = {
    "opening": "opening", "charges": "+ charges", "adjustments": "+ adjustments", "payments": "+ payments (negative)",
    "refunds": "+ refunds", "chargebacks": "+ chargebacks", "returned": "+ returned cheques and debits",
    "corrections": "+ corrections", "closing": "= closing",
}  # fmt: skip


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
        "owed by patients": sums["receivable_cents"], "owed to patients": sums["credit_cents"],
        "in transit at the processor": sums["in_transit_cents"], "at the practice": sums["settled_cents"],
        "kept by the processor": sums["fee_cents"],
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
