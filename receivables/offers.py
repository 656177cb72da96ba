"""What payment plan may be offered to whom, and in which amounts; setting a plan up is not done here."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from receivables.case import Case, Offer
from receivables.money import Cents
from receivables.plans.offers import Situation, standard
from receivables.policy import Policy
from receivables.rulebook import NO_PLAN_LAW, PlanLaw
from receivables.segments import PayerClass, clean, history_of, payer_class
from receivables.windows import place

OfferMode = Literal["none", "mention", "lead", "push"]


def offer_mode(
    case: Case, policy: Policy, owed: Cents, unpaid_days: int, payer: PayerClass | None = None
) -> OfferMode:
    """How a message speaks of plans (K2): not at all, as a hint, or with the amounts. `payer` where it is known."""
    rules = policy.plan.offer
    payer = payer or payer_class(history_of(case, policy), policy)
    if payer in rules.suppress_for or (case.offer is not None and case.offer.declined_at is not None):
        return "none"
    if owed > rules.lead.any_history_over or (owed > rules.lead.over and payer in rules.lead.history):
        return "lead"
    if owed > rules.push.over and unpaid_days >= rules.push.unpaid_days:
        return "push"
    return "mention" if owed >= rules.mention_from else "none"


def plan_offer(situation: Situation, now: datetime) -> Offer | None:
    """Equal monthly payments the person can carry (S29); None when it would be fewer than two."""
    each = standard(situation)
    return Offer(installments=len(each), each_cents=each, offered_at=now) if each else None


def situation_of(case: Case, policy: Policy, today: date, law: PlanLaw = NO_PLAN_LAW) -> Situation:
    """What the offers for a case depend on."""
    history = history_of(case, policy)
    last = history.last_payment
    return Situation(
        owed=case.outstanding_cents,
        today=today,
        rules=policy.plan,
        payer=payer_class(history, policy),
        clean=clean(history, policy),
        carried=last.amount_cents if last is not None and not last.in_full else None,
        paid_part=bool(case.payments),
        holidays=policy.rest_days,
        law=law,
        pay_days=tuple(case.guarantor.pay_days) if case.guarantor else (),
    )


def stands_until(offer: Offer, policy: Policy, zone: str) -> date:
    """The last day on which a yes accepts it, on the practice's calendar; messages name this day."""
    until = offer.offered_at + timedelta(days=policy.plan.offer.stands_days)
    return until.astimezone(place(zone)).date()


def open_offer(case: Case) -> Offer | None:
    """The offer that a plain yes would accept: not answered yet, and still for the amount that is owed."""
    offer = case.offer
    if offer is None or offer.accepted_at is not None or offer.declined_at is not None:
        return None
    return offer if sum(offer.each_cents) == case.outstanding_cents else None
