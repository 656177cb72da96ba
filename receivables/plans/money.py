"""What is left of each payment of a plan: money is laid to payments, and never more is left than is owed."""

from __future__ import annotations

from typing import NamedTuple

from receivables.case import Case
from receivables.money import Cents
from receivables.plans.plan import Plan
from receivables.plans.terms import Due


class Left(NamedTuple):
    """One payment and what is still to come of it."""

    due: Due
    cents: Cents
    """0 when it is paid, or no longer owed."""
    on_its_way: bool
    """A charge of it is under way: nothing else is asked for it until that is known."""


def lefts(case: Case, plan: Plan, *, capped: bool = True) -> list[Left]:
    """Every payment in the order of its days.

    A charge or payment that names its installment counts there. Other money since the plan began fills the payments
    from the first on. What is owed less than all that remains is taken off the last ones, so that a share that was
    lowered is never exceeded; what is owed more is not part of the plan. Not `capped`: as it was agreed.
    """
    dues = sorted(plan.installments, key=lambda due: (due.due_on, due.number))
    under_way = _under_way(case, plan)
    named = {due.number: _paid_for(case, plan, due.number) for due in dues}
    spare = max(Cents(case.paid_cents - plan.paid_before_cents - sum(named.values())), Cents(0))
    flying = sum((due.amount_cents for due in dues if due.number in under_way), Cents(0))
    budget = max(case.outstanding_cents - flying, Cents(0)) if capped else plan.total_cents
    found = []
    for due in dues:
        open_ = max(due.amount_cents - named[due.number], Cents(0))
        if due.number in under_way:
            found.append(Left(due, Cents(open_), True))
            continue
        filled = min(open_, spare)
        spare = Cents(spare - filled)
        left = min(Cents(open_ - filled), budget)
        budget = Cents(budget - left)
        found.append(Left(due, Cents(left), False))
    return found


def _paid_for(case: Case, plan: Plan, number: int) -> Cents:
    named = (
        payment.amount_cents - payment.reversed_cents
        for payment in case.payments
        if payment.plan_id == plan.plan_id and payment.installment == number
    )
    return sum(named, Cents(0))


def _under_way(case: Case, plan: Plan) -> set[int]:
    return {one.installment for one in case.attempts if one.plan_id == plan.plan_id and one.outcome == "pending"}
