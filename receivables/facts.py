"""What has happened, in the past tense: the facts a case learns from its own steps, and all kinds together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from receivables.cards.facts import CardChanged, CardEnrolled, CardRemoved, ChargeDeclined, ChargePending
from receivables.dispute_facts import DisputeClosed, DisputeRaised, EstimateDisputed
from receivables.money import Cents
from receivables.people import Channel, PointStatus
from receivables.plans.facts import (
    AutopayStopped,
    PlanAgreed,
    PlanBeside,
    PlanCancelled,
    PlanChangeAsked,
    PlanChanged,
    PlanRefused,
    PlanSetUp,
    PlanTerms,
)
from receivables.plans.terms import Due
from receivables.reported_facts import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AssistanceRequested,
    AttorneyRepresents,
    BalanceAdjusted,
    BalancePosted,
    BankruptcyFiled,
    ConfidentialRequested,
    ConsentRecorded,
    ContactStopped,
    ContactUpdated,
    Fact,
    FactId,
    GuarantorDeceased,
    Moment,
    Owed,
    Paid,
    PaymentRecorded,
    PaymentReversed,
    RecallDue,
    ReplyReceived,
    StaffNote,
)
from receivables.spoken_facts import ReadingCorrected, ReplyUnderstood

__all__ = [
    "ANY_FACT",
    "REPORTED",
    "AnyFact",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentMissed",
    "AssistanceRequested",
    "AttorneyRepresents",
    "AutopayStopped",
    "BalanceAdjusted",
    "BalancePosted",
    "BankruptcyFiled",
    "CardChanged",
    "CardEnrolled",
    "CardRemoved",
    "CaseClosed",
    "ChargeDeclined",
    "ChargePending",
    "ConfidentialRequested",
    "ConsentRecorded",
    "ContactStopped",
    "ContactUpdated",
    "DeliveryFailed",
    "DisputeClosed",
    "DisputeRaised",
    "EstimateDisputed",
    "Fact",
    "FactId",
    "GuarantorDeceased",
    "LearnedFact",
    "MessageSent",
    "MessageSkipped",
    "Moment",
    "OutreachPaused",
    "OutreachResumed",
    "Owed",
    "Paid",
    "PaymentPosted",
    "PaymentRecorded",
    "PaymentReversed",
    "PlanAgreed",
    "PlanBeside",
    "PlanCancelled",
    "PlanChangeAsked",
    "PlanChanged",
    "PlanRefused",
    "PlanSetUp",
    "PlanTerms",
    "PolicyChanged",
    "PostingDelayed",
    "PostingHandedOver",
    "ReadingCorrected",
    "RecallDue",
    "ReplyReceived",
    "ReplyUnderstood",
    "ReportedFact",
    "StaffNote",
    "TaskOpened",
    "TaskResolved",
    "TimePassed",
    "moment_key",
]


class MessageSent(Fact):
    """A provider accepted one of our messages: from here on it counts as an attempt."""

    kind: Literal["message_sent"] = "message_sent"
    touch_id: str
    message: str
    channel: Channel
    agent: str = "payment"
    carried_by: str | None = None
    """The touch that spoke of this balance too; None when the message was this balance's own."""
    offer_installments: int | None = None
    offer_cents: Cents | None = None
    offer_dues: list[Due] = Field(default_factory=list)
    """The offer's payments when it named their days."""
    offer_joins: str = ""
    """The balance whose plan the offered one goes with."""
    confirms_revision: int | None = None
    """The terms of the plan that this message put in writing (M5)."""
    direct: bool = False
    """True when it was asked for or agreed to: no attempt at reaching somebody."""
    answers_wish: bool = False
    """True when it answered what the patient asked about paying in parts."""
    beside: str = ""
    """The touch it is one contact with."""
    reply_fact_id: FactId | None = None
    """The reply it answers; none for a message of our own accord."""


class MessageSkipped(Fact):
    """A touch was not claimed; `because` says why, and `not_before` when to look again (None: not at all)."""

    kind: Literal["message_skipped"] = "message_skipped"
    touch_id: str
    message: str
    channel: Channel
    because: str
    not_before: Moment | None = None
    reply_fact_id: FactId | None = None


class DeliveryFailed(Fact):
    """A message did not arrive, or the recipient's provider refuses ours; `status` is what the point has become."""

    kind: Literal["delivery_failed"] = "delivery_failed"
    touch_id: str | None = None
    channel: Channel
    status: PointStatus | None = None
    """None: a passing fault, the point stays usable."""
    because: str


class PaymentPosted(Fact):
    """The practice's ledger shows our payment (or its reversal), read back and matched."""

    kind: Literal["payment_posted"] = "payment_posted"
    payment_fact_id: FactId


class PostingHandedOver(Fact):
    """A payment could not be posted by machine; a person has a task for it and the case no longer tries."""

    kind: Literal["posting_handed_over"] = "posting_handed_over"
    payment_fact_id: FactId
    because: str


class PostingDelayed(Fact):
    """The practice's system was away when a payment was to be posted; it is tried again from `not_before` on."""

    kind: Literal["posting_delayed"] = "posting_delayed"
    payment_fact_id: FactId
    because: str
    not_before: Moment


class TaskOpened(Fact):
    """A person has been asked."""

    kind: Literal["task_opened"] = "task_opened"
    task_id: str
    task_kind: str
    dues: list[Due] = Field(default_factory=list)
    """The payments a person is asked to approve."""


class TaskResolved(Fact):
    """A person has answered; the outcome moves the case."""

    kind: Literal["task_resolved"] = "task_resolved"
    task_id: str
    outcome: Literal[
        "will_pay", "plan_agreed", "wrong_number", "dispute", "assistance", "no_answer",
        "contact_updated", "resume", "keep_paused", "write_off", "insurance_responsible", "withdraw", "done",
    ]  # fmt: skip
    will_pay_by: date | None = None
    resume_on: date | None = None
    terms: PlanTerms | None = None
    """With `plan_agreed`: what was agreed."""


class OutreachPaused(Fact):
    """A person silenced the agent, until a moment or until further notice."""

    kind: Literal["outreach_paused"] = "outreach_paused"
    until: Moment | None = None
    because: str = ""


class OutreachResumed(Fact):
    """A person let the agent speak again."""

    kind: Literal["outreach_resumed"] = "outreach_resumed"
    because: str = ""
    """What a permanent stop needs to be lifted: the person's reason."""


class CaseClosed(Fact):
    """A person ended the case."""

    kind: Literal["case_closed"] = "case_closed"
    reason: Literal["written_off", "insurance_responsible", "withdrawn", "to_agency", "paid"]


class PolicyChanged(Fact):
    """A policy was published: look again with the new one."""

    kind: Literal["policy_changed"] = "policy_changed"
    version: str = ""
    because: str = ""


class TimePassed(Fact):
    """The moment a case was resting for has come, told by whoever keeps the clock."""

    kind: Literal["time_passed"] = "time_passed"


Reported = (
    BalancePosted | BalanceAdjusted | PaymentRecorded | PaymentReversed | ReplyReceived | AppointmentBooked
    | AppointmentMissed | AppointmentCancelled | RecallDue | DisputeRaised | DisputeClosed | AssistanceRequested
    | ContactStopped | GuarantorDeceased | BankruptcyFiled | AttorneyRepresents | EstimateDisputed
    | ConfidentialRequested | StaffNote | ContactUpdated | ConsentRecorded
)  # fmt: skip
ReportedFact = Annotated[Reported, Field(discriminator="kind")]
"""The facts anyone with a token may report."""

LearnedFact = (
    MessageSent | MessageSkipped | DeliveryFailed | ReplyUnderstood | ReadingCorrected | PaymentPosted
    | PostingHandedOver | PostingDelayed | TaskOpened | TaskResolved | OutreachPaused | OutreachResumed
    | CaseClosed | PolicyChanged | TimePassed
    | CardEnrolled | CardChanged | CardRemoved | ChargeDeclined | ChargePending | AutopayStopped
    | PlanAgreed | PlanChangeAsked | PlanSetUp | PlanChanged | PlanRefused | PlanCancelled | PlanBeside
)  # fmt: skip

AnyFact = Annotated[Reported | LearnedFact, Field(discriminator="kind")]

REPORTED: TypeAdapter[ReportedFact] = TypeAdapter(ReportedFact)
ANY_FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)


def moment_key(moment: datetime) -> str:
    """A moment as it stands in derived ids: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
