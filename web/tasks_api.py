"""`/v1/tasks`: work that waits for people, listed, claimed and answered; an answer is a fact that moves the case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from receivables.errors import UnknownPractice
from receivables.facts import PlanTerms
from receivables.holds import TASKS_THAT_NEED_A_REASON
from receivables.notices import OPERATOR
from store.task_book import Noted, OnlyDone, Outcome, SaidBefore, Status, TakenBy, Task
from web.access import Gate, guarded
from web.documents import ANSWERED, REFUSALS, TASK, example
from web.parts import WebParts
from web.plan_terms import check_terms
from web.problems import refuse

TaskName = Annotated[str, Path(max_length=200, examples=["lakeside:b-1042.call.1"])]
"""`practice:task`, the `id` of the list."""
Who = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S", examples=["MK"])]
"""Initials or a role; a full name is not needed."""


class Claim(BaseModel):
    """Who takes it."""

    model_config = ConfigDict(extra="forbid")
    who: Who


class Answer(BaseModel):
    """How it ended."""

    model_config = ConfigDict(extra="forbid")
    who: Who
    outcome: Outcome
    will_pay_by: date | None = Field(default=None, description="needed with will_pay")
    resume_on: date | None = Field(default=None, description="with keep_paused: when the agent may go on")
    note: str = Field(default="", max_length=2000)
    terms: PlanTerms | None = Field(default=None, description="with plan_agreed: what was agreed by phone")


def tasks_router(parts: WebParts, gate: Gate) -> APIRouter:
    """Listing, claiming, answering."""
    router = APIRouter(prefix="/v1/tasks", tags=["tasks"], route_class=guarded(gate))
    _looking(router, parts)
    _doing(router, parts)
    return router


def _looking(router: APIRouter, parts: WebParts) -> None:
    @router.get("", responses=example({"tasks": [TASK]}) | REFUSALS)
    async def list_tasks(
        practice_id: Annotated[str | None, Query(max_length=64)] = None,
        status: Status | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> dict[str, list[Task]]:
        """Tasks in the order in which they are best done: by expected dollars and age."""
        return {"tasks": list(await parts.tasks.list(practice_id, status, limit))}

    @router.get("/{task}", responses=example(TASK) | REFUSALS)
    async def show_task(task: TaskName) -> Task:
        """One task with everything needed to finish it, and whom to call as they are on file now."""
        found = await parts.tasks.show(task)
        if found is None:
            raise _unknown()
        return found


def _doing(router: APIRouter, parts: WebParts) -> None:
    @router.post("/{task}/claim", responses=example(TASK | {"status": "claimed"}) | REFUSALS)
    async def claim_task(task: TaskName, claim: Claim) -> Task:
        """Take a task, so that nobody else works on it."""
        taken = await parts.tasks.claim(task, claim.who, await parts.clock.now())
        if taken is None:
            raise _unknown()
        if isinstance(taken, TakenBy):
            raise _somebody_elses(taken)
        return taken

    @router.post("/{task}/resolve", responses=example(ANSWERED) | REFUSALS)
    async def resolve_task(task: TaskName, answer: Answer) -> dict[str, Any]:
        """Finish a task; its case has heard of it within moments. A task that moves no balance takes `done` alone."""
        now = await parts.clock.now()
        _check_dates(answer, _today(parts, task, now))
        await _check_terms(parts, task, answer, _today(parts, task, now))
        await _check_reason(parts, task, answer)
        fact = await parts.tasks.resolve(
            task, answer.outcome, answer.who, now,
            will_pay_by=answer.will_pay_by, resume_on=answer.resume_on, note=answer.note,
            terms=answer.terms,
        )  # fmt: skip
        if fact is None:
            raise _unknown()
        if isinstance(fact, TakenBy):
            raise _somebody_elses(fact)
        if isinstance(fact, SaidBefore):
            raise _said_before(fact)
        if isinstance(fact, OnlyDone):
            raise refuse(422, "this task moves no balance", "finish it with the outcome done", field="outcome")
        return {"fact_id": None if isinstance(fact, Noted) else fact.fact_id, "outcome": answer.outcome}


def _check_dates(answer: Answer, today: date) -> None:
    if answer.outcome == "will_pay" and answer.will_pay_by is None:
        raise refuse(422, "a promise needs its date", "add will_pay_by, such as 2026-03-20", field="will_pay_by")
    first = answer.terms.first_due_on if answer.terms else None
    for field, day in (
        ("will_pay_by", answer.will_pay_by), ("resume_on", answer.resume_on), ("terms.first_due_on", first),
    ):  # fmt: skip
        if day is not None and day < today:
            raise refuse(422, "this day has passed", "name today or a later day", field=field)


async def _check_terms(parts: WebParts, task: str, answer: Answer, today: date) -> None:
    """Only a plan has terms, and they fit what is owed. Without them the practice keeps the plan itself."""
    if answer.terms is None:
        return
    if answer.outcome != "plan_agreed":
        raise refuse(422, "terms belong to a plan", "leave them out, or answer with plan_agreed", field="terms")
    found = await parts.tasks.show(task)
    case = await parts.shown.case(task.partition(":")[0], found.balance_id) if found and found.balance_id else None
    if case is not None and case["stage"] != "closed":
        check_terms(answer.terms, case["outstanding_cents"], today, "terms.")


async def _check_reason(parts: WebParts, task: str, answer: Answer) -> None:
    """A death, a lawyer, a minor and the like are not waved through, by their own task or by another of the balance."""
    if answer.outcome != "resume" or answer.note.strip():
        return
    found = await parts.tasks.show(task)
    if found is not None and {found.kind, *await _waiting(parts, found)} & set(TASKS_THAT_NEED_A_REASON):
        mend = "add a note that says why the agent may go on"
        raise refuse(422, "this stop is lifted by a person with a reason", mend, field="note")


async def _waiting(parts: WebParts, task: Task) -> set[str]:
    """The kinds of what waits for a person on the same balance: letting the agent go on lifts those stops as well."""
    if task.balance_id is None:
        return set()
    tasks = await parts.tasks.list(task.practice_id, balance_id=task.balance_id)
    return {one.kind for one in tasks if one.status != "resolved"}


def _today(parts: WebParts, task: str, now: datetime) -> date:
    """The day it is at the practice: a promise for today, made in the evening, is not in the past."""
    practice_id = task.partition(":")[0]
    if practice_id == OPERATOR:
        return now.date()
    try:
        zone = parts.policies.practice(practice_id).time_zone
    except UnknownPractice:
        raise _unknown() from None
    return now.astimezone(ZoneInfo(zone)).date()


def _unknown() -> Exception:
    mend = "`collect tasks list` and GET /v1/tasks list them; use the field id"
    return refuse(404, "there is no such task", mend, field="task")


def _somebody_elses(taken: TakenBy) -> Exception:
    done = "answered" if taken.status == "resolved" else "claimed"
    mend = "`collect tasks show` and GET /v1/tasks/{task} tell who and when"
    return refuse(409, f"somebody else has {done} this task", mend, field="task")


def _said_before(before: SaidBefore) -> Exception:
    mend = "the first answer stands: tell what is new on the balance itself, by a fact, a pause or a note"
    return refuse(409, f"you answered this task on {before.at:%Y-%m-%d}, and otherwise", mend, field="task")
