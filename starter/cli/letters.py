"""`collect letters`: what lies ready for print when neither text nor e-mail reaches somebody, as one PDF to print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from starter.api_client import Api
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, counted, err, fail, out, table

app = typer.Typer(help="Print the letters that the agent has written, and tell what came back.", no_args_is_help=True)


@app.command("list")
def list_(
    practice: Annotated[str | None, typer.Option(help="Only of this practice.")] = None, json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Letters that lie ready, the oldest first."""
    found = Api(data).get("/v1/letters", practice_id=practice)
    if json_:
        as_json(found)
        return
    rows = [
        (f"{one['practice_id']}:{one['balance_id']}", one["written_at"][:10], one["recipient"][0], one["touch_id"])
        for one in found["letters"]
    ]
    table(counted(len(rows), "letter"), ("case", "written", "to", "letter"), rows)


@app.command("print")
def print_(
    practice: Annotated[str, typer.Argument(help="The practice whose letters are printed.")],
    file: Annotated[Path, typer.Option("--out", help="Where the PDF is written.", dir_okay=False)],
    who: Annotated[str, typer.Option(help="Who prints: initials or a role.")] = "operator",
    practices: Annotated[Path, typer.Option(help="Folder with the practices.")] = Path("practices"),
    json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Write all letters of a practice into one PDF, a page each, for window envelopes, and count them as printed.

    Each is looked at once more: whoever has paid, answered or stopped since gets none.
    """
    api = Api(data)
    batch = api.post("/v1/letters/collect", {"practice_id": practice})
    done, unfit = _laid_out(batch["letters"], practices, practice, data)
    if done:
        try:
            file.write_bytes(_pages([words for _, words in done]))
        except OSError as unwritable:
            fail(f"{file}: {unwritable.strerror}.", "Name a file that can be written. The letters lie ready as before.")
        api.post("/v1/letters/printed", {"touch_ids": [touch_id for touch_id, _ in done], "who": who})
    printed = [touch_id for touch_id, _ in done]
    if json_:
        as_json({"file": str(file) if done else None, "printed": printed, "unfit": unfit} | batch)
    else:
        _tell(batch, file, len(printed))
    for touch_id, fault in unfit.items():
        err.print(f"{touch_id}: {fault}. It lies ready as before.", style="red", markup=False, soft_wrap=True)
    if unfit:
        raise typer.Exit(1)


@app.command("returned")
def returned(
    letter: Annotated[str, typer.Argument(help="The letter, as `collect letters print --json` names it.")],
    data: DataDir = Path(".collect"),
) -> None:
    """The post brought a letter back: no further one goes to that address, and the coordinator calls."""
    Api(data).post(f"/v1/letters/{letter}/returned", {})
    out.print("No further letter goes to that address.")


def _laid_out(
    letters: list[dict[str, Any]], practices: Path, practice_id: str, data: Path
) -> tuple[list[tuple[str, Any]], dict[str, str]]:
    """Touch and page of each letter that fits, and what is wrong with the others."""
    from integrations.templates.letter_page import printed
    from integrations.templates.letter_words import letter_for
    from runtime.policy_files import PolicyFiles
    from starter.running import system_now

    practice, today = PolicyFiles(practices).practice(practice_id), system_now(data).date()
    done: list[tuple[str, Any]] = []
    unfit: dict[str, str] = {}
    for one in letters:
        try:
            words = letter_for(practice, one["recipient"], one["paragraphs"], one["link"], one["language"], today)
            printed(words)
            done.append((one["touch_id"], words))
        except ValueError as fault:
            unfit[one["touch_id"]] = str(fault)
    return done, unfit


def _pages(letters: list[Any]) -> bytes:
    from integrations.templates.letter_page import printed

    return printed(*letters)


def _tell(batch: dict[str, Any], file: Path, number: int) -> None:
    out.print(f"{counted(number, 'letter')} in {file}." if number else "No letter is to be printed.", markup=False)
    for what, kept in (("withdrawn", batch["withdrawn"]), ("held back", batch["held_back"])):
        for one in kept:
            out.print(f"{one['practice_id']}:{one['balance_id']} {what}: {one['because']}", markup=False)
