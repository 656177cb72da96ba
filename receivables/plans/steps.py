"""What a case can do about a payment plan: offer it, set it up or change it, charge one payment; and words for each."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from receivables.cards.card import CardOnFile
from receivables.case import Offer, State
from receivables.money import Cents
from receivables.people import Channel
from receivables.plans.offers import Reason
from receivables.plans.terms import AgreedBy, Due, PlanWish


class PlanWords(State):
    """What a message about a plan may say."""

    dues: list[Due] = Field(default_factory=list)
    """The payments still to come, with what is left of each."""
    about: Due | None = None
    """The payment it is about."""
    reason: Reason = ""
    """Why this is offered and not what was asked."""
    card: str = ""
    """Such as `Visa 4242`; empty when no card is charged."""
    disclosures: bool = False
    """True when the disclosures for more than four payments belong into it (R-27)."""


class OfferPlan(State):
    """Answer a wish with a plan: amounts, days, and how to accept."""

    kind: Literal["offer_plan"] = "offer_plan"
    touch_id: str
    channel: Channel
    offer: Offer
    reason: Reason = ""
    disclosures: bool = False
    """True when the disclosures for more than four payments belong into it (R-27)."""
    language: Literal["", "en", "es"] = ""
    """The language the patient wrote in; empty: as on file."""
    reply_fact_id: str | None = None
    """The reply it answers; None when the share has changed and the patient is asked."""


class CreatePlan(State):
    """Set a plan up as agreed, or give the one in force new terms; both are written into the plan log."""

    kind: Literal["create_plan"] = "create_plan"
    plan_id: str
    revision: int = 1
    installments: list[Due]
    by: AgreedBy
    change: PlanWish | Literal["re_amortised"] = ""
    approved_by: Literal["policy", "person"] = "policy"
    reply_fact_id: str = ""
    """The reply in which it was agreed: its confirmation answers it."""
    joins: str = ""
    """The balance whose plan it goes with."""


class ChargeInstallment(State):
    """Charge one payment of a plan to the card on file."""

    kind: Literal["charge_installment"] = "charge_installment"
    plan_id: str
    installment: int = Field(ge=0)
    attempt: int = Field(ge=1)
    amount_cents: Cents = Field(gt=0)
    card: CardOnFile

    @property
    def idempotency_key(self) -> str:
        """`{plan}:installment:{n}:try:{k}`: one try takes money at most once, however often it is repeated."""
        return f"{self.plan_id}:installment:{self.installment}:try:{self.attempt}"
