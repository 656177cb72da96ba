"""Counts, days and moments as a coordinator would write them; whole sentences live with the rules."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def count(number: int, singular: str, plural: str = "") -> str:
    """`one e-mail`, `two text reminders`, `12 days`."""
    word = NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)
    return f"{word} {singular if number == 1 else plural or singular + 's'}"


def days(number: int) -> str:
    """`1 day`, `52 days`: figures, since staff compares them."""
    return f"{number} day" if number == 1 else f"{number} days"


def when(moment: datetime, zone: str, now: datetime) -> str:
    """`at 14:00 today`, `at 9:00 tomorrow`, `on Tue Mar 3 at 14:00`, on the patient's clock."""
    place = _place(zone)
    local, today = moment.astimezone(place), now.astimezone(place).date()
    clock = f"{local.hour}:{local.minute:02d}"
    ahead = (local.date() - today).days
    if ahead in DAYS:
        return f"at {clock} {DAYS[ahead]}"
    return f"on {WEEKDAYS[local.weekday()]} {MONTHS[local.month]} {local.day} at {clock}"


_place = cache(ZoneInfo)
DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""In English whatever the machine's locale is."""
