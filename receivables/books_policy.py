"""The part of a policy about the books: when they are proven, and money that is owed back: its clocks, who gives it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from receivables.money import Cents
from receivables.policy_section import Dollars, Section

Role = Literal["front_desk", "coordinator", "manager", "owner"]
"""Of people at a practice, from the least to the most that is left to them."""


class ReconciliationSection(Section):
    """When and how far back the practice's books are proven."""

    night_h: int = Field(default=2, ge=0, le=5)
    """The hour of the nightly pass, on the practice's clock."""
    settle_h: int = Field(default=6, ge=0)
    """Money younger than this may still be on its way and is not missed yet."""
    look_back_days: int = Field(default=35, ge=2)


class RefundMostSection(Section):
    """How much of one balance's credit each role gives back by itself; the owner decides about any."""

    front_desk: Dollars = Cents(0)
    coordinator: Dollars = Cents(200_00)
    """The line above which most practices ask a manager about a plan (S49)."""
    manager: Dollars = Cents(1_000_00)


class CreditSection(Section):
    """The clocks of money that is owed back to patients (R-37); a state's own terms may be shorter, none is longer."""

    remind_days: int = Field(default=30, ge=1, le=60)
    """A person is reminded of a credit that has not been given back."""
    give_back_days: int = Field(default=60, ge=1, le=60)
    """By then it is back: the law where VA or Medicare paid, and the rule for everybody here."""
    unclaimed_years: int = Field(default=3, ge=1, le=5)
    """After so long it is unclaimed property of the state."""
    letter_days_before: int = Field(default=120, ge=30, le=365)
    """The letter of due diligence goes out so long before."""
    refund_most: RefundMostSection = RefundMostSection()
    """In dollars, for each role."""
