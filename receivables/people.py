"""Who owes, who was treated, and how each may be reached; nothing about amounts or moments of contact."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from receivables.money import Cents

OpaqueId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""An identifier that carries no personal data: letters, digits, dot, dash, underscore, at most 64 characters."""

E164 = r"^\+[1-9]\d{7,14}$"
NORTH_AMERICAN = r"^\+1[2-9](?!11)[0-8]\d[2-9]\d{6}$"
"""What a number with country code 1 looks like: neither area code nor exchange begins with 0 or 1. No area code ends in
11 or has a 9 in the middle: those are kept for services, and for the day on which numbers run out."""
LEAST_LINES, MOST_LINES, WIDEST_LINE = 2, 4, 50
"""What the window of an envelope shows."""
POSTAL_CODE = r"\b\d{5}(-\d{4})?$"
MAILBOX = r"^[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+$"


def _zone_exists(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("this time zone does not exist; use an IANA name such as America/Chicago") from None
    return name


ZoneName = Annotated[str, AfterValidator(_zone_exists)]
"""An IANA time zone that exists."""


class Strict(BaseModel):
    """A record from outside: unknown fields are refused, so a misspelt field is never lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Channel(StrEnum):
    """The ways a message of ours can travel."""

    sms = "sms"
    email = "email"
    letter = "letter"


ELECTRONIC = (Channel.sms, Channel.email)
"""Ways that carry the ordinary ladder, and by which people write back."""


def _is_electronic(channel: Channel) -> Channel:
    if channel not in ELECTRONIC:
        raise ValueError("use sms or email here")
    return channel


Electronic = Annotated[
    Channel, AfterValidator(_is_electronic), WithJsonSchema({"type": "string", "enum": [*ELECTRONIC]})
]
"""Text or e-mail."""


class Consent(StrEnum):
    """What the record says about a channel; unknown is not granted (R-4)."""

    granted = "granted"
    denied = "denied"
    unknown = "unknown"


class PointStatus(StrEnum):
    """What we have learned about a phone number or address since it was given to us."""

    usable = "usable"
    landline = "landline"
    dead = "dead"
    bounced = "bounced"
    complained = "complained"
    opted_out = "opted_out"
    wrong_person = "wrong_person"


REVOCABLE = (PointStatus.complained, PointStatus.opted_out, PointStatus.wrong_person)
"""What the person themselves ends by agreeing anew, with evidence; a dead number stays dead (R-4, R-6)."""

Purpose = Literal["billing", "recall", "care"]
"""What messages are about: bills, recall visits, or appointments."""
USUAL_PURPOSES: tuple[Purpose, ...] = ("billing", "care")


class ContactPoint(Strict):
    """One phone number (E.164), e-mail address or postal address, with the consent on file and what it covers (R-4).

    A postal address is written as it stands on an envelope: the name, then the lines of the address, the last one with
    its postal code; 2 to 4 lines, one below the other.
    """

    channel: Channel
    value: str = Field(max_length=254)
    consent: Consent = Consent.unknown
    status: PointStatus = PointStatus.usable
    purposes: tuple[Purpose, ...] = Field(default=USUAL_PURPOSES, max_length=3)
    """A recall needs to be named: whoever gave a number for their bills has not asked for reminders of visits."""

    @property
    def reachable(self) -> bool:
        """True when it may carry a billing message: a text needs consent granted, mail of both kinds none denied."""
        if self.status is not PointStatus.usable:
            return False
        return self.consent is Consent.granted or (
            self.channel is not Channel.sms and self.consent is Consent.unknown
        )

    @model_validator(mode="after")
    def _looks_like_its_channel(self) -> ContactPoint:
        if self.channel is Channel.sms and not re.match(E164, self.value):
            raise ValueError("a phone number is written in E.164, such as +13125550142")
        if self.channel is Channel.sms and self.value.startswith("+1") and not re.match(NORTH_AMERICAN, self.value):
            raise ValueError("this is no phone number; after +1 come an area code and a number such as 312 555 0142")
        if self.channel is Channel.email and not re.match(MAILBOX, self.value):
            raise ValueError("an e-mail address has one @ and a domain, such as pat@example.com")
        if self.channel is Channel.letter and not _on_an_envelope(self.value):
            raise ValueError(
                "a postal address has 2 to 4 lines of at most 50 signs: the name first, the postal code in the last"
            )
        return self


def _on_an_envelope(value: str) -> bool:
    lines = value.split("\n")
    printable = all(0 < len(line) <= WIDEST_LINE and line == line.strip() and line.isprintable() for line in lines)
    return printable and LEAST_LINES <= len(lines) <= MOST_LINES and re.search(POSTAL_CODE, lines[-1]) is not None


class LastPayment(Strict):
    """The guarantor's latest payment before this balance."""

    paid_on: date
    amount_cents: Cents
    in_full: bool


class PaymentHistory(Strict):
    """How this guarantor has paid the practice before this balance; the policy leaves out what is too old."""

    days_to_pay: list[int] = Field(default_factory=list, max_length=200)
    """Days from posting to payment, one per paid balance."""
    paid_on: list[date] = Field(default_factory=list, max_length=200)
    """The day of each of these payments, in the same order, from a source that tells more than the look-back needs.
    None when the source has left out what is older by itself."""
    missed_installments: int = Field(default=0, ge=0)
    oldest_unpaid_days: int = Field(default=0, ge=0)
    """Age the oldest balance reached before it was paid, or has reached now."""
    unanswered_texts: int = Field(default=0, ge=0)
    """Reminders about this balance that went out before the agent took it over and were not answered."""
    unanswered_emails: int = Field(default=0, ge=0)
    last_payment: LastPayment | None = None

    @field_validator("days_to_pay")
    @classmethod
    def _days_are_not_negative(cls, days: list[int]) -> list[int]:
        if any(count < 0 for count in days):
            raise ValueError("days to pay are counted from the posting and are not negative")
        return days

    @model_validator(mode="after")
    def _each_payment_has_its_day(self) -> PaymentHistory:
        if self.paid_on and len(self.paid_on) != len(self.days_to_pay):
            raise ValueError("paid_on has one day for each of days_to_pay, in the same order, or is left out")
        return self

    def since(self, day: date) -> PaymentHistory:
        """Without payments known to be older than this day."""
        last = self.last_payment if self.last_payment and self.last_payment.paid_on >= day else None
        kept = [(days, paid) for days, paid in zip(self.days_to_pay, self.paid_on, strict=False) if paid >= day]
        if not self.paid_on:
            return self if last is self.last_payment else self.model_copy(update={"last_payment": last})
        days, paid_on = [days for days, _ in kept], [paid for _, paid in kept]
        return self.model_copy(update={"days_to_pay": days, "paid_on": paid_on, "last_payment": last})


class Guarantor(Strict):
    """The person who owes and is written to."""

    guarantor_id: OpaqueId
    first_name: str = Field(min_length=1, max_length=60)
    language: Literal["en", "es"] = "en"
    time_zone: ZoneName | None = None
    """IANA name. When absent it is found from the postal code and phone numbers, and lastly the practice's own."""
    postal_code: str | None = Field(default=None, pattern=r"^\d{5}(-\d{4})?$")
    state: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    contact_points: list[ContactPoint] = Field(default_factory=list, max_length=10)
    preferred_channel: Electronic | None = None
    answers_by: Electronic | None = None
    """The channel this person has answered on before."""
    of_age_on: date | None = None
    """Their eighteenth birthday, told for guarantors who may be minors: nobody under age is asked for money (R-46)."""
    relation: Literal["self", "parent", "guardian", "spouse", "executor", "other"] | None = None
    """What the guarantor is to the patient; None when the practice does not say."""
    pay_days: list[Annotated[int, Field(ge=1, le=31)]] = Field(default_factory=list, max_length=5)
    """Days of the month on which this person is paid, where the practice knows them: plans fall due on these."""

    def point(self, channel: Channel) -> ContactPoint | None:
        """The first contact point of the channel that may carry a billing message, or None."""
        return next((point for point in self.contact_points if point.channel is channel and point.reachable), None)


class Patient(Strict):
    """The person or animal that was treated; never named in a message without need."""

    patient_id: OpaqueId
    first_name: str = Field(default="", max_length=60)
    of_age_on: date | None = None
    """Their eighteenth birthday: from then on a parent is not asked for new care without a person's look (R-46)."""
