"""What kinds of patients there are and how likely each does what; the figures are assumptions, see KNOWN_GAPS.md.

Figures come from the product's calibration anchors where those give a range; the chance of paying by oneself is set so
that the manual arm lands where practices report it. The arm with the product is never tuned.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trait:
    """One kind of patient. All figures are chances; `alone` is the chance of paying unasked in the first 30 days."""

    share: float
    alone: float
    click: float
    pay_after_click: float
    opens_email: float
    pays_in_parts: float
    takes_plan: float
    """Multiplies the chance that an offered plan is taken."""
    answers_call: float
    resolves_call: float


TRAITS = {
    "prompt": Trait(0.30, 0.64, 0.30, 0.70, 0.30, 0.04, 0.2, 0.40, 0.75),
    "forgetful": Trait(0.30, 0.30, 0.27, 0.65, 0.20, 0.08, 1.0, 0.38, 0.65),
    "constrained": Trait(0.20, 0.19, 0.22, 0.55, 0.18, 0.45, 1.7, 0.35, 0.60),
    "confused": Trait(0.10, 0.15, 0.20, 0.50, 0.18, 0.10, 0.5, 0.35, 0.50),
    "unreachable": Trait(0.07, 0.10, 0.04, 0.50, 0.03, 0.05, 0.2, 0.04, 0.50),
    "refuser": Trait(0.03, 0.01, 0.02, 0.10, 0.05, 0.05, 0.0, 0.15, 0.05),
}


@dataclass(frozen=True)
class Climate:
    """One of the three worlds: what multiplies the chance of paying alone, of clicking, and of answering a call."""

    alone: float
    click: float
    calls: float


CLIMATES = {
    "pessimistic": Climate(0.75, 0.75, 0.85),
    "central": Climate(1.0, 1.0, 1.0),
    "optimistic": Climate(1.12, 1.25, 1.15),
}

AGING = 0.7
"""The chance of paying falls to this share with every 30 days."""
SEEN = 0.95
SEEN_WITHIN_MINUTES = 180
PAYS_AFTER_OPENING_EMAIL = 0.15
HANDSET_OFF = 0.02
BAD_NUMBER = 0.05
OPTS_OUT, OPTS_OUT_WHEN_CROWDED, CROWDED_ABOVE, CROWDED_DAYS = 0.0045, 0.03, 3, 14
ASKS_SOMETHING = 0.03
ASSISTANCE_AMONG_CONSTRAINED = 0.075
VOICES_GRIEVANCE = 0.7
KEEPS_INSTALLMENT = 0.88
PLAN_PART = 0.25
GIVES_CARD = 0.65
"""Of those on a plan, at each message with a link until they have."""
STOPS_CARD, STOPS_WITHIN_DAYS = 0.08, 45
"""Of those who gave a card: they stop automatic payments on the page some day, and mean to pay by themselves."""
GRIEVANCES = {"already_paid": 0.15, "insurance": 0.20, "question": 0.40, "amount": 0.25}
"""What is on the mind of confused patients."""


def size_factor(cents: int) -> float:
    """Small balances are paid more readily than large ones."""
    for limit, factor in ((5_000, 1.15), (15_000, 1.0), (30_000, 0.85), (50_000, 0.7)):
        if cents < limit:
            return factor
    return 0.45


def plan_acceptance(cents: int) -> float:
    """The chance that a plan with quoted amounts is taken: 8 % at $100, 25 % at $300, 40 % above $600."""
    if cents <= 10_000:
        return 0.08 * cents / 10_000
    if cents <= 30_000:
        return 0.08 + 0.17 * (cents - 10_000) / 20_000
    return min(0.40, 0.25 + 0.15 * (cents - 30_000) / 30_000)
