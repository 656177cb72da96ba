"""Reads amount, count, rhythm and day out of a reply that speaks of payments; nothing is agreed to here."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection

from receivables.money import Cents
from receivables.plans.terms import Slots
from receivables.reading import amounts, days
from receivables.reading.numbers import in_digits

WITH_TERMS = frozenset(("propose_terms", "manage_plan", "request_plan", "decline_offer", "financial_hardship"))
WITH_DAY = WITH_TERMS | {"promise_to_pay", "already_paid", "appointment_request", "pay_now", "contact_preference"}
WITH_AMOUNT = WITH_TERMS | {"promise_to_pay", "already_paid", "dispute_charge", "pay_now"}

_AHEAD = re.compile(r"\b(?:will|can|could|would|going to|gonna|may|rest|remain\w*|plan to|puedo|voy|resto)\b")
"""Words without which a day beside a claim to have paid lies behind."""


def slots(text: str, intents: Collection[str], today: datetime.date) -> Slots:
    """What was named, as far as these intents speak of it; `text` is in full words, `today` in the practice's zone."""
    text = in_digits(text)
    found = set(intents)
    terms = bool(found & {"propose_terms", "manage_plan"})
    past = "already_paid" in found and not (found & {"propose_terms", "promise_to_pay"} and _AHEAD.search(text))
    amount = amounts.amount_cents(text) if found & WITH_AMOUNT else None
    when = days.day(text, today, past=past, today_counts=not terms) if found & WITH_DAY else None
    return Slots(
        amount_cents=None if amount is None else Cents(amount),
        installments=amounts.installments(text) if terms else None,
        frequency=amounts.frequency(text) if terms else None,
        date=when,
    )
