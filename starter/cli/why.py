"""`collect why`: why something was sent to a patient, and why nothing was, with the proof of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from receivables.money import Cents
from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, local, out

ABOUT_CONTACT = ("touch", "not_sent")


def why(
    case_id: Annotated[str, typer.Argument(help="As in the list: practice:balance.")],
    json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Everything sent and not sent about one balance, with reasons and proof; then what comes next."""
    api = Api(data)
    case, story = api.get(f"/v1/cases/{case_id}"), api.get(f"/v1/cases/{case_id}/timeline")["timeline"]
    contacts = [entry for entry in story if entry["kind"] in ABOUT_CONTACT]
    asked = [one for one in story if one["kind"] == "task" and not (one["proof"] or {}).get("resolved_at")]
    if json_:
        now = {"stage": case["stage"], "because": case["because"], "next_step_at": case["next_step_at"], "asked": asked}
        as_json({"case_id": case_id, "contacts": contacts, "now": now})
        return
    zone = case.get("time_zone", "UTC")
    for entry in contacts:
        _tell(entry, zone)
    if not contacts:
        out.print("\nNothing was sent, and nothing was tried.")
    out.print(f"\nNow ({case['stage'].replace('_', ' ')}):", markup=False)
    for reason in case["because"]:
        out.print(f"    - {reason}", markup=False)
    for one in asked:
        day = local(one["at"], zone)[:10]
        out.print(f"    - {day}: {one['sentence']} {' '.join(one['because'])}", markup=False, soft_wrap=True)
    if case["next_step_at"]:
        again = local(case["next_step_at"], zone)
        out.print(f"    It is looked at again at {again}, or when something is heard.", markup=False)


def _tell(entry: dict[str, Any], zone: str) -> None:
    out.print(f"\n{local(entry['at'], zone)}  {entry['sentence']}", markup=False)
    for reason in entry["because"]:
        out.print(f"    - {reason}", markup=False)
    for what, words in _rested_on(entry.get("proof") or {}, zone):
        out.print(f"    {what + ':':<9} {words}", markup=False, soft_wrap=True)


def _rested_on(proof: dict[str, Any], zone: str) -> Iterator[tuple[str, str]]:
    """What it rested on, a line for each kind of proof; a printed letter has few of them."""
    if "consent" in proof:
        given = [
            f"{one['means']}, {str(one['given_at'])[:10]} ({one['source']}, {one['fact_id']})"
            for one in proof.get("consent_from", [])
        ]
        yield "consent", f"{proof['consent']} for {', '.join(proof['purposes'])}: {'; '.join(given)}"
        zones = [one for one in proof["zones"] if one != proof["zone"]]
        yield "there", f"{proof['local_time']} in {proof['zone']}{''.join(f', or in {one}' for one in zones)}"
        yield "counted", (
            f"{proof['touches_7d']} in 7 days and {proof['touches_30d']} in 30 to the person, "
            f"{proof['point_touches_30d']} in 30 to this number or address"
        )
    if proof.get("ledger_read_at"):
        cents = proof.get("ledger_cents")
        amount = f"{Cents(cents).as_dollars()}, " if cents is not None else ""
        yield "ledger", f"{amount}read at {local(proof['ledger_read_at'], zone)}"
    if "policy_version" in proof:
        rows = f": {', '.join(proof['rules'])}" if proof["rules"] else ""
        yield "rules", f"policy {proof['policy_version']}, rules {proof['rules_version']}{rows}"
        yield "words", f"{proof.get('template_version') or proof['template']}{_fingerprint(proof)}"
    yield "asked", _asked(proof, zone)


def _fingerprint(proof: dict[str, Any]) -> str:
    mark = proof.get("text_hash") or proof.get("words")
    return f", SHA-256 {mark}" if mark else ""


def _asked(proof: dict[str, Any], zone: str) -> str:
    parts = [f"touch {proof['touch_id']}"]
    parts += [f"by the {proof['agent']} agent"] if proof.get("agent") else []
    parts += [f"not before {local(proof['not_before'], zone)}"] if proof.get("not_before") else []
    parts += [f"{proof['times']} times"] if proof.get("times", 1) > 1 else []
    return ", ".join(parts)
