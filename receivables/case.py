"""One balance as the agent knows it: a serialisable state that facts are folded into. It decides nothing."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field

from receivables.agreed import Agreed, Mark, OnlyAt
from receivables.bank_disputes import Dispute, DisputeEnd
from receivables.breakdown import Breakdown
from receivables.facts import Moment
from receivables.money import Cents
from receivables.people import Channel, Guarantor, OpaqueId, Patient, PaymentHistory, PointStatus
from receivables.plans.plan import Agreement, Attempt, Beside, Mandate, Plan, Wish
from receivables.plans.terms import Due
from receivables.recorded import Recorded
from receivables.spoken import Reply, Touch

HANDLED_FACTS_KEPT = 200
"""Ids of facts already folded in, the newest kept; Postgres has a unique key for all of them beneath."""


class Stage(StrEnum):
    """Where a case stands, in the words staff reads."""

    evaluating = "evaluating"
    waiting = "waiting"
    outreach = "outreach"
    engaged = "engaged"
    on_plan = "on_plan"
    held = "held"
    with_staff = "with_staff"
    closed = "closed"


class CloseReason(StrEnum):
    """Why a case ended."""

    paid = "paid"
    written_off = "written_off"
    insurance_responsible = "insurance_responsible"
    withdrawn = "withdrawn"
    to_agency = "to_agency"


class State(Recorded):
    """A part of the case. Fields are only ever added, with defaults that stay, so that old histories can be read."""

    model_config = ConfigDict(extra="ignore", validate_assignment=False)


class Payment(State):
    """Patient money that arrived, and how far it has got into the practice's ledger."""

    fact_id: str
    amount_cents: Cents
    paid_at: Moment
    where: str = "other"
    reversed_cents: Cents = Cents(0)
    posting: Literal["due", "posted", "handed_over"] = "due"
    plan_id: str | None = None
    installment: int | None = None
    """The payment of a plan that it is; None for money that came by itself."""
    undoes: str = ""
    """The reversal that came to nothing with it."""


class Reversal(State):
    """Money that was taken back; it is posted to the practice like a payment, with the opposite sign."""

    fact_id: str
    payment_fact_id: str
    amount_cents: Cents
    at: Moment
    posting: Literal["due", "posted", "handed_over"] = "due"
    return_code: str = ""
    """Of a bank debit that came back."""
    chargeback: bool = False
    """True when the cardholder's bank took it."""


class Delay(State):
    """A payment the practice's system did not take yet."""

    tries: int
    until: Moment
    because: str = ""


class Hold(State):
    """A reason to be silent. Permanent ones end only by a person."""

    reason: Literal[
        "deceased", "bankruptcy", "attorney", "cease", "dispute", "already_paid", "insurance", "assistance",
        "chargeback", "not_collectable", "paused_by_staff", "promise", "no_show", "asked_which", "reply_needs_person",
        "plan_to_set_up", "emergency", "inquiry",
        "estimate_dispute", "over_estimate", "minor", "came_of_age", "sensitive", "confidential",
        "chargeback_lost",
    ]  # fmt: skip
    since: Moment
    until: Moment | None = None
    detail: str = ""


class Offer(State):
    """A payment plan that was offered and may still be accepted."""

    installments: int
    each_cents: list[Cents]
    offered_at: Moment
    accepted_at: Moment | None = None
    declined_at: Moment | None = None
    dues: list[Due] = Field(default_factory=list)
    """The payments with their days, when the offer named them."""
    joins: str = ""
    """The balance whose plan it goes with."""


class OpenTask(State):
    """A person has been asked and has not answered yet."""

    task_id: str
    kind: str
    opened_at: Moment


class Asked(State):
    """How often staff has been asked one kind of question."""

    times: int = 0
    last_at: Moment | None = None
    settled: bool = False
    """The question stands as asked; False once a new reason to ask has come."""


class Ended(State):
    """A person ended the case. It outlives a reopening by a late fact, so that a closed matter is not dunned again."""

    reason: CloseReason
    at: Moment


class Case(State):
    """Everything one balance's workflow remembers. It is the workflow's input and its only state."""

    practice_id: OpaqueId
    balance_id: OpaqueId
    posted_at: Moment | None = None
    service_date: date | None = None
    visit_kind: str = "visit"
    claim_status: Literal["final", "pending", "reversed"] = "final"
    patient_responsibility_cents: Cents = Cents(0)
    insurance_paid_cents: Cents = Cents(0)
    guarantor: Guarantor | None = None
    patient: Patient | None = None
    history: PaymentHistory = Field(default_factory=PaymentHistory)
    payments: list[Payment] = Field(default_factory=list)
    reversals: list[Reversal] = Field(default_factory=list)
    disputes: list[Dispute] = Field(default_factory=list)
    """Chargebacks and inquiries of banks, oldest first."""
    dispute_ends: list[DisputeEnd] = Field(default_factory=list)
    touches: list[Touch] = Field(default_factory=list)
    answers_sent: list[Touch] = Field(default_factory=list)
    """Messages that answered what the patient wrote; no reminder is counted among them."""
    answer_not_before: Moment | None = None
    """The earliest moment for the next answer, learned from a skipped claim."""
    given_up: list[str] = Field(default_factory=list)
    """Replies that no message can answer: a person does."""
    replies: list[Reply] = Field(default_factory=list)
    holds: list[Hold] = Field(default_factory=list)
    stopped_channels: list[Channel] = Field(default_factory=list)
    stopped_at: dict[str, Moment] = Field(default_factory=dict)
    """By channel: when the person last asked for silence there; a later consent ends it for what it names."""
    spoiled_at: dict[str, Moment] = Field(default_factory=dict)
    """By number or address: when it was last found unusable."""
    offer: Offer | None = None
    open_tasks: list[OpenTask] = Field(default_factory=list)
    finished_tasks: list[str] = Field(default_factory=list)
    """Kinds of tasks that were resolved, oldest first: the same question is not asked twice without a new reason."""
    not_before: Moment | None = None
    """The earliest moment for the next touch, learned from a skipped claim."""
    skipped: list[str] = Field(default_factory=list)
    """Touch ids that will not be tried again."""
    put_off: str = ""
    """Why the last try to write did not leave, until one does."""
    close_reason: CloseReason | None = None
    priced: Mark | None = None
    """The fact that settled what the patient owes."""
    breakdown: Breakdown | None = None
    """How the insurer came to the share that counts now, where it is known."""
    price_reason: str = ""
    """Why it was last adjusted: readjudicated, corrected, write_off or restated; empty for a posting."""
    insured: Mark | None = None
    """The fact that settled what the insurer paid."""
    described: Mark | None = None
    """The fact that last described the guarantor."""
    posting: Mark | None = None
    """The latest posting: visit, patient and history are as it says."""
    spoiled: dict[str, PointStatus] = Field(default_factory=dict)
    """Numbers and addresses that turned out unusable; no later description makes them usable again."""
    agreed: dict[str, Agreed] = Field(default_factory=dict)
    """By number or address: consent given or refused with evidence; it stands over what descriptions say (R-4)."""
    recall_agreed: dict[str, Agreed] = Field(default_factory=dict)
    """The same about recall visits."""
    recall_due_at: Moment | None = None
    """When a recall visit was last reported as due."""
    asked: dict[str, Asked] = Field(default_factory=dict)
    """By kind of staff task."""
    calls: list[Moment] = Field(default_factory=list)
    """When staff tried to call and reached nobody, since the person was last heard."""
    restarted_at: Moment | None = None
    """When a person last dealt with the case: earlier attempts no longer count as failed."""
    talked_at: Moment | None = None
    """When staff last spoke with the patient: they are left in peace for a while."""
    booked_at: Moment | None = None
    """When a visit was last booked: it ends the silence after a no-show (K15)."""
    visit_at: Moment | None = None
    """When the visit booked last begins, where that is known."""
    reactivated_at: Moment | None = None
    """When somebody who had been away was last won back (S111)."""
    only_at: OnlyAt | None = None
    """Where the person may be reached after a wish for confidential communication; it outlives the hold (R-22)."""
    federal_payer: bool = False
    """The share is not waived by a machine (R-43)."""
    estimate_cents: Cents | None = None
    """What the patient was told beforehand."""
    posted_early: dict[str, Literal["posted", "handed_over"]] = Field(default_factory=dict)
    """Postings heard of before the payment itself."""
    delayed: dict[str, Delay] = Field(default_factory=dict)
    """Postings that wait for the practice's system to come back, by the payment's or reversal's fact id."""
    resolved_early: list[str] = Field(default_factory=list)
    """Tasks answered before we heard that they were opened."""
    refused_channels: list[Channel] = Field(default_factory=list)
    """Channels on which a touch was skipped for good; new contact details open them again."""
    ended: Ended | None = None
    plan: Plan | None = None
    """The plan in force, or the latest one; `plans` counts them."""
    plans: int = 0
    mandate: Mandate | None = None
    attempts: list[Attempt] = Field(default_factory=list)
    """Tries at charging payments of plans, oldest first."""
    agreement: Agreement | None = None
    """Terms agreed elsewhere that are still to be set up."""
    awaiting: list[Due] = Field(default_factory=list)
    """What a person was asked to approve."""
    beside: list[Beside] = Field(default_factory=list)
    """Plans of the same person's other balances."""
    wish: Wish | None = None
    """What the patient asked about paying in parts and was not answered yet."""
    handled: list[str] = Field(default_factory=list)

    @property
    def paid_cents(self) -> Cents:
        """Patient money received, less what was taken back."""
        received = sum([int(payment.amount_cents) for payment in self.payments])
        return Cents(received - sum([int(reversal.amount_cents) for reversal in self.reversals]))

    @property
    def outstanding_cents(self) -> Cents:
        """What is owed now; negative when the patient has a credit."""
        return self.patient_responsibility_cents - self.paid_cents

    @property
    def first_accepted_at(self) -> datetime | None:
        """When a provider first accepted a message of ours: the ladder's clock starts here (K8)."""
        return self.touches[0].at if self.touches else None

    @property
    def last_reply_at(self) -> datetime | None:
        """When the patient last wrote."""
        return max((reply.at for reply in self.replies), default=None)

    @property
    def running_plan(self) -> Plan | None:
        """The plan in force; None when it was ended."""
        return self.plan if self.plan and self.plan.status == "active" else None

    def hold(self, *reasons: str) -> Hold | None:
        """The first hold with one of the reasons (any, when none are named)."""
        return next((hold for hold in self.holds if not reasons or hold.reason in reasons), None)
