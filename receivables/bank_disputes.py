"""Card payments that a cardholder's bank asks about or takes back, as a case remembers them; folded elsewhere."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from receivables.money import Cents
from receivables.recorded import Recorded
from receivables.reported_facts import Moment


class Dispute(Recorded):
    """A card payment that the cardholder's bank asks about (an inquiry) or takes back (a chargeback)."""

    model_config = ConfigDict(extra="ignore")

    fact_id: str
    inquiry: bool
    payment_fact_id: str = ""
    amount_cents: Cents = Cents(0)
    at: Moment
    answer_by: Moment | None = None
    reason: str = ""


class DisputeEnd(Recorded):
    """What a bank decided about one."""

    model_config = ConfigDict(extra="ignore")

    fact_id: str
    dispute_fact_id: str
    payment_fact_id: str = ""
    outcome: Literal["won", "lost", "inquiry_closed"]
    at: Moment
