"""Answers to whose something is: a number, a message, a payment; where they are looked up is fact_book."""

from __future__ import annotations

from typing import NamedTuple

from receivables.together import Share, TakenBack


class ContactBalances(NamedTuple):
    """What one guarantor owes who is reached at a certain number or address."""

    practice_id: str
    guarantor_id: str
    balance_ids: list[str]


class PaidFor(NamedTuple):
    """Whose a payment is; with its shares when it paid several balances at once."""

    practice_id: str
    balance_id: str
    shares: tuple[Share, ...] = ()
    back: tuple[TakenBack, ...] = ()


class TouchTarget(NamedTuple):
    """Whom a touch was meant for."""

    practice_id: str
    balance_id: str
    guarantor_id: str
    to: str
