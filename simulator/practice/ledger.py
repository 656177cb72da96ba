"""The books of the simulated practices: charges, insurance and patient payments, adjustments, notes; no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.moments import read_moment, write_moment


@dataclass
class LedgerPayment:
    """Patient money as the practice booked it. Negative amounts are money given back."""

    payment_id: str
    balance_id: str
    amount_cents: int
    paid_at: str
    method: str
    external_id: str | None
    where: str
    recorded_at: str
    booked_on: str = ""
    """The accounting day."""


@dataclass
class Balance:
    """One patient balance. `posted` is the event body the product hears, kept as given."""

    practice_id: str
    balance_id: str
    responsibility_cents: int
    insurance_paid_cents: int
    service_date: str
    posted_at: datetime
    posted: dict[str, Any]
    collectable: bool = True
    hold_reasons: list[str] = field(default_factory=list)
    adjustments: list[dict[str, Any]] = field(default_factory=list)
    payments: list[LedgerPayment] = field(default_factory=list)

    @property
    def outstanding_cents(self) -> int:
        """What the patient still owes; negative is a credit."""
        return self.responsibility_cents - sum(payment.amount_cents for payment in self.payments)


class Ledger:
    """All balances of all practices, by balance id."""

    def __init__(self) -> None:
        self.balances: dict[str, Balance] = {}
        self.on_account: dict[tuple[str, str], list[LedgerPayment]] = {}
        """By practice and balance: money for charges that are not in these books, as when they came in a file."""
        self.notes: list[dict[str, Any]] = []
        self.locked_until: dict[str, str] = {}
        """By practice: the accounting lock date. Nothing is booked on it or before."""
        self._payments = 0

    def open(self, balance: Balance) -> None:
        """Books a balance; ValueError when the id is taken."""
        if balance.balance_id in self.balances:
            raise ValueError("balance_id: this balance is in the ledger already; choose another id")
        balance.payments += self.on_account.pop((balance.practice_id, balance.balance_id), [])
        self.balances[balance.balance_id] = balance

    def find(self, balance_id: object) -> Balance:
        """The balance, or LookupError."""
        balance = self.balances.get(balance_id) if isinstance(balance_id, str) else None
        if balance is None:
            raise LookupError("balance_id: there is no such balance in the ledger")
        return balance

    def pay(
        self, balance_id: str, amount_cents: int, paid_at: str, method: str, now: datetime,
        external_id: str | None = None, where: str = "practice",
    ) -> LedgerPayment:  # fmt: skip
        """Books money. The same external id twice is booked twice, as the real systems do."""
        payment = self._written(balance_id, amount_cents, paid_at, method, now, external_id, where)
        self.find(balance_id).payments.append(payment)
        return payment

    def take_on_account(
        self, practice_id: str, balance_id: str, amount_cents: int, paid_at: str, method: str, now: datetime,
        external_id: str,
    ) -> LedgerPayment:  # fmt: skip
        """Books money whose charge is not here: it stays unapplied until the charge is posted."""
        payment = self._written(balance_id, amount_cents, paid_at, method, now, external_id, "interface")
        self.on_account.setdefault((practice_id, balance_id), []).append(payment)
        return payment

    def _written(
        self, balance_id: str, amount_cents: int, paid_at: str, method: str, now: datetime, external_id: str | None,
        where: str,
    ) -> LedgerPayment:  # fmt: skip
        self._payments += 1
        return LedgerPayment(
            f"pay{self._payments:06d}", balance_id, amount_cents, paid_at, method, external_id, where, write_moment(now)
        )

    def adjust(self, balance: Balance, responsibility_cents: int, reason: str, now: datetime) -> None:
        """Sets what the patient owes in all; the difference is kept as an adjustment."""
        change = responsibility_cents - balance.responsibility_cents
        balance.adjustments.append({"amount_cents": change, "reason": reason, "at": write_moment(now)})
        balance.responsibility_cents = responsibility_cents

    def payments_with(self, external_id: str) -> list[LedgerPayment]:
        """Every payment booked under an external id."""
        applied = (payment for balance in self.balances.values() for payment in balance.payments)
        unapplied = (payment for payments in self.on_account.values() for payment in payments)
        return [payment for payment in (*applied, *unapplied) if payment.external_id == external_id]

    def payments_of(self, practice_id: str, since: datetime) -> list[LedgerPayment]:
        """Every payment of a practice that was booked since a moment, those on account included."""
        mine = (balance for balance in self.balances.values() if balance.practice_id == practice_id)
        applied = (payment for balance in mine for payment in balance.payments)
        unapplied = (one for key, paid in self.on_account.items() if key[0] == practice_id for one in paid)
        booked = (*applied, *unapplied)
        return [payment for payment in booked if read_moment(payment.recorded_at, "recorded_at") >= since]

    def shown(self, practice_id: str) -> dict[str, Any]:
        """What `GET /_/ledger` answers for a practice."""
        mine = [balance for balance in self.balances.values() if balance.practice_id == practice_id]
        charges = [
            {
                "balance_id": balance.balance_id, "posted_at": write_moment(balance.posted_at),
                "amount_cents": balance.responsibility_cents + balance.insurance_paid_cents,
                "insurance_paid_cents": balance.insurance_paid_cents, "service_date": balance.service_date,
            }
            for balance in mine
        ]  # fmt: skip
        balances = [
            {
                "balance_id": balance.balance_id, "outstanding_cents": balance.outstanding_cents,
                "patient_responsibility_cents": balance.responsibility_cents,
                "paid_cents": sum(payment.amount_cents for payment in balance.payments),
            }
            for balance in mine
        ]  # fmt: skip
        adjustments = [{"balance_id": balance.balance_id} | one for balance in mine for one in balance.adjustments]
        ids = {balance.balance_id for balance in mine}
        applied = (payment for balance in mine for payment in balance.payments)
        unapplied = (one for key, paid in self.on_account.items() if key[0] == practice_id for one in paid)
        return {
            "practice_id": practice_id, "balances": balances, "charges": charges, "adjustments": adjustments,
            "payments": [vars(payment) for payment in (*applied, *unapplied)],
            "notes": [note for note in self.notes if note["balance_id"] in ids],
        }  # fmt: skip
