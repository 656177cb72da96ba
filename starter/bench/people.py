"""Invented balances for measuring: alike in what matters, each with a person, number and address of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from receivables.facts import BalancePosted, PaymentRecorded, TimePassed
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, Guarantor, PaymentHistory

PRACTICE = "lakeside"
OWED = Cents(47_00)
AREAS = (312, 773, 872, 708, 847, 224, 630, 331, 815, 779, 618, 217, 309)
"""All in one time zone, so that everybody may be contacted at the same hours."""


def posting(number: int, at: datetime) -> BalancePosted:
    """A balance that is texted first and e-mailed later, since the guarantor has paid before, at leisure."""
    area, block, line = AREAS[number // 100 % len(AREAS)], number // (100 * len(AREAS)) % 99 + 1, number % 100
    return BalancePosted(
        fact_id=f"post.{number}", at=at, practice_id=PRACTICE, balance_id=f"b{number}",
        patient_responsibility_cents=OWED, insurance_paid_cents=Cents(141_00),
        service_date=(at - timedelta(days=10)).date(),
        guarantor=Guarantor(
            guarantor_id=f"g{number}", first_name="Pat", time_zone="America/Chicago", state="IL",
            contact_points=[
                ContactPoint(channel=Channel.sms, value=f"+1{area}555{block:02d}{line:02d}", consent=Consent.granted),
                ContactPoint(channel=Channel.email, value=f"pat{number}@example.com", consent=Consent.granted),
            ],
        ),
        history=PaymentHistory(days_to_pay=[20, 31, 28]),
    )  # fmt: skip


def payment(number: int, at: datetime, cents: int = OWED) -> PaymentRecorded:
    """Money from the patient's page."""
    return PaymentRecorded(
        fact_id=f"pay.{number}", at=at, practice_id=PRACTICE, balance_id=f"b{number}", amount_cents=Cents(cents),
        paid_at=at, where="page",
    )  # fmt: skip


def nudge(balance_id: str, at: datetime) -> TimePassed:
    """What a keeper of virtual time tells a case that is due."""
    return TimePassed(fact_id="time", at=at, source="clock", practice_id=PRACTICE, balance_id=balance_id)
