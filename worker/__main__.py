"""`python -m worker`: polls the engine, relays facts, and answers for its health until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta

import structlog
import uvicorn
from starlette.applications import Starlette
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from runtime.checkout import check
from runtime.logs import set_up_logs
from runtime.managed_temporal import make_ready
from runtime.sandbox import sandbox
from runtime.settings import Settings, load_settings
from runtime.temporal import connect
from starter.proofs import keep_schedules
from store.pool import open_pool
from worker import health, virtual_time
from worker.deployment import deployment, make_current
from worker.leaving import LeavingWorker
from worker.registry import WORKFLOWS
from worker.wiring import WorkerParts, wire

log = structlog.get_logger()
GRACE = timedelta(seconds=15)
CACHED_LIVES = 2_000


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; then what is running is finished and nothing new is taken."""
    stop = asyncio.Event()
    for how in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(how, stop.set)
    assert settings.database_url, "the database's address comes from DATABASE_URL or from collect up"
    client = await connect(settings)
    for name in await make_ready(client):
        log.info("the engine has learned a search attribute", search_attribute=name)
    pool = await open_pool(settings.database_url)
    parts = wire(settings, client, pool)
    await parts.signed.renew()
    server = uvicorn.Server(
        uvicorn.Config(_site(settings, client, parts), host=settings.host, port=settings.worker_port, log_config=None)
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    try:
        async with _worker(settings, client, parts):
            if settings.makes_itself_current:
                await make_current(client, settings.build_id)
            for practice_id in parts.policies.practice_ids():
                await parts.ledger.keep_calendar(practice_id, parts.policies.practice(practice_id).time_zone)
            if not settings.simulator_url:  # Where time is simulated its clock says when it is night.
                await keep_schedules(client, settings.task_queue, parts.policies, parts.policies.practice_ids())
            serving = asyncio.create_task(server._serve())  # noqa: SLF001 - without its own signal handlers
            log.info("worker ready", task_queue=settings.task_queue)
            await asyncio.gather(
                parts.relay.run(stop), parts.watch.run(stop), parts.bell.listen(parts.relay.woken, stop)
            )
            server.should_exit = True
            await serving
    finally:
        await parts.ledgers.close()
        await parts.cards.close()
        await pool.close()


def _worker(settings: Settings, client: Client, parts: WorkerParts) -> Worker:
    return LeavingWorker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        activities=parts.activities,
        workflow_runner=sandbox(),
        max_cached_workflows=CACHED_LIVES,
        graceful_shutdown_timeout=GRACE,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(maximum=20),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(maximum=20),
        deployment_config=deployment(settings.build_id),
    )


def _site(settings: Settings, client: Client, parts: WorkerParts) -> Starlette:
    """Health for operators; in the simulated world also the participant of its clock."""
    site = health.app()
    if settings.simulator_url:
        clock = virtual_time.VirtualTime(client, parts.cases, parts.relay.once, parts.watch.once, parts.nights)
        site.mount("/clock", virtual_time.app(clock))
    return site


if __name__ == "__main__":
    check()
    chosen = load_settings()
    set_up_logs(as_json=chosen.log_json)
    asyncio.run(run(chosen))
