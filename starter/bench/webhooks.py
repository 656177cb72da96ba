"""What reaches the web process to its durable answer, against an endpoint that checks who asks and inserts a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import asyncpg
import psutil

from starter.bench.figures import Figure, Measured, beside
from starter.bench.knocking import NotTaken, card_events, knock, payments
from starter.bench.lives import BEGIN
from starter.bench.people import PRACTICE, posting
from starter.bench.processor_time import Stopwatch
from starter.bench.real_practice import PRACTICES
from starter.bench.scale import Scale
from starter.bench.servers import Servers, free_port
from starter.processes import Processes
from store.fact_book import FactBook
from store.pool import open_pool

WARMING_UP = 100
BALANCES = 100
BARE = "starter.bench.bare_web"


@dataclass
class Knocks:
    """One kind of request, and how both servers took it."""

    name: str
    floor_is: str
    requests: Callable[[int], list[bytes]]
    tables: dict[str, str]
    """Where each server keeps them."""
    rates: dict[str, list[float]] = field(default_factory=lambda: {"bare": [], "web": []})
    costs: dict[str, list[float]] = field(default_factory=lambda: {"bare": [], "web": []})
    """Milliseconds of the server's processor for each."""

    async def once(self, server: str, port: int, pid: int, count: int) -> None:
        """Knock so often."""
        requests = self.requests(count)
        watch = Stopwatch({server: pid})
        took = await knock(port, requests)
        self.rates[server].append(count / took)
        self.costs[server].append(watch.spent().cpu_ms[server] / count)

    def figures(self) -> list[Figure]:
        """The rate has the target."""
        return [
            beside(f"{self.name}: stored and answered", "1/s", self.rates["web"], self.rates["bare"],
                   floor_is=self.floor_is, target=0.5, at_most=False),
            beside(f"{self.name}: CPU of the web process", "ms", self.costs["web"], self.costs["bare"],
                   floor_is=self.floor_is),
        ]  # fmt: skip


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Two web processes over the same Postgres, knocked at in alternation over 16 connections."""
    secret, ports = f"whsec_{uuid4().hex}", {"web": free_port(), "bare": free_port()}
    database = await servers.database()
    children = Processes(
        root=PRACTICES.parent, logs=servers.folder / "logs",
        environment={
            "COLLECT_DATA_DIR": str(servers.folder / "web"), "COLLECT_DATABASE_URL": database,
            "COLLECT_TEMPORAL_ADDRESS": servers.temporal().address, "COLLECT_WEB_PORT": str(ports["web"]),
            "COLLECT_STRIPE__WEBHOOK_SECRET": secret, "COLLECT_API_TOKEN": secret, "BENCH_SECRET": secret,
        },
    )  # fmt: skip
    kinds = await _kinds(database, secret)
    try:
        await children.start("web", health=f"http://127.0.0.1:{ports['web']}/healthz")
        await children.start(BARE, str(ports["bare"]), health=f"http://127.0.0.1:{ports['bare']}/healthz")
        pids = {"web": _pid_of("web"), "bare": _pid_of(BARE)}
        for kind in kinds:
            for port in ports.values():
                await knock(port, kind.requests(WARMING_UP))
            for _ in range(scale.rounds):
                for server, port in sorted(ports.items()):
                    await kind.once(server, port, pids[server], scale.webhooks)
            await _all_kept(database, kind, WARMING_UP + scale.rounds * scale.webhooks)
    finally:
        await children.stop()
    return Measured(figures=[figure for kind in kinds for figure in kind.figures()])


async def _kinds(database: str, secret: str) -> list[Knocks]:
    pool = await open_pool(database)
    await FactBook(pool).keep([posting(number, BEGIN) for number in range(BALANCES)], BEGIN)
    await pool.close()
    balances = [f"b{number}" for number in range(BALANCES)]
    return [
        Knocks("webhooks", "Starlette on uvicorn: an HMAC of the body, one insert with a key",
               lambda count: card_events(count, secret.encode(), PRACTICE),
               {"web": "inbox", "bare": "bare_webhooks"}),
        Knocks("one fact at /v1/facts", "Starlette on uvicorn: a token, JSON, one insert with a key",
               lambda count: payments(count, secret, PRACTICE, balances),
               {"web": "facts WHERE kind = 'payment_recorded'", "bare": "bare_facts"}),
    ]  # fmt: skip


async def _all_kept(database: str, kind: Knocks, sent: int) -> None:
    """NotTaken when a server answered well and has kept less than it was sent: its speed would be a lie."""
    connection = await asyncpg.connect(database)
    try:
        for table in kind.tables.values():
            kept = await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - names of our own
            if kept != sent:
                raise NotTaken(f"of {sent} requests {kept} are in {table}")
    finally:
        await connection.close()


def _pid_of(module: str) -> int:
    """Of the child that was started as `python -m <module>`."""
    return next(child.pid for child in psutil.Process().children() if child.cmdline()[1:3] == ["-m", module])
