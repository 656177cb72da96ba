"""One payment for several balances: its parts in Stripe's metadata, and facts and movements divided by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from receivables.facts import AnyFact, DisputeClosed, DisputeRaised, PaymentRecorded, PaymentReversed
from receivables.money import Cents
from receivables.proof import Movement
from receivables.together import Share, in_proportion

PART = "part_"
MOST_PARTS = 40
"""Stripe keeps 50 words beside an object; ours need a few of them."""


def words_of(shares: Sequence[Share]) -> dict[str, str]:
    """`part_1: b-1042:2000`: opaque ids and cents, nothing of the person (R-24)."""
    return {f"{PART}{place}": f"{share.balance_id}:{int(share.amount_cents)}" for place, share in enumerate(shares, 1)}


def parts_of(metadata: Mapping[str, str]) -> tuple[Share, ...]:
    """The parts in their order, empty for a payment of one balance. ValueError when they cannot be read."""
    found = []
    for place in range(1, MOST_PARTS + 1):
        word = metadata.get(f"{PART}{place}")
        if word is None:
            break
        balance, _, cents = word.rpartition(":")
        found.append(Share(balance, Cents(int(cents))))
    return tuple(found)


def divided(facts: Iterable[AnyFact], parts: Sequence[Share]) -> list[AnyFact]:
    """Each fact once for each balance it concerns, its money divided; with no parts they stay as they are."""
    if not parts:
        return list(facts)
    return [part for fact in facts for part in _parts(fact, parts)]


def divided_movement(movement: Movement, parts: Sequence[Share]) -> list[Movement]:
    """The same for a line of Stripe's books; its fee stays with the first."""
    if not parts or not movement.fact_id:
        return [movement]
    sign = -1 if movement.amount_cents < 0 else 1
    shares = in_proportion(Cents(abs(movement.amount_cents)), parts)
    place = _places(parts)
    return [
        movement.model_copy(update={
            "reference": f"{movement.reference}.{place[share.balance_id]}",
            "fact_id": f"{movement.fact_id}.{place[share.balance_id]}", "balance_id": share.balance_id,
            "amount_cents": Cents(sign * share.amount_cents), "fee_cents": Cents(0) if number else movement.fee_cents,
        })
        for number, share in enumerate(shares)
    ]  # fmt: skip


def _parts(fact: AnyFact, parts: Sequence[Share]) -> list[AnyFact]:
    place = _places(parts)
    if isinstance(fact, (PaymentRecorded, PaymentReversed)):
        shares: Sequence[Share] = in_proportion(fact.amount_cents, parts)
    elif isinstance(fact, DisputeRaised) and fact.disputed_cents is not None:
        shares = in_proportion(fact.disputed_cents, parts)
    else:
        shares = parts
    return [fact.model_copy(update=_of(fact, share, place[share.balance_id])) for share in shares]


def _of(fact: AnyFact, share: Share, place: int) -> dict[str, Any]:
    changes: dict[str, Any] = {"balance_id": share.balance_id, "fact_id": f"{fact.fact_id}.{place}"}
    if isinstance(fact, (PaymentRecorded, PaymentReversed)):
        changes["amount_cents"] = share.amount_cents
    if isinstance(fact, DisputeRaised):
        changes |= {"disputed_cents": share.amount_cents} if fact.disputed_cents is not None else {}
    if isinstance(fact, (PaymentReversed, DisputeRaised, DisputeClosed)) and fact.payment_fact_id is not None:
        changes["payment_fact_id"] = f"{fact.payment_fact_id}.{place}"
    if isinstance(fact, PaymentRecorded) and fact.undoes is not None:
        changes["undoes"] = f"{fact.undoes}.{place}"
    if isinstance(fact, DisputeClosed):
        changes["dispute_fact_id"] = f"{fact.dispute_fact_id}.{place}"
    return changes


def _places(parts: Sequence[Share]) -> dict[str, int]:
    return {part.balance_id: place for place, part in enumerate(parts, 1)}
