"""What becomes known about payment plans, in the past tense: agreed, set up, changed, ended."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from receivables.money import Cents
from receivables.people import Strict
from receivables.plans.terms import AgreedBy, Due, Frequency, PlanWish, Slots
from receivables.reported_facts import Fact, Owed


class PlanAgreed(Fact):
    """Terms were agreed on the patient's page, by phone or by a person at the practice; they are still to be set up."""

    kind: Literal["plan_agreed"] = "plan_agreed"
    installments: list[Due] = Field(default_factory=list, max_length=60)
    """The payments as they were shown; empty when `slots` says what was agreed."""
    slots: Slots = Slots()
    down_payment_cents: Owed = Cents(0)
    by: AgreedBy
    joins: str = ""
    """The balance whose plan it goes with."""


class PlanChangeAsked(Fact):
    """The patient asked, on the page or through staff, for a payment to be moved, made smaller or skipped."""

    kind: Literal["plan_change_asked"] = "plan_change_asked"
    plan_id: str = Field(max_length=128)
    wish: PlanWish
    move_to: date | None = None
    by: AgreedBy = "page"


class PlanSetUp(Fact):
    """A plan is in force, and stands in the plan log."""

    kind: Literal["plan_set_up"] = "plan_set_up"
    plan_id: str = Field(max_length=128)
    installments: list[Due]
    by: AgreedBy
    reply_fact_id: str = ""
    joins: str = ""
    """The balance whose plan it goes with."""


class PlanChanged(Fact):
    """The plan in force has new terms, with the patient's consent."""

    kind: Literal["plan_changed"] = "plan_changed"
    plan_id: str = Field(max_length=128)
    revision: int = Field(ge=2)
    installments: list[Due]
    change: PlanWish | Literal["re_amortised"]
    by: AgreedBy
    reply_fact_id: str = ""


class PlanRefused(Fact):
    """Terms that were agreed may not be set up as they stand; `because` says why, and a person settles it."""

    kind: Literal["plan_refused"] = "plan_refused"
    because: str


class PlanCancelled(Fact):
    """The plan is over before its last payment: nothing more is charged or reminded under it."""

    kind: Literal["plan_cancelled"] = "plan_cancelled"
    plan_id: str = Field(max_length=128)
    by: Literal["reply", "page", "phone", "staff", "review"]
    because: str = Field(default="", max_length=400)


class AutopayStopped(Fact):
    """The patient stopped automatic payments (R-30); the plan itself goes on by reminders."""

    kind: Literal["autopay_stopped"] = "autopay_stopped"
    plan_id: str = Field(max_length=128)
    by: Literal["reply", "page", "phone", "staff"] = "page"


class PlanBeside(Fact):
    """Another balance of the same person is paid by a plan, as its own case last recorded it."""

    kind: Literal["plan_beside"] = "plan_beside"
    other_balance_id: str = Field(max_length=64)
    plan_id: str = Field(max_length=128)
    running: bool = True
    """False once that plan has ended, or somebody contests what it pays."""
    installments: list[Due] = Field(default_factory=list)
    joins: str = ""
    """The balance whose plan that one goes with; this one, or none."""


class PlanTerms(Strict):
    """A plan as a person agreed it by phone: how many payments, from when, how often, and what was paid down."""

    installments: int = Field(ge=1, le=60)
    first_due_on: date
    frequency: Frequency = "monthly"
    down_payment_cents: Owed = Cents(0)
