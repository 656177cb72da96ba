"""`/v1/credits`: what is owed back to patients, with its clocks; people give it back, nothing here does."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from receivables.credits import Credit
from receivables.errors import UnknownPractice
from web.access import Gate, guarded
from web.documents import CREDIT, REFUSALS, example
from web.parts import WebParts
from web.problems import refuse

PracticeName = Annotated[str | None, Query(max_length=64, examples=["lakeside"])]


def credits_router(parts: WebParts, gate: Gate) -> APIRouter:
    """The queue."""
    router = APIRouter(prefix="/v1/credits", tags=["audits"], route_class=guarded(gate))

    @router.get("", responses=example({"credits": [CREDIT]}) | REFUSALS)
    async def list_credits(practice_id: PracticeName = None) -> dict[str, list[Credit]]:
        """Credits of one practice, or of each, the oldest first; a refund that is heard of takes one off the list."""
        now, found = await parts.clock.now(), list[Credit]()
        for one in parts.audits.practice_ids if practice_id is None else [practice_id]:
            try:
                practice, policy = parts.policies.practice(one), parts.policies.policy(one)
            except UnknownPractice:
                raise refuse(
                    422, "no such practice is configured", "see practices/", field="practice_id"
                ) from None
            found += await parts.credits.of(one, practice.time_zone, policy.credits, now)
        return {"credits": found}

    return router
