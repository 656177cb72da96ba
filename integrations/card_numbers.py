"""Takes card and social-security numbers out of what patients write, before it is stored anywhere (R-35)."""

from __future__ import annotations

import re

from receivables.redacted import CARD_REMOVED, SSN_REMOVED

_CANDIDATE = re.compile(r"(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)")
_DASH = r"[ \-\u2010-\u2015]{1,3}"
_SSN = re.compile(
    rf"(?<![0-9A-Za-z-])(?!000|666|9\d\d)\d{{3}}{_DASH}(?!00)\d{{2}}{_DASH}(?!0000)\d{{4}}(?![0-9A-Za-z]|-\d)"
)


def without_card_numbers(text: str) -> str:
    """The text with every run of 13 to 19 digits that passes the card check digit replaced, and every SSN in groups."""
    without_cards = _CANDIDATE.sub(lambda found: CARD_REMOVED if _is_card(found.group()) else found.group(), text)
    return _SSN.sub(SSN_REMOVED, without_cards)


def _is_card(candidate: str) -> bool:
    """The check digit of ISO/IEC 7812 (Luhn): one in ten other numbers passes, which does no harm here."""
    digits = [int(sign) for sign in candidate if sign.isdigit()]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
