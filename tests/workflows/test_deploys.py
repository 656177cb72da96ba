"""Deploys: a careful one is taken up at the next step, a careless one is seen, stops nobody's life for good, and is mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from another_version import Careless
from living import Living
from small_world import SmallWorld
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer

from runtime.sandbox import sandbox
from worker.deployment import deployment, make_current
from worker.leaving import LeavingWorker
from workflows.collect_balance import CollectBalance

RUNNER = sandbox()


def march(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour + 6)


@asynccontextmanager
async def version(life: Living, build_id: str, code: type = CollectBalance) -> AsyncIterator[None]:
    """A worker of this version, which new lives begin on."""
    async with LeavingWorker(
        life.client, task_queue=life.task_queue, workflows=[code], activities=life.world.activities(),
        workflow_runner=RUNNER, deployment_config=deployment(build_id, life.task_queue), max_cached_workflows=0,
        max_concurrent_workflow_task_polls=1,
    ):  # fmt: skip
        await make_current(life.client, build_id, life.task_queue)
        yield


async def build_of(life: Living) -> str:
    described = await life.handle.describe()
    return described.raw_description.workflow_execution_info.versioning_info.deployment_version.build_id


async def kinds_of_events(life: Living) -> list[str]:
    return list(await life.events())


def newborn(client: Client) -> Living:
    return Living(client, SmallWorld(), f"t{uuid4().hex}")


async def test_a_life_stays_on_its_version_while_new_lives_begin_on_the_next(client: Client) -> None:
    life = newborn(client)
    async with version(life, "1"):
        await life.posted(47_00)
        async with version(life, "2", Careless):
            await life.until(march(2, 14))
            assert len(life.world.sent) == 1
            assert await build_of(life) == "1"
            after = Living(client, SmallWorld(), life.task_queue)
            after.world = life.world
            await after.posted(60_00)
            assert await build_of(after) == "2"
            await life.paid(47_00)
            assert (await life.handle.result())["reason"] == "paid"


async def test_a_careful_version_is_taken_up_at_the_next_step_with_everything_known(client: Client) -> None:
    life = newborn(client)
    async with version(life, "1"):
        await life.posted(47_00)
        async with version(life, "2"):
            await life.until(march(2, 14))
            assert len(life.world.sent) == 1
            await life.quiet()
            await life._until_async(lambda: build_is(life, "2"))
    async with version(life, "2"):  # The old version is gone, and nothing waits for it.
        await life.until(march(10, 14))
        assert [touch.rsplit(".", 2)[1] for touch in life.world.sent] == ["first_notice", "follow_up"]
        await life.paid(47_00)
        assert (await life.handle.result())["reason"] == "paid"


async def has_rested(life: Living) -> bool:
    """The engine has taken in the first decision."""
    return "TIMER_STARTED" in await kinds_of_events(life)


async def build_is(life: Living, build_id: str) -> bool:
    return await build_of(life) == build_id


async def test_a_careless_change_is_seen_before_a_deploy_by_replaying_a_running_life(client: Client) -> None:
    life = newborn(client)
    async with version(life, "1"):
        await life.posted(47_00)
        await life._until_async(lambda: has_rested(life))
        history = await life.handle.fetch_history()
    for code, well in ((CollectBalance, True), (Careless, False)):
        replayer = Replayer(workflows=[code], data_converter=client.data_converter, workflow_runner=RUNNER)
        result = await replayer.replay_workflow(WorkflowHistory(life.handle.id, history.events), raise_on_replay_failure=False)
        assert (result.replay_failure is None) is well


async def test_a_careless_change_under_the_same_version_halts_a_life_visibly_and_the_old_code_takes_it_up_again(
    client: Client,
) -> None:
    life = newborn(client)
    async with version(life, "1"):
        await life.posted(47_00)
    async with version(life, "1", Careless):
        life.world.moment = march(2, 14)
        await life.nudge()
        for _ in range(200):
            if "WORKFLOW_TASK_FAILED" in await kinds_of_events(life):
                break
            await asyncio.sleep(0.05)
        described = await life.handle.describe()
        assert "WORKFLOW_TASK_FAILED" in await kinds_of_events(life)
        assert described.status is not None
        assert described.status.name == "RUNNING"
        assert life.world.sent == {}
    async with version(life, "1"):
        await life.nudge()
        await life._until(lambda: len(life.world.sent) == 1)
        await life.quiet()
        await life.paid(47_00)
        assert (await life.handle.result())["reason"] == "paid"
    assert len(life.world.sent) == 1
