"""Replays recorded lives with the workflow of this checkout: before a deploy, and in the tests on golden histories."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, WorkflowRunner

from runtime.sandbox import sandbox
from runtime.settings import load_settings
from runtime.temporal import connect, converter
from starter.running import find
from workflows.collect_balance import CollectBalance


async def live_histories(data_dir: Path, sample: int) -> list[WorkflowHistory]:
    """The newest `sample` lives of the running system, open and closed."""
    running = find(data_dir)
    at = {"temporal_address": running.temporal} if running and running.temporal else {}
    client = await connect(load_settings(data_dir, **at))
    found = client.list_workflows("WorkflowType = 'CollectBalance'", limit=sample)
    return [await client.get_workflow_handle(life.id, run_id=life.run_id).fetch_history() async for life in found]


async def replay_all(
    lives: Sequence[WorkflowHistory], data_dir: Path, runner: WorkflowRunner | None = None
) -> list[str]:
    """One sentence per life that would not continue; workflow ids are opaque, so they may stand in it."""
    replayer = Replayer(
        workflows=[CollectBalance], data_converter=converter(load_settings(data_dir)),
        workflow_runner=runner or sandbox(),
    )  # fmt: skip
    failures = []
    for life in lives:
        result = await replayer.replay_workflow(life, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            failures.append(f"{life.workflow_id}: {type(result.replay_failure).__name__}")
    return failures
