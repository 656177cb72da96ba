"""`collect policy rehearse`: who would get what, when and why, before a policy is published; nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from receivables.facts import AnyFact
from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, fail, local, out, table

SHOWN = 20


def rehearse(
    practice: Annotated[str, typer.Argument(help="The practice whose policy it is.")],
    draft: Annotated[Path | None, typer.Option(help="A policy.yaml that differs.", exists=True, dir_okay=False)] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="One value, such as contact.max_per_7d=1.")] = None,
    history: Annotated[int | None, typer.Option(help="Over balances posted in so many days.", min=1, max=365)] = None,
    aged: Annotated[Path | None, typer.Option(help="Over an aged receivables file.", exists=True)] = None,
    patients: Annotated[Path | None, typer.Option(help="With --aged: contact details by account.", exists=True)] = None,
    header_map: Annotated[Path | None, typer.Option(help="With --aged: which column means what.", exists=True)] = None,
    days: Annotated[int, typer.Option(help="With --aged: so many days ahead.", min=1, max=365)] = 30,
    practices: Annotated[Path, typer.Option(help="Folder with the practices.")] = Path("practices"),
    json_: Json = False, data: DataDir = Path(".collect"),
) -> None:  # fmt: skip
    """Show what a draft would change: for open cases, for history, or for a file. Without a draft: what comes next."""
    from receivables.errors import BadPolicy, UnknownPractice
    from runtime.policy_files import PolicyFiles
    from starter.rehearsal import Rehearsal, report
    from starter.running import system_now

    try:
        files = PolicyFiles(practices)
        _as_signed(files, practice, data)
        policies = (files.policy(practice), files.draft(practice, overrides_of(draft, set_ or [])))
        rehearsal = Rehearsal(files.practice(practice), policies, system_now(data))
    except (BadPolicy, UnknownPractice) as fault:
        fail(str(fault), "Nothing was rehearsed; what is live stays live.")
    now = system_now(data)
    if aged is not None:
        changes = rehearsal.of_file(_of_file(aged, practice, patients, header_map, now), days)
    else:
        changes = asyncio.run(stored(rehearsal, practice, data, now, history))
    told = report(changes, policies)
    if json_:
        as_json(told)
    else:
        show_changes(told, files.practice(practice).time_zone, drafted=bool(draft or set_))


def _as_signed(files: Any, practice: str, data: Path) -> None:
    """What holds on the running system, if one runs: a policy may have been signed there."""
    from runtime.policy_files import Signed
    from starter.api_client import Api
    from starter.running import find

    if find(data) is not None:
        files.practice(practice)
        holds = Api(data).get(f"/v1/policies/{practice}")
        files.sign({practice: Signed(holds["sign_off"], holds["values"])})


async def stored(rehearsal: Any, practice: str, data: Path, now: datetime, history: int | None) -> list[Any]:
    """What would change for the balances of the running system: open ones, or those of so many days."""
    from starter.rehearsal import over
    from starter.running import find
    from store.histories import Histories
    from store.pool import open_pool

    running = find(data)
    if running is None or not running.database:
        fail("No running system was found.", "Start one with `collect up`, or rehearse a file with --aged.")
    pool = await open_pool(running.database, max_size=2)
    try:
        begin = now - timedelta(days=history or 0)
        return await over("history" if history else "open", rehearsal, Histories(pool), practice, begin)
    finally:
        await pool.close()


def _of_file(
    file: Path, practice: str, patients: Path | None, header_map: Path | None, now: datetime
) -> Sequence[AnyFact]:
    from receivables.facts import ANY_FACT
    from starter.ingestion import Refusal, Source, read_file

    try:
        facts = read_file(file, Source(practice, patients, header_map, now.date(), now))
    except Refusal as refused:
        fail(f"{file.name}: {refused}", "Nothing was rehearsed.")
    return [ANY_FACT.validate_python(fact) for fact in facts]


def overrides_of(draft: Path | None, settings: list[str]) -> dict[str, Any]:
    """What a draft file and single values say together, in the form of policy.yaml, fit to be sent as JSON."""
    from runtime.policy_files import merged
    from runtime.yaml_lines import as_json, read_text, read_yaml

    values = read_yaml(draft).values if draft else {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            fail(f"--set {setting}: there is no value.", "Write it as section.name=value.")
        inner: Any = read_text(value)
        for part in reversed(name.split(".")):
            inner = {part: inner}
        values = merged(values, inner)
    return dict(as_json(values))


def show_changes(told: dict[str, Any], zone: str, *, drafted: bool) -> None:
    """Totals, then each balance that would notice, with the reasons; moments are told on the practice's clock."""
    rows = [(one["what"], one["before"], one["after"]) for one in told["totals"]]
    table(f"{told['balances']} balances", ("what", "live", "draft"), rows)
    if not drafted:
        return
    out.print(f"{told['changed']} of {told['balances']} balances would notice.")
    for change in [one for one in told["balances_in_full"] if one["differs"]][:SHOWN]:
        out.print(f"\n{change['balance_id']}", markup=False)
        for side in ("before", "after"):
            for one in change[side]:
                moment = local(one["at"], zone) or "at the next fact"
                out.print(f"  {side}: {one['what']} {one['channel']} {moment}", markup=False)
                out.print(f"      {' '.join(one['because'])}", markup=False)
