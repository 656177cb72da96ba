"""Reads Stripe's events: signature, whose each is, which mapping tells its facts; nothing is sent or stored here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe

from integrations.hearing import Asked, Delivered, Heard, Known, Problem, Whose
from integrations.stripe import card_events, joint, money_events
from integrations.stripe.event_parts import CURRENCY, SOURCE, id_of
from receivables.money import Cents

TOLERANCE_S = 300


def taken_in(headers: Mapping[str, str], body: bytes, secret: str) -> Delivered | None:
    """An event as it is kept, or None when the signature is not good. Header names in small letters."""
    return Delivered(inbox_key(body), body) if verify(body, headers.get("stripe-signature", ""), secret) else None


def verify(body: bytes, signature: str, secret: str, tolerance_s: int = TOLERANCE_S) -> bool:
    """True when Stripe signed this raw body within the tolerance, by the real clock."""
    try:
        return bool(stripe.WebhookSignature.verify_header(body, signature, secret, tolerance_s))
    except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):  # TypeError: signs outside ASCII
        return False


def inbox_key(body: bytes) -> str:
    """The event's id: the same event sent again has the same."""
    try:
        return str(_event(body)["id"])
    except ValueError:
        return f"unknown.{hashlib.sha256(body).hexdigest()}"


def asked(body: bytes) -> Asked:
    """The payment that a refund or dispute belongs to, and the cards that events of cards only name."""
    event = _event(body)
    thing = event["data"]["object"]
    if (wanted := card_events.asked(event)) is not None:
        return wanted
    if event["type"] not in money_events.MAPPINGS or _own(thing) is not None:
        return Asked()
    payment = id_of(thing.get("payment_intent"))
    return Asked(payments=frozenset({f"{SOURCE}.{payment}"} if payment else ()))


def facts_of(body: bytes, at: datetime, known: Known) -> Heard:  # noqa: ARG001 - events carry their own time
    """The facts in one stored event; kinds that move no money say nothing. ValueError when the body is no event."""
    event = _event(body)
    if (told := card_events.facts_of(event, known, _own(event["data"]["object"]))) is not None:
        return Heard(facts=told)
    mapping = money_events.MAPPINGS.get(event["type"])
    if mapping is None:
        return Heard()
    thing = event["data"]["object"]
    whose = _own(thing) or known.payments.get(f"{SOURCE}.{id_of(thing.get('payment_intent'))}")
    if whose is None:
        # A payment without our ids is the practice's other business; what undoes one may yet be ours.
        return Heard(problems=[_unknown(thing)] if mapping in money_events.UNDOING else [])
    if thing.get("currency") not in (None, CURRENCY):
        return Heard(problems=[_foreign(thing, whose)])
    when = datetime.fromtimestamp(int(event["created"]), UTC)
    head = {"at": when, "source": SOURCE, "practice_id": whose.practice_id, "balance_id": whose.balance_id}
    return Heard(facts=joint.divided(mapping(thing, head), whose.shares, whose.back))


KINDS = frozenset({*money_events.MAPPINGS, *card_events.MAPPINGS, *card_events.ENROLLING})
"""The kinds of event that say something; all others are read and say nothing. These are switched on at Stripe."""


def _unknown(thing: Mapping[str, Any]) -> Problem:
    return Problem(
        "unknown_money", _about(thing), "Money was taken back for a payment that is not on record.", cents=_cents(thing)
    )


def _foreign(thing: Mapping[str, Any], whose: Whose) -> Problem:
    sentence = f"Money moved in {thing['currency']!r}; only US dollars are booked by machine."
    return Problem("foreign_money", _about(thing), sentence, whose.practice_id, whose.balance_id)


def _about(thing: Mapping[str, Any]) -> str:
    """The payment, since several events tell of one."""
    return f"{SOURCE}.{id_of(thing.get('payment_intent')) or thing.get('id', '')}"


def _cents(thing: Mapping[str, Any]) -> Cents | None:
    amount = thing.get("amount_refunded", thing.get("amount"))
    return Cents(amount) if isinstance(amount, int) and not isinstance(amount, bool) else None


def _own(thing: Mapping[str, Any]) -> Whose | None:
    """Our ids in the object itself."""
    metadata = thing.get("metadata") or {}
    practice, balance = metadata.get("practice"), metadata.get("balance")
    if not (practice and balance) and isinstance(thing.get("client_reference_id"), str):
        practice, _, balance = thing["client_reference_id"].partition(":")
    return Whose(practice, balance, shares=joint.parts_of(metadata)) if practice and balance else None


def _event(body: bytes) -> dict[str, Any]:
    event = json.loads(body)
    try:
        event["id"], event["type"], event["created"], event["data"]["object"]["object"]
    except (KeyError, TypeError):
        raise ValueError("the body is not an event of the card processor") from None
    return dict(event)
