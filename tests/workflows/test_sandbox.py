"""The leaner sandbox still is one: what a workflow must not do is refused, and its payloads stay encrypted."""

from __future__ import annotations

import random
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError

from runtime.sandbox import sandbox

with workflow.unsafe.imports_passed_through():
    from worker.leaving import LeavingWorker


@workflow.defn
class Careless:
    """Rolls a die, which replays cannot repeat."""

    @workflow.run
    async def run(self, what: str) -> str:
        return what if what != "roll" else str(random.randint(1, 6))


async def lived(client: Client, what: str) -> str:
    queue = f"t{uuid4().hex}"
    async with LeavingWorker(
        client, task_queue=queue, workflows=[Careless], workflow_runner=sandbox(),
        workflow_failure_exception_types=[Exception],
    ):  # fmt: skip
        answer: str = await client.execute_workflow(Careless.run, what, id=queue, task_queue=queue)
        history = await client.get_workflow_handle(queue).fetch_history()
        payloads = history.events[0].workflow_execution_started_event_attributes.input.payloads
        assert [one.metadata["encoding"] for one in payloads] == [b"binary/encrypted"]
        return answer


async def test_what_no_replay_could_repeat_is_refused(client: Client) -> None:
    with pytest.raises(WorkflowFailureError) as failed:
        await lived(client, "roll")
    assert "random" in str(failed.value.cause)


async def test_what_may_be_repeated_is_not(client: Client) -> None:
    assert await lived(client, "plainly") == "plainly"
