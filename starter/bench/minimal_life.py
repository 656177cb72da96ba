"""The floor for a balance's life: an entity workflow with the same rounds, whose activities do nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio import activity, workflow


class Nothing:
    """The activity without work; whoever measures is told when it is done."""

    def __init__(self, done: Callable[[str], None]) -> None:
        self._done = done

    @activity.defn(name="nothing")
    async def nothing(self, _: str) -> str:
        """Tell which life has come this far, and nothing else."""
        self._done(activity.info().workflow_id or "")
        return "done"


@workflow.defn(name="MinimalLife")
class MinimalLife:
    """R rounds of contact, a payment by signal, one posting: as little as a durable life can cost."""

    @workflow.init
    def __init__(self, rounds: int) -> None:  # noqa: ARG002 - read by `run`
        """Nothing to remember but the payment."""
        self._paid = False
        self._woken = 0

    @workflow.run
    async def run(self, rounds: int) -> str:
        """Contact, wait, contact, wait until paid, post."""
        for done in range(rounds):
            await self._nothing()
            await self._rest(done + 1)
            if self._paid:
                break
        await self._nothing()
        return "paid"

    @workflow.signal
    def payment_received(self) -> None:
        """Money arrived."""
        self._paid = True

    @workflow.signal
    def time_passed(self) -> None:
        """Ends a rest early, as virtual time does."""
        self._woken += 1

    async def _rest(self, until_woken: int) -> None:
        timer = asyncio.create_task(workflow.sleep(timedelta(days=7)))
        await workflow.wait_condition(lambda: self._paid or timer.done() or self._woken >= until_woken)

    async def _nothing(self) -> None:
        await workflow.execute_activity("nothing", "x", start_to_close_timeout=timedelta(seconds=10))
