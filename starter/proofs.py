"""Has a practice's books proven: each night by a schedule on the practice's own clock, or at once when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.common import WorkflowIDConflictPolicy

from receivables.facts import moment_key
from receivables.ports import Clock, PolicyBook
from receivables.proof import Proof, ProofOrder
from workflows.contract import RECONCILE_PRACTICE, proof_id

CATCH_UP = timedelta(hours=20)
"""A night missed while the engine was away is made up for, unless the next one is near."""


NIGHTLY_TRIES = 10
"""Half an hour apart: until the practice opens."""


class Proofs:
    """Starts proofs and waits for their answers."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def prove(self, practice_id: str, asked_at: datetime) -> Proof:
        """Prove the books of one practice; the same moment asked twice is one proof."""
        proof: Proof = await self._client.execute_workflow(
            RECONCILE_PRACTICE, ProofOrder(practice_id=practice_id), result_type=Proof,
            id=proof_id(practice_id, moment_key(asked_at)), task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Books of {practice_id}",
        )  # fmt: skip
        return proof


class Audits:
    """Proofs on request, now."""

    def __init__(self, proofs: Proofs, clock: Clock, practice_ids: Sequence[str]) -> None:
        self._proofs = proofs
        self._clock = clock
        self.practice_ids = practice_ids

    async def prove(self, practice_id: str | None) -> list[Proof]:
        """The books of one practice, or of all, one after the other."""
        now = await self._clock.now()
        wanted = self.practice_ids if practice_id is None else [practice_id]
        return [await self._proofs.prove(one, now) for one in wanted]


async def keep_schedules(client: Client, task_queue: str, policies: PolicyBook, practice_ids: Sequence[str]) -> None:
    """One schedule for each practice, as its policy says now; told again it changes nothing."""
    for practice_id in practice_ids:
        schedule = _nightly(task_queue, practice_id, policies)
        try:
            await client.create_schedule(proof_id(practice_id, "nightly"), schedule)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(proof_id(practice_id, "nightly")).update(_to(schedule))


def _nightly(task_queue: str, practice_id: str, policies: PolicyBook) -> Schedule:
    hour = policies.policy(practice_id).reconciliation.night_h
    return Schedule(
        action=ScheduleActionStartWorkflow(
            RECONCILE_PRACTICE, ProofOrder(practice_id=practice_id, tries=NIGHTLY_TRIES, tells=True),
            id=proof_id(practice_id, "night"), task_queue=task_queue, static_summary=f"Books of {practice_id}, nightly",
        ),
        spec=ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(hour)], comment="the practice's own clock")],
            time_zone_name=policies.practice(practice_id).time_zone,
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCH_UP),
    )  # fmt: skip


def _to(schedule: Schedule) -> Callable[[ScheduleUpdateInput], ScheduleUpdate]:
    def changed(_: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(schedule=schedule)

    return changed
