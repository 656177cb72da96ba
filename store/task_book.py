"""Staff tasks: asked once, listed by worth and age, claimed by one person, and answered with a fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

import asyncpg
from pydantic import BaseModel

from receivables.case import Case
from receivables.credits import as_it_is_now
from receivables.facts import ConsentRecorded, ContactUpdated, PlanTerms, TaskResolved
from receivables.money import Cents
from receivables.notices import NOTICE_KINDS
from receivables.people import Channel
from receivables.redacted import without_card_numbers
from receivables.stated import Said, Stated, confirmed, stated_in
from receivables.steps import AskStaff
from store.case_book import UnknownBalanceError
from store.conversations import Line, conversation
from store.fact_book import keep_within
from store.fact_rows import unpacked
from store.pool import Connection, Pool
from store.queries import queries
from store.whom_to_call import Whom, whom_of

Status = Literal["open", "claimed", "resolved"]
Outcome = Literal[
    "will_pay", "plan_agreed", "wrong_number", "dispute", "assistance", "no_answer",
    "contact_updated", "resume", "keep_paused", "write_off", "insurance_responsible", "withdraw", "done",
]  # fmt: skip

A_DAY_IS_WORTH = 500
"""Cents of expected money that one day of waiting weighs as much as: small tasks rise and are never forgotten."""
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE_ALL_MONEY = 10_000_000_00
"""Added for kinds of task in which somebody may be in danger."""
SERVICE_TIME = {
    "emergency": timedelta(minutes=15),
    "reply": timedelta(hours=4),  # The patient is waiting for an answer.
    "cease": timedelta(hours=8),
    "deceased": timedelta(hours=8),
    "bankruptcy": timedelta(hours=8),
    "attorney": timedelta(hours=8),
    "estimate_dispute": timedelta(hours=8),  # The reviewer's clock runs.
    "confidential": timedelta(hours=8),
    "call": timedelta(days=2),
    "credit": timedelta(days=3),
    "plan_approval": timedelta(hours=8),  # The patient was told that somebody gets back to them soon.
}
SERVICE_TIME_OTHERWISE = timedelta(days=1)


class Task(BaseModel):
    """A question to a person, with everything needed to answer it in one go."""

    id: str
    """`{practice}:{task id}`, unique over all practices."""
    practice_id: str
    balance_id: str | None
    """None: it belongs to the practice as a whole."""
    task_id: str
    kind: str
    status: Status
    opened_at: datetime
    due_at: datetime
    expected_cents: int
    call: bool
    whom: Whom | None = None
    """The guarantor and the number to call, as on file now; None once it is done, and for a task about nobody."""
    summary: str
    suggestion: str
    do_not_say: list[str]
    reply_text: str
    """What the patient wrote, when the task is about a reply."""
    reply_fact_id: str | None = None
    """The reply's name, by which a wrong reading of it is corrected."""
    stated: list[Stated] = []
    """New numbers and addresses named in the reply: `contact_updated` says that they are right, and puts them on the
    record of every agent, with the patient's own words as consent (R-4)."""
    conversation: list[Line] = []
    """What was said about the balance on both sides, oldest first; only where one task is looked at."""
    claimed_by: str | None
    claimed_at: datetime | None
    resolved_by: str | None
    resolved_at: datetime | None
    outcome: Outcome | None
    will_pay_by: date | None
    resume_on: date | None
    note: str | None
    terms: PlanTerms | None = None
    """With `plan_agreed`: what was agreed."""


class Noted(NamedTuple):
    """A notice was finished; no case waits for its answer."""

    task_id: str


class OnlyDone(NamedTuple):
    """A notice is finished with `done` and nothing else, since it moves no case."""

    kind: str


class TakenBy(NamedTuple):
    """Somebody else was first."""

    who: str
    at: datetime
    status: Status


class SaidBefore(NamedTuple):
    """The same person gave the same answer before, with another day or other terms: the first answer stands."""

    at: datetime


class PostgresTaskBook:
    """`ports.TaskBook`, and what people do with tasks. Tasks are named by `Task.id`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("task_book")

    async def open(self, case: Case, step: AskStaff, now: datetime) -> None:
        """Open it once: the same task id again changes nothing. UnknownBalanceError when there is no such balance."""
        opened = await self._pool.fetchval(
            self._sql["open"], case.practice_id, case.balance_id, step.task_id, now,
            now + SERVICE_TIME.get(step.task_kind, SERVICE_TIME_OTHERWISE), step.expected_cents,
            priority(step.expected_cents, now, step.task_kind), step.call, step.task_kind, step.summary,
            step.suggestion, step.do_not_say, step.reply_fact_id,
        )  # fmt: skip
        if opened is None and not await self._pool.fetchval(self._sql["known"], case.practice_id, case.balance_id):
            raise UnknownBalanceError("a task was to be opened for a balance that is not known")

    async def claim(self, task_id: str, who: str, now: datetime) -> Task | TakenBy | None:
        """Take it for one person; None when there is no such task. The same person may claim it again."""
        async with self._pool.acquire() as connection, connection.transaction():
            task = await self._look(connection, task_id)
            if task is None:
                return None
            if task.status == "resolved" or task.claimed_by not in {None, who}:
                return _taken(task)
            await connection.execute(self._sql["claim"], task.practice_id, task.task_id, who, now)
            claimed = {"status": "claimed", "claimed_by": who, "claimed_at": now}
            return await _with_conversation(connection, task.model_copy(update=claimed))

    async def resolve(
        self, task_id: str, outcome: Outcome, who: str, now: datetime, *,
        will_pay_by: date | None = None, resume_on: date | None = None, note: str = "",
        terms: PlanTerms | None = None,
    ) -> TaskResolved | Noted | OnlyDone | TakenBy | SaidBefore | None:  # fmt: skip
        """Answer it, and keep the answer as a fact in the same transaction; the fact is on its way when this returns.

        None when there is no such task. The same answer by the same person again is answered with the same fact;
        `TakenBy` when it was answered otherwise, or is in somebody else's hands; `SaidBefore` when only the day or the
        terms differ. A notice tells no case.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            task = await self._look(connection, task_id)
            if task is None:
                return None
            if task.kind in NOTICE_KINDS and outcome != "done":
                return OnlyDone(task.kind)
            if task.status == "resolved":
                if (task.outcome, task.resolved_by) != (outcome, who):
                    return _taken(task)
                said = ((will_pay_by, task.will_pay_by), (resume_on, task.resume_on), (terms, task.terms))
                same = all(again is None or again == first for again, first in said)
                return _answer(task) if same else SaidBefore(task.resolved_at or now)
            if task.claimed_by not in {None, who}:
                return _taken(task)
            await connection.execute(
                self._sql["resolve"], task.practice_id, task.task_id, outcome, who, now, will_pay_by, resume_on,
                without_card_numbers(note) or None, terms.model_dump(mode="json") if terms else None,
            )  # fmt: skip
            answered = {
                "outcome": outcome, "resolved_at": now, "will_pay_by": will_pay_by, "resume_on": resume_on,
                "terms": terms,
            }  # fmt: skip
            answer = _answer(task.model_copy(update=answered))
            if isinstance(answer, TaskResolved):
                await keep_within(connection, [*await self._confirmed(connection, task, outcome, now), answer], now)
            return answer

    async def _confirmed(
        self, connection: Connection, task: Task, outcome: Outcome, now: datetime
    ) -> list[ContactUpdated | ConsentRecorded]:
        """What becomes of the record when a person says that what the patient stated is right."""
        if outcome != "contact_updated" or not task.stated:
            return []
        row = await connection.fetchrow(self._sql["stated"], task.practice_id, task.task_id)
        if row is None:
            return []
        said = Said(row["fact_id"], row["text"], Channel(row["channel"]), row["at"])
        return confirmed(said, unpacked(row["described"], row["guarantor_id"]), task.practice_id, now)

    async def show(self, task_id: str) -> Task | None:
        """One task with the conversation so far, None when there is none."""
        async with self._pool.acquire() as connection, connection.transaction():
            task = await self._look(connection, task_id)
            return await _with_conversation(connection, task) if task else None

    async def list(
        self, practice_id: str | None = None, status: Status | None = None, limit: int = 200,
        balance_id: str | None = None,
    ) -> Sequence[Task]:  # fmt: skip
        """Tasks in the order in which they are best done; None asks for every practice, status or balance."""
        rows = await self._pool.fetch(self._sql["list"], practice_id, status, limit, balance_id)
        return [_task(row) for row in rows]

    async def _look(self, connection: Connection, task_id: str) -> Task | None:
        practice_id, _, within = task_id.partition(":")
        row = await connection.fetchrow(self._sql["look"], practice_id, within)
        return _task(row) if row else None


def priority(expected_cents: Cents, opened_at: datetime, kind: str = "") -> int:
    """Higher is done first. It compares tasks at any later moment alike, so it never has to be rewritten."""
    first = BEFORE_ALL_MONEY if kind == "emergency" else 0
    return first + expected_cents - int((opened_at - FIRST_DAY) / timedelta(days=1) * A_DAY_IS_WORTH)


def _task(row: asyncpg.Record) -> Task:
    fields = {name: row[name] for name in Task.model_fields if name not in {"id", "whom", "stated", "conversation"}}
    open_ = row["status"] != "resolved"
    whom = whom_of(row["described"], row["learned"], row["only_at"]) if open_ else None
    stated = stated_in(row["reply_text"]) if open_ and row["kind"] == "reply" else []
    if row["credit_now"] is not None:
        fields["summary"] = as_it_is_now(row["summary"], Cents(row["credit_now"]))
    return Task(id=f"{row['practice_id']}:{row['task_id']}", whom=whom, stated=stated, **fields)


async def _with_conversation(connection: Connection, task: Task) -> Task:
    if task.balance_id is None:
        return task
    said = await conversation(connection, task.practice_id, task.balance_id)
    return task.model_copy(update={"conversation": said})


def _taken(task: Task) -> TakenBy:
    return TakenBy(
        task.resolved_by or task.claimed_by or "", task.resolved_at or task.claimed_at or task.opened_at, task.status
    )


def _answer(task: Task) -> TaskResolved | Noted:
    if task.kind in NOTICE_KINDS:
        return Noted(task.task_id)
    assert task.outcome is not None
    assert task.resolved_at is not None
    return TaskResolved(
        fact_id=f"resolved.{task.task_id}"[:128], at=task.resolved_at, source="staff", practice_id=task.practice_id,
        balance_id=task.balance_id, task_id=task.task_id, outcome=task.outcome, will_pay_by=task.will_pay_by,
        resume_on=task.resume_on, terms=task.terms,
    )  # fmt: skip
