"""A whole running system whose worker, database and engine can be taken away one by one and brought back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
from calendar_desk import Calendar, Person
from temporalio.client import Client
from temporalio.service import RPCError

from receivables.facts import TimePassed
from runtime.embedded_postgres import EmbeddedPostgres
from runtime.embedded_temporal import EmbeddedTemporal
from runtime.ports import any_free
from runtime.temporal import connect
from starter.system import System, Wish, system
from workflows.contract import workflow_id

HOLDS = """
CREATE TABLE IF NOT EXISTS holding (balance_id text, kind text);
CREATE OR REPLACE FUNCTION hold_here() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE who text;
BEGIN
    SELECT h.balance_id INTO who FROM holding h JOIN balances b ON b.balance_id = h.balance_id
    WHERE b.id = NEW.balance AND h.kind = NEW.step ->> 'kind';
    IF FOUND THEN
        PERFORM set_config('application_name', who, true), pg_sleep(600);
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER hold_here BEFORE INSERT OR UPDATE ON cases FOR EACH ROW EXECUTE FUNCTION hold_here();
"""
"""Holds whoever records a decision of a kind about a balance, after the effect and before its answer."""


@dataclass
class Floor:
    """Where drills take place."""

    up: System
    calendar: Calendar
    postgres: EmbeddedPostgres
    engine: EmbeddedTemporal
    client: Client
    worker_url: str

    # --- the worker ----------------------------------------------------------------------------------------------

    def kill_worker(self) -> None:
        """SIGKILL: it finishes nothing and tells nobody."""
        name, process = next(entry for entry in self.up.processes._running if entry[0] == "worker")
        self.up.processes._running.remove((name, process))
        worker = psutil.Process(process.pid)
        worker.kill()
        worker.wait(10)

    async def start_worker(self) -> None:
        await self.up.processes.start("worker", health=f"{self.worker_url}/healthz")

    async def doing(self, who: Person) -> list[str]:
        """Activities of this balance that a worker has begun and not answered."""
        handle = self.client.get_workflow_handle(workflow_id(who.practice_id, who.balance_id))
        try:
            described = await handle.describe()
        except RPCError:  # Its first fact is still on the way.
            return []
        return [one.activity_type.name for one in described.raw_description.pending_activities if one.last_started_time.seconds]

    async def runs(self, who: Person) -> int:
        """How many lives this balance has had in the engine."""
        named = f"WorkflowId = '{workflow_id(who.practice_id, who.balance_id)}'"
        return len([run async for run in self.client.list_workflows(named)])

    # --- holding a step half done ----------------------------------------------------------------------------------

    async def ask(self, question: str, *values: Any) -> Any:
        connection = await asyncpg.connect(self.postgres.url)
        try:
            return await connection.fetchval(question, *values)
        finally:
            await connection.close()

    async def hold(self, who: Person, kind: str) -> None:
        """Whoever records the decision for a step of this kind stays there until `let_go`."""
        await self.ask("INSERT INTO holding VALUES ($1, $2)", who.balance_id, kind)

    async def held(self) -> set[str]:
        """Balances about which somebody is being held."""
        held = "SELECT array_agg(application_name) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        return set(await self.ask(held) or [])

    async def let_go(self) -> None:
        """What was held is rolled back, as Postgres does when the machine at the other end is gone."""
        await self.ask("DELETE FROM holding")
        await self.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")

    async def make_good(self) -> None:
        """Everything is there again and does its work: database, engine, vendors, worker, clock."""
        for server in (self.postgres, self.engine):
            if server.pid is None:
                server.start(quiet)
        await self.let_go()
        assert self.calendar.world.delete("/_/faults").is_success
        if not any(name == "worker" for name, _ in self.up.processes._running):
            await self.start_worker()
        self.on_the_clock()

    # --- time ------------------------------------------------------------------------------------------------------

    async def wake(self, who: Person) -> None:
        """Tell one balance that its moment has come, as the clock does, without waiting for what follows."""
        handle = self.client.get_workflow_handle(workflow_id(who.practice_id, who.balance_id))
        told = {"fact_id": "time", "at": self.calendar.now(), "practice_id": who.practice_id, "balance_id": who.balance_id}
        await handle.signal("time_passed", TimePassed.model_validate(told))

    def off_the_clock(self) -> None:
        """Time may pass while the system is not there to live it."""
        self.calendar.world.delete("/_/clock/participants")

    def on_the_clock(self) -> None:
        self.calendar.world.post("/_/clock/participants", json={"url": f"{self.worker_url}/clock/settle"})


async def until(condition: Any, what: str, within_s: float = 120) -> None:
    """Until it is so; a loaded machine takes its time."""
    for _ in range(int(within_s * 20)):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"it did not come to this: {what}")


def quiet(sentence: str) -> None:
    """Nobody is watching."""


@asynccontextmanager
async def floor(folder: Path) -> AsyncIterator[Floor]:
    """Database and engine of our own, named by the settings, so that they can be stopped under a running system."""
    postgres = EmbeddedPostgres(folder / "postgres", any_free(), folder / "postgres.log", throwaway=True)
    engine = EmbeddedTemporal(folder / "temporal.db", any_free(), any_free(), folder / "temporal.log")
    postgres.start(quiet)
    engine.start(quiet)
    named = {"DATABASE_URL": postgres.url, "COLLECT_TEMPORAL_ADDRESS": engine.address}
    os.environ |= named
    try:
        begin = datetime(2026, 3, 2, 14, tzinfo=UTC)
        async with system(Wish(data_dir=folder / "data", simulated=True, virtual_start=begin), quiet) as up:
            # Only this system lives on them: what other tests start while it runs must not share its database.
            up.processes.environment.update(named)
            for name in named:
                del os.environ[name]
            headers = {"Authorization": f"Bearer {up.running.token}"}
            client = await connect(up.settings)
            with (
                httpx.Client(base_url=up.running.web, headers=headers, timeout=30) as web,
                httpx.Client(base_url=str(up.running.simulator), timeout=60) as world,
            ):
                worker = f"http://127.0.0.1:{up.processes.environment['COLLECT_WORKER_PORT']}"
                drills = Floor(up, Calendar(web, world), postgres, engine, client, worker)
                await drills.ask("SELECT 1")
                connection = await asyncpg.connect(postgres.url)
                await connection.execute(HOLDS)
                await connection.close()
                yield drills
    finally:
        for name in named:
            os.environ.pop(name, None)
        engine.stop()
        postgres.stop()
