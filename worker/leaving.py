"""A worker that leaves in bounded time; what it does while it works is the SDK's own."""

from __future__ import annotations

import asyncio

import structlog
from temporalio.worker import Worker

log = structlog.get_logger()
LEAVES_WITHIN_S = 45.0
"""From the order to stop; the grace for activities under way is part of it."""


class LeavingWorker(Worker):
    """Told to stop, the SDK waits without end where the engine could not answer that the worker goes.

    Known as temporalio/sdk-rust, issue 1297. Nothing is lost by leaving: whatever is unfinished is given out again.
    """

    _working: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """The SDK's own."""
        self._working = asyncio.current_task()
        await super().run()

    async def shutdown(self) -> None:
        """The SDK's own, for so long and no longer."""
        try:
            async with asyncio.timeout(LEAVES_WITHIN_S):
                await super().shutdown()
        except TimeoutError:
            log.warning("the engine did not confirm that this worker leaves; it leaves all the same")
            if self._working is not None:
                self._working.cancel()
