"""A vendor's webhook to its durable answer, against an endpoint that only checks the signature and inserts a row."""

from __future__ import annotations

from uuid import uuid4

import asyncpg
import psutil

from starter.bench.figures import Measured, beside
from starter.bench.knocking import NotTaken, card_events, knock
from starter.bench.people import PRACTICE
from starter.bench.processor_time import Stopwatch
from starter.bench.real_practice import PRACTICES
from starter.bench.scale import Scale
from starter.bench.servers import Servers, free_port
from starter.processes import Processes

WARMING_UP = 100
BARE = "starter.bench.bare_webhook"
FLOOR = "Starlette on uvicorn: an HMAC of the body, one insert with a key"


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Two web processes over the same Postgres, knocked at in alternation over 16 connections."""
    secret, ports = f"whsec_{uuid4().hex}", {"web": free_port(), "bare": free_port()}
    database = await servers.database()
    children = Processes(
        root=PRACTICES.parent, logs=servers.folder / "logs",
        environment={
            "COLLECT_DATA_DIR": str(servers.folder / "web"), "COLLECT_DATABASE_URL": database,
            "COLLECT_TEMPORAL_ADDRESS": servers.temporal().address, "COLLECT_WEB_PORT": str(ports["web"]),
            "COLLECT_STRIPE__WEBHOOK_SECRET": secret, "BENCH_SECRET": secret,
        },
    )  # fmt: skip
    try:
        await children.start("web", health=f"http://127.0.0.1:{ports['web']}/healthz")
        await children.start(BARE, str(ports["bare"]), health=f"http://127.0.0.1:{ports['bare']}/healthz")
        rates, costs = await _alternate(ports, {"web": _pid_of("web"), "bare": _pid_of(BARE)}, scale, secret.encode())
        await _all_kept(database, WARMING_UP + scale.rounds * scale.webhooks)
    finally:
        await children.stop()
    return Measured(
        figures=[
            beside("webhooks: stored and answered", "1/s", rates["web"], rates["bare"], floor_is=FLOOR, target=0.5,
                   at_most=False),
            beside("webhooks: CPU of the web process", "ms", costs["web"], costs["bare"], floor_is=FLOOR),
        ]
    )  # fmt: skip


async def _all_kept(database: str, sent: int) -> None:
    """NotTaken when a server answered well and has kept less than it was sent: its speed would be a lie."""
    connection = await asyncpg.connect(database)
    try:
        for table in ("inbox", "bare"):
            kept = await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - two names of our own
            if kept != sent:
                raise NotTaken(f"of {sent} webhooks {kept} are in {table}")
    finally:
        await connection.close()


async def _alternate(
    ports: dict[str, int], pids: dict[str, int], scale: Scale, secret: bytes
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Requests per second, and milliseconds of each, by server."""
    rates: dict[str, list[float]] = {name: [] for name in ports}
    costs: dict[str, list[float]] = {name: [] for name in ports}
    for port in ports.values():
        await knock(port, card_events(WARMING_UP, secret, PRACTICE))
    for _ in range(scale.rounds):
        for name in ("bare", "web"):
            requests = card_events(scale.webhooks, secret, PRACTICE)
            watch = Stopwatch({name: pids[name]})
            took = await knock(ports[name], requests)
            rates[name].append(len(requests) / took)
            costs[name].append(watch.spent().cpu_ms[name] / len(requests))
    return rates, costs


def _pid_of(module: str) -> int:
    """Of the child that was started as `python -m <module>`."""
    return next(child.pid for child in psutil.Process().children() if child.cmdline()[1:3] == ["-m", module])
