"""A worker leaves in bounded time, also when the engine never confirms that it goes."""

import asyncio
from uuid import uuid4

import pytest
from temporalio.client import Client

from worker import leaving
from worker.leaving import LeavingWorker
from workflows.reconcile_practice import ReconcilePractice


class Unconfirmed(LeavingWorker):
    """The SDK's wait for the end, without one."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, task_queue=f"t{uuid4().hex}", workflows=[ReconcilePractice])
        self._workflow_worker.run = asyncio.Event().wait  # type: ignore[union-attr, method-assign, assignment]


async def test_where_nobody_confirms_that_it_goes_a_worker_goes_all_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "LEAVES_WITHIN_S", 0.1)
    async with asyncio.timeout(20), Unconfirmed(client):
        await asyncio.sleep(0)
