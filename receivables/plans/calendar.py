"""The days on which payments of a plan fall due: steps of a calendar, moved to business days and pay-days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container, Sequence
from datetime import date, timedelta

from receivables.plans.terms import Frequency

SATURDAY = 5
HALF_MONTH = timedelta(days=15)


def due_days(
    first: date, count: int, frequency: Frequency, holidays: Container[date], pay_days: Sequence[int] = ()
) -> list[date]:
    """`count` days from the first on, each a business day.

    Monthly ones keep the day of the month that was named, or fall on the person's pay-days (days of the month) where
    those are known; the 31st is the last day of a shorter month.
    """
    steps = [_step(first, number, frequency) for number in range(count)]
    if frequency == "monthly" and pay_days:
        steps = [_pay_day(step, pay_days) for step in steps]
    return [business_day(step, holidays) for step in steps]


def business_day(day: date, holidays: Container[date]) -> date:
    """The day itself, or the next one on which banks work."""
    while day.weekday() >= SATURDAY or day in holidays:
        day += timedelta(days=1)
    return day


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _step(first: date, number: int, frequency: Frequency) -> date:
    match frequency:
        case "weekly":
            return first + timedelta(weeks=number)
        case "biweekly":
            return first + timedelta(weeks=2 * number)
        case "semimonthly":
            months, half = divmod(number, 2)
            return months_later(first, months) + (HALF_MONTH if half else timedelta())
        case _:
            return months_later(first, number)


def _pay_day(day: date, pay_days: Sequence[int]) -> date:
    """The first pay-day on or after a day."""
    last = monthrange(day.year, day.month)[1]
    here = sorted(day.replace(day=min(number, last)) for number in pay_days)
    later = next((pay for pay in here if pay >= day), None)
    if later is not None:
        return later
    following = months_later(day.replace(day=1), 1)
    return following.replace(day=min(*pay_days, monthrange(following.year, following.month)[1]))
