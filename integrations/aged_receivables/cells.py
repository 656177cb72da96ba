"""Single cells as values: money, dates, yes or no. ValueError says in words what is wrong and how it is written."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from integrations.aged_receivables.header_map import DATE_FORMATS
from receivables.money import LARGEST_CENTS

_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d+))?|\.(\d+)", re.ASCII)
_YES = frozenset({"y", "yes", "true", "t", "1", "x", "on", "active"})
_NO = frozenset({"", "n", "no", "false", "f", "0", "off", "none", "inactive"})
_EMPTY_DATES = frozenset({"", "0001-01-01", "01/01/0001"})
"""Some systems write the first day of the calendar for "no date"."""


class WrongCellError(ValueError):
    """A cell cannot be read: the reason and how to write it."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


def money(text: str, negatives: str) -> int:
    """Cents from `1,234.50`, `$1,234.50`, `(25.00)`, `-25.00`, `$-25.00` or `25.00-`; never rounded.

    `negatives` says how the practice writes them: parentheses, minus or either.
    """
    body, negative = _sign(text, negatives)
    match = _NUMBER.fullmatch(body)
    if match is None:
        raise WrongCellError("this is not an amount in dollars" if text else "the amount is missing", "write 1,234.50")
    if len(match[1] or match[2] or "") > 2:
        raise WrongCellError("the amount has more than two decimals", "write whole cents, like 1,234.50")
    cents = int(Decimal(body.replace(",", "")).scaleb(2))
    if cents > LARGEST_CENTS * 1000:
        raise WrongCellError("the amount is absurdly large", "check that it is in dollars")
    return -cents if negative else cents


def _sign(text: str, negatives: str) -> tuple[str, bool]:
    body = text
    bracketed = len(body) > 2 and body.startswith("(") and body.endswith(")")
    if bracketed:
        body = body[1:-1].strip()
    dollars = body.replace("$", "", 1).replace(" ", "") if body.count("$") == 1 else body
    minus = dollars.startswith("-") or (len(dollars) > 1 and dollars.endswith("-"))
    if (bracketed and (minus or negatives == "minus")) or (minus and negatives == "parentheses"):
        raise WrongCellError("a negative amount is written in another way than agreed", f"use {negatives}")
    if minus:
        dollars = dollars[1:] if dollars.startswith("-") else dollars[:-1]
    return dollars, bracketed or minus


def day(text: str, written: str) -> date | None:
    """A date in one of DATE_FORMATS; None for an empty cell."""
    if text in _EMPTY_DATES:
        return None
    try:
        found = datetime.strptime(text, DATE_FORMATS[written]).date()  # noqa: DTZ007  a calendar day has no zone
    except ValueError:
        raise WrongCellError("this is not a date", f"write it as {written}") from None
    if not 1900 <= found.year <= 2199:
        raise WrongCellError("the year of this date cannot be right", f"write it as {written}")
    return found


def yes(text: str) -> bool:
    """True for yes, false for no; an amount is true unless it is zero (a plan's installment, for instance)."""
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    try:
        return money(text, "either") != 0
    except WrongCellError:
        raise WrongCellError("this is neither yes nor no", "write yes or no") from None


def whole_number(text: str) -> int:
    """A count of 0 or more; an empty cell counts as 0."""
    if text and not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise WrongCellError("this is not a whole number", "write digits only, like 2")
    return int(text or 0)


def dollars(cents: int) -> str:
    """An amount as it stands in a message about a file."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
