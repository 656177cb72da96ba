"""Lives on the simulator's clock: when virtual time moves, wakes every case that is due and waits until all is quiet.

Only started when the settings name a simulator. The workflows are the same as in production: their timers are set
for the real length of the rest, and this tells a case that its moment has come before the timer would.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from pydantic import AwareDatetime, BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from receivables.facts import TimePassed, moment_key
from store.case_book import PostgresCaseBook
from worker.nights import Nights
from workflows.contract import workflow_id

log = structlog.get_logger()
LOOK_EVERY_S = 0.01
NUDGE_AGAIN_S = 1.5
"""A nudge is repeated when nothing came of it, as after a crash; it changes nothing when it was not needed."""
GIVE_UP_AFTER_S = 120.0


class Settling(BaseModel):
    """What the clock tells its participants."""

    now: AwareDatetime


class VirtualTime:
    """Wakes what is due and waits for quiet."""

    def __init__(
        self, client: Client, cases: PostgresCaseBook, deliver: Callable[[], Awaitable[int]],
        watch: Callable[[], Awaitable[int]], nights: Nights,
    ) -> None:  # fmt: skip
        self._client = client
        self._cases = cases
        self._deliver = deliver
        self._watch = watch
        self._nights = nights

    async def settle(self, now: datetime) -> datetime | None:
        """Work off everything due at or before `now`; the moment when something is due next, or None.

        The books are proven once all is quiet. TimeoutError names how much is left when the system finds no rest.
        """
        await self._come_to_rest(now)
        night = await self._nights.settle(now)
        await self._come_to_rest(now)
        upcoming = [due for due in (await self._cases.next_due(), night) if due is not None]
        return min(upcoming, default=None)

    async def _come_to_rest(self, now: datetime) -> None:
        nudged: dict[tuple[str, str], float] = {}
        started = time.monotonic()
        await self._watch()
        while True:
            await self._deliver()
            due = await self._cases.due(now)
            waiting = await self._cases.unsettled()
            if not due and not waiting:
                return
            if time.monotonic() - started > GIVE_UP_AFTER_S:
                raise TimeoutError(f"{len(due)} cases are still due and {waiting} facts unheard at {now.isoformat()}")
            for case in due:
                if time.monotonic() - nudged.get(case, -NUDGE_AGAIN_S) >= NUDGE_AGAIN_S:
                    nudged[case] = time.monotonic()
                    await self._nudge(*case, now)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _nudge(self, practice_id: str, balance_id: str, now: datetime) -> None:
        fact = TimePassed(
            fact_id=f"time.{moment_key(now)}", at=now, source="clock", practice_id=practice_id, balance_id=balance_id
        )
        try:
            await self._client.get_workflow_handle(workflow_id(practice_id, balance_id)).signal("time_passed", fact)
        except RPCError as fault:
            if fault.status is not RPCStatusCode.NOT_FOUND:
                raise
            log.warning("a due case has no running workflow", balance_id=balance_id)


def app(virtual_time: VirtualTime) -> Starlette:
    """`POST /settle {"now"}` answers `{"next_due"}` once everything due is done."""

    async def settle(request: Request) -> JSONResponse:
        order = Settling.model_validate_json(await request.body())
        try:
            next_due = await virtual_time.settle(order.now)
        except TimeoutError as fault:
            return JSONResponse({"problem": str(fault)}, status_code=503)
        return JSONResponse({"next_due": next_due.isoformat() if next_due else None})

    return Starlette(routes=[Route("/settle", settle, methods=["POST"])])
