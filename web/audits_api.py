"""`/v1/audits`: the books proven on request, and their months; nothing is compared or summed here."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from temporalio.exceptions import TemporalError

from receivables.errors import UnknownPractice
from receivables.month import ClosedAlready, Month, first_of, is_over
from receivables.proof import Proof
from web.access import Gate, guarded
from web.documents import MONTH, PROOF, REFUSALS, example
from web.parts import WebParts
from web.problems import refuse

ANSWER_WITHIN_S = 900.0
"""A month of a large practice takes minutes to list."""


class Audit(BaseModel):
    """Whose books."""

    model_config = ConfigDict(extra="forbid")
    practice_id: Annotated[str | None, Field(max_length=64, examples=["lakeside"])] = None
    """None: every practice's."""


class Closing(BaseModel):
    """Whose month."""

    model_config = ConfigDict(extra="forbid")
    practice_id: Annotated[str, Field(max_length=64, examples=["lakeside"])]


MonthName = Annotated[str, Path(max_length=10, examples=["2026-03"])]
PracticeName = Annotated[str | None, Query(max_length=64, examples=["lakeside"])]


def audits_router(parts: WebParts, gate: Gate) -> APIRouter:
    """Proving."""
    router = APIRouter(prefix="/v1/audits", tags=["audits"], route_class=guarded(gate))

    @router.post("", responses=example({"proofs": [PROOF]}) | REFUSALS)
    async def audit(wish: Audit | None = None) -> dict[str, list[Proof]]:
        """Compare processor, records and the practice's ledger now; each new difference becomes a task."""
        practice_id = wish.practice_id if wish else None
        try:
            if practice_id is not None:
                parts.policies.practice(practice_id)
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return {"proofs": list(await parts.audits.prove(practice_id))}
        except UnknownPractice:
            raise refuse(422, "no such practice is configured", "see practices/", field="practice_id") from None
        except (TemporalError, TimeoutError):
            raise refuse(503, "the engine does not answer", "ask again in a while", Retry_After="30") from None

    @router.get("/months/{month}", responses=example({"months": [MONTH]}) | REFUSALS)
    async def months(month: MonthName, practice_id: PracticeName = None) -> dict[str, list[Month]]:
        """A month of the sub-ledger: opening, all that moved by its kind, closing; of one practice, or of each."""
        wanted = parts.audits.practice_ids if practice_id is None else [practice_id]
        for one in wanted:
            _zone_of(parts, one)
        return {"months": [await parts.months.month(one, _first(month)) for one in wanted]}

    @router.post("/months/{month}/close", responses=example(MONTH | {"closed": True}) | REFUSALS)
    async def close(month: MonthName, wish: Closing) -> Month:
        """Close a month: nothing is booked in it any more, and what comes late is booked on the first open day."""
        zone, first = _zone_of(parts, wish.practice_id), _first(month)
        if not is_over(first, (await parts.clock.now()).astimezone(ZoneInfo(zone)).date()):
            raise refuse(422, "this month is not over", "close it on the first day after it", field="month")
        closed = await parts.months.close(wish.practice_id, zone, first)
        if isinstance(closed, ClosedAlready):
            raise refuse(409, f"the books are closed up to {closed.until}", "closing cannot be taken back")
        return closed

    return router


def _first(month: str) -> date:
    try:
        return first_of(month)
    except ValueError as wrong:
        raise refuse(422, "this is no month", str(wrong), field="month") from None


def _zone_of(parts: WebParts, practice_id: str) -> str:
    try:
        return parts.policies.practice(practice_id).time_zone
    except UnknownPractice:
        raise refuse(422, "no such practice is configured", "see practices/", field="practice_id") from None
