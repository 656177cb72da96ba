"""Which dates a rule such as `fourth thursday of november` means in any year; which of them count is data elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = ("first", "second", "third", "fourth", "last")
SATURDAY, SUNDAY = 5, 6
LEAP_YEAR = 2000

_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS)
FIXED = re.compile(rf"(?P<day>\d\d?) (?P<month>{_MONTH})")
COUNTED = re.compile(rf"(?P<which>{'|'.join(ORDINALS)}) (?P<weekday>{_WEEKDAY}) of (?P<month>{_MONTH})")
AFTER = re.compile(rf"(?P<weekday>{_WEEKDAY}) after (?P<day>\d\d?) (?P<month>{_MONTH})")
EASTER = re.compile(r"easter(?: (?P<days>[+-]\d\d?))?")
MEND = (
    "write the day as `25 december`, `fourth thursday of november`, `last monday of may`, `tuesday after 1 november`, "
    "or `easter -2`"
)


def in_year(day: str, year: int) -> date:
    """The date a rule means in a year. ValueError with the mend when it is no rule, or names a day no month has."""
    if found := FIXED.fullmatch(day):
        return _fixed(found, year)
    if found := COUNTED.fullmatch(day):
        return _counted(ORDINALS.index(found["which"]), WEEKDAYS.index(found["weekday"]), _month(found), year)
    if found := AFTER.fullmatch(day):
        eve = _fixed(found, year)
        return eve + timedelta(days=(WEEKDAYS.index(found["weekday"]) - eve.weekday() - 1) % 7 + 1)
    if found := EASTER.fullmatch(day):
        return easter(year) + timedelta(days=int(found["days"] or 0))
    raise ValueError(MEND)


def observed(day: date) -> date:
    """Where offices keep a day that falls on a weekend: on the Friday before, or on the Monday after."""
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


@lru_cache(maxsize=4096)
def dates(day: str, moved: bool, year: int) -> frozenset[date]:
    """All dates of a year on which a rule closes; the first of January may be kept on the last of December."""
    return frozenset(found for found in _around(day, moved, year) if found.year == year)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar: the anonymous algorithm, as Meeus gives it (Astronomical Algorithms)."""
    century, in_century = divmod(year, 100)
    skipped = century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    moon = (19 * (year % 19) + skipped) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    early = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * early + 114, 31)
    return date(year, month, day + 1)


def _around(day: str, moved: bool, year: int) -> Iterator[date]:
    for one in (year - 1, year, year + 1):
        found = in_year(day, one)
        yield found
        if moved:
            yield observed(found)


def _fixed(found: re.Match[str], year: int) -> date:
    try:
        return date(year, _month(found), int(found["day"]))
    except ValueError:
        raise ValueError(f"no year has a {found['day']} {found['month']} every time; correct the day") from None


def _counted(which: int, weekday: int, month: int, year: int) -> date:
    """The first to the fourth of a weekday in a month, or the last one."""
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7, weeks=min(which, 3))
    later = day + timedelta(weeks=1)
    return later if ORDINALS[which] == "last" and later.month == month else day


def _month(found: re.Match[str]) -> int:
    return MONTHS.index(found["month"]) + 1


def _checked(day: str) -> str:
    for year in (LEAP_YEAR - 1, LEAP_YEAR):
        in_year(day, year)
    return day


DayText = Annotated[str, AfterValidator(_checked)]
"""A rule that means one date in every year."""
