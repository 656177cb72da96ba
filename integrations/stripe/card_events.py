"""Stripe's events about cards on file: enrolled, renewed, removed; what a card serves is looked up before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from integrations.hearing import Asked, Known, Whose, own_id
from integrations.stripe.event_parts import SOURCE, Head, Thing, id_of
from integrations.stripe.vault import card_of
from receivables.cards.facts import CardChanged, CardEnrolled, CardRemoved
from receivables.facts import AnyFact

Event = Mapping[str, Any]


def asked(event: Event) -> Asked | None:
    """The card that the event only names; None when it is no event about a card on file."""
    thing = event["data"]["object"]
    if authorization := _authorization(event):
        return Asked(enrollments=frozenset({authorization}))
    return Asked(cards=frozenset({thing["id"]})) if event["type"] in MAPPINGS else None


def facts_of(event: Event, known: Known, whose: Whose | None) -> list[AnyFact] | None:
    """The facts of an event about a card on file; None when it is none. One that serves no plan says nothing."""
    thing, at = event["data"]["object"], datetime.fromtimestamp(int(event["created"]), UTC)
    if authorization := _authorization(event):
        card = known.enrolled.get(authorization)
        if whose is None or card is None:
            return []
        return [
            CardEnrolled(
                fact_id=f"{SOURCE}.{authorization}", at=at, source=SOURCE, practice_id=whose.practice_id,
                balance_id=whose.balance_id, plan_id=thing["metadata"]["plan"], card=card, authorization=authorization,
            )
        ]  # fmt: skip
    mapping = MAPPINGS.get(event["type"])
    if mapping is None:
        return None
    return [
        mapping(thing, {
            "fact_id": own_id(f"{SOURCE}.{event['id']}", place), "at": at, "source": SOURCE,
            "practice_id": one.practice_id, "balance_id": one.balance_id,
        })
        for place, one in enumerate(known.served.get(thing["id"], ()))
    ]  # fmt: skip


def _authorization(event: Event) -> str:
    """The setup intent, in whichever event says that it succeeded; empty in all others."""
    thing = event["data"]["object"]
    if event["type"] not in ENROLLING or not (thing.get("metadata") or {}).get("plan"):
        return ""
    if thing["object"] == "setup_intent":
        return str(thing["id"])
    return id_of(thing.get("setup_intent")) if thing.get("mode") == "setup" else ""


def _changed(method: Thing, head: Head) -> AnyFact:
    return CardChanged(card=card_of(method), **head)


def _removed(method: Thing, head: Head) -> AnyFact:
    return CardRemoved(payment_method_id=method["id"], **head)


ENROLLING = frozenset({"setup_intent.succeeded", "checkout.session.completed"})
"""Both tell of one authorization: whichever is heard first counts."""
MAPPINGS: dict[str, Callable[[Thing, Head], AnyFact]] = {
    "payment_method.automatically_updated": _changed,
    "payment_method.updated": _changed,
    "payment_method.detached": _removed,
}
"""What happens to a card that is on file."""
