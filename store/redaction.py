"""Takes card and social-security numbers out of what people write, before it is stored anywhere (R-35)."""

from __future__ import annotations

import re

from receivables.redacted import CARD_REMOVED as REMOVED
from receivables.redacted import SSN_REMOVED

_DASH = r"[ \-\u2010-\u2015]{1,3}"
_SSN = re.compile(
    rf"(?<![0-9A-Za-z-])(?!000|666|9\d\d)\d{{3}}{_DASH}(?!00)\d{{2}}{_DASH}(?!0000)\d{{4}}(?![0-9A-Za-z]|-\d)"
)
_GAP = rb"(?:[+ \-]|%20|%2[dD])"
_SSN_IN_FORM = re.compile(
    rb"(?:(?<=%[0-9A-Fa-f]{2})|(?<![0-9A-Za-z-]))(?!000|666|9[0-9]{2})[0-9]{3}" + _GAP + rb"(?!00)[0-9]{2}" + _GAP
    + rb"(?!0000)[0-9]{4}(?![0-9A-Za-z]|-[0-9])"
)  # fmt: skip
_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ .\-\u00a0]{0,2}[0-9]){12,}(?![0-9A-Za-z])")
_RUN_IN_FORM = re.compile(rb"(?<![0-9A-Za-z])(?<!%[0-9A-Fa-f])[0-9](?:(?:[ .+\-]|%20|%2[dDeE]|%C2%A0){0,2}[0-9]){12,}")
_GAP_IN_FORM = re.compile(rb"%C2%A0|%[0-9A-Fa-f]{2}|[^0-9]")


def without_card_numbers(text: str) -> str:
    """The text with every Luhn-valid run of 13 to 19 digits, in groups or not, replaced by a remark.

    So is every social-security number written in its three groups; nine digits in a row may be anything.
    """
    return _SSN.sub(SSN_REMOVED, _RUN.sub(lambda run: _judge(run[0]), text))


def without_card_numbers_in_body(body: bytes) -> bytes:
    """The same for a webhook's raw body, where blanks may be written as `+` or `%20`."""
    without_cards = _RUN_IN_FORM.sub(lambda run: _judge_body(run[0]), body)
    return _SSN_IN_FORM.sub(SSN_REMOVED.replace(" ", "-").encode(), without_cards)


def _judge(run: str) -> str:
    return REMOVED if _holds_card("".join(filter(str.isdigit, run))) else run


def _judge_body(run: bytes) -> bytes:
    return REMOVED.replace(" ", "-").encode() if _holds_card(_GAP_IN_FORM.sub(b"", run).decode()) else run


def _holds_card(digits: str) -> bool:
    """True when the run is a card number or hides one: people write a phone number before it or a code behind it."""
    if len(digits) <= 19 and _luhn(digits):
        return True
    windows = [digits[start : start + size] for size in (15, 16) for start in range(len(digits) - size + 1)]
    return any(_luhn(window) for window in windows if len(window) == 16 or window[0] == "3")


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
