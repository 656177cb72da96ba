"""Sorts payers by how they have paid and how much they owe; it never looks at age or any other personal trait."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from receivables.case import Case
from receivables.money import Cents
from receivables.people import PaymentHistory
from receivables.plans.calendar import months_later
from receivables.policy import Policy

PayerClass = Literal["prompt", "steady", "slow", "none"]


class Segment(StrEnum):
    """Balance size and payment history (S68)."""

    small_reliable = "small_reliable"
    small_unproven = "small_unproven"
    large_reliable = "large_reliable"
    large_unproven = "large_unproven"

    @property
    def words(self) -> str:
        """As staff reads it."""
        size, history = self.value.split("_")
        return f"{size} balance, {'reliable payer' if history == 'reliable' else 'nothing proven about the payer'}"


def history_of(case: Case, policy: Policy) -> PaymentHistory:
    """What counts of it: the payments of so many months before the balance posted (K6)."""
    if case.posted_at is None:
        return case.history
    return case.history.since(months_later(case.posted_at.date(), -policy.history.lookback_months))


def payer_class(history: PaymentHistory, policy: Policy) -> PayerClass:
    """By the 90th percentile of days to pay (K6); `none` without any paid balance."""
    slowest = p90(history.days_to_pay)
    if slowest is None:
        return "none"
    if slowest <= policy.history.prompt_p90:
        return "prompt"
    return "steady" if slowest <= policy.history.steady_p90 else "slow"


def p90(days: list[int]) -> int | None:
    """The nearest-rank 90th percentile: nine of ten balances were paid within so many days."""
    if not days:
        return None
    return sorted(days)[-(-9 * len(days) // 10) - 1]


def clean(history: PaymentHistory, policy: Policy) -> bool:
    """At least one paid balance, no missed installment, no balance older than the limit (K6)."""
    return (
        bool(history.days_to_pay)
        and history.missed_installments == 0
        and history.oldest_unpaid_days <= policy.history.overdue_days
    )


def low_risk(history: PaymentHistory, policy: Policy) -> bool:
    """Clean, and nine of ten balances paid within the steady limit (S79)."""
    return clean(history, policy) and payer_class(history, policy) in {"prompt", "steady"}


def segment(owed: Cents, history: PaymentHistory, policy: Policy) -> Segment:
    """One of four: the plan boundary of K1 parts small from large, low risk parts reliable from unproven."""
    if owed < policy.plan.boundary:
        return Segment.small_reliable if low_risk(history, policy) else Segment.small_unproven
    return Segment.large_reliable if low_risk(history, policy) else Segment.large_unproven


def high_risk(owed: Cents, unanswered: int, history: PaymentHistory, policy: Policy) -> bool:
    """Much owed, reminders unanswered, and no record of paying in time: a person calls, texts end (S89-S92)."""
    return (
        owed >= policy.escalation.high_risk_over
        and unanswered >= policy.escalation.high_risk_unanswered
        and payer_class(history, policy) in {"slow", "none"}
    )
