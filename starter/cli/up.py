"""`collect up`: runs everything against what the settings name, and starts what they do not."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from starter.cli.printing import err, fail


def up(
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Also play the vendors, the practice and the clock.")
    ] = False,
    port_base: Annotated[
        int | None, typer.Option(help="Fix the ports: web N, Temporal N+1, its UI N+2, Postgres N+3 …")
    ] = None,
    data: Annotated[Path, typer.Option(help="Where the embedded database and engine keep their data.")] = Path(
        ".collect"
    ),
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="With --simulated: a new world's start.")
    ] = None,
    seed: Annotated[int, typer.Option(help="With --simulated: the patients' temper.")] = 7,
) -> None:
    """Run worker, web and schedules until Ctrl-C.

    With DATABASE_URL and COLLECT_TEMPORAL_ADDRESS set, those are used; otherwise a real Postgres and a real Temporal
    server start by themselves and keep their data between runs. When everything is ready, one JSON line on standard
    output says where it all is.
    """
    from starter.system import DidNotStart, Wish, run_until_stopped

    wish = Wish(simulated=simulated, port_base=port_base, data_dir=data, virtual_start=at, seed=seed)
    try:
        ended = asyncio.run(run_until_stopped(wish, say, ready))
    except DidNotStart as fault:
        fail(str(fault), "`collect doctor` looks for the usual causes.")
    if ended:
        fail(f"{ended} ended by itself, so everything was stopped.", f"See {data / 'logs' / (ended + '.log')}.")


def say(sentence: str) -> None:
    """Progress for people, on standard error: standard output carries the one JSON line only."""
    err.print(sentence, style="dim", markup=False, soft_wrap=True)


def ready(line: str) -> None:
    """The one line programs wait for."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
