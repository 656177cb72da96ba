"""`collect replay`: would the code in this checkout continue the lives that are running? Replays a sample of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from starter.cli.cases import DataDir, Json
from starter.cli.printing import as_json, err, fail, out


def replay(
    sample: Annotated[int, typer.Option(min=1, help="How many lives, the newest first, open and closed.")] = 100,
    histories: Annotated[Path | None, typer.Option(help="Replay recorded histories from this folder instead.")] = None,
    json_: Json = False,
    data: DataDir = Path(".collect"),
) -> None:
    """Replay recorded or running lives with this checkout's workflow; exit 1 when one would not continue.

    Run it before deploying a worker: a life that does not replay would stop at its next step.
    """
    failures, count = asyncio.run(_replay(sample, histories, data))
    if json_:
        as_json({"replayed": count, "failed": failures})
    else:
        out.print(f"{count} lives replayed, {len(failures)} would not continue.")
        for failure in failures:
            err.print(failure, style="red", markup=False, soft_wrap=True)
    if failures:
        raise typer.Exit(1)


def recorded(folder: Path) -> list[Path]:
    """Histories in a folder, as the Temporal UI downloads them."""
    return sorted(folder.glob("*.json"))


async def _replay(sample: int, histories: Path | None, data: Path) -> tuple[list[str], int]:
    from temporalio.client import WorkflowHistory

    from starter.replaying import live_histories, replay_all

    if histories is not None:
        files = recorded(histories)
        if not files:
            fail(
                f"There are no recorded histories in {histories}.",
                "Name the folder that holds *.json files.",
                wrong_use=True,
            )
        lives = [WorkflowHistory.from_json(path.stem, path.read_text()) for path in files]
    else:
        lives = await live_histories(data, sample)
    return await replay_all(
        list(track(lives, description="Replaying", console=err, disable=not err.is_terminal)), data
    ), len(lives)
