"""Several balances of one person paid at once: what each gets of one amount; pure, to the cent, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from receivables.money import Cents


class Due(NamedTuple):
    """A balance that may be paid with others, and what is owed on it now."""

    balance_id: str
    outstanding_cents: Cents


class TakenBack(NamedTuple):
    """What one refund or dispute took of one part of a joint payment, as it was recorded."""

    name: str
    """Of the refund or dispute, without the part's place."""
    place: int
    """Of the part, from 1."""
    cents: Cents
    undone: bool
    """It came to nothing later."""


class Share(NamedTuple):
    """What a balance gets of one payment."""

    balance_id: str
    amount_cents: Cents


def total_of(dues: Sequence[Due]) -> Cents:
    """What all of them come to."""
    return sum((due.outstanding_cents for due in dues), Cents(0))


def oldest_first(amount: Cents, dues: Sequence[Due]) -> list[Share]:
    """Each in its order is paid whole before the next gets anything; no balance gets more than is owed on it.

    ValueError when more is paid than all of them come to, or nothing.
    """
    if not 0 < amount <= total_of(dues):
        raise ValueError("what is paid together is more than nothing and at most what is owed together")
    shares, left = [], amount
    for due in dues:
        part = min(left, due.outstanding_cents)
        if part > 0:
            shares.append(Share(due.balance_id, Cents(part)))
            left -= part
    return shares


def in_proportion(amount: Cents, shares: Sequence[Share]) -> list[Share]:
    """Money of a joint payment that goes back: as much of each part as the parts stood to each other, to the cent.

    All of it gives the parts themselves. What does not divide evenly comes from the largest remainders, the first of
    equals; a part that nothing falls on is left out.
    """
    whole = sum(int(share.amount_cents) for share in shares)
    exact = [divmod(int(amount) * int(share.amount_cents), whole) for share in shares]
    missing = int(amount) - sum(cents for cents, _ in exact)
    by_rest = sorted(range(len(shares)), key=lambda place: (-exact[place][1], place))
    extra = set(by_rest[:missing])
    parts = [
        Share(share.balance_id, Cents(exact[place][0] + (place in extra))) for place, share in enumerate(shares)
    ]  # fmt: skip
    return [part for part in parts if part.amount_cents > 0]


def what_is_left(shares: Sequence[Share], back: Sequence[TakenBack]) -> list[Share]:
    """Each part less what was taken back of it: several partial refunds come to the parts themselves, to the cent."""
    taken = dict[int, int]()
    for one in back:
        taken[one.place] = taken.get(one.place, 0) + (0 if one.undone else int(one.cents))
    return [Share(share.balance_id, Cents(share.amount_cents - taken.get(n, 0))) for n, share in enumerate(shares, 1)]


def as_recorded(name: str, shares: Sequence[Share], back: Sequence[TakenBack]) -> list[Share]:
    """How a refund was divided when it was first heard of; empty when it was not."""
    return [Share(shares[one.place - 1].balance_id, one.cents) for one in back if one.name == name]
