"""The evidence that goes with a question about a payment: what was allowed, said, agreed and paid; nothing clinical.

What patients wrote and what visits were for stay out: a bank needs neither, and either may speak of health (R-21).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from receivables.breakdown import Breakdown
from receivables.case import State
from receivables.facts import Moment
from receivables.money import Cents
from receivables.plans.terms import Due


class Asked(State):
    """What is asked, and until when."""

    task_id: str
    kind: str
    opened_at: Moment
    answer_by: Moment
    """The card processor's day for evidence where a bank asks; the day of the task otherwise."""
    disputed_cents: Cents | None = None
    payment: str = ""
    """The card processor's id of the payment in question."""
    reason: str = ""


class Allowed(State):
    """What the patient allowed to be charged, in the words they saw (R-30, R-34)."""

    agreed_at: Moment
    words: str
    text_version: str
    text_sha256: str
    purpose: str
    card: str
    """Brand and last four digits; empty while no card came of it."""
    reference: str
    authorized_at: Moment | None = None


class Said(State):
    """A message with the proof that it was permitted and left."""

    at: Moment
    message: str
    channel: str
    provider_id: str
    text_sha256: str
    local_time: str = ""
    consent: str = ""


class Agreed(State):
    """Terms of a plan as they came into force."""

    at: Moment
    plan_id: str
    revision: int
    agreed_by: str
    approved_by: str
    payments: list[Due]


class Moved(State):
    """Money of this balance."""

    at: Moment
    what: str
    cents: Cents
    """Positive came in, negative went back."""
    reference: str
    in_ledger: str
    """How far it has got into the practice's own ledger."""


class Priced(State):
    """The patient's share as it was posted or changed, with the insurer's amounts behind it."""

    at: Moment
    share_cents: Cents
    insurance_paid_cents: Cents | None = None
    why: str
    service_date: str = ""
    claim_status: str = ""
    breakdown: Breakdown | None = None


class EvidencePack(State):
    """Everything about one question, ready to be printed."""

    practice_id: str
    balance_id: str
    made_at: Moment
    asked: Asked
    allowed: list[Allowed] = Field(default_factory=list)
    said: list[Said] = Field(default_factory=list)
    wrote_back: list[Moment] = Field(default_factory=list)
    """When the patient wrote; not what."""
    agreed: list[Agreed] = Field(default_factory=list)
    moved: list[Moved] = Field(default_factory=list)
    priced: list[Priced] = Field(default_factory=list)

    @property
    def owed_cents(self) -> Cents:
        """The latest share, less what was paid."""
        share = self.priced[-1].share_cents if self.priced else Cents(0)
        return Cents(share - sum(one.cents for one in self.moved))


WAYS = {
    "page": "by card on the payment page", "front_desk": "at the front desk", "phone": "by phone", "mail": "by mail",
    "portal": "in the portal", "practice": "at the practice", "other": "by another way",
}  # fmt: skip
BACK = {
    "refund": "refunded", "chargeback": "taken back by the cardholder's bank", "returned": "returned by the bank",
    "correction": "corrected",
}  # fmt: skip
LEDGER = {
    "confirmed": "posted", "needs_human": "to be entered by a person", "failed": "refused", None: "not posted yet",
}  # fmt: skip


def moved_of(  # noqa: PLR0917 - each of another kind
    kind: str, at: datetime, cents: int, fact_id: str, body: Mapping[str, Any], posting: str | None
) -> Moved:
    """One payment or reversal in words."""
    back = kind == "payment_reversed"
    what = BACK[body.get("why", "correction")] if back else f"paid {WAYS[body.get('where', 'other')]}"
    if not back and body.get("attempt"):
        what = f"payment {body.get('installment', 0)} of the plan, charged to the card on file"
    ledger = "reported by the practice" if body.get("in_practice_ledger") else LEDGER.get(posting, "under way")
    return Moved(
        at=at, what=what, cents=Cents(-cents if back else cents),
        reference=str(body.get("vendor_reference") or fact_id), in_ledger=ledger,
    )  # fmt: skip


def priced_of(kind: str, at: datetime, cents: int, body: Mapping[str, Any]) -> Priced:
    """One posting or change of the share in words."""
    why = "posted" if kind == "balance_posted" else str(body.get("reason", "readjudicated")).replace("_", " ")
    paid = body.get("insurance_paid_cents", 0 if kind == "balance_posted" else None)
    return Priced(
        at=at, share_cents=Cents(cents), insurance_paid_cents=None if paid is None else Cents(paid), why=why,
        service_date=str(body.get("service_date", "")), claim_status=str(body.get("claim_status", "final")),
        breakdown=Breakdown.model_validate(body["breakdown"]) if body.get("breakdown") else None,
    )  # fmt: skip
