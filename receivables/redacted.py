"""The remarks that stand where a number was taken out of what somebody wrote; taking it out happens at the doors."""

from __future__ import annotations

CARD_REMOVED = "[card number removed]"
SSN_REMOVED = "[social security number removed]"


def held_a_number(text: str) -> bool:
    """True when a card or social-security number stood in it: the writer is told how to do without."""
    return CARD_REMOVED in text or SSN_REMOVED in text
