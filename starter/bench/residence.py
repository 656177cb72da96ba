"""What a balance costs a worker while nothing happens: memory while it is cached, and waking it when it is not."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer

from receivables.reported_facts import StaffNote
from runtime.children import ends_with_parent
from runtime.encryption import encrypted_converter
from runtime.sandbox import sandbox
from starter.bench import holding
from starter.bench.engine_work import CACHED
from starter.bench.figures import Figure, Measured, alone, beside
from starter.bench.holding import post
from starter.bench.lives import BEGIN
from starter.bench.people import PRACTICE
from starter.bench.processor_time import Stopwatch
from starter.bench.real_practice import PRACTICES, real_practice
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from workflows.collect_balance import CollectBalance

GOLDEN = PRACTICES.parent / "tests" / "replay" / "histories"
GOLDEN_KEY = {"test": b"k" * 32}
"""The committed histories were recorded with it; the people in them are invented."""


class NotHeld(Exception):
    """A worker process did not say what its lives take."""


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Three things that do not touch each other."""
    client = await servers.client()
    return Measured(figures=[
        await _memory(servers, scale), await _waking(servers, client, scale), *await _replays(scale)
    ])  # fmt: skip


async def _memory(servers: Servers, scale: Scale) -> Figure:
    """Each measured in a worker process of its own, in alternation."""
    found: dict[str, list[float]] = {"minimal": [], "real": []}
    for _ in range(scale.rounds):
        for kind, kilobytes in found.items():
            kilobytes.append(await _held(servers, kind, scale.cached_balances))
    return beside(
        "residence: a cached open balance", "KB", found["real"], found["minimal"], floor_is="a minimal life, cached"
    )


async def _held(servers: Servers, kind: str, count: int) -> float:
    numbers = servers.numbers(holding.WARMING_UP + count)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "starter.bench.holding", kind, str(count), str(numbers.start),
        cwd=PRACTICES.parent, stdout=asyncio.subprocess.PIPE, preexec_fn=ends_with_parent(signal.SIGTERM),
        env=os.environ | {
            holding.ADDRESS: servers.temporal().address, holding.DATABASE: await servers.database(),
            holding.KEY: servers.key.hex(),
        },
    )  # fmt: skip
    said, _ = await process.communicate()
    if process.returncode != 0:
        raise NotHeld(f"the worker with {kind} lives ended with {process.returncode}")
    return float(said)


async def _waking(servers: Servers, client: Client, scale: Scale) -> Figure:
    """A note of staff wakes each balance; it is folded, decided on, and the balance rests again."""
    costs: dict[int, list[float]] = {1: [], CACHED: []}
    for _ in range(scale.rounds):
        for cached, found in costs.items():
            database = await servers.database()
            async with real_practice(client, database, BEGIN, f"r{uuid4().hex}", cached=cached) as product:
                numbers = servers.numbers(scale.wake_ups)
                await post(product, numbers)
                watch = Stopwatch({})
                await product.desk.report([_note(one) for one in numbers])
                await product.settle()
                found.append(watch.spent().cpu_ms["us"] / scale.wake_ups)
    return beside("residence: CPU of a cold wake-up", "ms", costs[1], costs[CACHED], floor_is="the same, still cached")


def _note(number: int) -> StaffNote:
    return StaffNote(
        fact_id=f"note.{number}", at=BEGIN, practice_id=PRACTICE, balance_id=f"b{number}", text="Called about parking."
    )


async def _replays(scale: Scale) -> list[Figure]:
    """All golden histories, again and again; nothing when this is no whole checkout."""
    lives = [_history(path) for path in sorted(GOLDEN.glob("*.json"))]
    if not lives:
        return []
    events = sum(len(life.events) for life in lives)
    rates = []
    for _ in range(scale.rounds):
        began = time.perf_counter()
        for _ in range(scale.replays):
            await _replay(lives)
        rates.append(scale.replays * len(lives) / (time.perf_counter() - began))
    note = f"{len(lives)} golden histories, {events / len(lives):.0f} events each"
    return [alone("residence: replays", "1/s", rates, at_most=False, note=note)]


def _history(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text())


async def _replay(lives: Sequence[WorkflowHistory]) -> None:
    replayer = Replayer(
        workflows=[CollectBalance], data_converter=encrypted_converter(GOLDEN_KEY, "test"),
        workflow_runner=sandbox(),
    )  # fmt: skip
    for life in lives:
        await replayer.replay_workflow(life)
