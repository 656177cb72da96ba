"""What is needed of a processor that keeps cards and charges them on an agreed day, as Protocols; no vendor here."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import Field

from receivables.cards.card import Again, CardOnFile, DeclineReason
from receivables.case import State
from receivables.facts import Moment
from receivables.money import Cents
from receivables.money_ports import CheckoutPage


class EnrollOrder(State):
    """What the processor is told when a patient wants to put a card on file for a plan: opaque ids only (R-24)."""

    practice_id: str
    balance_id: str
    plan_id: str
    statement_name: str
    return_url: str
    cancel_url: str
    language: str
    idempotency_key: str


class ChargeOrder(State):
    """One try at one installment. The key names plan, installment and try, so that one try is charged at most once."""

    practice_id: str
    balance_id: str
    plan_id: str
    installment: int = Field(ge=0)
    """0 is the down payment."""
    attempt: int = Field(ge=1)
    amount_cents: Cents = Field(gt=0)
    card: CardOnFile
    statement_name: str
    idempotency_key: str
    """`{balance}:installment:{n}:try:{k}` under the plan, the same however often the try is repeated."""


class Charged(State):
    """The processor took the money."""

    kind: Literal["charged"] = "charged"
    reference: str
    """The vendor's payment id."""
    at: Moment

    @property
    def payment_fact_id(self) -> str:
        """`stripe.<reference>`: one name for the payment, whoever hears of it first."""
        return f"stripe.{self.reference}"


class Declined(State):
    """The card said no: an answer, not an error."""

    kind: Literal["declined"] = "declined"
    reference: str = ""
    reason: DeclineReason
    again: Again
    network_code: str = ""
    """The network's own code, for its counters (R-32, R-33); empty when none was given."""
    at: Moment


class Pending(State):
    """A bank debit is on its way: days pass before it is money or not (R-31)."""

    kind: Literal["pending"] = "pending"
    reference: str
    at: Moment


ChargeOutcome = Charged | Declined | Pending


class CardVault(Protocol):
    """Cards on file at a processor."""

    async def enroll(self, order: EnrollOrder) -> CheckoutPage:
        """A hosted page where the card is entered and the later charges are authorised (R-30, R-34)."""
        ...

    async def charge(self, order: ChargeOrder) -> ChargeOutcome:
        """Charge without the patient present. Refused, TryLater or CannotKnow when there is no outcome."""
        ...

    async def outcome_of(self, order: ChargeOrder) -> ChargeOutcome | None:
        """What became of this very try, looked up at the processor; None when it certainly never arrived there."""
        ...

    async def forget(self, card: CardOnFile) -> None:
        """Let the processor drop the card; one that is gone already is no error."""
        ...
