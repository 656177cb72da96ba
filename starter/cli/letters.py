"""`collect letters`: a letter about one balance, ready for print, when neither text nor e-mail reaches the person."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from starter.api_client import Api
from starter.cli.cases import DataDir
from starter.cli.printing import fail, out

SILENT = {"closed", "held", "on_plan"}
"""Stages in which nobody is written to about the balance."""


def letters(
    case_id: Annotated[str, typer.Argument(help="practice:balance, as `collect cases list` shows it.")],
    to: Annotated[list[str], typer.Option(help="One line of name and postal address; again for each line.")],
    file: Annotated[Path, typer.Option("--out", help="Where the PDF is written.", dir_okay=False)],
    language: Annotated[str | None, typer.Option(help="en or es; by default the person's own.")] = None,
    practices: Annotated[Path, typer.Option(help="Folder with the practices.")] = Path("practices"),
    data: DataDir = Path(".collect"),
) -> None:
    """Write a one-page letter with the amount, the page's address and its code, for a window envelope.

    Nothing is printed for a balance that is paid, held or on a plan. Who posts it, and when, is the practice's own.
    """
    from integrations.templates.letter_page import printed
    from integrations.templates.letter_words import letter_for
    from runtime.policy_files import PolicyFiles
    from starter.running import system_now

    case = Api(data).get(f"/v1/cases/{case_id}")
    if case["stage"] in SILENT or case["outstanding_cents"] <= 0:
        fail(f"Nobody is written to about this balance: it is {case['stage'].replace('_', ' ')}.",
             "`collect why` tells the reasons.")  # fmt: skip
    practice = PolicyFiles(practices).practice(case["practice_id"])
    page, link = asyncio.run(_page(data, case))
    try:
        words = letter_for(
            practices, practice, page.first_name, case["outstanding_cents"], link, to, language or page.language,
            system_now(data).date(),
        )  # fmt: skip
        file.write_bytes(printed(words))
    except (ValueError, OSError) as fault:
        fail(f"{fault}.", "Nothing was written.")
    out.print(f"The letter is in {file}.", markup=False)


async def _page(data: Path, case: dict[str, Any]) -> tuple[Any, str]:
    from runtime.settings import load_settings
    from starter.running import find
    from store.pay_links import PayLinks
    from store.pool import open_pool

    running = find(data)
    if running is None or not running.database:
        fail("The system's database is not within reach from here.", "Run this where `collect up` runs.")
    pool = await open_pool(running.database, max_size=1)
    try:
        links = PayLinks(pool)
        code = await links.code_for(case["practice_id"], case["balance_id"])
        page = await links.open(code)
    finally:
        await pool.close()
    if page is None or page.revoked:
        fail("The page of this balance is revoked.", "A person has to write to them.")
    base = load_settings(data).public_url if not running.simulator else running.web
    return page, f"{base.rstrip('/')}/p/{code}"
