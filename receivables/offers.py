"""What payment plan may be offered to whom, and in which amounts; setting a plan up is not done here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from receivables.case import Case, Offer
from receivables.money import Cents
from receivables.policy import Policy
from receivables.segments import payer_class

OfferMode = Literal["none", "mention", "lead", "push"]


def offer_mode(case: Case, policy: Policy, owed: Cents, unpaid_days: int) -> OfferMode:
    """How a message speaks of plans (K2): not at all, as a hint, or with the amounts."""
    rules = policy.plan.offer
    payer = payer_class(case.history, policy)
    if payer in rules.suppress_for or (case.offer is not None and case.offer.declined_at is not None):
        return "none"
    if owed > rules.lead.any_history_over or (owed > rules.lead.over and payer in rules.lead.history):
        return "lead"
    if owed > rules.push.over and unpaid_days >= rules.push.unpaid_days:
        return "push"
    return "mention" if owed >= rules.mention_from else "none"


def plan_offer(owed: Cents, policy: Policy, now: datetime) -> Offer | None:
    """As many equal monthly payments as the limit and the least amount allow; None when it would be fewer than two."""
    parts = min(policy.plan.max_installments, owed // max(policy.plan.least_installment, 1))
    if parts < 2:
        return None
    return Offer(installments=parts, each_cents=owed.split(parts), offered_at=now)


def open_offer(case: Case) -> Offer | None:
    """The offer that a plain yes would accept: not answered yet, and still for the amount that is owed."""
    offer = case.offer
    if offer is None or offer.accepted_at is not None or offer.declined_at is not None:
        return None
    return offer if sum(offer.each_cents) == case.outstanding_cents else None
