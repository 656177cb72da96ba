"""How a new balance joins a plan that pays another one: the same days where there are some, and the same limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from receivables.case import Case
from receivables.money import Cents
from receivables.plans.calendar import business_day, months_later
from receivables.plans.offers import Schedule, Situation
from receivables.plans.plan import Beside
from receivables.plans.terms import Due


def open_beside(case: Case, today: date, balance_id: str = "") -> Beside | None:
    """The plan of another balance that still brings payments: the one that is named, else the first to be paid off."""
    found = [one for one in case.beside if one.coming(today) and balance_id in {"", one.balance_id}]
    return min(found, key=lambda one: max(due.due_on for due in one.installments), default=None)


def joined_to(beside: Beside, situation: Situation) -> Schedule:
    """The payments of the new balance; empty when the other plan brings nothing more, or no plan may be offered.

    They fall on the other plan's days, a month after the last of these where that makes them affordable, and never
    on more days, both plans taken together, than may be agreed to without a person (R-27). The older balance keeps
    its terms, so that it is paid off first.
    """
    coming = beside.coming(situation.today)
    days = sorted({due.due_on for due in coming})[: situation.most]
    if not days or situation.owed < 1:
        return []
    while len(days) < min(_wanted(situation, coming), situation.most):
        days.append(business_day(months_later(days[-1], 1), situation.holidays))
    latest = situation.today + timedelta(days=situation.rules.dates.whole_within_days)
    days = [day for day in days if day <= latest]
    parts = min(len(days), max(situation.owed // max(situation.rules.least_installment, 1), 1))
    return [
        Due(number=number, amount_cents=amount, due_on=day)
        for number, (amount, day) in enumerate(zip(situation.owed.split(parts), days, strict=False), start=1)
    ] if parts else []  # fmt: skip


def together_cents(beside: Beside | None, situation: Situation) -> Cents:
    """What both plans still bring besides this balance: approval looks at the whole (S51)."""
    coming = beside.coming(situation.today) if beside is not None else []
    return sum((due.amount_cents for due in coming), Cents(0))


def _wanted(situation: Situation, coming: Sequence[Due]) -> int:
    """In how many payments it is affordable beside the largest of the other plan (S29)."""
    heaviest = max(due.amount_cents for due in coming)
    carried: Cents = getattr(situation.rules.affordable, situation.payer)
    room = max(carried - heaviest, situation.rules.least_installment, 1)
    return -(-situation.owed // room)
