"""From a fact at the door to what it changes, at ten facts per second, against the engine's own least latency."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from temporalio.client import Client

from receivables.case import Case
from receivables.steps import Decision
from starter.bench.engine_work import NeverQuiet, until, working
from starter.bench.figures import Figure, Measured, beside, percentile
from starter.bench.minimal_life import MinimalLife, Nothing
from starter.bench.people import payment, posting
from starter.bench.real_practice import RealPractice, real_practice
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from starter.relay import LISTENING_REST_S, Relay

PER_SECOND = 10
LEFT_OVER_S = 5.0
FLOOR = "a minimal workflow at the same rate: its signal to its activity done"


@dataclass
class Times:
    """When each thing began, and how long it took until it was seen."""

    begun: dict[str, float] = field(default_factory=dict)
    took_ms: dict[str, list[float]] = field(default_factory=dict)

    def begin(self, kind: str, name: str) -> None:
        """From now on."""
        self.begun[f"{kind} {name}"] = time.perf_counter()

    def seen(self, kind: str, name: str) -> None:
        """The first time counts."""
        began = self.begun.pop(f"{kind} {name}", None)
        if began is not None:
            self.took_ms.setdefault(kind, []).append((time.perf_counter() - began) * 1000)


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Alternated stretches; half of the real facts are balances, half are payments for them."""
    client = await servers.client()
    floors: list[list[float]] = []
    real: dict[str, list[list[float]]] = {"posting": [], "payment": []}
    count = int(scale.latency_s * PER_SECOND)
    database, queue = await servers.database(), f"real-{uuid4().hex}"
    async with real_practice(client, database, datetime.now(UTC), queue, rings=True) as product:
        product.clock.since = time.monotonic()
        stop = asyncio.Event()
        relay = Relay(product.postman.round, rest_s=LISTENING_REST_S)
        running = [
            asyncio.create_task(relay.run(stop)), asyncio.create_task(product.bell.listen(relay.woken, stop)),
        ]  # fmt: skip
        await _real(product, servers.numbers(4))
        for _ in range(scale.rounds):
            floors.append(await _minimal(client, count))
            for kind, took in (await _real(product, servers.numbers(count // 2))).items():
                real[kind].append(took)
        stop.set()
        await asyncio.gather(*running)
    return Measured(figures=[*_figures("posting to stored decision", real["posting"], floors),
                             *_figures("payment to stopped outreach", real["payment"], floors)])  # fmt: skip


def _figures(name: str, rounds: list[list[float]], floors: list[list[float]]) -> list[Figure]:
    return [
        beside(
            f"latency: {name}, p{share:.0%}".rstrip("%"), "ms", [percentile(took, share) for took in rounds],
            [percentile(took, share) for took in floors], floor_is=FLOOR, target=3.0 if share > 0.9 else None,
        )
        for share in (0.5, 0.99)
    ]  # fmt: skip


async def _steadily(calls: list[Callable[[], Awaitable[object]]]) -> None:
    """Ten each second, whether or not earlier ones are done."""
    began = time.monotonic()
    running = []
    for place, call in enumerate(calls):
        await asyncio.sleep(max(0.0, began + place / PER_SECOND - time.monotonic()))
        running.append(asyncio.ensure_future(call()))
    await asyncio.gather(*running)


async def _real(product: RealPractice, numbers: range) -> dict[str, list[float]]:
    times = Times()

    def recorded(case: Case, decision: Decision) -> None:
        times.seen("posting", case.balance_id)
        if case.payments and decision.step.kind != "send_message":
            times.seen("payment", case.balance_id)

    async def post(number: int) -> None:
        times.begin("posting", f"b{number}")
        await product.desk.report([posting(number, await product.clock.now())])

    async def pay(number: int) -> None:
        times.begin("payment", f"b{number}")
        await product.desk.report([payment(number, await product.clock.now())])

    product.watch(recorded)
    await _steadily([lambda one=one: post(one) for one in numbers])  # type: ignore[misc]
    await _steadily([lambda one=one: pay(one) for one in numbers])  # type: ignore[misc]
    await _all_seen(times)
    return times.took_ms


async def _minimal(client: Client, count: int) -> list[float]:
    """As many lives as there are real ones, each signalled twice."""
    times, queue = Times(), f"minimal-{uuid4().hex}"
    ids = [f"minimal-{uuid4().hex}" for _ in range(count // 2)]

    async def tell(life: str) -> None:
        times.begin("signal", life)
        await client.get_workflow_handle(life).signal("time_passed")

    async with working(client, queue, [MinimalLife], [Nothing(lambda life: times.seen("signal", life)).nothing]):
        for one in ids:
            await client.start_workflow(MinimalLife.run, 100, id=one, task_queue=queue)
        await asyncio.sleep(1.0)
        for _ in range(2):
            await _steadily([lambda one=one: tell(one) for one in ids])  # type: ignore[misc]
        await _all_seen(times)
    return times.took_ms["signal"]


async def _all_seen(times: Times) -> None:
    async def everything() -> bool:
        return not times.begun

    with suppress(NeverQuiet):
        await until(everything, LEFT_OVER_S)
    for left in list(times.begun):  # What is still not seen took at least so long.
        times.seen(*left.split(" ", 1))
