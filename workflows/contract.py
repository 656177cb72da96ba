"""Everything an outsider needs to speak to the workflows: queue, ids, input, signals, updates, queries."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from receivables.case import Case, CloseReason, Stage, State
from receivables.facts import AnyFact, CaseClosed, Moment, OutreachPaused, OutreachResumed, PlanAgreed, PlanTerms
from receivables.money import Cents
from receivables.plans.terms import Slots
from receivables.steps import Decision

TASK_QUEUE = "collections"
COLLECT_BALANCE = "CollectBalance"
RECONCILE_PRACTICE = "ReconcilePractice"

SIGNAL_OF = {
    "balance_posted": "balance_posted",
    "balance_adjusted": "balance_adjusted",
    "payment_recorded": "payment_received",
    "payment_reversed": "payment_reversed",
    "reply_received": "reply_received",
    "appointment_booked": "appointment_booked",
    "appointment_missed": "no_show_recorded",
    "appointment_cancelled": "appointment_cancelled",
    "reading_corrected": "reading_corrected",
    "recall_due": "recall_due",
    "dispute_raised": "dispute_raised",
    "dispute_closed": "dispute_closed",
    "assistance_requested": "assistance_requested",
    "contact_stopped": "contact_stopped",
    "contact_updated": "contact_updated",
    "consent_recorded": "consent_recorded",
    "guarantor_deceased": "guarantor_deceased",
    "bankruptcy_filed": "bankruptcy_filed",
    "attorney_represents": "attorney_represented",
    "estimate_disputed": "estimate_disputed",
    "confidential_requested": "confidential_requested",
    "staff_note": "staff_noted",
    "message_sent": "message_carried",
    "delivery_failed": "delivery_failed",
    "card_enrolled": "card_enrolled",
    "card_changed": "card_changed",
    "card_removed": "card_removed",
    "charge_declined": "charge_declined",
    "charge_pending": "charge_pending",
    "autopay_stopped": "autopay_stopped",
    "plan_agreed": "plan_agreed",
    "plan_change_asked": "plan_change_asked",
    "plan_cancelled": "plan_cancelled",
    "task_resolved": "task_resolved",
    "outreach_paused": "outreach_paused",
    "outreach_resumed": "outreach_resumed",
    "case_closed": "case_closed",
    "policy_changed": "policy_changed",
    "time_passed": "time_passed",
}
"""Signal of each fact kind. The facts a case learns from its own steps have none."""


def workflow_id(practice_id: str, balance_id: str) -> str:
    """The one workflow of a balance: uniqueness among running executions is the lock."""
    return f"balance:{practice_id}:{balance_id}"


def proof_id(practice_id: str, what: str) -> str:
    """The workflow of one proof of a practice's books: `what` is the night, or the request."""
    return f"reconcile:{practice_id}:{what}"


class Life(State):
    """The input of `CollectBalance`, and all that survives continue-as-new."""

    case: Case
    heard: list[AnyFact] = Field(default_factory=list)
    """Facts received and not folded yet."""
    published: Published | None = None
    continue_every: int = 0
    """Continue as new after so many steps; 0 leaves it to the server's suggestion. Tests set 1."""


class Published(State):
    """What the search attributes say now, so that they are written only when a person would see a change."""

    stage: Stage
    needs_staff: bool


class Ending(State):
    """The result of a balance's life."""

    told_whole: ClassVar[bool] = True

    reason: CloseReason
    patient_responsibility_cents: Cents
    paid_cents: Cents


class Status(State):
    """Answer of query `status`."""

    told_whole: ClassVar[bool] = True

    stage: Stage
    outstanding_cents: Cents
    close_reason: CloseReason | None = None
    open_tasks: list[str] = Field(default_factory=list)


class Entry(State):
    """One line of query `timeline`."""

    at: Moment
    what: str


class NextStep(State):
    """Answer of query `next_step`; empty while a decision is being taken."""

    told_whole: ClassVar[bool] = True

    decision: Decision | None = None


class Order(State):
    """A request of a person; its fact id makes the same request, asked twice, count once."""

    fact_id: str
    at: Moment


class PauseOutreach(Order):
    """Input of update `pause_outreach`."""

    until: Moment | None = None
    because: str = ""

    def fact(self, case: Case) -> OutreachPaused:
        """What it is for the case."""
        return OutreachPaused(
            fact_id=self.fact_id, at=self.at, source="staff", practice_id=case.practice_id,
            balance_id=case.balance_id, until=self.until, because=self.because,
        )  # fmt: skip


class ResumeOutreach(Order):
    """Input of updates `resume_outreach` and `return_to_agent`."""

    because: str = ""

    def fact(self, case: Case) -> OutreachResumed:
        """What it is for the case."""
        return OutreachResumed(
            fact_id=self.fact_id, at=self.at, source="staff", practice_id=case.practice_id, balance_id=case.balance_id,
            because=self.because,
        )  # fmt: skip


class AcceptPlan(Order):
    """Input of update `accept_plan`: what was agreed by phone (S93)."""

    terms: PlanTerms

    def fact(self, case: Case) -> PlanAgreed:
        """What it is for the case."""
        return plan_agreed_by_phone(self.fact_id, self.at, case.practice_id, case.balance_id, self.terms)


class CloseCase(Order):
    """Input of update `close_case`."""

    reason: CloseReason

    def fact(self, case: Case) -> CaseClosed:
        """What it is for the case."""
        return CaseClosed(
            fact_id=self.fact_id, at=self.at, source="staff", practice_id=case.practice_id,
            balance_id=case.balance_id, reason=self.reason.value,
        )  # fmt: skip


def plan_agreed_by_phone(
    fact_id: str, at: datetime, practice_id: str, balance_id: str, terms: PlanTerms
) -> PlanAgreed:
    """The fact of an agreement by phone, the same wherever it is told."""
    slots = Slots(installments=terms.installments, frequency=terms.frequency, date=terms.first_due_on)
    return PlanAgreed(
        fact_id=fact_id, at=at, source="staff", practice_id=practice_id, balance_id=balance_id, slots=slots,
        down_payment_cents=terms.down_payment_cents, by="phone",
    )  # fmt: skip


Life.model_rebuild()
