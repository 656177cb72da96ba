"""What others report about disputes: of a bill, of an estimate, of a card payment by the cardholder's bank."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from receivables.people import OpaqueId
from receivables.reported_facts import Fact, FactId, Moment, Paid


class DisputeRaised(Fact):
    """The bill is contested, wherever we heard it."""

    kind: Literal["dispute_raised"] = "dispute_raised"
    about: Literal["already_paid", "insurance", "amount", "chargeback", "inquiry", "other"] = "other"
    """`inquiry`: the cardholder's bank asks about a payment and has moved no money yet; a `chargeback` moves it."""
    payment_fact_id: FactId | None = None
    """With a chargeback or an inquiry: the payment it is about."""
    disputed_cents: Paid | None = None
    answer_by: Moment | None = None
    """Until when the card processor takes evidence."""
    reason: str = Field(default="", max_length=64, pattern=r"^[a-z_]*$")
    """The card network's own word, such as `fraudulent`."""


class EstimateDisputed(Fact):
    """The patient has opened the dispute resolution between patients and providers: nothing is collected (R-39)."""

    kind: Literal["estimate_disputed"] = "estimate_disputed"
    balance_id: OpaqueId


class DisputeClosed(Fact):
    """A cardholder's bank has decided about a payment it asked about or took back; the money has facts of its own."""

    kind: Literal["dispute_closed"] = "dispute_closed"
    dispute_fact_id: FactId
    payment_fact_id: FactId | None = None
    outcome: Literal["won", "lost", "inquiry_closed"]
    """`won`: for the practice. An inquiry that is closed took no money."""
