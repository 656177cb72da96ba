"""What has happened, in the past tense: every kind of fact a case can hear, from outside or from its own steps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, PlainSerializer, StringConstraints, TypeAdapter

from receivables.money import Cents
from receivables.people import Channel, Guarantor, OpaqueId, Patient, PaymentHistory, PointStatus, Strict

FactId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:._-]{0,127}$")]
"""Chosen by the reporter, the same for the same event: a repeated id changes nothing."""

Moment = Annotated[
    AwareDatetime, PlainSerializer(lambda moment: moment.astimezone(UTC).isoformat(), when_used="json")
]
"""A moment with its offset; a time without one is refused. Written in UTC."""

Owed = Annotated[Cents, Field(ge=0)]
Paid = Annotated[Cents, Field(gt=0)]


class Fact(Strict):
    """Common to all facts. `at` is when it happened, not when we heard of it."""

    fact_id: FactId
    at: Moment
    source: str = Field(default="unknown", max_length=64, pattern=r"^[A-Za-z0-9 ._:-]*$")
    practice_id: OpaqueId
    balance_id: OpaqueId | None = None
    """The balance it concerns. Facts about a person may leave it out and reach all of the guarantor's open cases."""
    guarantor_id: OpaqueId | None = None


# --- reported by integrations and sibling agents ---------------------------------------------------------------


class BalancePosted(Fact):
    """The insurer has answered and a share is left with the patient (S22)."""

    kind: Literal["balance_posted"] = "balance_posted"
    balance_id: OpaqueId
    patient_responsibility_cents: Owed
    insurance_paid_cents: Owed = Cents(0)
    service_date: date
    claim_status: Literal["final", "pending", "reversed"] = "final"
    visit_kind: str = Field(default="visit", max_length=40, pattern=r"^[A-Za-z ]+$")
    """Neutral words such as "visit"; never a diagnosis, procedure or specialty (R-21)."""
    collectable: bool = True
    hold_reasons: list[str] = Field(default_factory=list, max_length=10)
    guarantor: Guarantor
    patient: Patient | None = None
    history: PaymentHistory = PaymentHistory()


class BalanceAdjusted(Fact):
    """The payer or the practice changed what the patient owes: the new share, not the difference."""

    kind: Literal["balance_adjusted"] = "balance_adjusted"
    patient_responsibility_cents: Owed
    insurance_paid_cents: Owed | None = None
    claim_status: Literal["final", "pending", "reversed"] = "final"
    reason: Literal["readjudicated", "corrected", "write_off", "restated"] = "readjudicated"


class PaymentRecorded(Fact):
    """Patient money arrived. `fact_id` names the payment, so that one payment heard of twice counts once."""

    kind: Literal["payment_recorded"] = "payment_recorded"
    amount_cents: Paid
    paid_at: Moment
    where: Literal["page", "front_desk", "phone", "mail", "portal", "practice", "other"] = "other"
    in_practice_ledger: bool = False
    """True when the practice's own system reported it: it is in its ledger already and is not posted again."""
    vendor_reference: str | None = Field(default=None, max_length=128)


class PaymentReversed(Fact):
    """A payment was taken back: refund, chargeback, bounced cheque."""

    kind: Literal["payment_reversed"] = "payment_reversed"
    payment_fact_id: FactId
    amount_cents: Paid
    why: Literal["refund", "chargeback", "returned", "correction"] = "correction"
    in_practice_ledger: bool = False


class ReplyReceived(Fact):
    """A patient wrote back. Inside the engine the text stays in the database and `text` is empty."""

    kind: Literal["reply_received"] = "reply_received"
    channel: Channel
    text: str = Field(default="", max_length=20_000)


class AppointmentBooked(Fact):
    """A visit was booked."""

    kind: Literal["appointment_booked"] = "appointment_booked"
    starts_at: Moment | None = None


class AppointmentMissed(Fact):
    """A no-show."""

    kind: Literal["appointment_missed"] = "appointment_missed"


class AppointmentCancelled(Fact):
    """A visit was cancelled."""

    kind: Literal["appointment_cancelled"] = "appointment_cancelled"


class RecallDue(Fact):
    """A recall visit is due."""

    kind: Literal["recall_due"] = "recall_due"


class DisputeRaised(Fact):
    """The bill is contested, wherever we heard it."""

    kind: Literal["dispute_raised"] = "dispute_raised"
    about: Literal["already_paid", "insurance", "amount", "chargeback", "other"] = "other"


class AssistanceRequested(Fact):
    """Help with paying was asked for."""

    kind: Literal["assistance_requested"] = "assistance_requested"


class ContactStopped(Fact):
    """Revocation of consent by any means (R-6). Without a channel all contact stops."""

    kind: Literal["contact_stopped"] = "contact_stopped"
    channel: Channel | None = None


class GuarantorDeceased(Fact):
    """The guarantor has died (R-45)."""

    kind: Literal["guarantor_deceased"] = "guarantor_deceased"


class BankruptcyFiled(Fact):
    """The automatic stay is in force (R-44)."""

    kind: Literal["bankruptcy_filed"] = "bankruptcy_filed"


class AttorneyRepresents(Fact):
    """A lawyer acts for the guarantor (R-17)."""

    kind: Literal["attorney_represents"] = "attorney_represents"


class StaffNote(Fact):
    """A person added something to the record; it changes no plan by itself."""

    kind: Literal["staff_note"] = "staff_note"
    text: str = Field(default="", max_length=4_000)


# --- learned by the system itself ------------------------------------------------------------------------------


class MessageSent(Fact):
    """A provider accepted one of our messages: from here on it counts as an attempt."""

    kind: Literal["message_sent"] = "message_sent"
    touch_id: str
    message: str
    channel: Channel
    offer_installments: int | None = None
    offer_cents: Cents | None = None


class MessageSkipped(Fact):
    """A touch was not claimed; `because` says why, and `not_before` when to look again (None: not at all)."""

    kind: Literal["message_skipped"] = "message_skipped"
    touch_id: str
    message: str
    channel: Channel
    because: str
    not_before: Moment | None = None


class DeliveryFailed(Fact):
    """A message did not arrive, or the recipient's provider refuses ours; `status` is what the point has become."""

    kind: Literal["delivery_failed"] = "delivery_failed"
    touch_id: str | None = None
    channel: Channel
    status: PointStatus | None = None
    """None: a passing fault, the point stays usable."""
    because: str


class ReplyUnderstood(Fact):
    """What a reply says, in the words of the reader's closed list; the text itself is not here."""

    kind: Literal["reply_understood"] = "reply_understood"
    reply_fact_id: FactId
    channel: Channel
    intent: str
    intents: list[str] = Field(default_factory=list)
    action: str
    abstain: bool = False


class PaymentPosted(Fact):
    """The practice's ledger shows our payment (or its reversal), read back and matched."""

    kind: Literal["payment_posted"] = "payment_posted"
    payment_fact_id: FactId


class PostingHandedOver(Fact):
    """A payment could not be posted by machine; a person has a task for it and the case no longer tries."""

    kind: Literal["posting_handed_over"] = "posting_handed_over"
    payment_fact_id: FactId
    because: str


class TaskOpened(Fact):
    """A person has been asked."""

    kind: Literal["task_opened"] = "task_opened"
    task_id: str
    task_kind: str


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


class ContactUpdated(Fact):
    """New contact details or wishes of the guarantor; it replaces the old record."""

    kind: Literal["contact_updated"] = "contact_updated"
    guarantor: Guarantor


class OutreachPaused(Fact):
    """A person silenced the agent, until a moment or until further notice."""

    kind: Literal["outreach_paused"] = "outreach_paused"
    until: Moment | None = None
    because: str = ""


class OutreachResumed(Fact):
    """A person let the agent speak again."""

    kind: Literal["outreach_resumed"] = "outreach_resumed"


class CaseClosed(Fact):
    """A person ended the case."""

    kind: Literal["case_closed"] = "case_closed"
    reason: Literal["written_off", "insurance_responsible", "withdrawn", "to_agency", "paid"]


class PolicyChanged(Fact):
    """A policy was published: look again with the new one."""

    kind: Literal["policy_changed"] = "policy_changed"


class TimePassed(Fact):
    """The moment a case was resting for has come, told by whoever keeps the clock."""

    kind: Literal["time_passed"] = "time_passed"


ReportedFact = Annotated[
    BalancePosted | BalanceAdjusted | PaymentRecorded | PaymentReversed | ReplyReceived | AppointmentBooked
    | AppointmentMissed | AppointmentCancelled | RecallDue | DisputeRaised | AssistanceRequested | ContactStopped
    | GuarantorDeceased | BankruptcyFiled | AttorneyRepresents | StaffNote | ContactUpdated,
    Field(discriminator="kind"),
]  # fmt: skip
"""The facts anyone with a token may report."""

LearnedFact = (
    MessageSent | MessageSkipped | DeliveryFailed | ReplyUnderstood | PaymentPosted | PostingHandedOver
    | TaskOpened | TaskResolved | OutreachPaused | OutreachResumed | CaseClosed | PolicyChanged | TimePassed
)  # fmt: skip

AnyFact = Annotated[
    BalancePosted | BalanceAdjusted | PaymentRecorded | PaymentReversed | ReplyReceived | AppointmentBooked
    | AppointmentMissed | AppointmentCancelled | RecallDue | DisputeRaised | AssistanceRequested | ContactStopped
    | GuarantorDeceased | BankruptcyFiled | AttorneyRepresents | StaffNote | ContactUpdated
    | MessageSent | MessageSkipped | DeliveryFailed | ReplyUnderstood | PaymentPosted | PostingHandedOver
    | TaskOpened | TaskResolved | OutreachPaused | OutreachResumed | CaseClosed | PolicyChanged | TimePassed,
    Field(discriminator="kind"),
]  # fmt: skip

REPORTED: TypeAdapter[ReportedFact] = TypeAdapter(ReportedFact)
ANY_FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)


def moment_key(moment: datetime) -> str:
    """A moment as it stands in derived ids: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
