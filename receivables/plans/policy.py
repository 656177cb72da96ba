"""What a practice may tune about payment plans and card retries (K2, K16, K17, K21, S49-S53); no rule lives here."""

from __future__ import annotations

from datetime import time
from typing import Literal

from pydantic import Field

from receivables.money import Cents
from receivables.policy_section import Dollars, Section

Payer = Literal["prompt", "steady", "slow", "none"]


class LeadSection(Section):
    """When amounts are quoted in the first message (K2)."""

    over: Dollars = Cents(100_00)
    history: list[Payer] = Field(default=["slow", "none"])
    any_history_over: Dollars = Cents(300_00)


class PushSection(Section):
    """When amounts are quoted to somebody who was only given a hint so far (K2, S71)."""

    over: Dollars = Cents(200_00)
    unpaid_days: int = Field(default=30, ge=1)


class OfferSection(Section):
    """How messages speak of plans (K2)."""

    mention_from: Dollars = Cents(40_00)
    lead: LeadSection = LeadSection()
    push: PushSection = PushSection()
    stands_days: int = Field(default=30, ge=7, le=90)
    """A yes to an offer that was last made longer ago gets it anew instead of a plan."""
    suppress_for: list[Payer] = Field(default=["prompt"])


class AffordableSection(Section):
    """The monthly amount a person can be expected to carry, by how they have paid before (S29)."""

    prompt: Dollars = Cents(100_00)
    steady: Dollars = Cents(75_00)
    slow: Dollars = Cents(60_00)
    none: Dollars = Cents(60_00)


class ApprovalSection(Section):
    """Plans that are approved at once (S49-S52); above these a person approves while the conversation goes on."""

    any_history_up_to: Dollars = Cents(400_00)
    clean_up_to: Dollars = Cents(1500_00)
    """For people who never missed a payment."""


class DatesSection(Section):
    """On which days payments fall due."""

    first_after_days: int = Field(default=14, ge=1)
    """The first payment, when nobody named a day."""
    first_within_days: int = Field(default=45, ge=1)
    """A later first payment is not agreed to by itself."""
    whole_within_days: int = Field(default=200, ge=28)
    """Nor a plan that takes longer."""
    charge_local: time = time(9, 0)
    """The hour at which cards are charged, where the practice is."""


class KindnessSection(Section):
    """What the patient may change by a text, so that a plan is cured before it is broken."""

    moves: int = Field(default=2, ge=0)
    move_days: int = Field(default=14, ge=1)
    """A payment can be put off by so many days."""
    move_days_unnamed: int = Field(default=7, ge=1)
    """By so many when no day is named."""
    skips: int = Field(default=1, ge=0)
    shrinks: int = Field(default=1, ge=0)


class MissedSection(Section):
    """What follows a payment that did not come."""

    grace_days: int = Field(default=5, ge=0)
    """Silence after the due day; longer where the law says so (practices/_rules/plan_limits.yaml)."""
    cure_days: int = Field(default=10, ge=1)
    """Time to put it right after that, before a person is asked."""


class LogSection(Section):
    """The plan log, read once a week (S53)."""

    sample_share: float = Field(default=0.2, ge=0.0, le=1.0)
    """The share of plans set up without a person that is picked for reading."""
    undo_days: int = Field(default=14, ge=1)


class PlanSection(Section):
    """What a plan may look like (K1, K16, K17)."""

    boundary: Dollars = Cents(100_00)
    max_installments: int = Field(default=4, ge=2, le=4)
    """Four is the line for installments without finance charge (R-27); above it a person decides."""
    least_installment: Dollars = Cents(20_00)
    """An offer with smaller amounts is not made; fewer installments are."""
    tila_pack: bool = False
    """True: the disclosures that more than four installments need are sent with the confirmation."""
    most_with_pack: int = Field(default=6, ge=5, le=12)
    """The most installments with the disclosures."""
    unpacked_a_year: int = Field(default=25, ge=0, le=25)
    """How many plans above four a person may agree to in a year without the disclosures (R-27)."""
    partial_split: Literal["remainder_once", "equal"] = "remainder_once"
    offer: OfferSection = OfferSection()
    affordable: AffordableSection = AffordableSection()
    approval: ApprovalSection = ApprovalSection()
    dates: DatesSection = DatesSection()
    kindness: KindnessSection = KindnessSection()
    missed: MissedSection = MissedSection()
    log: LogSection = LogSection()


class RetrySection(Section):
    """Failed card charges (K21, S96, S97); the networks' and the product's own limits are beneath (R-32, R-33)."""

    mode: Literal["brief", "extended"] = "brief"
    """brief: once more after the pause. extended: up to three retries, on pay-days where they are known."""
    first_after_h: int = Field(default=48, ge=24)
    then_after_days: int = Field(default=7, ge=3)
    """extended: between later retries."""
    visa_max: int = Field(default=15, ge=1, le=20)
    """Refused tries of one card in 30 days (R-32); the same for every network, on the safe side of all."""
