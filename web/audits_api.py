"""`/v1/audits`: the books proven at once, on request; what they say is worked out by the engine, not here."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from temporalio.exceptions import TemporalError

from receivables.errors import UnknownPractice
from receivables.proof import Proof
from web.access import Gate, guarded
from web.documents import PROOF, REFUSALS, example
from web.parts import WebParts
from web.problems import refuse

ANSWER_WITHIN_S = 900.0
"""A month of a large practice takes minutes to list."""


class Audit(BaseModel):
    """Whose books."""

    model_config = ConfigDict(extra="forbid")
    practice_id: Annotated[str | None, Field(max_length=64, examples=["lakeside"])] = None
    """None: every practice's."""


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

    return router
