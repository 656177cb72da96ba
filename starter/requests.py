"""Requests with an answer: pause, resume, hand back, close; kept as facts first, then asked of the workflow."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError, RPCStatusCode

from receivables.case import CloseReason
from receivables.facts import CaseClosed, OutreachPaused, OutreachResumed, PlanTerms
from receivables.ports import Clock
from starter.case_desk import CaseDesk
from workflows.contract import (
    AcceptPlan,
    CloseCase,
    PauseOutreach,
    ResumeOutreach,
    Status,
    plan_agreed_by_phone,
    workflow_id,
)


class CaseIsClosed(Exception):
    """This balance is closed or unknown, so nothing can be asked of it."""


class Requests:
    """What people may ask of a case, with the case's own answer.

    The fact is kept before the workflow is asked: a message that is being claimed at this very moment sees it in
    the database, whichever comes first.
    """

    def __init__(self, client: Client, desk: CaseDesk, clock: Clock) -> None:
        self._client = client
        self._desk = desk
        self._clock = clock

    async def pause(self, practice_id: str, balance_id: str, until: datetime | None, because: str) -> Status:
        """Silence the agent, until a moment or until further notice."""
        fact_id, now = await self._new()
        fact = OutreachPaused(
            fact_id=fact_id, at=now, source="staff", practice_id=practice_id, balance_id=balance_id, until=until,
            because=because,
        )  # fmt: skip
        await self._desk.report([fact])
        order = PauseOutreach(fact_id=fact_id, at=now, until=until, because=because)
        return await self._ask(practice_id, balance_id, "pause_outreach", order)

    async def resume(
        self, practice_id: str, balance_id: str, because: str = "", *, hand_back: bool = False
    ) -> Status:
        """Let the agent speak again; `because` is kept, and is why a permanent stop is lifted."""
        fact_id, now = await self._new()
        fact = OutreachResumed(
            fact_id=fact_id, at=now, source="staff", practice_id=practice_id, balance_id=balance_id, because=because
        )
        await self._desk.report([fact])
        order = ResumeOutreach(fact_id=fact_id, at=now, because=because)
        return await self._ask(practice_id, balance_id, "return_to_agent" if hand_back else "resume_outreach", order)

    async def accept_plan(self, practice_id: str, balance_id: str, terms: PlanTerms) -> Status:
        """Set up a plan that was agreed by phone (S93)."""
        fact_id, now = await self._new()
        await self._desk.report([plan_agreed_by_phone(fact_id, now, practice_id, balance_id, terms)])
        return await self._ask(practice_id, balance_id, "accept_plan", AcceptPlan(fact_id=fact_id, at=now, terms=terms))

    async def close(self, practice_id: str, balance_id: str, reason: CloseReason) -> Status:
        """End the case for a reason."""
        fact_id, now = await self._new()
        fact = CaseClosed(
            fact_id=fact_id, at=now, source="staff", practice_id=practice_id, balance_id=balance_id, reason=reason.value
        )
        await self._desk.report([fact])
        order = CloseCase(fact_id=fact_id, at=now, reason=reason)
        return await self._ask(practice_id, balance_id, "close_case", order)

    async def _new(self) -> tuple[str, datetime]:
        return f"request.{uuid4().hex}", await self._clock.now()

    async def _ask(self, practice_id: str, balance_id: str, update: str, order: object) -> Status:
        handle = self._client.get_workflow_handle(workflow_id(practice_id, balance_id))
        try:
            answer: Status = await handle.execute_update(update, order, result_type=Status)
        except WorkflowUpdateFailedError as refused:
            raise CaseIsClosed from refused
        except RPCError as fault:
            if fault.status is RPCStatusCode.NOT_FOUND:
                raise CaseIsClosed from fault
            raise
        return answer
