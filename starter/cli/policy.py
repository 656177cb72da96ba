"""`collect policy`: is what a practice wants to sign off usable?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from starter.cli.cases import Json
from starter.cli.printing import as_json, err, out
from starter.cli.publish import publish
from starter.cli.rehearse import rehearse

app = typer.Typer(help="Check, rehearse and publish the practices' rules.", no_args_is_help=True)


app.command("rehearse")(rehearse)
app.command("publish")(publish)


@app.command("check")
def check(
    practices: Annotated[Path, typer.Option(help="Folder with the practices.")] = Path("practices"),
    json_: Json = False,
) -> None:
    """Read every policy, rule and message in every channel and language; exit 1 with each fault and its mend.

    Rows of the law whose next review has passed are named too: they hold until somebody has read them again.
    """
    from integrations.templates.checks import check_messages
    from runtime.policy_files import faults_in

    faults = faults_in(practices)
    if not faults:
        faults = [str(fault) for fault in check_messages(practices)]
    overdue = [] if faults else _overdue(practices)
    if json_:
        as_json({"faults": faults, "overdue_reviews": overdue})
    elif faults:
        for fault in faults:
            err.print(fault, style="red", markup=False, soft_wrap=True)
    else:
        out.print("All policies and messages can be used.")
        for row in overdue:
            out.print(f"overdue  {row}", style="yellow", markup=False, soft_wrap=True)
    if faults:
        raise typer.Exit(1)


def _overdue(practices: Path) -> list[str]:
    from runtime.policy_files import PolicyFiles
    from runtime.rule_files import review_report

    return review_report(PolicyFiles(practices).rules, datetime.now(UTC).date())
