"""Re-reads the practice's own ledger before a message: what was paid at the front desk stops it, heard of or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from receivables.case import Case
from receivables.money import Cents
from receivables.ports import CaseBook, PracticeLedger


class Freshness:
    """Compares the case with the practice's system at the moment of acting."""

    def __init__(self, cases: CaseBook, ledger_of: Callable[[str], PracticeLedger]) -> None:
        self._cases = cases
        self._ledger_of = ledger_of

    async def objection(self, case: Case, now: datetime) -> str | None:
        """Why the practice's ledger forbids a message now, or None when it agrees with the case.

        A difference is never booked from a reading: the payment or adjustment behind it arrives as a fact of its
        own, and counting both would count it twice. Until then the agent is silent, and the nightly
        reconciliation asks a person about what stays unexplained.
        """
        ledger = self._ledger_of(case.practice_id)
        if not ledger.reads_balances:
            return None
        reading = await ledger.read_balance(case.practice_id, case.balance_id, now)
        if reading is None:
            return "The practice's ledger does not know this balance."
        await self._cases.ledger_read(reading, case.practice_id)
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
