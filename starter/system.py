"""A running system: what the settings name is used, what they do not is started, and everything is stopped together."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from runtime.embedded import embedded
from runtime.managed_temporal import make_ready
from runtime.migrations import migrate
from runtime.ports import USUAL, Ports, PortTaken, choose, let_go
from runtime.settings import Settings, load_settings
from runtime.temporal import connect
from starter import running
from starter.processes import DidNotStart, Processes
from starter.running import Running

ROOT = Path(__file__).resolve().parent.parent
Say = Callable[[str], None]
WAIT_S, WAITS = 0.25, 100
"""Somewhat longer than a worker takes to finish what it is doing."""
STARTS = 4
"""How often ports are chosen anew when others were quicker to take one."""

__all__ = ["DidNotStart", "Wish", "run_until_stopped", "system"]


@dataclass(frozen=True)
class Wish:
    """What `collect up` was asked for."""

    data_dir: Path
    simulated: bool = False
    port_base: int | None = None
    virtual_start: datetime | None = None
    seed: int = 7


@dataclass(frozen=True)
class System:
    """A system that is ready."""

    running: Running
    processes: Processes
    settings: Settings


async def run_until_stopped(wish: Wish, say: Say, ready: Callable[[str], None]) -> str | None:
    """Run until SIGTERM or Ctrl-C; the name of a process that ended by itself instead, else None."""
    stop = asyncio.Event()
    for how in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(how, stop.set)
    async with system(wish, say) as up:
        ready(up.running.model_dump_json())
        told, fell = asyncio.create_task(stop.wait()), asyncio.create_task(up.processes.first_to_end())
        await asyncio.wait((told, fell), return_when=asyncio.FIRST_COMPLETED)
        ended = fell.result() if fell.done() and not stop.is_set() else None
        for wait in (told, fell):
            wait.cancel()
        return ended


@asynccontextmanager
async def system(wish: Wish, say: Say) -> AsyncIterator[System]:
    """Start everything, wait until it answers, and stop it at the end. DidNotStart when a part does not.

    A port that somebody else took between our choosing and our using it is chosen anew, unless it was asked for.
    """
    async with AsyncExitStack() as stack:
        yield await _start_once_or_again(wish, say, stack)


async def _start_once_or_again(wish: Wish, say: Say, stack: AsyncExitStack) -> System:
    for _ in range(STARTS - 1):
        try:
            return await stack.enter_async_context(_system(wish, say))
        except PortTaken as lost:
            if wish.port_base is not None:
                raise
            say(f"{lost}; starting again on others")
    return await stack.enter_async_context(_system(wish, say))


@asynccontextmanager
async def _system(wish: Wish, say: Say) -> AsyncIterator[System]:
    given = load_settings(wish.data_dir.resolve())
    ports, moved = await _ports(wish, _parts(wish, given))
    try:
        async with _on(ports, moved, given, wish, say) as up:
            yield up
    finally:
        let_go(ports)


@asynccontextmanager
async def _on(ports: Ports, moved: list[str], given: Settings, wish: Wish, say: Say) -> AsyncIterator[System]:
    with embedded(given, ports, say) as settings:
        for sentence in moved:
            say(sentence)
        if given.temporal_address:
            for name in await make_ready(await connect(settings)):
                say(f"engine: learned the search attribute {name}")
        applied = await migrate(settings.database_url or "")
        if applied:
            say(f"schema: applied {applied[-1]}" + (f" and {len(applied) - 1} before it" if applied[1:] else ""))
        processes = Processes(root=ROOT, logs=settings.data_dir / "logs", environment={})
        try:
            addresses = await _start(wish, settings, ports, processes, say)
            running.write(settings.data_dir, addresses)
            yield System(addresses, processes, settings)
        finally:
            await processes.stop()
            with suppress(OSError):
                running.forget(settings.data_dir)


def _parts(wish: Wish, given: Settings) -> set[str]:
    """What will listen on a port of ours: nobody is told of ports that nothing uses, nor refused for one of them."""
    elsewhere = set() if wish.simulated else {"simulator"}
    elsewhere |= {"postgres"} if given.database_url else set()
    elsewhere |= {"temporal", "temporal_ui"} if given.temporal_address else set()
    return set(USUAL) - elsewhere


async def _ports(wish: Wish, parts: set[str]) -> tuple[Ports, list[str]]:
    """Fixed ports of a run that was killed are free once its parts have ended, which they do by themselves."""
    left_behind = running.find(wish.data_dir) is not None
    for _ in range(WAITS if left_behind else 0):
        try:
            return choose(wish.port_base, parts)
        except PortTaken:
            await asyncio.sleep(WAIT_S)
    return choose(wish.port_base, parts)


async def _start(wish: Wish, settings: Settings, ports: Ports, processes: Processes, say: Say) -> Running:
    web, worker = f"http://127.0.0.1:{ports.web}", f"http://127.0.0.1:{ports.worker}"
    simulator = None
    processes.environment.update(_environment(settings, ports))
    if wish.simulated:
        simulator = f"http://127.0.0.1:{ports.simulator}"
        await _start_simulator(wish, simulator, ports, processes, say)
    say("starting worker and web")
    await asyncio.gather(
        processes.start("worker", health=f"{worker}/healthz"), processes.start("web", health=f"{web}/healthz")
    )
    if simulator:
        await _join_worlds(simulator, settings.public_base_url or web, f"{worker}/clock/settle")
    return Running(
        web=web, simulator=simulator, temporal=settings.temporal_address or "", temporal_ui=settings.temporal_ui,
        database=settings.database_url or "", token=settings.api_token.get_secret_value(),
    )  # fmt: skip


async def _start_simulator(wish: Wish, url: str, ports: Ports, processes: Processes, say: Say) -> None:
    start = ["--at", wish.virtual_start.isoformat()] if wish.virtual_start else []
    kept = wish.data_dir.resolve() / "simulated-world"
    goes_on = kept.exists()
    await processes.start(
        "simulator", "--port", str(ports.simulator), "--seed", str(wish.seed), "--keep", str(kept), *start,
        health=f"{url}/_/clock",
    )  # fmt: skip
    async with httpx.AsyncClient(base_url=url, timeout=10) as world:
        keys = (await world.get("/_/keys")).json()
        if goes_on:
            now = (await world.get("/_/clock")).json()["now"]
            say(f"the simulated world goes on where it was, at {now}; another --data begins a new one")
    processes.environment.update(_vendors(keys, url))


async def _join_worlds(simulator: str, web: str, participant: str) -> None:
    """Tell the stand-ins where our webhooks are, and put the worker on the clock."""
    async with httpx.AsyncClient(base_url=simulator, timeout=10) as world:
        (await world.post("/_/product", json={"url": web})).raise_for_status()
        (await world.post("/_/clock/participants", json={"url": participant})).raise_for_status()


def _environment(settings: Settings, ports: Ports) -> dict[str, str]:
    """What the children need to know beside what they inherit."""
    return {
        "COLLECT_DATA_DIR": str(settings.data_dir),
        "COLLECT_DATABASE_URL": settings.database_url or "",
        "COLLECT_TEMPORAL_ADDRESS": settings.temporal_address or "",
        "COLLECT_TEMPORAL_UI": settings.temporal_ui or "",
        "COLLECT_WEB_PORT": str(ports.web),
        "COLLECT_WORKER_PORT": str(ports.worker),
        "COLLECT_API_TOKEN": settings.api_token.get_secret_value(),
    }


def _vendors(keys: dict[str, Any], url: str) -> dict[str, str]:
    """Every vendor's SDK re-pointed at the simulator, by settings alone."""
    return {
        "COLLECT_SIMULATOR_URL": url,
        "COLLECT_TWILIO__ACCOUNT_SID": keys["twilio"]["account_sid"],
        "COLLECT_TWILIO__AUTH_TOKEN": keys["twilio"]["auth_token"],
        "COLLECT_TWILIO__BASE_URL": url,
        "COLLECT_SENDGRID__API_KEY": keys["sendgrid"]["api_key"],
        "COLLECT_SENDGRID__WEBHOOK_PUBLIC_KEY": keys["sendgrid"]["public_key"],
        "COLLECT_SENDGRID__BASE_URL": url,
        "COLLECT_STRIPE__API_KEY": keys["stripe"]["api_key"],
        "COLLECT_STRIPE__WEBHOOK_SECRET": keys["stripe"]["webhook_secret"],
        "COLLECT_STRIPE__BASE_URL": url,
        "COLLECT_PRACTICE_SYSTEM__API_KEY": keys["practice"]["api_key"],
        "COLLECT_PRACTICE_SYSTEM__WEBHOOK_SECRET": keys["practice"]["webhook_secret"],
        "COLLECT_PRACTICE_SYSTEM__BASE_URL": url,
    }
