"""Re-reads the practice's own ledger before a message: what was paid at the front desk stops it, heard of or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from receivables.case import Case
from receivables.errors import TryLater
from receivables.money import Cents
from receivables.ports import CaseBook, LedgerReading, PracticeLedger

READ_AGAIN = timedelta(minutes=10)
LEDGER_AGAIN = timedelta(hours=4)
"""A difference to the practice's ledger clears when the fact behind it arrives; this is only the fallback."""


class Look(NamedTuple):
    """What the practice's ledger says to a message."""

    objection: str | None = None
    """Why it must not leave now."""
    again_in: timedelta = LEDGER_AGAIN
    known: bool = True
    """False when that system has no such balance, as for one that came in a remittance file: the facts stand alone."""


class Freshness:
    """Compares the case with the practice's system at the moment of acting."""

    def __init__(self, cases: CaseBook, ledger_of: Callable[[str], PracticeLedger]) -> None:
        self._cases = cases
        self._ledger_of = ledger_of

    async def look(self, case: Case, now: datetime) -> Look:
        """Whether the practice's ledger agrees with the case.

        A difference is never booked from a reading: the payment or adjustment behind it arrives as a fact of its
        own, and counting both would count it twice. Until then the agent is silent, and the nightly
        reconciliation asks a person about what stays unexplained.
        """
        ledger = self._ledger_of(case.practice_id)
        if not ledger.reads_balances:
            return Look()
        try:
            reading = await ledger.read_balance(case.practice_id, case.balance_id, now)
        except TryLater:
            return Look("The practice's ledger could not be read.", READ_AGAIN)
        if reading is None:
            return Look(known=False)
        await self._cases.ledger_read(reading, case.practice_id)
        return Look(_objection(reading, case))


def _objection(reading: LedgerReading, case: Case) -> str | None:
    if not reading.collectable:
        return "The practice's ledger says this balance is not to be collected now."
    if reading.outstanding_cents != owed_in_ledger(case):
        return "The practice's ledger shows another balance than we have heard of."
    return None


def owed_in_ledger(case: Case) -> Cents:
    """What the practice's ledger should show: our figure, before payments of ours that are not posted there yet."""
    ahead = sum((payment.amount_cents for payment in case.payments if payment.posting != "posted"), Cents(0))
    behind = sum((reversal.amount_cents for reversal in case.reversals if reversal.posting != "posted"), Cents(0))
    return case.outstanding_cents + ahead - behind
