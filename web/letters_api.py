"""`/v1/letters`: what lies ready for the practice's printer, and what became of it; nothing is decided here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from receivables.errors import UnknownPractice
from receivables.people import Channel, PointStatus
from store.letters import LetterKept, LetterReady, UnknownLetterError, came_back
from web.access import Gate, guarded
from web.documents import LETTER, REFUSALS, example
from web.parts import WebParts
from web.problems import refuse

TouchName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
KEPT = {"touch_id": LETTER["touch_id"], "practice_id": "lakeside", "balance_id": "b-1042",
        "because": "What is owed has changed since the letter was written."}  # fmt: skip
Who = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S", examples=["MK"])]


class Strictly(BaseModel):
    """The body of a request; a misspelt field is refused."""

    model_config = ConfigDict(extra="forbid")


class Whose(Strictly):
    """Whose letters are to be printed."""

    practice_id: str = Field(max_length=64, examples=["lakeside"])


class Printed(Strictly):
    """Which letters were printed, and by whom."""

    touch_ids: list[str] = Field(min_length=1, max_length=1000)
    who: Who


class PrintBatch(BaseModel):
    """What can be printed, what was withdrawn for good, and what a silence holds back."""

    letters: list[LetterReady]
    withdrawn: list[LetterKept]
    held_back: list[LetterKept]


def letters_router(parts: WebParts, gate: Gate) -> APIRouter:
    """The tray."""
    router = APIRouter(prefix="/v1/letters", tags=["contact"], route_class=guarded(gate))

    @router.get("", responses=example({"letters": [LETTER]}) | REFUSALS)
    async def waiting(practice_id: Annotated[str | None, Query(max_length=64)] = None) -> dict[str, list[LetterReady]]:
        """Letters that lie ready, the oldest first."""
        return {"letters": await parts.letters.waiting(practice_id)}

    @router.post("/collect", responses=example({"letters": [LETTER], "withdrawn": [KEPT], "held_back": []}) | REFUSALS)
    async def collect(whose: Whose) -> PrintBatch:
        """The letters to print now; until they are told as printed the same ones come again.

        Each is looked at once more: one whose bill was paid, changed, held or stopped since it was written is
        withdrawn, and counts no more.
        """
        try:
            parts.policies.practice(whose.practice_id)
        except UnknownPractice as unknown:
            raise refuse(422, str(unknown), "correct practice_id", field="practice_id") from None
        batch = await parts.letters.collect(whose.practice_id, await parts.clock.now())
        return PrintBatch(letters=batch.letters, withdrawn=batch.withdrawn, held_back=batch.held_back)

    @router.post("/printed", responses=example({"printed": [LETTER["touch_id"]]}) | REFUSALS)
    async def printed(done: Printed) -> dict[str, list[str]]:
        """A person has printed these; answers with those that were not printed or withdrawn before."""
        return {"printed": await parts.letters.printed(done.touch_ids, done.who, await parts.clock.now())}

    @router.post("/{touch_id}/returned", responses=example({"touch_id": LETTER["touch_id"]}) | REFUSALS)
    async def returned(touch_id: TouchName) -> dict[str, str]:
        """The post brought it back: no further letter goes to this address, and the coordinator calls."""
        now = await parts.clock.now()
        try:
            practice_id, balance_id, recipient = await parts.letters.recipient_of(touch_id)
        except UnknownLetterError as unknown:
            mend = "GET /v1/letters lists what lies ready; only a printed letter comes back"
            raise refuse(404, str(unknown), mend, field="touch_id") from None
        await parts.touches.point_failed(recipient, Channel.letter, PointStatus.bounced)
        await parts.desk.report([came_back(practice_id, balance_id, touch_id, now)])
        return {"touch_id": touch_id}

    return router
