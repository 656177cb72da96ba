"""The whole life of a balance against a minimal workflow with the same rounds: time, events, actions, bytes."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from uuid import uuid4

from temporalio.client import Client

from starter.bench.engine_work import history_bytes
from starter.bench.figures import Figure, Measured, alone, beside
from starter.bench.lives import (
    APART,
    BEGIN,
    CONTACTS,
    MINIMAL_NUDGES,
    REAL_NUDGES,
    counted,
    history,
    live_really,
    minimal_practice,
)
from starter.bench.processor_time import Spent, Stopwatch
from starter.bench.real_practice import real_practice
from starter.bench.scale import Scale
from starter.bench.servers import Servers

EVENTS_AT_MOST = 23 + 11 * (CONTACTS - 1) + 4 + 3 * CONTACTS
ACTIONS_AT_MOST = 3 * CONTACTS + 6
LOOKED_AT = 5
"""Histories read of each round's lives: they do not differ but in the length of their ids."""
WARMING_UP = 4
FLOOR = "a minimal workflow with the same rounds, activities that do nothing, in the SDK's own sandbox"


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Alternated batches on the embedded engine over a file and embedded Postgres, both durable."""
    client = await servers.client()
    minimal: list[Spent] = []
    real: list[Spent] = []
    async with (
        minimal_practice(client) as floor,
        real_practice(client, await servers.database(), BEGIN, f"real-{uuid4().hex}") as product,
    ):
        await floor.live(WARMING_UP)
        await live_really(product, servers.numbers(WARMING_UP), BEGIN)
        for turn in range(scale.rounds):
            watch = Stopwatch(servers.pids)
            floors = await floor.live(scale.lives)
            minimal.append(watch.spent())
            numbers = servers.numbers(scale.lives)
            watch = Stopwatch(servers.pids)
            lives = await live_really(product, numbers, BEGIN + APART * (turn + 1))
            real.append(watch.spent())
        left = (
            await _left_behind(client, lives[:LOOKED_AT], REAL_NUDGES),
            await _left_behind(client, floors[:LOOKED_AT], MINIMAL_NUDGES),
        )
    return Measured(figures=[*_costs(real, minimal, scale.lives), *_left(*left)])


async def _left_behind(client: Client, ids: Sequence[str], nudges: int) -> tuple[float, float, float]:
    """Events, actions and bytes of a life; the most of those looked at."""
    found = [counted(await history(client, one), nudges) for one in ids]
    sizes = [await history_bytes(client, one) for one in ids]
    return max(one.events for one in found), max(one.actions for one in found), mean(sizes)


def _costs(real: Sequence[Spent], minimal: Sequence[Spent], lives: int) -> list[Figure]:
    def each(spent: Sequence[Spent], *names: str) -> list[float]:
        return [sum(one.cpu_ms.get(name, 0) for name in names or one.cpu_ms) / lives for one in spent]

    return [
        beside("life: CPU, all processes", "ms", each(real), each(minimal), floor_is=FLOOR, target=2.0,
               note="Postgres is in ours; providers' HTTP in neither"),
        beside("life: CPU, Temporal server", "ms", each(real, "temporal"), each(minimal, "temporal"), floor_is=FLOOR,
               target=1.6),
        beside("life: CPU, worker and driver", "ms", each(real, "us"), each(minimal, "us"), floor_is=FLOOR),
        alone("life: CPU, Postgres", "ms", each(real, "postgres")),
        beside("life: lives", "1/s", [lives / one.wall_s for one in real], [lives / one.wall_s for one in minimal],
               floor_is=FLOOR, at_most=False),
    ]  # fmt: skip


def _left(real: tuple[float, float, float], minimal: tuple[float, float, float]) -> list[Figure]:
    return [
        alone("life: events", "", [real[0]], EVENTS_AT_MOST, note=f"minimal: {minimal[0]:.0f}"),
        alone("life: billable actions", "", [real[1]], ACTIONS_AT_MOST, note=f"minimal: {minimal[1]:.0f}"),
        beside("life: history, encrypted", "bytes", [real[2]], [minimal[2]], floor_is=FLOOR, target=2.5),
    ]
