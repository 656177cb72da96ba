"""`/v1/cases`: where each balance stands and why, and what people may ask of it; the asking is done elsewhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from temporalio.exceptions import TemporalError

from receivables.case import CloseReason, Stage
from receivables.errors import UnknownPractice
from receivables.facts import PlanTerms
from receivables.money import Cents
from starter.requests import CaseIsClosed
from web.access import Gate, guarded
from web.documents import CASE, GIVEN, REFUSALS, SAID, STATUS, STORY, example
from web.parts import WebParts
from web.plan_terms import check_terms
from web.problems import refuse
from workflows.contract import Status

ANSWER_WITHIN_S = 15.0
"""A case answers within milliseconds while a worker runs."""
ENDED_BY_HANDING_BACK = frozenset({"call", "no_contact", "contact_failed", "reply"})
"""Tasks that only say that a person is at it."""
NEEDS_A_REASON = ("permanent_stop", "protected", "contested")
"""Rules whose stops are lifted only with a reason."""
CASE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}:[A-Za-z0-9._-]{1,64}")


def _is_a_case(case_id: str | None) -> str | None:
    if case_id is not None and CASE_ID.fullmatch(case_id) is None:
        raise ValueError("this is not the id of a case; write it like lakeside:b-1042, as the list of cases shows it")
    return case_id


CaseId = Annotated[str, AfterValidator(_is_a_case), Path(examples=["lakeside:b-1042"])]
"""`practice:balance`."""


class Asked(BaseModel):
    """The body of a request; a misspelt field is refused."""

    model_config = ConfigDict(extra="forbid")


class Pause(Asked):
    """Silence the agent; with `until`, it goes on by itself."""

    until: AwareDatetime | None = Field(default=None, examples=["2026-03-09T09:00:00-05:00"])
    because: str = Field(default="", max_length=500, examples=["The patient is in hospital."])


class Resume(Asked):
    """Let the agent speak again; a stop that only a person lifts needs the reason."""

    because: str = Field(default="", max_length=500, examples=["The court dismissed the bankruptcy case on March 3."])


class CloseOrder(Asked):
    """End the case."""

    reason: CloseReason = Field(examples=["insurance_responsible"])


def cases_router(parts: WebParts, gate: Gate) -> APIRouter:
    """Reading and asking."""
    router = APIRouter(prefix="/v1/cases", tags=["cases"], route_class=guarded(gate))
    _reading(router, parts)
    _asking(router, parts)
    return router


def _reading(router: APIRouter, parts: WebParts) -> None:
    @router.get("", responses=example({"cases": [CASE], "next": None}) | REFUSALS)
    async def list_cases(
        practice_id: Annotated[str | None, Query(max_length=64)] = None,
        stage: Stage | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        after: Annotated[str | None, AfterValidator(_is_a_case), Query(description="`next` of the page before")] = None,
    ) -> dict[str, Any]:
        """Cases with their stage, what is owed, and the next step with its reasons."""
        found = await parts.shown.cases(practice_id, stage.value if stage else None, limit, after)
        cases = [_on_its_clock(parts, case) for case in found]
        return {"cases": cases, "next": cases[-1]["case_id"] if len(cases) == limit else None}

    @router.get("/{case_id}", responses=example(CASE) | REFUSALS)
    async def show_case(case_id: CaseId) -> Mapping[str, Any]:
        """One case."""
        return await _known(parts, case_id)

    @router.get("/{case_id}/timeline", responses=example(STORY) | REFUSALS)
    async def show_timeline(case_id: CaseId) -> dict[str, Any]:
        """Everything that happened, was decided and was sent, each with its reasons, oldest first."""
        await _known(parts, case_id)
        return {"case_id": case_id, "timeline": list(await parts.shown.timeline(*_parts_of(case_id)))}

    @router.get("/{case_id}/conversation", responses=example(SAID) | REFUSALS)
    async def show_conversation(case_id: CaseId) -> dict[str, Any]:
        """What the patient and we said about it, oldest first: the words, what was read in theirs, and how surely."""
        zone = (await _known(parts, case_id))["time_zone"]
        lines = list(await parts.shown.conversation(*_parts_of(case_id)))
        return {"case_id": case_id, "time_zone": zone, "conversation": lines}

    @router.get("/{case_id}/authorizations", responses=example(GIVEN) | REFUSALS)
    async def show_authorizations(case_id: CaseId) -> dict[str, Any]:
        """What the patient allowed to be charged to a card, in the words they saw, with the card that came of it."""
        await _known(parts, case_id)
        given = await parts.opened.authorizations(*_parts_of(case_id))
        return {"case_id": case_id, "authorizations": [asdict(one) for one in given]}


def _asking(router: APIRouter, parts: WebParts) -> None:
    answers: dict[int | str, dict[str, Any]] = example(STATUS) | REFUSALS

    @router.post("/{case_id}/pause", responses=answers)
    async def pause(case_id: CaseId, order: Pause | None = None) -> Status:
        """Silence the agent. It holds from the moment of the answer, for messages that are being sent as well."""
        wish = order or Pause()
        if wish.until is not None and wish.until <= await parts.clock.now():
            raise refuse(422, "this moment has passed", "name a later one, or none at all", field="until")
        return await _ask(parts, case_id, partial(parts.requests.pause, until=wish.until, because=wish.because))

    @router.post("/{case_id}/resume", responses=answers)
    async def resume(case_id: CaseId, order: Resume | None = None) -> Status:
        """Let the agent speak again: after a pause; after a death, a lawyer and the like with a reason."""
        because = await _reason(parts, case_id, order)
        return await _ask(parts, case_id, partial(parts.requests.resume, because=because))

    @router.post("/{case_id}/return-to-agent", responses=answers)
    async def return_to_agent(case_id: CaseId, order: Resume | None = None) -> Status:
        """Hand a case that a person has taken over back to the agent.

        Calls and replies that are still with a person are finished with `resume`; every other question (money, a stop,
        a plan) needs its own answer, and is named in `open_tasks`.
        """
        because = await _reason(parts, case_id, order)
        status = await _ask(parts, case_id, partial(parts.requests.resume, because=because, hand_back=True))
        return await _finished(parts, case_id, status, because)

    @router.post("/{case_id}/accept-plan", responses=answers)
    async def accept_plan(case_id: CaseId, terms: PlanTerms) -> Status:
        """Set up a plan that was agreed by phone; the patient gets its amounts and days in writing."""
        case = await _known(parts, case_id)
        zone = parts.policies.practice(case_id.partition(":")[0]).time_zone
        today = (await parts.clock.now()).astimezone(ZoneInfo(zone)).date()
        if case["stage"] != Stage.closed:
            check_terms(terms, case["outstanding_cents"], today)
        return await _ask(parts, case_id, partial(parts.requests.accept_plan, terms=terms))

    @router.post("/{case_id}/close", responses=answers)
    async def close(case_id: CaseId, order: CloseOrder) -> Status:
        """End the case for a reason; nothing is sent from then on."""
        return await _ask(parts, case_id, partial(parts.requests.close, reason=order.reason), order.reason)


async def _ask(
    parts: WebParts, case_id: str, request: Callable[[str, str], Awaitable[Status]], wanted: CloseReason | None = None
) -> Status:
    if (await _known(parts, case_id))["stage"] == Stage.closed:
        raise _over()
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            return await request(*_parts_of(case_id))
    except CaseIsClosed:
        return await _ended(parts, case_id, wanted)
    except (TemporalError, TimeoutError):
        if (await _known(parts, case_id))["stage"] == Stage.closed:
            return await _ended(parts, case_id, wanted)
        # The request was kept as a fact before the engine was asked, so it is not lost with the answer.
        raise refuse(
            503, "the engine does not answer", "the request is stored and holds; look at the case again in a while",
            Retry_After="30",
        ) from None  # fmt: skip


async def _finished(parts: WebParts, case_id: str, status: Status, because: str) -> Status:
    practice_id, left, now = case_id.partition(":")[0], list[str](), await parts.clock.now()
    for task_id in status.open_tasks:
        task = await parts.tasks.show(f"{practice_id}:{task_id}")
        if task is None or task.kind not in ENDED_BY_HANDING_BACK:
            left.append(task_id)
            continue
        who = task.claimed_by or "handed back"
        await parts.tasks.resolve(task.id, "resume", who, now, note=because)
    return status.model_copy(update={"open_tasks": left})


async def _reason(parts: WebParts, case_id: str, order: Resume | None) -> str:
    """What was said why; refused without a word where only a person with a reason may go on."""
    because = (order or Resume()).because.strip()
    if not because and (await _known(parts, case_id))["rule"] in NEEDS_A_REASON:
        mend = "say why the agent may go on, such as: the court dismissed the case on March 3"
        raise refuse(422, "this case is stopped for a reason that only a person lifts", mend, field="because")
    return because


async def _ended(parts: WebParts, case_id: str, wanted: CloseReason | None) -> Status:
    """The case as it ended, when that is what was asked for: the fact may be quicker than the request about it."""
    case = await _known(parts, case_id)
    if wanted is None or case["close_reason"] != wanted:
        raise _over()
    return Status(stage=Stage.closed, outstanding_cents=Cents(case["outstanding_cents"]), close_reason=wanted)


async def _known(parts: WebParts, case_id: str) -> Mapping[str, Any]:
    case = await parts.shown.case(*_parts_of(case_id))
    if case is None:
        raise refuse(404, "there is no such case", "`collect cases list` and GET /v1/cases list them", field="case_id")
    return _on_its_clock(parts, case)


def _on_its_clock(parts: WebParts, case: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the practice's zone: moments are told in UTC, and reasons speak of local hours."""
    try:
        zone = parts.policies.practice(case["case_id"].partition(":")[0]).time_zone
    except UnknownPractice:  # Its file was taken away; its cases are still there to be looked at.
        zone = "UTC"
    return {**case, "time_zone": zone}


def _over() -> Exception:
    return refuse(409, "this case is closed, so nothing can be asked of it", "report a new fact to open it again")


def _parts_of(case_id: str) -> tuple[str, str]:
    practice_id, _, balance_id = case_id.partition(":")
    return practice_id, balance_id


