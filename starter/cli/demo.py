"""`collect demo`: a practice lives 90 virtual days on the real engine, and is judged."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import typer

from starter.cli.printing import err, fail, out


def demo(
    balances: Annotated[
        int, typer.Option(min=5, max=2000, help="How many balances post in the first two weeks.")
    ] = 100,
    days: Annotated[int, typer.Option(min=1, max=120, help="Virtual days to live after the last posting.")] = 90,
    seed: Annotated[int, typer.Option(help="Another seed is another town.")] = 7,
    world: Annotated[str, typer.Option(help="pessimistic, central or optimistic.")] = "central",
    data: Annotated[Path, typer.Option(help="Its own data folder; it is made anew each time.")] = Path(".collect/demo"),
    stay: Annotated[bool, typer.Option("--stay", help="Keep everything running afterwards, to look around.")] = False,
) -> None:
    """Watch about 100 balances being worked on for 90 virtual days, in a few minutes.

    Everything is real but the outside world: the engine, the database, the vendors' own SDKs speaking HTTP to a
    simulator of vendors, practice and patients. Exit 0 only if every invariant held.
    """
    from starter.demo.run import Wish, run
    from starter.demo.table import show
    from starter.system import DidNotStart

    shutil.rmtree(data, ignore_errors=True)
    wish = Wish(balances=balances, days=days, seed=seed, world=world, data_dir=data, stay=stay)
    try:
        outcome = asyncio.run(run(wish, err, lambda result: show(result, out)))
    except DidNotStart as fault:
        fail(str(fault), "`collect doctor` looks for the usual causes.")
    if not outcome.held:
        raise typer.Exit(1)
