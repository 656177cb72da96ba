"""What a returned bank debit permits (R-31): whether it may be presented again, how often and until when; pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from receivables.money import Cents
from receivables.rule_rows import DebitReturn

REMARK = "RETRY PYMT"
"""The words a debit that is presented again must carry."""


class Back(NamedTuple):
    """One debit that came back."""

    code: str
    amount_cents: Cents
    first_on: date
    """When it was first presented."""
    times: int
    """How often this amount has come back by now."""


def may_again(back: Back, row: DebitReturn | None, today: date) -> tuple[int, date] | None:
    """How many times more, and until when; None when it must not be presented again."""
    if row is None or row.reviewer is None:
        return None
    left, until = row.again_at_most - (back.times - 1), back.first_on + timedelta(days=row.within_days)
    return (left, until) if left > 0 and today <= until else None


def in_words(back: Back, row: DebitReturn | None, today: date) -> str:
    """What happened and what is permitted now, for the person who has the task."""
    why = row.words if row else "a code that is not in the rules"
    said = f"The bank returned {back.amount_cents.as_dollars()} ({back.code}: {why})."
    permitted = may_again(back, row, today)
    if permitted is not None:
        left, until = permitted
        often = "once more" if left == 1 else f"{left} times more"
        return f"{said} It may be presented {often} until {until}, for the same amount, marked {REMARK}."
    if row is not None and row.unauthorized:
        return f"{said} It must never be presented again, and what authorized it no longer holds: agree on another way."
    return f"{said} It must not be presented again."
