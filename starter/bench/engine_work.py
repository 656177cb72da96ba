"""Workers for both sides of a comparison; what they work on is told by the caller."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import PollerBehaviorAutoscaling, Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from runtime.sandbox import SHARING, sandbox

CACHED = 2_000
AT_ONCE = 16
"""Calls to the engine under way at a time."""
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.1
SETTLE_S = 0.25
"""After the last activity of a phase: the engine takes in its result and sets the timer, on both sides alike."""


class NeverQuiet(Exception):
    """What was started did not come to rest in time, so nothing can be said of it."""


@asynccontextmanager
async def working(
    client: Client, queue: str, workflows: Sequence[type], activities: Sequence[Callable[..., Any]],
    *, as_the_product: bool = False, cached: int = CACHED,
) -> AsyncIterator[None]:  # fmt: skip
    """A worker for as long as the context lasts.

    One set up as the product's is versioned and made current, and runs its workflows in the product's leaner sandbox;
    any other takes the SDK's sandbox as it comes. What passes through it is the same for both.
    """
    version = WorkerDeploymentVersion(deployment_name=queue, build_id="1")
    ours = WorkerDeploymentConfig(version=version, use_worker_versioning=True)
    async with Worker(
        client, task_queue=queue, workflows=workflows, activities=activities, max_cached_workflows=cached,
        workflow_runner=sandbox() if as_the_product else SandboxedWorkflowRunner(restrictions=SHARING),
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(maximum=20),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(maximum=20),
        deployment_config=ours if as_the_product else None,
    ):  # fmt: skip
        if as_the_product:
            await until(lambda: _made_current(client, version))
        yield


async def _made_current(client: Client, version: WorkerDeploymentVersion) -> bool:
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name=version.deployment_name, build_id=version.build_id,
        ignore_missing_task_queues=True,
    )  # fmt: skip
    try:
        await client.workflow_service.set_worker_deployment_current_version(request)
    except RPCError as fault:
        if fault.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
            raise
        return False  # The engine learns of a version at the worker's first poll.
    return True


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = PATIENCE_S) -> None:
    """Look again and again; NeverQuiet when it does not come true in time."""
    deadline = asyncio.get_running_loop().time() + within_s
    while not await condition():
        if asyncio.get_running_loop().time() > deadline:
            raise NeverQuiet(f"still not quiet after {within_s:.0f} s; look at the machine's load")
        await asyncio.sleep(LOOK_EVERY_S)


async def all_of(calls: Iterable[Awaitable[Any]]) -> None:
    """Make the calls, a few at a time."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(call: Awaitable[Any]) -> None:
        async with free:
            await call

    await asyncio.gather(*(one(call) for call in calls))


async def history_bytes(client: Client, workflow_id: str) -> int:
    """As the engine counts them: what it stores of one life, encrypted."""
    described = await client.get_workflow_handle(workflow_id).describe()
    return int(described.raw_description.workflow_execution_info.history_size_bytes)
