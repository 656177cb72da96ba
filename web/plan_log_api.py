"""`/v1/plans`: the plan log that is read once a week (S53), let stand or taken back; plans are agreed elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from receivables.errors import UnknownPractice
from store.plan_log import LoggedPlan
from web.access import Gate, guarded
from web.documents import LOGGED_PLAN, REFUSALS, example
from web.parts import WebParts
from web.problems import refuse

PlanName = Annotated[str, Path(max_length=200, examples=["lakeside:b-1042.plan.1"])]
"""`practice:plan`, the `id` of the list."""


class Read(BaseModel):
    """Who has read it."""

    model_config = ConfigDict(extra="forbid")
    who: Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S", examples=["MK"])]


class Undo(Read):
    """Why it is taken back."""

    because: str = Field(min_length=1, max_length=400, examples=["The balance was moved to another family."])


def plan_log_router(parts: WebParts, gate: Gate) -> APIRouter:
    """Listing, reading, taking back."""
    router = APIRouter(prefix="/v1/plans", tags=["plans"], route_class=guarded(gate))

    @router.get("", responses=example({"plans": [LOGGED_PLAN]}) | REFUSALS)
    async def list_plans(
        practice_id: Annotated[str | None, Query(max_length=64)] = None,
        unread: Annotated[bool, Query(description="only what is picked for this week's reading")] = False,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> dict[str, list[LoggedPlan]]:
        """Every decision about a plan, newest first: offered, set up, changed, given to a person, refused, ended."""
        return {"plans": list(await parts.plan_log.list(practice_id, unread=unread, limit=limit))}

    @router.post("/{plan}/read", responses=example({"plan": "lakeside:b-1042.plan.1"}) | REFUSALS)
    async def read_plan(plan: PlanName, reading: Read) -> dict[str, Any]:
        """Somebody has read it and lets it stand."""
        if not await parts.plan_log.read(plan, reading.who, await parts.clock.now()):
            raise _unknown()
        return {"plan": plan}

    @router.post("/{plan}/undo", responses=example({"fact_id": "undone.b-1042.plan.1"}) | REFUSALS)
    async def undo_plan(plan: PlanName, wish: Undo) -> dict[str, Any]:
        """Take a plan back: nothing more is charged, and a person settles it anew with the patient."""
        try:
            days = parts.policies.policy(plan.partition(":")[0]).plan.log.undo_days
        except UnknownPractice:
            raise _unknown() from None
        now = await parts.clock.now()
        try:
            fact = await parts.plan_log.undo(plan, wish.who, now, within=timedelta(days=days), because=wish.because)
        except ValueError as late:
            raise refuse(409, "this plan cannot be taken back any more", str(late), field="plan") from None
        if fact is None:
            raise _unknown()
        return {"fact_id": fact.fact_id}

    return router


def _unknown() -> Exception:
    mend = "`collect plans log` and GET /v1/plans list them; use the field id"
    return refuse(404, "there is no such plan in force and no such decision", mend, field="plan")
