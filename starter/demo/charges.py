"""Judges every charge of a card on file from the card vendor's own lists; the product's records are not asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

MOST_TRIES = 4
"""Tries at one installment (R-32)."""
NEVER_AGAIN = {"lost_card", "stolen_card", "pickup_card"}
NEVER_ADVISED = ("do_not_try_again", "03")


@dataclass(frozen=True)
class Vendor:
    """What the card vendor lists, oldest first: payment intents, their charges, and setup intents."""

    intents: Sequence[Mapping[str, Any]] = ()
    charges: Sequence[Mapping[str, Any]] = ()
    setups: Sequence[Mapping[str, Any]] = ()
    stopped: Mapping[str, datetime] = field(default_factory=dict)
    """By balance: when its patient stopped automatic payments on the page, as the patient tells it."""

    def tries(self) -> Iterator[Mapping[str, Any]]:
        """The charges that were made for a plan while the patient was away."""
        return (charge for charge in self.charges if charge["metadata"].get("plan"))


def judged_charges(vendor: Vendor, balances: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Each rule for charges with what broke it; `balances` is the practice's own ledger."""
    return {
        "no charge without a mandate": list(_unallowed(vendor)),
        "no charge twice for one try or installment": list(_twice(vendor)),
        "no charge above what was owed": list(_above(vendor, balances)),
        "no charge after autopay was stopped": list(_after_stop(vendor)),
        "no charge after a hard decline of the card": list(_after_hard_decline(vendor)),
        f"at most {MOST_TRIES} tries for each installment": list(_too_often(vendor)),
    }


def at(charge: Mapping[str, Any]) -> datetime:
    """When the vendor made it."""
    return datetime.fromtimestamp(charge["created"], UTC)


def installment(charge: Mapping[str, Any]) -> tuple[str, str, str]:
    """Practice, plan and number of the installment a charge is for."""
    of = charge["metadata"]
    return of.get("practice", ""), of["plan"], of.get("installment", "")


def hard(charge: Mapping[str, Any]) -> bool:
    """True when the card's bank said that this card must not be tried again."""
    outcome = charge.get("outcome") or {}
    advised = (outcome.get("advice_code"), outcome.get("network_advice_code"))
    return charge["status"] == "failed" and (
        outcome.get("reason") in NEVER_AGAIN or any(word in NEVER_ADVISED for word in advised)
    )


def _unallowed(vendor: Vendor) -> Iterator[str]:
    given = [setup for setup in vendor.setups if setup["status"] == "succeeded"]
    for charge in vendor.tries():
        if not any(
            setup["metadata"].get("plan") == charge["metadata"]["plan"]
            and setup["payment_method"] == charge["payment_method"]
            and setup["created"] <= charge["created"]
            for setup in given
        ):
            yield f"{charge['id']}: no card was given for this plan before"


def _twice(vendor: Vendor) -> Iterator[str]:
    tries = Counter(intent["metadata"]["try"] for intent in vendor.intents if intent["metadata"].get("try"))
    yield from (f"{times} payments for one try" for times in tries.values() if times > 1)
    paid = Counter(installment(charge) for charge in vendor.tries() if charge["status"] == "succeeded")
    yield from (f"{times} charges of installment {one[2]}" for one, times in paid.items() if times > 1)


def _above(vendor: Vendor, balances: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Owed as the charge was made; the charge's own entry in the ledger is left out."""
    for charge in vendor.tries():
        balance = balances.get(charge["metadata"].get("balance", ""))
        owed = 0 if balance is None else _owed(balance, charge)
        if charge["amount"] > owed:
            yield f"{charge['id']}: {charge['amount']} cents, when {owed} were owed"


def _owed(balance: Mapping[str, Any], charge: Mapping[str, Any]) -> int:
    own = f"stripe.{charge['payment_intent']}"
    earlier = (
        int(payment["amount_cents"])
        for payment in balance["payments"]
        if payment["external_id"] != own and datetime.fromisoformat(payment["recorded_at"]) <= at(charge)
    )
    return int(balance["responsibility_cents"]) - sum(earlier)


def _after_stop(vendor: Vendor) -> Iterator[str]:
    """A card that is given anew is a new mandate."""
    for charge in vendor.tries():
        stopped = vendor.stopped.get(charge["metadata"].get("balance", ""))
        if stopped is None or at(charge) <= stopped:
            continue
        anew = any(
            setup["status"] == "succeeded"
            and setup["metadata"].get("plan") == charge["metadata"]["plan"]
            and stopped.timestamp() <= setup["created"] <= charge["created"]
            for setup in vendor.setups
        )
        if not anew:
            yield f"{charge['id']} at {at(charge).isoformat()}, stopped at {stopped.isoformat()}"


def _after_hard_decline(vendor: Vendor) -> Iterator[str]:
    refused: set[str] = set()
    for charge in vendor.tries():
        if charge["payment_method"] in refused:
            yield f"{charge['id']}: its card was refused for good before"
        if hard(charge):
            refused.add(charge["payment_method"])


def _too_often(vendor: Vendor) -> Iterator[str]:
    tries = Counter(installment(charge) for charge in vendor.tries())
    yield from (f"{times} tries at installment {one[2]}" for one, times in tries.items() if times > MOST_TRIES)
