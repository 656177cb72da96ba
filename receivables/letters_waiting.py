"""When letters have lain ready for print too long, and in which words a person is told."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta

from receivables.rule_rows import SATURDAY
from receivables.words import count


def in_time_since(today: date, within_days: int, closed: Container[date]) -> date:
    """The first day whose letters may still wait: the practice has had so many working days for all before it."""
    day, left = today, within_days
    while left > 0:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY and day not in closed:
            left -= 1
    return day


def in_words(letters: int, oldest: date, within_days: int) -> str:
    """Such as "Two letters lie ready, and nobody has printed them within three working days; the oldest is …"."""
    lie, them = ("lies", "it") if letters == 1 else ("lie", "them")
    lying = f"{count(letters, 'letter')} {lie} ready, and nobody has printed {them}".capitalize()
    return f"{lying} within {count(within_days, 'working day')}; the oldest is of {oldest:%b} {oldest.day}."
