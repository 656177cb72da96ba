"""Takes card numbers, their security codes and social-security numbers out of what people write, before it is stored.

A security code is never kept, whatever stands beside it (R-35). Every door that takes texts in (webhooks, the desk for
facts, tasks, the inbox) calls it; it stores nothing itself.
"""

from __future__ import annotations

import re

CARD_REMOVED = "[card number removed]"
SSN_REMOVED = "[social security number removed]"
CODE_REMOVED = "[security code removed]"

_DASH = r"[ \-\u2010-\u2015]{1,3}"
_SSN = re.compile(
    rf"(?<![0-9A-Za-z-])(?!000|666|9\d\d)\d{{3}}{_DASH}(?!00)\d{{2}}{_DASH}(?!0000)\d{{4}}(?![0-9A-Za-z]|-\d)"
)
_GAP = rb"(?:[+ \-]|%20|%2[dD])"
_SSN_IN_FORM = re.compile(
    rb"(?:(?<=%[0-9A-Fa-f]{2})|(?<![0-9A-Za-z-]))(?!000|666|9[0-9]{2})[0-9]{3}" + _GAP + rb"(?!00)[0-9]{2}" + _GAP
    + rb"(?!0000)[0-9]{4}(?![0-9A-Za-z]|-[0-9])"
)  # fmt: skip
_CODE = re.compile(
    r"(?i)\b(cvc2?|cvv2?|csc|security code|c[oó]digo de seguridad)"
    r"(\W{0,3}(?:(?:is|es|number)\b)?\W{0,3})(?<!\d)\d{3,4}(?!\d)"
)
_CODE_BESIDE = re.compile(
    r"(?i)((?:(?<!area )\b(?:code|c[oó]digo|pin)\b\W{0,3}(?:(?:is|es)\b)?\W{0,3}"
    r"|\b(?:0?[1-9]|1[0-2])/(?:20)?\d\d[\s,;]{1,3}))(?<!\d)\d{3,4}(?!\d)"
)
"""Called a code only, or behind the month a card ends: beside a card number it is the card's, elsewhere anything."""
_CODE_IN_FORM = re.compile(
    rb"(?i)(?<![0-9A-Za-z])(cvc2?|cvv2?|csc|security(?:[+]|%20)code|c(?:o|%C3%B3)digo(?:[+]|%20)de(?:[+]|%20)seguridad)"
    rb"((?:[+.:#\-]|%[0-9A-F]{2}){0,4}(?:(?:is|es|number)(?:[+:]|%20|%3A){1,3})?)(?<!%)[0-9]{3,4}(?![0-9])"
)
"""The three or four digits of a card that are named as such; digits alone may be anything."""
_CODE_BESIDE_IN_FORM = re.compile(
    rb"(?i)((?:(?<!area[+])(?<!area%20)(?:(?<=[+,.])|(?<=%[0-9A-F]{2}))(?:code|c(?:o|%C3%B3)digo|pin)"
    rb"(?:[+.:#,\-]|%[0-9A-F]{2}){1,3}(?:(?:is|es)(?:[+:]|%20|%3A){1,3})?"
    rb"|(?:0?[1-9]|1[0-2])%2F(?:20)?[0-9]{2}(?:[+,;]|%20|%2C|%3B){1,3}))[0-9]{3,4}(?![0-9])"
)
_RUN = re.compile(r"(?<!\d)\d(?:[\s.,/_\-\u2010-\u2015]{0,2}\d){12,}(?!\d)")
"""Digits in groups or not, whatever stands between them; letters may touch them, as in `visa4242…`."""
_RUN_IN_FORM = re.compile(rb"(?<![0-9A-Za-z])(?<!%[0-9A-Fa-f])[0-9](?:(?:[ .+\-]|%20|%2[dDeE]|%C2%A0){0,2}[0-9]){12,}")
"""Here letters may not touch them: the vendors' own names of things are letters and digits mixed."""
_GAP_IN_FORM = re.compile(rb"%C2%A0|%[0-9A-Fa-f]{2}|[^0-9]")
_BRANDS = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|6(?:011|5\d\d|4[4-9]\d|2\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
)
"""The networks' number ranges and lengths: among many digits only these count, or lists of telephone numbers would."""
_LENGTHS = (16, 15, 14)
_SHORTEST, _LONGEST = 13, 19


def held_a_number(text: str) -> bool:
    """True when such a number stood in it: the writer is told how to do without."""
    return any(removed in text for removed in (CARD_REMOVED, SSN_REMOVED, CODE_REMOVED))


def without_card_numbers(text: str) -> str:
    """The text with every run of 13 to 19 digits that passes the check digit, in groups or not, replaced by a remark.

    So is every social-security number written in its three groups; nine digits in a row may be anything. And every
    security code that is named, wherever it stands: people send it after the number, in a text of its own.
    """
    kept = _CODE.sub(rf"\1\2{CODE_REMOVED}", _SSN.sub(SSN_REMOVED, _RUN.sub(lambda run: _judge(run[0]), text)))
    return _CODE_BESIDE.sub(rf"\1{CODE_REMOVED}", kept) if CARD_REMOVED in kept else kept


def without_card_numbers_in_body(body: bytes) -> bytes:
    """The same for a webhook's raw body, where blanks may be written as `+` or `%20`."""
    without_cards = _RUN_IN_FORM.sub(lambda run: _judge_body(run[0]), body)
    removed = CODE_REMOVED.replace(" ", "-").encode()
    without_codes = _CODE_IN_FORM.sub(rb"\1\2" + removed, without_cards)
    if without_cards != body:
        without_codes = _CODE_BESIDE_IN_FORM.sub(rb"\1" + removed, without_codes)
    return _SSN_IN_FORM.sub(SSN_REMOVED.replace(" ", "-").encode(), without_codes)


def _judge(run: str) -> str:
    return CARD_REMOVED if _holds_card("".join(sign for sign in run if sign.isdigit())) else run


def _judge_body(run: bytes) -> bytes:
    return CARD_REMOVED.replace(" ", "-").encode() if _holds_card(_GAP_IN_FORM.sub(b"", run).decode()) else run


def _holds_card(digits: str) -> bool:
    """True when the run is a card number or hides one: people write a phone number before it or a code behind it."""
    plain = "".join(str(int(sign)) for sign in digits)  # Full-width and other scripts' digits count as well.
    if _SHORTEST <= len(plain) <= _LONGEST and _luhn(plain):
        return True
    windows = (plain[start : start + size] for size in _LENGTHS for start in range(len(plain) - size + 1))
    return any(_BRANDS.fullmatch(window) and _luhn(window) for window in windows)


def _luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812: one in ten other numbers passes, which does no harm here."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
