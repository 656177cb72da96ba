"""A worker version whose workflow gives its commands in another order, as a careless change would; for drills only."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import VersioningBehavior

with workflow.unsafe.imports_passed_through():
    from workflows.collect_balance import CollectBalance
    from workflows.contract import COLLECT_BALANCE, Ending, Life


@workflow.defn(name=COLLECT_BALANCE, versioning_behavior=VersioningBehavior.PINNED)
class Careless(CollectBalance):
    """Rests before it decides."""

    @workflow.init
    def __init__(self, life: Life) -> None:
        super().__init__(life)

    @workflow.run
    async def run(self, life: Life) -> Ending:
        await workflow.sleep(timedelta(milliseconds=1), summary="A careless change")
        return await super().run(life)
