"""A month of a practice's books: what was owed before, what moved, what is owed after; sums only, nothing is booked."""

from __future__ import annotations

from datetime import date

from pydantic import computed_field

from receivables.case import State


class Month(State):
    """One calendar month. Amounts are integer cents, signed as they change what patients owe."""

    practice_id: str
    first_day: date
    last_day: date
    opening_cents: int
    charges_cents: int
    adjustments_cents: int
    """Re-adjudications, corrections and write-offs."""
    payments_cents: int
    refunds_cents: int
    chargebacks_cents: int
    returned_cents: int
    """Bounced cheques and returned debits."""
    corrections_cents: int
    receivable_cents: int
    """What patients owe at the end, added up balance by balance."""
    credit_cents: int
    """What is owed to patients at the end."""
    open_balances: int
    closed: bool = False
    """Nothing is booked in this month any more."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def closing_cents(self) -> int:
        """Opening, and all that moved."""
        moved = (
            self.charges_cents, self.adjustments_cents, self.payments_cents, self.refunds_cents,
            self.chargebacks_cents, self.returned_cents, self.corrections_cents,
        )  # fmt: skip
        return self.opening_cents + sum(moved)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def agrees(self) -> bool:
        """True when what moved explains what is owed at the end, balance by balance."""
        return self.closing_cents == self.receivable_cents - self.credit_cents


def first_of(month: str) -> date:
    """The first day of a month written 2026-03; ValueError says how to write it."""
    year, dash, number = month.partition("-")
    if not (dash and len(year) == 4 and len(number) == 2 and (year + number).isdecimal()):
        raise ValueError("write the month as year and month, such as 2026-03")
    if not 1 <= int(number) <= 12:
        raise ValueError("there is no such month; write it as 2026-03")
    return date(int(year), int(number), 1)


def is_over(first: date, today: date) -> bool:
    """True when the month that began on `first` has ended before today."""
    return (first.year, first.month) < (today.year, today.month)


class ClosedAlready(State):
    """The books of this month are closed."""

    until: date
