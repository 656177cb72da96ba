"""`/v1/tasks/{task}/evidence`: the pack that goes with a question about a payment, as a document or ready to print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from receivables.errors import UnknownPractice
from receivables.evidence import EvidencePack
from receivables.money import Cents
from receivables.policy import Practice
from web.access import Gate, guarded
from web.documents import EVIDENCE, REFUSALS, example
from web.parts import WebParts
from web.pay_texts import read_sheets
from web.problems import refuse

TaskName = Annotated[str, Path(max_length=200, examples=["lakeside:b-1042.chargeback.1"])]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
}  # fmt: skip
"""The page asks nobody for anything, and no copy of it stays on the way."""


def evidence_router(parts: WebParts, gate: Gate) -> APIRouter:
    """The same pack twice."""
    router = APIRouter(prefix="/v1/tasks", tags=["tasks"], route_class=guarded(gate))
    sheets = read_sheets().environment

    @router.get("/{task}/evidence", responses=example(EVIDENCE) | REFUSALS)
    async def show_evidence(task: TaskName) -> EvidencePack:
        """What was allowed, sent, agreed, posted and paid about this task's balance, and until when to answer."""
        return (await _gathered(parts, task))[0]

    @router.get("/{task}/evidence.html", response_class=HTMLResponse, responses=REFUSALS)
    async def print_evidence(task: TaskName) -> Response:
        """The same, as a page to print or to hand over."""
        pack, practice = await _gathered(parts, task)
        written = sheets.get_template("evidence.html").render(
            pack=pack, practice=practice, dollars=_dollars, at=_clock(practice), words=_words
        )
        return HTMLResponse(written, headers=HEADERS)

    return router


async def _gathered(parts: WebParts, task: str) -> tuple[EvidencePack, Practice]:
    try:
        practice = parts.policies.practice(task.partition(":")[0])
    except UnknownPractice:
        raise _unknown() from None
    pack = await parts.evidence.pack(task, await parts.clock.now())
    if pack is None:
        raise _unknown()
    return pack, practice


def _unknown() -> Exception:
    mend = "`collect tasks list` and GET /v1/tasks list them; a task about the whole practice has no evidence"
    return refuse(404, "there is no such task about a balance", mend, field="task")


def _dollars(cents: int) -> str:
    return Cents(cents).as_dollars()


def _words(name: str) -> str:
    return name.replace("_", " ")


def _clock(practice: Practice) -> Callable[[datetime], str]:
    return partial(_written, ZoneInfo(practice.time_zone))


def _written(zone: ZoneInfo, moment: datetime) -> str:
    local = moment.astimezone(zone)
    return f"{local:%B} {local.day}, {local.year} at {local.hour}:{local.minute:02d}"
