"""`collect ingest`: takes in the practice's files; a file is taken or refused whole, and twice changes nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from receivables.money import Cents
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, counted, err, fail, out

SENT_TOGETHER = 500


def ingest(
    files: Annotated[
        list[Path], typer.Argument(help="X12 835 remittances, or aged receivables in CSV.", exists=True, dir_okay=False)
    ],
    practice: Annotated[str, typer.Option(help="The practice they belong to.")],
    patients: Annotated[
        Path | None, typer.Option(help="CSV with contact details by account; without it staff is asked.", exists=True)
    ] = None,
    header_map: Annotated[
        Path | None, typer.Option(help="For CSV: which column means what, in YAML.", exists=True)
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="For CSV: the date the report was made.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check; report nothing.")] = False,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Take in remittances and aged receivables.

    A damaged or truncated file is refused with the place and the mend, and nothing of it is kept. Remittances hold no
    contact details: give a patient file, or have them reported through the API.
    """
    from starter.ingestion import Refusal, Source, read_file
    from starter.running import system_now

    now = system_now(data)
    source = Source(practice, patients, header_map, as_of.date() if as_of else now.date(), now)
    totals: list[dict[str, Any]] = []
    with Progress(console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task("Reading", total=len(files))
        for file in files:
            progress.update(task, description=f"Reading {file.name}")
            try:
                facts = read_file(file, source)
            except Refusal as refused:
                fail(str(refused), "Nothing of this file was kept.")
            new = 0 if dry_run else _report(facts, data)
            cents = sum(fact["patient_responsibility_cents"] for fact in facts)
            totals.append({"file": file.name, "balances": len(facts), "new": new, "cents": cents})
            progress.advance(task)
    if json_:
        as_json({"files": totals})
        return
    for total in totals:
        owed = Cents(total["cents"]).as_dollars()
        out.print(
            f"{total['file']}: {counted(total['balances'], 'balance')}, {total['new']} new, {owed} for patients to pay",
            markup=False, soft_wrap=True,
        )  # fmt: skip


def _report(facts: list[dict[str, Any]], data: Path) -> int:
    """Through the same door as everybody else's facts; the number that were not known before."""
    from starter.api_client import Api

    api, new = Api(data, called={"practice_id": "--practice"}), 0
    for start in range(0, len(facts), SENT_TOGETHER):
        answer = api.post("/v1/facts", facts[start : start + SENT_TOGETHER])
        new += sum(1 for receipt in answer["facts"] if receipt["new"])
    return new
