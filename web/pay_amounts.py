"""What a patient wishes to pay, from the fields of the page's form; pure, and in cents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from receivables.money import Cents

LEAST = Cents(1_00)
"""The smallest part payment: below it the card fee eats the payment."""
LEAST_BY_CARD = Cents(50)
"""Card networks take no US payment below 50 cents."""
_WRITTEN = re.compile(r"^\$? ?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,7})(\.[0-9]{1,2})?$")
"""Dollars as they are written here. `47,50` is refused: read with a lost comma it would be a hundred times as much."""


@dataclass(frozen=True)
class Wrong:
    """The wish cannot be met; `text` is the key of the sentence that says why."""

    text: str


@dataclass(frozen=True)
class Changed:
    """The amount on the page that was sent is not what is owed now."""


def least(outstanding: Cents) -> Cents:
    """The smallest part that can be paid of what is owed."""
    return min(LEAST, outstanding)


def wished(form: Mapping[str, str], outstanding: Cents) -> Cents | Wrong | Changed:
    """The amount to pay. `choice` is full or part; `amount` is in dollars; `seen` the cents that the page showed.

    Without a choice a typed amount is meant. Paying in full is never more than the patient has seen.
    """
    typed = form.get("amount", "").strip()
    choice = form.get("choice") or ("part" if typed else "")
    if choice == "full":
        seen = form.get("seen", "")
        return outstanding if seen in ("", str(int(outstanding))) else Changed()
    if choice != "part":
        return Wrong("error_choice")
    return _part(typed, outstanding)


def _part(typed: str, outstanding: Cents) -> Cents | Wrong:
    if not typed:
        return Wrong("error_empty")
    if not _WRITTEN.match(typed):
        return Wrong("error_form")
    amount = Cents.from_dollars(typed.replace(" ", ""))
    if amount < least(outstanding):
        return Wrong("error_small")
    return amount if amount <= outstanding else Wrong("error_large")
