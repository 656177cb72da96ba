"""The words in which a plan is asked for and written down: slots of a reply, and payments with their days."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from receivables.money import Cents

Frequency = Literal["weekly", "biweekly", "semimonthly", "monthly"]

PlanWish = Literal[
    "", "move", "smaller", "skip", "cancel", "stop_autopay", "change_card", "pay_off", "see_plan", "part_now",
]  # fmt: skip
"""What the holder of a plan asks for; `part_now` is said before there is one: a part at once, the rest on a day."""

AgreedBy = Literal["reply", "page", "phone", "staff"]
"""How consent to a plan was given; `staff` is a person at the practice who decided on the patient's own wish."""


class Slots(BaseModel):
    """What a patient named: per payment or now, how many, how often, and when the first or the rest is to come."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    amount_cents: Cents | None = Field(default=None, ge=0)
    installments: int | None = Field(default=None, ge=1)
    frequency: Frequency | None = None
    date: datetime.date | None = None

    @property
    def empty(self) -> bool:
        """True when nothing was named."""
        return self == Slots()


class Due(BaseModel):
    """One payment of a plan. Number 0 is a down payment; installments count from 1."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    number: int = Field(ge=0, le=60)
    amount_cents: Cents = Field(gt=0)
    due_on: datetime.date
