"""What is known about a conversation when a reply is read; the reply itself is not here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from receivables.plans.terms import Frequency

Means = Literal["sms", "email", "voice"]
"""How the reply came; voice is the transcript of a call."""
ASKED_BY = {
    "first_notice": "balance_reminder", "follow_up": "balance_reminder", "second_follow_up": "balance_reminder",
    "firm_follow_up": "balance_reminder", "plan_offer": "plan_offer", "plan_join": "plan_offer",
    "rebooking": "no_show_rebook",
    "recall_bundle": "recall_with_balance",
}  # fmt: skip
"""Our messages in the words the classifier was trained with; any other stands for itself."""


@dataclass(frozen=True)
class Terms:
    """An offer or a plan: how many payments of how many cents, and how often."""

    installments: int = 0
    amount_cents: int = 0
    frequency: Frequency = "monthly"


@dataclass(frozen=True)
class Situation:
    """The context of one reply."""

    means: Means
    today: datetime.date
    """In the practice's zone."""
    last_outbound: str = ""
    balance_cents: int = 0
    offer: Terms | None = None
    """Open, and for the amount that is owed."""
    active_plan: Terms | None = None
    opted_out: bool = False
    text: str = field(default="", repr=False)
    """The last message we sent."""
