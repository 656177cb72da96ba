"""`collect why`: why something was sent to a patient, and why nothing was, with the proof of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, out

ABOUT_CONTACT = ("touch", "not_sent")
SHOWN = (
    "agent", "local_time", "zone", "consent", "touches_7d", "touches_30d", "point_touches_30d", "ledger_read_at",
    "policy_version", "rules", "template", "not_before", "times",
)  # fmt: skip


def why(
    case_id: Annotated[str, typer.Argument(help="As in the list: practice:balance.")],
    json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Everything sent and not sent about one balance, with reasons and proof; then what comes next."""
    api = Api(data)
    case, story = api.get(f"/v1/cases/{case_id}"), api.get(f"/v1/cases/{case_id}/timeline")["timeline"]
    contacts = [entry for entry in story if entry["kind"] in ABOUT_CONTACT]
    if json_:
        now = {"because": case["because"], "next_step_at": case["next_step_at"]}
        as_json({"case_id": case_id, "contacts": contacts, "now": now})
        return
    for entry in contacts:
        _tell(entry)
    out.print(f"\nNow ({case['stage']}):", markup=False)
    for reason in case["because"]:
        out.print(f"    - {reason}", markup=False)


def _tell(entry: dict[str, Any]) -> None:
    out.print(f"\n{entry['at']}  {entry['sentence']}", markup=False)
    for reason in entry["because"]:
        out.print(f"    - {reason}", markup=False)
    proof = entry.get("proof") or {}
    known = [f"{name}: {_short(proof[name])}" for name in SHOWN if proof.get(name) not in (None, [], "")]
    out.print(f"    ({'; '.join(known)})", markup=False)


def _short(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
