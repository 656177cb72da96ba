"""`collect refund`: a person gives a patient's credit back, to the card or as noted at the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from receivables.money import Cents
from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, fail, out

SAID = {
    "made": "is on its way back", "asked": "got no answer from the card processor yet and is looked after",
    "refused": "was refused", "failed": "came back: the bank could not deliver it",
}  # fmt: skip


def refund(
    case_id: Annotated[str, typer.Argument(help="practice:balance, as `collect credits` shows it.")],
    who: Annotated[str, typer.Option(help="Initials of who decides.")],
    role: Annotated[str, typer.Option(help="front_desk, coordinator, manager or owner.")],
    because: Annotated[str, typer.Option(help="Why, for the record.")],
    amount: Annotated[str | None, typer.Option(help="Dollars, for a part of the credit; by default all of it.")] = None,
    by: Annotated[str, typer.Option(help="card, or how it was given back at the desk: check, cash, other.")] = "card",
    note: Annotated[str, typer.Option(help="With check, cash or other: such as the number of the check.")] = "",
    in_ledger: Annotated[bool, typer.Option("--in-ledger", help="The practice has entered it by itself.")] = False,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Give a credit back, never more than it is and only once: the same command for the same credit changes nothing.

    It goes to the card it came from. With `--by check` the money has left another way, and the note says how. Both are
    posted to the practice's ledger. A part leaves a smaller credit, so the same part asked for again is given again.
    """
    api = Api(data, timeout_s=120)
    wish: dict[str, Any] = {"who": who, "role": role, "because": because, "how": by, "note": note}
    wish |= {"in_practice_ledger": in_ledger, "credit_cents": _credit(api, case_id)}
    if amount is not None:
        try:
            wish["cents"] = int(Cents.from_dollars(amount))
        except ValueError as wrong:
            fail(f"--amount: {wrong}.", wrong_use=True)
        if wish["cents"] > wish["credit_cents"]:
            fail(f"--amount: the credit is {Cents(wish['credit_cents']).as_dollars()}, not more.", wrong_use=True)
    done = api.post(f"/v1/credits/{case_id}/refund", wish)
    if json_:
        as_json(done)
    else:
        for part in done["parts"]:
            at_the_desk = by != "card" and part["state"] == "made"
            became = "is on record as given back" if at_the_desk else SAID[part["state"]]
            words = f"{Cents(part['cents']).as_dollars()} {became}. {part['because']}"
            out.print(words.strip(), markup=False, soft_wrap=True)
    if all(part["state"] in {"refused", "failed"} for part in done["parts"]):
        raise typer.Exit(1)


def _credit(api: Api, case_id: str) -> int:
    """What is owed back now; where nothing is any more, what the last refund was for: this is the same wish again."""
    listed = api.get("/v1/credits", practice_id=case_id.partition(":")[0])["credits"]
    found = next((one["cents"] for one in listed if f"{one['practice_id']}:{one['balance_id']}" == case_id), None)
    if found is not None:
        return int(found)
    earlier = api.get(f"/v1/credits/{case_id}/refunds")["refunds"]
    if not earlier:
        fail("Nothing is owed back on this balance.", "`collect credits` lists what is.")
    return int(earlier[0]["credit_cents"])
