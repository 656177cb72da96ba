"""What becomes known about cards on file and charges of installments; payments are ordinary payment facts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from receivables.cards.card import Again, CardOnFile, DeclineReason
from receivables.reported_facts import Fact


class CardEnrolled(Fact):
    """The patient put a card on file on the processor's page and authorised the plan's charges (R-30, R-34)."""

    kind: Literal["card_enrolled"] = "card_enrolled"
    plan_id: str
    card: CardOnFile
    authorization: str = Field(default="", max_length=128)
    """The processor's id of the authorisation; the consent artefact is stored beside it."""


class CardChanged(Fact):
    """The network or the processor renewed the card: new expiry or last digits under the same id."""

    kind: Literal["card_changed"] = "card_changed"
    card: CardOnFile


class CardRemoved(Fact):
    """The card is no longer kept: nothing can be charged to it."""

    kind: Literal["card_removed"] = "card_removed"
    payment_method_id: str = Field(max_length=128)


class ChargeDeclined(Fact):
    """A try at an installment was declined, or a bank debit came back. `fact_id`: `declined.` and the try's key."""

    kind: Literal["charge_declined"] = "charge_declined"
    plan_id: str
    installment: int = Field(ge=0)
    attempt: int = Field(ge=1)
    reason: DeclineReason
    again: Again
    network_code: str = Field(default="", max_length=16)


class ChargePending(Fact):
    """A bank debit is on its way. `fact_id` is `pending.` and the try's key."""

    kind: Literal["charge_pending"] = "charge_pending"
    plan_id: str
    installment: int = Field(ge=0)
    attempt: int = Field(ge=1)
    vendor_reference: str = Field(max_length=128)
