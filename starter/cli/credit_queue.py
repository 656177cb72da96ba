"""`collect credits`: what is owed back to patients, and when it is due where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from receivables.money import Cents
from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, counted, table

STAGES = {
    "fresh": "new", "remind": "remind", "give_back": "give it back now", "letter": "send the letter",
    "unclaimed": "unclaimed property",
}  # fmt: skip


def credits_(
    practice: Annotated[str | None, typer.Option(help="Only this practice.")] = None,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Credits of patients, the oldest first, with their clocks: 30 and 60 days, the letter, unclaimed property.

    `collect refund` gives one back; a refund made at the card processor's own pages is heard of too. It is never set
    against another person's balance. Each clock that comes opens a task.
    """
    answer = Api(data).get("/v1/credits", practice_id=practice)
    if json_:
        as_json(answer)
        return
    rows = [
        (f"{one['practice_id']}:{one['balance_id']}", Cents(one["cents"]).as_dollars(), one["since"][:10],
         STAGES[one["stage"]], one["next_on"] or "", one["clocks"][-1]["on"])
        for one in answer["credits"]
    ]  # fmt: skip
    titles = ("case", "owed to the patient", "since", "now", "next clock", "unclaimed on")
    table(counted(len(rows), "credit"), titles, rows)
