"""A payment plan as its case remembers it: what was agreed, what was tried, and what is still wished; no rule here."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from receivables.cards.card import Again, CardOnFile, DeclineReason
from receivables.money import Cents
from receivables.people import Channel
from receivables.plans.terms import AgreedBy, Due, PlanWish, Slots
from receivables.reported_facts import Moment


class Part(BaseModel):
    """A part of the case. Fields are only ever added, with defaults, so that old histories can be read."""

    model_config = ConfigDict(extra="ignore", validate_assignment=False)


class Plan(Part):
    """The plan in force, or the one that was."""

    plan_id: str
    """`{balance}.plan.{n}`."""
    revision: int = 1
    """Grows with every change of its terms; each is confirmed in writing (M5)."""
    installments: list[Due]
    """All payments as agreed now, those already made included; 0 is the down payment."""
    agreed_at: Moment
    agreed_by: AgreedBy
    changed_at: Moment | None = None
    change: PlanWish | Literal["re_amortised"] = ""
    """What the latest change was."""
    raised_at: Moment | None = None
    """When a payment last became larger than the largest one before: a card is charged for it after notice (R-30)."""
    raised_above_cents: Cents = Cents(0)
    """The largest payment before that."""
    status: Literal["active", "cancelled"] = "active"
    cancelled_at: Moment | None = None
    ended_by: Literal["", AgreedBy, "review"] = ""
    """Who ended it; empty while it is in force, and where it ended before this was noted."""
    ended_because: str = ""
    """Why, as a person at the practice wrote it."""
    paid_before_cents: Cents = Cents(0)
    """Patient money that had arrived when the plan began; what came later belongs to its payments."""
    confirmed_revision: int = 0
    """The latest terms that were sent in writing."""
    reply_fact_id: str = ""
    """The reply in which these terms were agreed, when it was one: their confirmation answers it."""
    joins: str = ""
    """The balance whose plan it goes with: the same days, and one wish changes both."""
    moves: int = 0
    skips: int = 0
    shrinks: int = 0
    """How often each kindness was used."""

    @property
    def total_cents(self) -> Cents:
        """What the payments add up to."""
        return sum((due.amount_cents for due in self.installments), Cents(0))


class Mandate(Part):
    """The right to charge a card for one plan (R-30, R-34)."""

    plan_id: str
    card: CardOnFile
    authorization: str = ""
    since: Moment
    stopped_at: Moment | None = None
    """The patient stopped automatic payments: nothing is charged from then on."""
    stopped_by: Literal["", AgreedBy] = ""
    """Who said so; empty where the plan itself ended."""
    removed_at: Moment | None = None
    """The card is no longer kept at the processor."""
    renewed_at: Moment | None = None
    """When the card was last replaced or renewed: an earlier refusal of it no longer counts."""


class Attempt(Part):
    """One try at charging one payment of a plan."""

    plan_id: str
    installment: int
    number: int
    at: Moment
    outcome: Literal["charged", "declined", "pending"]
    reason: DeclineReason | None = None
    again: Again | None = None
    network_code: str = ""


class Agreement(Part):
    """Terms that were agreed outside the conversation by text, and are still to be set up."""

    fact_id: str
    at: Moment
    by: AgreedBy
    installments: list[Due] = Field(default_factory=list)
    slots: Slots = Slots()
    down_payment_cents: Cents = Cents(0)
    joins: str = ""


class Beside(Part):
    """A plan that pays another balance of the same person, as far as it was heard of here."""

    balance_id: str
    plan_id: str
    at: Moment
    running: bool = True
    installments: list[Due] = Field(default_factory=list)
    joins: str = ""

    def coming(self, today: date) -> list[Due]:
        """Its payments after today."""
        return [due for due in self.installments if due.due_on > today] if self.running else []


class Wish(Part):
    """What the patient last asked for about paying in parts, not answered yet."""

    fact_id: str
    at: Moment
    kind: Literal["accept", "terms", "plan", "change"]
    slots: Slots = Slots()
    change: PlanWish = ""
    by: AgreedBy = "reply"
    channel: Channel | None = None
    sure: bool = True
    """False when the reader was not certain: a person decides."""
    move_to: date | None = None
