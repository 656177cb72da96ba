"""How much, how many and how often, as a patient says it; which words say so is data, which day is told elsewhere."""

from __future__ import annotations

import re
from typing import Literal

from receivables.reading.lexicon import named_patterns

Frequency = Literal["weekly", "biweekly", "semimonthly", "monthly"]
_PATTERNS = named_patterns("amounts", {})


def _all(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern for key, pattern in _PATTERNS if key == name)


def _any(name: str) -> re.Pattern[str]:
    return re.compile("|".join(pattern.pattern for pattern in _all(name)))


_MONEY = (*_all("tied"), *_all("plain"))
"""An amount tied to how often it comes, then one by itself; the first that is found counts."""
_LEFT_OUT, _AT_MOST, _REFUSED = _any("left_out"), _any("at_most"), _any("refused")
_COUNTS, _COUNTS_INSTEAD, _FAR = _all("count"), _all("count_instead"), _any("count_far")
_A_YEAR, _IN_PARTS = _any("a_year"), _any("in_parts")
_BARE_COUNT = 14
"""A larger number without a word for payments is money: "45 not 80", "I could do 20"."""
_RHYTHMS: tuple[Frequency, ...] = ("semimonthly", "biweekly", "weekly", "monthly")
_OFTEN = {name: _any(name) for name in _RHYTHMS}
"""The finest rhythm first; one inside another is named before it."""


def amount_cents(text: str) -> int | None:
    """What is offered per payment, or now, or was paid, in cents; `text` has its numbers in digits.

    Left out: what is refused ("I can't do 80"), the balance itself, an income, numbers of checks and accounts.
    """
    text = _REFUSED.sub(" ~ ", _LEFT_OUT.sub(" ~ ", _AT_MOST.sub("at most ", text)))
    for pattern in _MONEY:
        for found in pattern.finditer(text):
            cents = _cents(found[1])
            if (100 if "$" in found[0] else 500) <= cents <= 5_000_000:
                return cents
    return None


def _cents(digits: str) -> int:
    whole, _, part = digits.replace(",", "").partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def installments(text: str) -> int | None:
    """How many payments; months count as payments."""
    for pattern in reversed(_COUNTS_INSTEAD):
        found = pattern.search(text)
        if found and 2 <= int(found[1]) <= _BARE_COUNT:
            return int(found[1])
    for pattern in _COUNTS:
        for found in pattern.finditer(text):
            if 2 <= int(found[1]) <= 60:
                return int(found[1])
    if far := _FAR.search(text):
        return int(far[1])
    return 12 if _A_YEAR.search(text) and _IN_PARTS.search(text) else None


def frequency(text: str) -> Frequency | None:
    """How often; the finest rhythm named wins."""
    return next((name for name, patterns in _OFTEN.items() if patterns.search(text)), None)


def terms_named(text: str) -> bool:
    """True when a count of payments is named, or an amount with its rhythm."""
    if installments(text) is not None:
        return True
    return frequency(text) is not None and amount_cents(text) is not None
