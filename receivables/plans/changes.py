"""What a patient may change of a plan in force, so that it is cured before it is broken: move, skip or shrink one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from receivables.money import Cents
from receivables.plans.calendar import business_day, months_later
from receivables.plans.money import Left
from receivables.plans.offers import Situation
from receivables.plans.plan import Plan
from receivables.plans.terms import Due


class Changed(NamedTuple):
    """The new terms, or why a person has to decide (the terms are None then)."""

    dues: list[Due] | None
    because: str


def changed(wish: str, plan: Plan, lefts: Sequence[Left], situation: Situation, move_to: date | None) -> Changed:
    """The plan after a move, a skip or a smaller payment, within what the practice allows; the sum stays the same."""
    open_ = [left for left in lefts if left.cents > 0 and not left.on_its_way]
    if not open_:
        return Changed(None, "Every payment of the plan is made or under way.")
    match wish:
        case "move":
            return _moved(plan, open_, situation, move_to)
        case "skip":
            return _skipped(plan, open_, situation)
        case _:
            return _smaller(plan, open_, situation)


def spread_anew(lefts: Sequence[Left], owed: Cents, situation: Situation, notice_days: int = 1) -> list[Due]:
    """What is owed now in equal parts on the days that are still to come; those already made stay as they were.

    New terms are a new agreement: they take no more days than may be agreed to without a person (R-27), even where a
    person once agreed to more. None comes sooner than in `notice_days`.
    """
    flying = sum((left.due.amount_cents for left in lefts if left.on_its_way), Cents(0))
    coming = [left.due for left in lefts if left.cents > 0 and not left.on_its_way][: situation.most]
    rest = Cents(owed - flying)
    if not coming or rest < len(coming):
        return []
    soonest = business_day(situation.today + timedelta(days=notice_days), situation.holidays)
    days = [max(due.due_on, soonest) for due in coming]
    return [
        Due(number=due.number, amount_cents=part, due_on=day)
        for due, part, day in zip(coming, rest.split(len(coming)), days, strict=True)
    ]


def joined(plan: Plan, lefts: Sequence[Left], coming: Sequence[Due]) -> list[Due]:
    """All payments of the plan: those made or under way with what came of them, and the new ones with new numbers."""
    kept = []
    for left in lefts:
        made = Cents(left.due.amount_cents - left.cents) if not left.on_its_way else left.due.amount_cents
        if made > 0:
            kept.append(left.due.model_copy(update={"amount_cents": made}))
    first = max(due.number for due in plan.installments) + 1
    return [*kept, *(due.model_copy(update={"number": first + place}) for place, due in enumerate(coming))]


def _moved(plan: Plan, open_: Sequence[Left], situation: Situation, move_to: date | None) -> Changed:
    kindness, due = situation.rules.kindness, open_[0].due
    if plan.moves >= kindness.moves:
        return Changed(None, f"A payment of this plan was moved {plan.moves} times already.")
    start = max(due.due_on, situation.today)
    wanted = move_to or start + timedelta(days=kindness.move_days_unnamed)
    target = business_day(wanted, situation.holidays)
    if target <= situation.today:
        return Changed(None, "The day that was named has passed.")
    if (target - start).days > kindness.move_days:
        return Changed(None, f"A payment can be put off by at most {kindness.move_days} days.")
    if len(open_) > 1 and target >= open_[1].due.due_on:
        return Changed(None, "The next payment is due by then.")
    return Changed(_with(plan, {due.number: {"due_on": target}}), "The next payment moves, as the patient asked.")


def _skipped(plan: Plan, open_: Sequence[Left], situation: Situation) -> Changed:
    due, last = open_[0].due, max(one.due_on for one in plan.installments)
    if plan.skips >= situation.rules.kindness.skips:
        return Changed(None, f"{plan.skips} payment of this plan was skipped already.")
    target = business_day(months_later(max(last, situation.today), 1), situation.holidays)
    if (target - plan.agreed_at.date()).days > situation.rules.dates.whole_within_days:
        return Changed(None, "The plan would take too long.")
    return Changed(_with(plan, {due.number: {"due_on": target}}), "The next payment moves to the end of the plan.")


def _smaller(plan: Plan, open_: Sequence[Left], situation: Situation) -> Changed:
    """Half of it now, the other half with the last payment; the number of payments stays (R-27)."""
    first, last = open_[0], open_[-1]
    if plan.shrinks >= situation.rules.kindness.shrinks:
        return Changed(None, f"{plan.shrinks} payment of this plan was made smaller already.")
    half = Cents(first.cents // 2)
    if len(open_) < 2:
        return Changed(None, "It is the last payment.")
    if first.cents - half < situation.rules.least_installment:
        return Changed(None, f"Payments under {situation.rules.least_installment.as_dollars()} are not agreed to.")
    dues = _with(
        plan,
        {
            first.due.number: {"amount_cents": Cents(first.due.amount_cents - half)},
            last.due.number: {"amount_cents": Cents(last.due.amount_cents + half)},
        },
    )
    return Changed(dues, "Half of the next payment moves to the last one.")


def _with(plan: Plan, changes: dict[int, dict[str, object]]) -> list[Due]:
    return [due.model_copy(update=changes.get(due.number, {})) for due in plan.installments]
