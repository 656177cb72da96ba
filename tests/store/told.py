"""Short ways to say what was reported, so that a test reads like the story it tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from receivables.case import Case, Stage
from receivables.facts import (
    AnyFact,
    BalanceAdjusted,
    BalancePosted,
    ContactStopped,
    PaymentRecorded,
    PaymentReversed,
    ReplyReceived,
)
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, Guarantor
from receivables.steps import Decision, Step, Wait

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
"""Monday, noon in Chicago."""
PHONE = "+13125550142"
EMAIL = "karen@example.com"


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def texts(value: str = PHONE, consent: Consent = Consent.granted) -> ContactPoint:
    return ContactPoint(channel=Channel.sms, value=value, consent=consent)


def mails(value: str = EMAIL, consent: Consent = Consent.unknown) -> ContactPoint:
    return ContactPoint(channel=Channel.email, value=value, consent=consent)


def karen(guarantor_id: str = "g1", *points: ContactPoint) -> Guarantor:
    return Guarantor(
        guarantor_id=guarantor_id, first_name="Karen", time_zone="America/Chicago",
        contact_points=list(points) or [texts(), mails()],
    )  # fmt: skip


def posted(
    balance_id: str = "b1", cents: int = 215_00, guarantor: Guarantor | None = None, at: datetime = NOON,
    practice_id: str = "p1",
) -> BalancePosted:  # fmt: skip
    return BalancePosted(
        fact_id=f"posted.{balance_id}.{at:%d%H%M}", at=at, source="demo", practice_id=practice_id, balance_id=balance_id,
        patient_responsibility_cents=Cents(cents), service_date=date(2026, 2, 1), guarantor=guarantor or karen(),
    )  # fmt: skip


def paid(fact_id: str = "pay1", cents: int = 215_00, balance_id: str = "b1", at: datetime = NOON) -> PaymentRecorded:
    return PaymentRecorded(
        fact_id=fact_id,
        at=at,
        practice_id="p1",
        balance_id=balance_id,
        amount_cents=Cents(cents),
        paid_at=at,
        where="page",
    )


def taken_back(payment: str = "pay1", cents: int = 215_00, balance_id: str = "b1") -> PaymentReversed:
    return PaymentReversed(
        fact_id=f"back.{payment}", at=NOON, practice_id="p1", balance_id=balance_id, payment_fact_id=payment,
        amount_cents=Cents(cents),
    )  # fmt: skip


def adjusted(cents: int, at: datetime, balance_id: str = "b1") -> BalanceAdjusted:
    return BalanceAdjusted(
        fact_id=f"adjusted.{cents}.{at:%d%H%M}", at=at, practice_id="p1", balance_id=balance_id,
        patient_responsibility_cents=Cents(cents),
    )  # fmt: skip


def stopped(fact_id: str = "stop1", guarantor_id: str = "g1", channel: Channel | None = Channel.sms) -> ContactStopped:
    return ContactStopped(fact_id=fact_id, at=NOON, practice_id="p1", guarantor_id=guarantor_id, channel=channel)


def wrote(text: str, fact_id: str = "reply1", balance_id: str | None = "b1", at: datetime = NOON) -> ReplyReceived:
    guarantor_id = None if balance_id else "g1"
    return ReplyReceived(
        fact_id=fact_id, at=at, practice_id="p1", balance_id=balance_id, guarantor_id=guarantor_id, channel=Channel.sms,
        text=text,
    )  # fmt: skip


def case_of(balance_id: str = "b1", *handled: AnyFact, guarantor: Guarantor | None = None) -> Case:
    return Case(
        practice_id="p1",
        balance_id=balance_id,
        guarantor=guarantor or karen(),
        handled=[fact.fact_id for fact in handled],
    )


def decision(
    step: Step | None = None, at: datetime = NOON, stage: Stage = Stage.waiting, act_at: datetime | None = None,
    because: str = "The balance posted this morning.",
) -> Decision:  # fmt: skip
    return Decision(
        step=step or Wait(next_step="a text"), act_at=act_at, because=[because], stage=stage, outstanding_cents=Cents(215_00),
        decided_at=at, policy_version="v1", rule="first_touch",
    )  # fmt: skip
