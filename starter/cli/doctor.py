"""`collect doctor`: looks for the usual causes of trouble, and says what to mend."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import typer

from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, out

Check = Callable[[Path], Awaitable[str]]


def doctor(json_: Json = False, data: DataDir = Path(".collect")) -> None:
    """Check settings, practices, programs, database and engine; exit 1 when something needs mending."""
    found = asyncio.run(_look(data))
    if json_:
        as_json({"checks": [{"what": what, "well": well, "said": said} for what, well, said in found]})
    else:
        for what, well, said in found:
            out.print("well" if well else "mend", style="green" if well else "red", end="  ")
            out.print(f"{what}: {said}", markup=False, soft_wrap=True)
    if not all(well for _, well, _ in found):
        raise typer.Exit(1)


async def _look(data: Path) -> list[tuple[str, bool, str]]:
    found = []
    for what, check in CHECKS.items():
        try:
            found.append((what, True, await check(data)))
        except Exception as fault:  # noqa: BLE001 - every fault is an answer here
            found.append((what, False, str(fault) or type(fault).__name__))
    return found


async def _checkout(_: Path) -> str:
    from runtime.checkout import check

    check()
    return "every package is this checkout's"


async def _settings(data: Path) -> str:
    from runtime.settings import load_settings

    settings = load_settings(data)
    return "simulated world" if settings.simulator_url else f"{len(settings.payload_keys)} payload key(s)"


async def _practices(data: Path) -> str:
    from runtime.policy_files import PolicyFiles
    from runtime.settings import load_settings

    return ", ".join(PolicyFiles(load_settings(data).practices_dir).practice_ids())


async def _rules(data: Path) -> str:
    from runtime.policy_files import PolicyFiles
    from runtime.rule_files import review_report
    from runtime.settings import load_settings

    files, today = PolicyFiles(load_settings(data).practices_dir), datetime.now(UTC).date()
    overdue = review_report(files.rules, today)
    if overdue:
        raise LookupError("; ".join(overdue))
    practices = [files.practice(one) for one in files.practice_ids()]
    strict = [one.practice_id for one in practices if files.rules.unreviewed([one.state], one.kind, today)]
    told = f"; strictest hours, since nobody reviewed the state: {', '.join(strict)}" if strict else ""
    plans = [one.practice_id for one in practices if files.rules.without_plan_limits([one.state], one.kind, today)]
    told += f"; strictest limits of plans, for the same reason: {', '.join(plans)}" if plans else ""
    return f"version {files.rules.version}, no review is overdue{told}"


async def _programs(_: Path) -> str:
    from runtime.embedded_postgres import programs
    from runtime.embedded_temporal import program

    return f"{Path(program()).name} and {programs() / 'postgres'}"


async def _database(data: Path) -> str:
    import asyncpg

    from runtime.settings import load_settings
    from starter.running import find
    from store.pool import open_pool

    running = find(data)
    address = (running and running.database) or load_settings(data).database_url
    if not address:
        return STARTED_BY_US
    try:
        pool = await open_pool(address, max_size=1)
    except (OSError, asyncpg.PostgresError, TimeoutError) as fault:
        raise LookupError(f"{fault}; correct DATABASE_URL, or start the database") from None
    try:
        if await pool.fetchval("SELECT to_regclass('balances')") is None:
            return "it answers and is empty; `collect up` makes the tables"
        return str(await pool.fetchval("SELECT count(*) || ' balances' FROM balances"))
    finally:
        await pool.close()


async def _engine(data: Path) -> str:
    from runtime.managed_temporal import unknown
    from runtime.settings import load_settings
    from runtime.temporal import connect
    from starter.running import find

    running, settings = find(data), load_settings(data)
    address = (running and running.temporal) or settings.temporal_address
    if not address:
        return STARTED_BY_US
    client = await connect(settings.model_copy(update={"temporal_address": address}))
    missing = await unknown(client)
    if missing:
        return f"it answers; `collect up` teaches it the search attributes {', '.join(missing)}"
    counted = await client.count_workflows("WorkflowType = 'CollectBalance' and ExecutionStatus = 'Running'")
    return f"{counted.count} lives are running"


STARTED_BY_US = "not running; `collect up` starts it"
CHECKS: dict[str, Check] = {
    "checkout": _checkout, "settings": _settings, "practices": _practices, "rules": _rules,
    "programs": _programs,
    "database": _database, "engine": _engine,
}  # fmt: skip
