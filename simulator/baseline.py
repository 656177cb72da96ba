"""The manual ladder on the same people: statement into spam, reminder, call when there is time; pure, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.patients.people import Debt, Person
from simulator.patients.traits import AGING, CLIMATES, PAYS_AFTER_OPENING_EMAIL, TRAITS, size_factor

FLAGGED_ABOVE_CENTS = 5_000
REMINDER_DAY, CALL_DAY = 15, 30
CALLS_A_WEEK_PER_BALANCE = 0.07
"""What twelve hours a week leave for in a practice of 800 families, beside posting and everything else: 56 calls."""
CALL_EVERY_DAYS = 21
MOST_CALLS = 2
WINDOWS = (30, 60, 90)
BANDS = ((5_000, "under $50"), (15_000, "$50-150"), (30_000, "$150-300"), (50_000, "$300-500"), (None, "over $500"))
"""Upper limits in cents and the names of the balance bands."""


@dataclass(frozen=True)
class Paid:
    """Money of one balance: days after its posting."""

    day: float
    cents: int


def run(people: list[Person], seed: int, calls_a_week: int | None = None) -> dict[str, Any]:
    """Collected cents at 30, 60 and 90 days under the manual ladder, in all and by balance band.

    `calls_a_week` is the coordinator's capacity; by default it grows with the practice.
    """
    debts = [(person, debt) for person in people for debt in person.debts]
    capacity = calls_a_week or max(1, round(CALLS_A_WEEK_PER_BALANCE * len(debts)))
    called = _call_days(debts, capacity)
    paid = {debt.balance_id: _life(person, debt, called.get(debt.balance_id, ()), seed) for person, debt in debts}
    every = [debt for _, debt in debts]
    bands = [
        {"band": name} | _sums([debt for debt in every if band_of(debt.responsibility_cents) == name], paid)
        for _, name in BANDS
    ]  # fmt: skip
    calls = sum(len(days) for days in called.values())
    return {"balances": len(every), "calls": calls} | _sums(every, paid) | {"by_band": bands}


def band_of(cents: int) -> str:
    """The name of the balance band."""
    return next(name for limit, name in BANDS if limit is None or cents < limit)


def _call_days(debts: list[tuple[Person, Debt]], capacity: int) -> dict[str, tuple[float, ...]]:
    """When each balance is called: largest first among those that are due, as many a week as there is time for."""
    tried: dict[str, list[float]] = {}
    flagged = sorted((debt for _, debt in debts if debt.responsibility_cents > FLAGGED_ABOVE_CENTS), key=_largest_first)
    alone = {debt.balance_id: debt.alone_after_days for _, debt in debts}
    for week in range(CALL_DAY // 7, 90 // 7):
        left, day = capacity, float(week * 7 + 3)
        for debt in flagged:
            days = tried.setdefault(debt.balance_id, [])
            paid = alone[debt.balance_id]
            waits = day < CALL_DAY or len(days) >= MOST_CALLS or (days and day - days[-1] < CALL_EVERY_DAYS)
            if left == 0 or waits or (paid is not None and paid <= day):
                continue
            days.append(day)
            left -= 1
    return {balance_id: tuple(days) for balance_id, days in tried.items() if days}


def _largest_first(debt: Debt) -> tuple[int, str]:
    return -debt.responsibility_cents, debt.balance_id


def _life(person: Person, debt: Debt, calls: tuple[float, ...], seed: int) -> list[Paid]:
    """What comes in for one balance, and when: alone, after the reminder, or after a call."""
    trait, climate = TRAITS[person.kind], CLIMATES[person.climate]
    dice = Random(f"manual {seed} {debt.balance_id}")
    owed, size = debt.responsibility_cents, size_factor(debt.responsibility_cents)
    moments: list[float] = [] if debt.alone_after_days is None else [debt.alone_after_days]
    opened = dice.random() < min(trait.opens_email, 0.11)
    if owed > FLAGGED_ABOVE_CENTS and opened and dice.random() < PAYS_AFTER_OPENING_EMAIL * size:
        moments.append(REMINDER_DAY + 1 + 3 * dice.random())
    for day in calls:
        reached = not person.bad_line and dice.random() < trait.answers_call * climate.calls
        ready = person.grievance is None and not person.wants_assistance
        if reached and ready and dice.random() < trait.resolves_call * AGING ** (day / 30 - 1):
            moments.append(day + 1 + 6 * dice.random())
    return [Paid(min(moments), owed)] if moments else []


def _sums(debts: list[Debt], paid: dict[str, list[Paid]]) -> dict[str, Any]:
    posted = sum(debt.responsibility_cents for debt in debts)
    collected = {
        str(window): sum(one.cents for debt in debts for one in paid[debt.balance_id] if one.day <= window)
        for window in WINDOWS
    }
    share = {window: round(cents / posted, 4) if posted else 0.0 for window, cents in collected.items()}
    return {"posted_cents": posted, "collected_cents": collected, "collected_share": share}
