"""Delivers kept facts to the workflows: starts a life, signals it, or routes what comes after its end."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Literal

import structlog
from temporalio.client import Client
from temporalio.common import TypedSearchAttributes, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from receivables.case import Case
from receivables.facts import AnyFact, BalancePosted, TaskResolved
from receivables.fold import open_case
from receivables.ports import Clock
from store.case_book import PostgresCaseBook
from store.fact_book import Delivery, FactBook
from workflows import search_attributes
from workflows.contract import COLLECT_BALANCE, SIGNAL_OF, Life, workflow_id

log = structlog.get_logger()
AFTER_THE_END = {
    "payment_recorded", "payment_reversed", "balance_adjusted", "balance_posted", "reply_received", "dispute_raised",
    "dispute_closed",
}  # fmt: skip
"""Facts that reopen a closed balance: money, a bank's question about it, and words that somebody must read. So does the
answer to a task that was left open at the end, or its question would never be asked again. All others are only kept."""
AT_ONCE = 16
"""Cases told at the same time."""

Fate = Literal["delivered", "kept", "again"]
"""Of one delivery: the case has it; it was routed elsewhere for good; it is tried again next round."""


class Postman:
    """Brings each kept fact to its case, at least once; the case counts it once."""

    def __init__(self, client: Client, task_queue: str, facts: FactBook, cases: PostgresCaseBook, clock: Clock) -> None:
        self._client = client
        self._task_queue = task_queue
        self._facts = facts
        self._cases = cases
        self._clock = clock

    async def round(self, limit: int = 200) -> int:
        """Deliver what is waiting; the number found. While Temporal is away the facts wait in Postgres.

        Several cases are told at once, each of its facts in their order. What became of them is noted together.
        """
        waiting = await self._facts.undelivered(limit)
        queues: dict[tuple[str, str], list[Delivery]] = {}
        for delivery in waiting:
            queues.setdefault((delivery.practice_id, delivery.balance_id), []).append(delivery)
        free, fates = asyncio.Semaphore(AT_ONCE), dict[Fate, list[Delivery]]()
        told = await asyncio.gather(*(self._tell(queue, free, fates) for queue in queues.values()))
        if done := fates.get("delivered"):
            await self._facts.delivered(done)
        if again := fates.get("again"):
            await self._facts.put_back(again)
        if fault := next((fault for fault in told if fault is not None), None):
            raise fault
        return len(waiting)

    async def _tell(
        self, queue: list[Delivery], free: asyncio.Semaphore, fates: dict[Fate, list[Delivery]]
    ) -> Exception | None:
        """One case's facts, one after the other; a fault ends its turn and is handed back. What is left waits."""
        async with free:
            for place, delivery in enumerate(queue):
                try:
                    fate = await self._bring(delivery)
                except Exception as fault:  # noqa: BLE001 - raised by the round when what was delivered is noted
                    fates.setdefault("again", []).extend(queue[place:])
                    return fault
                fates.setdefault(fate, []).append(delivery)
        return None

    async def _bring(self, delivery: Delivery) -> Fate:
        """Start or signal the case; what comes after its end is routed."""
        fact = delivery.fact
        if isinstance(fact, BalancePosted) and await self._start(Life(case=open_case(fact))):
            return "delivered"
        signal = SIGNAL_OF.get(fact.kind)
        if signal is None:
            await self._facts.undeliverable(delivery, "No case listens to this kind of fact.")
            return "kept"
        handle = self._client.get_workflow_handle(workflow_id(delivery.practice_id, delivery.balance_id))
        try:
            await handle.signal(signal, fact)
        except RPCError as fault:
            if fault.status is not RPCStatusCode.NOT_FOUND:
                raise
            return await self._after_the_end(delivery)
        return "delivered"

    async def _start(self, life: Life) -> bool:
        """False when this balance has a life already, running or ended: then the fact goes to that life."""
        case = life.case
        try:
            await self._client.start_workflow(
                COLLECT_BALANCE, life, id=workflow_id(case.practice_id, case.balance_id), task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                search_attributes=_attributes(case, await self._clock.now()),
                static_summary=f"Balance of {case.patient_responsibility_cents.as_dollars()}, {case.visit_kind}",
            )  # fmt: skip
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def _after_the_end(self, delivery: Delivery) -> Fate:
        """A late fact: money and words reopen the balance with all it remembers, anything else is only kept."""
        ended = await self._cases.state(delivery.practice_id, delivery.balance_id)
        if ended is None:
            # Not started yet: its posting is still on the way, or Temporal lost the run. Tried again next round.
            return "again"
        if delivery.fact.kind not in AFTER_THE_END and not _answers(ended, delivery.fact):
            await self._facts.undeliverable(delivery, "The balance is closed; this changes nothing.")
            return "kept"
        ended.close_reason = None
        log.info("late fact reopens a closed balance", kind=delivery.fact.kind, balance_id=delivery.balance_id)
        try:
            await self._client.start_workflow(
                COLLECT_BALANCE, Life(case=ended, heard=[delivery.fact]),
                id=workflow_id(delivery.practice_id, delivery.balance_id), task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                search_attributes=_attributes(ended, await self._clock.now()),
                static_summary="Reopened after a late fact",
            )  # fmt: skip
        except WorkflowAlreadyStartedError:
            return "again"  # Somebody else reopened it this moment: signal it next round.
        return "delivered"


def _answers(ended: Case, fact: AnyFact) -> bool:
    return isinstance(fact, TaskResolved) and any(task.task_id == fact.task_id for task in ended.open_tasks)


def _attributes(case: Case, now: datetime) -> TypedSearchAttributes:
    return search_attributes.at_start(case.practice_id, case.outstanding_cents, now)
