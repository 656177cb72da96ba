"""What others report: the kinds of facts that integrations, sibling agents and staff may tell, and what all share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, PlainSerializer, StringConstraints, ValidationInfo, field_validator

from receivables.breakdown import Breakdown
from receivables.money import Cents
from receivables.people import (
    Channel,
    ContactPoint,
    Electronic,
    Guarantor,
    OpaqueId,
    Patient,
    PaymentHistory,
    Purpose,
    Strict,
)
from receivables.recorded import Recorded

FactId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:._-]{0,199}$")]
"""Chosen by the reporter, the same for the same event: a repeated id changes nothing."""

Moment = Annotated[
    AwareDatetime, PlainSerializer(lambda moment: moment.astimezone(UTC).isoformat(), when_used="json")
]
"""A moment with its offset; a time without one is refused. Written in UTC."""

Owed = Annotated[Cents, Field(ge=0)]
Paid = Annotated[Cents, Field(gt=0)]
A_YEAR = timedelta(days=366)


class Fact(Strict, Recorded):
    """Common to all facts. `at` is when it happened, not when we heard of it."""

    fact_id: FactId
    at: Moment
    source: str = Field(default="unknown", max_length=64, pattern=r"^[A-Za-z0-9 ._:-]*$")
    practice_id: OpaqueId
    balance_id: OpaqueId | None = None
    """The balance it concerns. Facts about a person may leave it out and reach all of the guarantor's open cases."""
    guarantor_id: OpaqueId | None = None


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
    sensitive: bool = False
    """Care that is told of by post or telephone only, and by people: 42 CFR Part 2, minors' own care (R-26)."""
    good_faith_estimate_cents: Owed | None = None
    """What an uninsured patient was told beforehand; far above it nothing is asked for by itself (R-39)."""
    federal_payer: bool = False
    """Medicare, Medicaid and the like: the patient's share is not waived by a machine (R-43)."""
    collectable: bool = True
    hold_reasons: list[str] = Field(default_factory=list, max_length=10)
    breakdown: Breakdown | None = None
    """How the insurer came to the share, where a remittance says it."""
    guarantor: Guarantor
    patient: Patient | None = None
    history: PaymentHistory = PaymentHistory()

    @field_validator("service_date")
    @classmethod
    def _the_visit_is_not_years_ahead(cls, day: date, known: ValidationInfo) -> date:
        """A slip of the pen would be told to the patient. Days are forgiven: clocks differ, and so do calendars."""
        if "at" in known.data and day > known.data["at"].date() + A_YEAR:
            raise ValueError("a visit lies before its balance: correct the year")
        return day


class BalanceAdjusted(Fact):
    """The payer or the practice changed what the patient owes: the new share, not the difference."""

    kind: Literal["balance_adjusted"] = "balance_adjusted"
    patient_responsibility_cents: Owed
    insurance_paid_cents: Owed | None = None
    claim_status: Literal["final", "pending", "reversed"] = "final"
    reason: Literal["readjudicated", "corrected", "write_off", "restated"] = "readjudicated"
    breakdown: Breakdown | None = None


class PaymentRecorded(Fact):
    """Patient money arrived. `fact_id` names the payment, so that one payment heard of twice counts once."""

    kind: Literal["payment_recorded"] = "payment_recorded"
    amount_cents: Paid
    paid_at: Moment
    where: Literal["page", "front_desk", "phone", "mail", "portal", "practice", "other"] = "other"
    in_practice_ledger: bool = False
    """True when the practice's own system reported it: it is in its ledger already and is not posted again."""
    debit: bool = False
    """True when it was drawn from a bank account: such money may come back for weeks (R-31)."""
    vendor_reference: str | None = Field(default=None, max_length=128)
    undoes: FactId | None = None
    """The reversal that came to nothing: a refund that failed, a dispute that was won."""
    plan_id: str | None = Field(default=None, max_length=128)
    """The plan whose installment this is; None for money that came by itself."""
    installment: int | None = Field(default=None, ge=0)
    attempt: int | None = Field(default=None, ge=1)


class PaymentReversed(Fact):
    """A payment was taken back: refund, chargeback, bounced cheque."""

    kind: Literal["payment_reversed"] = "payment_reversed"
    payment_fact_id: FactId
    amount_cents: Paid
    why: Literal["refund", "chargeback", "returned", "correction"] = "correction"
    in_practice_ledger: bool = False
    return_code: str = Field(default="", pattern=r"^(R\d\d)?$")
    """Of a bank debit that came back: why, in the banks' own codes, such as R01 (R-31)."""
    by: Literal["check", "cash", "other"] | None = None
    """Of a refund outside the card processor: how the patient got the money."""
    note: str = Field(default="", max_length=200)
    """With it: such as the number of the check."""


class Letter(Strict):
    """How an e-mail is answered so that the mail program shows both in one conversation."""

    message_id: str = Field(default="", pattern=r"^(<[^<>\s]{1,250}>)?$")
    """The mail's own Message-ID."""
    subject: str = Field(default="", max_length=200)
    """Without "Re:"."""


class SpokenOf(Strict, Recorded):
    """One of several balances that our messages spoke of before a patient wrote."""

    balance_id: OpaqueId
    outstanding_cents: Cents
    service_date: date | None = None


class ReplyReceived(Fact):
    """A patient wrote back. Inside the engine the text stays in the database and `text` is empty."""

    kind: Literal["reply_received"] = "reply_received"
    channel: Electronic
    text: str = Field(default="", max_length=20_000)
    files: int = Field(default=0, ge=0)
    """How many pictures or other files came with it; none is ever opened or kept."""
    letter: Letter | None = None
    """E-mail only; inside the engine it is left out like the text."""
    about_balance_id: OpaqueId | None = None
    """The balance of the message it answers, where that is known: the person's others leave it to that one."""
    may_mean: list[SpokenOf] = Field(default_factory=list, max_length=20)
    """Filled in when it is kept: the balances it may be about, when our latest messages spoke of several."""


class AppointmentBooked(Fact):
    """A visit was booked."""

    kind: Literal["appointment_booked"] = "appointment_booked"
    starts_at: Moment | None = None
    reactivated: bool = False
    """Somebody who had been away was won back, as by the recall agent: their bill is taken up gently (S111)."""


class AppointmentMissed(Fact):
    """A no-show."""

    kind: Literal["appointment_missed"] = "appointment_missed"


class AppointmentCancelled(Fact):
    """A visit was cancelled."""

    kind: Literal["appointment_cancelled"] = "appointment_cancelled"


class RecallDue(Fact):
    """A recall visit is due."""

    kind: Literal["recall_due"] = "recall_due"


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


class ConfidentialRequested(Fact):
    """The person wants to be reached in another way or place only; such a wish is met (R-22, 45 CFR 164.522(b))."""

    kind: Literal["confidential_requested"] = "confidential_requested"
    guarantor_id: OpaqueId
    only_at: list[Annotated[str, StringConstraints(min_length=5, max_length=254)]] = Field(
        default_factory=list, max_length=10
    )
    """Numbers (E.164) and addresses that may be used; empty: by post, or as a person arranges it."""


class StaffNote(Fact):
    """A person added something to the record; it changes no plan by itself."""

    kind: Literal["staff_note"] = "staff_note"
    text: str = Field(default="", max_length=4_000)
    return_code: str = Field(default="", pattern=r"^(R\d\d)?$")
    """Of a bank debit that came back before any money had come: the banks' own code (R-31)."""
    failed_payment: str = Field(default="", max_length=128)
    """The processor's id of a payment that came to nothing: it may tell of one twice."""


class ContactUpdated(Fact):
    """New contact details or wishes of the guarantor; it replaces the old record."""

    kind: Literal["contact_updated"] = "contact_updated"
    guarantor: Guarantor


class ConsentRecorded(Fact):
    """A person agreed, or refused, to be written to at one number or address, with the evidence of it (R-4)."""

    kind: Literal["consent_recorded"] = "consent_recorded"
    guarantor_id: OpaqueId
    channel: Electronic
    value: str = Field(min_length=5, max_length=254)
    purposes: list[Purpose] = Field(min_length=1, max_length=3)
    granted: bool = True
    given_at: Moment
    """When the person said so."""
    means: Literal["form", "portal", "phone", "in_person", "text", "email"]
    wording_version: str = Field(min_length=1, max_length=80)
    """Which version of the words was agreed to."""

    @field_validator("value")
    @classmethod
    def _can_exist(cls, value: str, others: ValidationInfo) -> str:
        if "channel" in others.data:
            ContactPoint(channel=others.data["channel"], value=value.strip())
        return value

    @field_validator("given_at")
    @classmethod
    def _was_said(cls, given_at: datetime, others: ValidationInfo) -> datetime:
        """Not in the future: it would outlive every later stop."""
        if "at" in others.data and given_at > others.data["at"]:
            raise ValueError("nobody agrees after the fact is told; name the moment they said so")
        return given_at
