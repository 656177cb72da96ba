"""A card kept at the processor, and what a decline of it means, in the words of the trade; charging is a port."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Again = Literal["never", "later", "new_card", "with_the_patient"]
"""What a decline leaves open: nothing; another try days later; another card; the patient confirming with the bank."""

DeclineReason = Literal[
    "insufficient_funds", "generic", "processing", "lost_or_stolen", "expired", "wrong_details", "fraud",
    "must_confirm", "limit", "not_permitted",
]  # fmt: skip
"""Why a card said no. Vendors' own codes end at their adapters."""


class CardOnFile(BaseModel):
    """A card the processor keeps for us: opaque ids and what may be shown to its holder. Never a number (R-35)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    customer_id: str = Field(max_length=128)
    payment_method_id: str = Field(max_length=128)
    brand: str = Field(default="", max_length=32)
    last4: str = Field(default="", pattern=r"^(\d{4})?$")
    exp_month: int = Field(default=12, ge=1, le=12)
    exp_year: int = Field(default=2099, ge=2000, le=2199)

    @property
    def last_day(self) -> date:
        """The last day on which it works."""
        year, month = divmod(self.exp_year * 12 + self.exp_month, 12)
        return date(year, month + 1, 1) - timedelta(days=1)
