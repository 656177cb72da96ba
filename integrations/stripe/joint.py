"""One payment for several balances: its parts in Stripe's metadata, and facts and movements divided by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from receivables.facts import AnyFact, DisputeClosed, DisputeRaised, PaymentRecorded, PaymentReversed
from receivables.money import Cents
from receivables.proof import Movement
from receivables.together import Share, TakenBack, as_recorded, in_proportion, what_is_left

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


def divided(
    facts: Iterable[AnyFact], parts: Sequence[Share], back: Sequence[TakenBack] = ()
) -> list[AnyFact]:
    """Each fact once for each balance it concerns, its money divided; with no parts they stay as they are.

    What goes back is divided by what is left of each part; what was told before, and what undoes it, as it was then.
    """
    if not parts:
        return list(facts)
    told, found = dict[str, Sequence[Share]](), list[AnyFact]()
    for fact in facts:
        shares = _shares_of(fact, parts, back, told)
        told[fact.fact_id] = shares
        place = _places(parts)
        found += [fact.model_copy(update=_of(fact, share, place[share.balance_id])) for share in shares]
    return found


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
            "joint": movement.fact_id,
        })
        for number, share in enumerate(shares)
    ]  # fmt: skip


def _shares_of(
    fact: AnyFact, parts: Sequence[Share], back: Sequence[TakenBack], told: Mapping[str, Sequence[Share]]
) -> Sequence[Share]:
    if isinstance(fact, PaymentRecorded) and fact.undoes is not None:
        return told.get(fact.undoes) or as_recorded(fact.undoes, parts, back) or in_proportion(fact.amount_cents, parts)
    if isinstance(fact, PaymentReversed):
        return as_recorded(fact.fact_id, parts, back) or _of_what_is_left(fact.amount_cents, parts, back)
    if isinstance(fact, PaymentRecorded):
        return in_proportion(fact.amount_cents, parts)
    if isinstance(fact, DisputeRaised) and fact.disputed_cents is not None:
        return _of_what_is_left(fact.disputed_cents, parts, back)
    return parts


def _of_what_is_left(cents: Cents, parts: Sequence[Share], back: Sequence[TakenBack]) -> list[Share]:
    """More than is left, which no processor gives back, is divided as the parts stood: a person is told of it."""
    left = what_is_left(parts, back)
    amounts = [int(share.amount_cents) for share in left]
    return in_proportion(cents, left if min(amounts) >= 0 and cents <= sum(amounts) else parts)


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
