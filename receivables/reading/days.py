"""Which day a patient means, counted from the day of writing in the practice's zone; amounts are told elsewhere."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from receivables.reading.lexicon import named_patterns

Day = datetime.date
_WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "lunes": 0, "martes": 1, "miercoles": 2, "jueves": 3, "viernes": 4, "sabado": 5, "domingo": 6,
    "sat": 5, "sun": 6, "wed": 2,
}  # fmt: skip
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), 1)
} | {"sept": 9, "setiembre": 9}
_WD = "(" + "|".join(_WEEKDAYS) + ")s?"
_MO = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_NTH = r"(\d{1,2})(?:st|nd|rd|th)"


def _shift(today: Day, months: int, day: int = 1) -> Day:
    place = today.year * 12 + today.month - 1 + months
    year, month = divmod(place, 12)
    return Day(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


def _month_end(day: Day) -> Day:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _nth(day: int, today: Day, past: bool) -> Day | None:
    """The next (or last) time the month has this day; today counts when it was paid today."""
    if not 1 <= day <= 31:
        return None
    firsts = [_shift(today, months) for months in (range(0, -4, -1) if past else range(4))]
    days = [first.replace(day=day) for first in firsts if day <= _month_end(first).day]
    return next(found for found in days if (found <= today if past else found > today))


def _month_day(month: int, day: int, today: Day, past: bool, year: int | None = None) -> Day | None:
    try:
        if year is not None:
            return Day(year + 2000 if year < 100 else year, month, day)
        found = Day(today.year, month, day)
    except ValueError:
        return None
    if past and found > today:
        return _shift(found, -12, day)
    return found if past or found >= today else _shift(found, 12, day)


def _weekday(name: str, today: Day, past: bool, following: bool = False) -> Day:
    number = _WEEKDAYS[name]
    if past:
        return today - datetime.timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    if following:
        return today + datetime.timedelta(days=7 - today.weekday() + number)
    return today + datetime.timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _span(count: int, unit: str, today: Day, past: bool) -> Day:
    count = -count if past else count
    if unit.startswith(("mo", "mes")):
        return _shift(today, count, today.day)
    days = count * (1 if unit.startswith(("day", "dia")) else 7)
    return today + datetime.timedelta(days=days)


def _in_month(name: str, today: Day, past: bool) -> Day | None:
    month = _MONTHS[name]
    if month == today.month:
        return today if past else _month_end(today)
    return _month_day(month, 1, today, past)


@dataclass(frozen=True)
class _Found:
    """A phrase that names a day, seen from the day of writing."""

    match: re.Match[str]
    today: Day
    past: bool


_UNIT = r"(days?|weeks?|wks?|months?|dias?|semanas?|mes(?:es)?)"


def _week(today: Day, ahead: int) -> Day:
    return today + datetime.timedelta(days=7 * ahead - today.weekday())


def _weekend(today: Day, past: bool) -> Day:
    if past:
        return today - datetime.timedelta(days=(today.weekday() - 5) % 7 or 7)
    return today if today.weekday() >= 5 else today + datetime.timedelta(days=5 - today.weekday())


def _end_of_month(today: Day) -> Day:
    return _month_end(today)


_MEANINGS: dict[str, Callable[[_Found], Day | None]] = {
    "iso": lambda f: _month_day(int(f.match[2]), int(f.match[3]), f.today, f.past, int(f.match[1])),
    "slash": lambda f: _month_day(
        int(f.match[1]), int(f.match[2]), f.today, f.past, int(f.match[3]) if f.match[3] else None
    ),
    "end_of_next_month": lambda f: _month_end(_shift(f.today, 1)),
    "end_of_month": lambda f: _month_end(_shift(f.today, -1)) if f.past else _end_of_month(f.today),
    "end_of_named": lambda f: _month_end(_month_day(_MONTHS[f.match[1]], 1, f.today.replace(day=1), f.past) or f.today),
    "mid_named": lambda f: _month_day(_MONTHS[f.match[1] or f.match[2] or f.match[3]], 15, f.today, f.past),
    "mid_next_month": lambda f: _shift(f.today, 1, 15),
    "mid_month": lambda f: _nth(15, f.today, f.past),
    "first_of_next_month": lambda f: _shift(f.today, 1, 1),
    "first_of_named": lambda f: _month_day(_MONTHS[f.match[1]], 1, f.today, f.past),
    "named_day": lambda f: _month_day(
        _MONTHS[f.match[1]], int(f.match[2]), f.today, f.past, int(f.match[3]) if f.match[3] else None
    ),
    "day_named": lambda f: _month_day(
        _MONTHS[f.match[2]], int(f.match[1]), f.today, f.past, int(f.match[3]) if f.match[3] else None
    ),
    "day_next_month": lambda f: (
        _shift(f.today, 1, int(f.match[1] or f.match[2])) if int(f.match[1] or f.match[2]) <= 31 else None
    ),
    "day_last_month": lambda f: _shift(f.today, -1, int(f.match[1])),
    "after_tomorrow": lambda f: f.today + datetime.timedelta(days=2),
    "before_yesterday": lambda f: f.today - datetime.timedelta(days=2),
    "tomorrow": lambda f: f.today + datetime.timedelta(days=1),
    "yesterday": lambda f: f.today - datetime.timedelta(days=1),
    "week_from": lambda f: _weekday(f.match[1], f.today, False) + datetime.timedelta(days=7),
    "next_weekday": lambda f: _weekday(f.match[1] or f.match[2], f.today, False, following=True),
    "last_weekday": lambda f: _weekday(f.match[1] or f.match[2], f.today, True),
    "from_now": lambda f: _span(_count(f.match[1]), f.match[2], f.today, False),
    "ago": lambda f: _span(_count(f.match[1]), f.match[2], f.today, True),
    "hace": lambda f: _span(_count(f.match[1]), f.match[2], f.today, True),
    "within": lambda f: _span(_count(f.match[1]), f.match[2], f.today, False),
    "have_time": lambda f: _span(_count(f.match[1]), f.match[2], f.today, False),
    "couple": lambda f: _span(2, f.match[1], f.today, f.past),
    "end_next_week": lambda f: _week(f.today, 1) + datetime.timedelta(days=4),
    "end_week": lambda f: _weekday("friday", f.today - datetime.timedelta(days=1), False),
    "next_weekend": lambda f: _week(f.today, 1) + datetime.timedelta(days=5),
    "last_weekend": lambda f: _weekend(f.today, f.past or f.match[0].startswith(("last", "el"))),
    "weekend": lambda f: _weekend(f.today, f.past),
    "week_after_next": lambda f: _span(2, "weeks", f.today, f.past),
    "next_week": lambda f: _week(f.today, 1),
    "last_week": lambda f: _week(f.today, -1) + datetime.timedelta(days=2),
    "month_after_next": lambda f: _shift(f.today, 2),
    "next_month": lambda f: _shift(f.today, 1, f.today.day),
    "last_month": lambda f: _shift(f.today, -1, 15),
    "this_week": lambda f: f.today if f.past else _weekday("friday", f.today - datetime.timedelta(days=1), False),
    "first_of_month": lambda f: _nth(1, f.today, f.past),
    "today": lambda f: f.today,
    "nth": lambda f: _nth(int(f.match[1]), f.today, f.past),
    "dia": lambda f: _nth(int(f.match[1]), f.today, f.past),
    "bare_day": lambda f: _nth(int(f.match[1]), f.today, f.past),
    "weekday": lambda f: _weekday(f.match[1], f.today, f.past),
    "in_month": lambda f: _in_month(f.match[1] or f.match[2], f.today, f.past),
    "month": lambda f: _in_month(f.match[1], f.today, f.past),
}
"""What each line of `phrases/days.txt` means."""
_PATTERNS = named_patterns("days", {"WEEKDAY": _WD, "MONTH": _MO, "NTH": _NTH, "UNIT": _UNIT})
_TODAY = re.compile(r"^(?:today|tonight|this (?:morning|afternoon|evening)|hoy|esta )")
_CUE = re.compile(
    r"\b(?:rest|remain\w*|balance|other half|other \$?\d+|second half|start\w*|begin\w*|first (?:payment|one)|"
    r"lo demas|el resto|la otra mitad|otra mitad|lo que falta|empez\w+|comenz\w+|empiez\w+|a partir|"
    r"difference|remainder|left over|leftover|the other|instead|until|hasta)\b"
)


def _count(word: str) -> int:
    if word.isdigit():
        return int(word)
    return 3 if word in {"few", "a few", "several"} else 1


def _all(text: str, today: Day, past: bool) -> Iterator[tuple[int, Day, str]]:
    """Every day named, in order; what a longer phrase has taken is not read again."""
    for name, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            day = _MEANINGS[name](_Found(found, today, past))
            if day is not None:
                yield found.start(), day, found[0].strip()
        text = pattern.sub(lambda found: "~" * len(found[0]), text)


_PAIR = re.compile(_NTH + r" (?:and|&|y|or) (?:on )?(?:the )?" + _NTH)


def day(text: str, today: Day, *, past: bool = False, today_counts: bool = True) -> Day | None:
    """The day meant: after `rest`, `start` and the like when these are said, else the first; None when none is named.

    `text` has its numbers in digits. `past`: days lie behind (it was paid). With `today_counts` False a today does not
    count beside other days or alone: the money of today is covered by its amount.
    """
    pair = _PAIR.search(text)
    if pair and not past:
        days = [found for found in (_nth(int(pair[1]), today, past), _nth(int(pair[2]), today, past)) if found]
        return min(days, default=None)
    named = sorted(_all(text, today, past))
    if past:
        named = [one for one in named if one[1] <= today] or []
    elif not today_counts:
        named = [one for one in named if not _TODAY.match(one[2])]
    else:
        named = [one for one in named if one[1] >= today]
    cue = _CUE.search(text)
    after = [one for one in named if cue and one[0] >= cue.start()]
    chosen = after or named
    return chosen[0][1] if chosen else None
