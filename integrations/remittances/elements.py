"""Single elements as values: amounts in cents, quantities, dates. ValueError says in words what is wrong with one."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

_AMOUNT = re.compile(r"-?(?:\d{1,15}(?:\.(\d*))?|\.(\d+))")


@lru_cache(maxsize=8192)
def cents(text: str) -> int:
    """Cents from an amount in dollars such as `34.6`, `-9.00`, `12` or `.5`; never rounded."""
    match = _AMOUNT.fullmatch(text)
    if match is None or not text.isascii():
        raise ValueError("is not an amount" if text else "is missing")
    if len(match[1] or match[2] or "") > 2:
        raise ValueError("has more than two decimals")
    return int(Decimal(text).scaleb(2))


def quantity(text: str) -> Decimal | None:
    """A number of units, or None when the element is empty."""
    if not text:
        return None
    if _AMOUNT.fullmatch(text) is None or not text.isascii():
        raise ValueError("is not a number")
    return Decimal(text)


@lru_cache(maxsize=8192)
def day(text: str) -> date:
    """A date written CCYYMMDD."""
    if len(text) == 8 and text.isascii() and text.isdigit():
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
    raise ValueError("is not a date written CCYYMMDD")
