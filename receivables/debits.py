"""What returned bank debits permit (R-31): whether one may be presented again, and when there are too many; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from receivables.money import Cents
from receivables.rule_rows import DebitRatio, DebitReturn
from receivables.rulebook import Rulebook

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


class Crossed(NamedTuple):
    """A limit of returned debits that a practice is above."""

    row: DebitRatio
    returned: int
    presented: int


def crossed(codes: Sequence[str], presented: int, row: DebitRatio, book: Rulebook, today: date) -> Crossed | None:
    """Whether more debits came back than a limit allows; `codes` of all that came back in its days, one each.

    A code without a row counts among all, and as nothing else.
    """
    known = {code: book.debit_return(code, today) for code in set(codes)}
    counted = [code for code in codes if row.counts == "overall" or _is(known[code], row.counts)]
    if len(counted) < row.returned_at_least or len(counted) * 1000 <= row.at_most_per_mille * presented:
        return None
    return Crossed(row, len(counted), presented)


def of_a_limit(found: Crossed) -> str:
    """Such as "2 of 110 bank debits of the last 60 days came back as unauthorized: the banks allow 0.5 % …"."""
    what = {"unauthorized": " as unauthorized", "administrative": " for administrative reasons", "overall": ""}
    whole, rest = divmod(found.row.at_most_per_mille, 10)
    allowed = f"{whole}.{rest}" if rest else f"{whole}"
    return (
        f"{found.returned} of {found.presented} bank debits of the last {found.row.days} days came back"
        f"{what[found.row.counts]}: the banks allow {allowed} % ({found.row.name}). "
        "Until this is finished the payment pages offer cards only."
    )


def _is(row: DebitReturn | None, what: str) -> bool:
    return row is not None and (row.unauthorized if what == "unauthorized" else row.administrative)


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
