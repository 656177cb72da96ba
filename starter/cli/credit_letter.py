"""`collect letters credit`: the letter of due diligence about money that is owed back, once its day has come (R-37)."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from starter.api_client import Api
from starter.cli.cases import DataDir
from starter.cli.printing import fail, out

LETTER_STAGES = ("letter", "unclaimed")
"""From the day on which the letter is to go out."""


def credit(
    case_id: Annotated[str, typer.Argument(help="practice:balance, as `collect credits` shows it.")],
    to: Annotated[list[str], typer.Option(help="One line of name and postal address; again for each line.")],
    file: Annotated[Path, typer.Option("--out", help="Where the PDF is written.", dir_okay=False)],
    language: Annotated[str | None, typer.Option(help="en or es; by default the person's own.")] = None,
    practices: Annotated[Path, typer.Option(help="Folder with the practices.")] = Path("practices"),
    data: DataDir = Path(".collect"),
) -> None:
    """Write the letter of due diligence about a credit: how much, until when, and that it then becomes the state's.

    Only once its day has come, as the task says. Finish the task when it has been posted.
    """
    from integrations.templates.credit_letter import credit_letter_for
    from integrations.templates.letter_page import printed
    from runtime.policy_files import PolicyFiles
    from starter.running import system_now

    found = _credit(data, case_id)
    practice = PolicyFiles(practices).practice(found["practice_id"])
    name, spoken = asyncio.run(_owner(data, found))
    try:
        words = credit_letter_for(
            practices, practice, name, found["cents"], date.fromisoformat(found["clocks"][-1]["on"]), to,
            language or spoken, system_now(data).date(), tried=_tried(data, case_id),
        )  # fmt: skip
        file.write_bytes(printed(words))
    except (ValueError, OSError) as fault:
        fail(f"{fault}.", "Nothing was written.")
    out.print(f"The letter is in {file}.", markup=False)


def _credit(data: Path, case_id: str) -> dict[str, Any]:
    """The command ends where nothing is owed back, or the letter is not due yet."""
    practice_id, _, balance_id = case_id.partition(":")
    listed = Api(data).get("/v1/credits", practice_id=practice_id)["credits"]
    found: dict[str, Any] | None = next((one for one in listed if one["balance_id"] == balance_id), None)
    if found is None:
        fail("Nothing is owed back on this balance.", "`collect credits` lists what is.")
    if found["stage"] not in LETTER_STAGES:
        due = next(clock["on"] for clock in found["clocks"] if clock["stage"] == "letter")
        fail(f"The letter about this credit is due on {due}.", "Until then give it back: `collect refund`.")
    return found


def _tried(data: Path, case_id: str) -> bool:
    """Whether money was sent back and did not arrive; a letter says so only then."""
    refunds = Api(data).get(f"/v1/credits/{case_id}/refunds")["refunds"]
    return any(part["state"] in {"refused", "failed"} for one in refunds for part in one["parts"])


async def _owner(data: Path, found: dict[str, Any]) -> tuple[str, str]:
    """First name and language of who is owed."""
    from starter.running import find
    from store.pay_links import PayLinks
    from store.pool import open_pool

    running = find(data)
    if running is None or not running.database:
        fail("The system's database is not within reach from here.", "Run this where `collect up` runs.")
    pool = await open_pool(running.database, max_size=1)
    try:
        links = PayLinks(pool)
        page = await links.open(await links.code_for(found["practice_id"], found["balance_id"]))
    finally:
        await pool.close()
    if page is None:
        fail("The page of this balance is revoked.", "A person has to write to them.")
    return page.first_name, page.language
