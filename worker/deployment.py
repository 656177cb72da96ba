"""The version a worker carries: lives are pinned to the version they began on, and move at their next fresh start."""

from __future__ import annotations

import asyncio
import time

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

DEPLOYMENT = "patient-balance-agent"
KNOWN_WITHIN_S = 30.0


def deployment(build_id: str, name: str = DEPLOYMENT) -> WorkerDeploymentConfig:
    """What a worker says of itself. The behavior of each workflow stands at its definition."""
    version = WorkerDeploymentVersion(deployment_name=name, build_id=build_id)
    return WorkerDeploymentConfig(version=version, use_worker_versioning=True)


async def make_current(client: Client, build_id: str, name: str = DEPLOYMENT) -> None:
    """Let new lives begin on this version. The engine learns of it at the worker's first poll, so ask until then.

    Where a controller ramps versions, this is its work: it is only done for the embedded engine and for tests.
    """
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name=name, build_id=build_id, ignore_missing_task_queues=True
    )
    deadline = time.monotonic() + KNOWN_WITHIN_S
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as fault:
            not_yet = fault.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
            if not not_yet or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)
        else:
            return
