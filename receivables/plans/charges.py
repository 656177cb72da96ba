"""When a payment of a plan may be charged, and when no more: tries, retries and their limits (K21, S96, R-32, R-33)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from receivables.plans.calendar import due_days
from receivables.plans.money import Left
from receivables.plans.plan import Attempt, Plan
from receivables.resolved import CardLimits
from receivables.view import View
from receivables.windows import place

MOST_TRIES = 4
"""Per payment, whatever the networks allow: the product's own ceiling (rules.md section 8)."""
NOTICE_DAYS = 10
"""Before a larger amount than was authorized is charged (R-30); the authorization promises it in these words."""
COUNTED_DAYS = 30
"""The networks count refused tries of one card over so many days (R-32, R-33)."""
RETRIES = {"brief": 1, "extended": 3}


class Try(NamedTuple):
    """One charge to come."""

    number: int
    at: datetime


class NoTry(NamedTuple):
    """No further charge of this payment; `failed` when tries were made and brought nothing."""

    because: str
    failed: bool


def next_try(view: View, plan: Plan, left: Left) -> Try | NoTry:
    """The next charge of a payment, or why there is none: without a mandate, after a success or a final no."""
    tries, mandate = tries_of(view, plan, left.due.number), view.mandate
    if mandate is None:
        return NoTry("No card may be charged for it.", bool(tries) and tries[-1].outcome == "declined")
    limit = _limit(view, tries, max(view.now, charged_at(view, left)))
    if limit is not None:
        return limit
    recent = [one for one in tries if one.at >= (mandate.renewed_at or mandate.since)]
    if not recent:
        return Try(len(tries) + 1, max(charged_at(view, left), mandate.renewed_at or mandate.since))
    again = recent[-1].again or "never"
    if recent[-1].network_code in _limits(view).never_again:
        again = "never"
    if again != "later":
        return NoTry(SAID[again], failed=True)
    if len(recent) > RETRIES[view.policy.retry.mode]:
        return NoTry("The retry was refused as well.", failed=True)
    # A payment that was moved or skipped after a refusal is not tried before its new day.
    return Try(len(tries) + 1, max(_retry_at(view, recent), charged_at(view, left)))


def _limit(view: View, tries: Sequence[Attempt], at: datetime) -> NoTry | None:
    """Limits that no renewed card lifts."""
    if any(one.outcome != "declined" for one in tries):
        return NoTry("It was charged already, or the charge is under way.", failed=False)
    if len(tries) >= MOST_TRIES:
        return NoTry(f"It was tried {len(tries)} times, which is the most there may be.", failed=True)
    if _refusals_counted(view, at) >= min(view.policy.retry.visa_max, _limits(view).refusals_per_30_days):
        return NoTry("The card was refused as often as the networks allow in a month.", failed=bool(tries))
    return None


def _limits(view: View) -> CardLimits:
    """What the card's network permits."""
    brand = view.mandate.card.brand.lower() if view.mandate else ""
    return view.policy.rules.card_limits(brand, view.today)


SAID = {
    "never": "The card was refused for good.",
    "new_card": "The card cannot be charged any more: another one is needed.",
    "with_the_patient": "The bank wants the patient to confirm the charge.",
}
"""What a final refusal leaves to be done."""


def tries_of(view: View, plan: Plan, number: int) -> list[Attempt]:
    """Tries at one payment, oldest first."""
    return [one for one in view.case.attempts if one.plan_id == plan.plan_id and one.installment == number]


def charged_at(view: View, left: Left) -> datetime:
    """The hour of the due day, where the practice is; one that became larger than authorized, after its notice."""
    there = place(view.practice.time_zone)
    due = datetime.combine(left.due.due_on, view.policy.plan.dates.charge_local, there)
    plan, mandate = view.plan, view.mandate
    if plan is None or plan.raised_at is None or mandate is None or mandate.since >= plan.raised_at:
        return due
    if left.due.amount_cents <= plan.raised_above_cents:
        return due
    told = (plan.raised_at + timedelta(days=NOTICE_DAYS)).astimezone(there)
    return max(due, told)


def _retry_at(view: View, recent: list[Attempt]) -> datetime:
    """48 hours after the first refusal (S96); later ones on the next pay-day, or a week on."""
    last = recent[-1].at
    section = view.policy.retry
    if len(recent) == 1:
        return last + timedelta(hours=section.first_after_h)
    soonest = (last + timedelta(days=section.then_after_days)).astimezone(place(view.practice.time_zone))
    situation = view.situation
    (day,) = due_days(soonest.date(), 1, "monthly", situation.holidays, situation.pay_days)
    return datetime.combine(day, view.policy.plan.dates.charge_local, soonest.tzinfo)


def _refusals_counted(view: View, at: datetime) -> int:
    since = at - timedelta(days=COUNTED_DAYS)
    return sum(one.outcome == "declined" and one.at > since for one in view.case.attempts)
