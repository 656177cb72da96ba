"""`/v1/replies`: what a reply means where it was read wrongly, said by staff: a label, and a fact for its case."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from receivables.errors import UnknownPractice
from receivables.meanings import what_follows
from receivables.reading.correction import Correction
from starter.reading.corrected import line_of
from store.reply_corrections import Corrected, SeveralPractices
from web.access import Gate, guarded
from web.documents import CORRECTED, REFUSALS, example
from web.parts import WebParts
from web.problems import refuse

ReplyName = Annotated[str, Path(max_length=200, examples=["twilio.SM0f3a"])]
"""The `fact_id` of the reply, as the timeline and its task name it."""
KEPT = {
    "fact_id": "twilio.SM0f3a", "practice_id": "lakeside", "new": True, "replaces": False,
    "follows": ["Nothing more is sent on this channel, by any agent."],
}  # fmt: skip
SPENT = {
    "since": "2026-02-08T20:00:00Z",
    "spent": [{
        "model": "openai:gpt-5-mini", "outcome": "answered", "asked": 12, "tokens_in": 7240, "tokens_out": 160,
        "cost_microdollars": 2130,
    }],
}  # fmt: skip


class Correcting(Correction):
    """The right reading, and who says so."""

    who: Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S", examples=["MK"])]
    practice_id: Annotated[str | None, Field(max_length=64)] = None
    """Needed only when several practices have a reply of this name."""


def replies_router(parts: WebParts, gate: Gate) -> APIRouter:
    """Correcting, and reading what was corrected."""
    router = APIRouter(prefix="/v1/replies", tags=["replies"], route_class=guarded(gate))

    @router.post("/{fact_id}/correction", responses=example(KEPT) | REFUSALS)
    async def correct_reading(fact_id: ReplyName, correcting: Correcting) -> dict[str, Any]:
        """Keep the right reading, for training and for the case. The same again changes nothing; another one counts.

        What the reply says silences as if it had been read so at once. No plan is ever accepted this way, and what a
        wrong reading stopped stays stopped until its task is finished or new consent is given.
        """
        right = Correction.model_validate(correcting.model_dump(exclude={"who", "practice_id"}))
        kept = await parts.corrections.correct(
            fact_id, correcting.practice_id, right, correcting.who, parts.reader_version(), await parts.clock.now()
        )
        if kept is None:
            mend = "GET /v1/cases/{case_id}/timeline names the fact_id of every reply_received"
            raise refuse(404, "there is no such reply", mend, field="fact_id")
        if isinstance(kept, SeveralPractices):
            which = ", ".join(kept.practice_ids)
            raise refuse(422, "several practices have such a reply", f"add one of {which}", field="practice_id")
        follows = what_follows(right.intents) if kept.new else []
        kinds = {"practice_id": kept.practice_id, "new": kept.new, "replaces": kept.replaces}
        return {"fact_id": fact_id} | kinds | {"follows": follows}

    @router.get("/corrections", responses=example(CORRECTED) | REFUSALS)
    async def list_corrections(
        practice_id: Annotated[str | None, Query(max_length=64)] = None,
        after: Annotated[int, Query(ge=0, description="`next` of the answer before")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    ) -> dict[str, Any]:
        """The correction of each reply that counts, as training data; `next` is null at the end."""
        found = await parts.corrections.list(practice_id, after, limit)
        following = found[-1].id if len(found) == limit else None
        return {"corrections": [line_of(one, _zone(parts, one)) for one in found], "next": following}

    @router.get("/opinions", responses=example(SPENT) | REFUSALS)
    async def what_a_second_reader_cost(
        days: Annotated[int, Query(ge=1, le=3660, description="How far back, in days of 24 hours")] = 30,
    ) -> dict[str, Any]:
        """How often a language model was asked what a reply says, what came of it, and its cost; empty without one."""
        since = await parts.clock.now() - timedelta(days=days)
        return {"since": since, "spent": [one.model_dump() for one in await parts.opinions.spent(since)]}

    return router


def _zone(parts: WebParts, one: Corrected) -> str:
    try:
        return parts.policies.practice(one.practice_id).time_zone
    except UnknownPractice:  # A practice that left; its replies still teach.
        return "UTC"
