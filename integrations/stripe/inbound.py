"""Reads Stripe's events into facts; nothing is sent or stored here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import stripe

from integrations.hearing import Asked, Delivered, Heard, Known, Problem, Whose
from receivables.facts import AnyFact, DisputeRaised, PaymentRecorded, PaymentReversed
from receivables.money import Cents

SOURCE = "stripe"
TOLERANCE_S = 300
CURRENCY = "usd"
GONE = {"failed", "canceled"}
"""A refund in one of these states did not move money after all."""


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
    """The payment that a refund or dispute belongs to, since neither carries our ids."""
    event = _event(body)
    thing = event["data"]["object"]
    if event["type"] not in MAPPINGS or _own(thing) is not None:
        return Asked()
    payment = _id(thing.get("payment_intent"))
    return Asked(payments=frozenset({f"{SOURCE}.{payment}"} if payment else ()))


def facts_of(body: bytes, at: datetime, known: Known) -> Heard:  # noqa: ARG001 - events carry their own time
    """The facts in one stored event; kinds that move no money say nothing. ValueError when the body is no event."""
    event = _event(body)
    mapping = MAPPINGS.get(event["type"])
    if mapping is None:
        return Heard()
    thing = event["data"]["object"]
    whose = _own(thing) or known.payments.get(f"{SOURCE}.{_id(thing.get('payment_intent'))}")
    if whose is None:
        # A payment without our ids is the practice's other business; what undoes one may yet be ours.
        lost = mapping in (_refund, _charge_refunded, _dispute_opened, _withdrawn, _reinstated)
        return Heard(problems=[_unknown(thing)] if lost else [])
    if thing.get("currency") not in (None, CURRENCY):
        return Heard(problems=[_foreign(thing, whose)])
    when = datetime.fromtimestamp(int(event["created"]), UTC)
    head = {"at": when, "source": SOURCE, "practice_id": whose.practice_id, "balance_id": whose.balance_id}
    return Heard(facts=mapping(thing, head))


Head = Mapping[str, Any]


def _unknown(thing: Mapping[str, Any]) -> Problem:
    return Problem(
        "unknown_money", _about(thing), "Money was taken back for a payment that is not on record.", cents=_cents(thing)
    )


def _foreign(thing: Mapping[str, Any], whose: Whose) -> Problem:
    sentence = f"Money moved in {thing['currency']!r}; only US dollars are booked by machine."
    return Problem("foreign_money", _about(thing), sentence, whose.practice_id, whose.balance_id)


def _about(thing: Mapping[str, Any]) -> str:
    """The payment, since several events tell of one."""
    return f"{SOURCE}.{_id(thing.get('payment_intent')) or thing.get('id', '')}"


def _cents(thing: Mapping[str, Any]) -> Cents | None:
    amount = thing.get("amount_refunded", thing.get("amount"))
    return Cents(amount) if isinstance(amount, int) and not isinstance(amount, bool) else None


def _session_paid(session: Mapping[str, Any], head: Head) -> list[AnyFact]:
    """Completed is not paid: with a slow way to pay, the money comes with a later event."""
    if session.get("payment_status") != "paid" or session.get("mode") != "payment":
        return []
    return [_payment(_id(session.get("payment_intent")), session["amount_total"], head)]


def _intent_paid(intent: Mapping[str, Any], head: Head) -> list[AnyFact]:
    return [_payment(intent["id"], intent["amount_received"], head)]


def _payment(reference: str, amount_cents: int, head: Head) -> PaymentRecorded:
    """Named after the payment intent, so that its several events count once."""
    return PaymentRecorded(
        fact_id=f"{SOURCE}.{reference}", amount_cents=amount_cents, paid_at=head["at"], where="page",
        vendor_reference=reference, **head,
    )  # fmt: skip


def _refund(refund: Mapping[str, Any], head: Head) -> list[AnyFact]:
    """A refund takes the money back when it begins; one that fails later gives it back under an id of its own.

    Both facts are told when it fails: whatever was heard before, and in whichever order, they come to nothing.
    """
    taken = _taken_back(refund["id"], refund, head, "refund")
    if refund.get("status") in GONE:
        return [taken, _given_back(f"{refund['id']}.failed", refund, head)]
    return [taken]


def _charge_refunded(charge: Mapping[str, Any], head: Head) -> list[AnyFact]:
    """Older accounts list the refunds in the charge; elsewhere each refund has its own event, so none is missed."""
    refunds = (charge.get("refunds") or {}).get("data", [])
    payment = charge.get("payment_intent")
    return [fact for refund in refunds for fact in _refund({"payment_intent": payment, **refund}, head)]


def _dispute_opened(dispute: Mapping[str, Any], head: Head) -> list[AnyFact]:
    return [DisputeRaised(fact_id=f"{SOURCE}.{dispute['id']}", about="chargeback", **head)]


def _withdrawn(dispute: Mapping[str, Any], head: Head) -> list[AnyFact]:
    return [_taken_back(f"{dispute['id']}.withdrawn", dispute, head, "chargeback")]


def _reinstated(dispute: Mapping[str, Any], head: Head) -> list[AnyFact]:
    """The dispute was won. The withdrawal is told again, in case it was never heard."""
    return [*_withdrawn(dispute, head), _given_back(f"{dispute['id']}.reinstated", dispute, head)]


def _taken_back(
    reference: str, thing: Mapping[str, Any], head: Head, why: Literal["refund", "chargeback"]
) -> PaymentReversed:
    return PaymentReversed(
        fact_id=f"{SOURCE}.{reference}", payment_fact_id=f"{SOURCE}.{_id(thing.get('payment_intent'))}",
        amount_cents=thing["amount"], why=why, **head,
    )  # fmt: skip


def _given_back(reference: str, thing: Mapping[str, Any], head: Head) -> PaymentRecorded:
    return PaymentRecorded(
        fact_id=f"{SOURCE}.{reference}", amount_cents=thing["amount"], paid_at=head["at"], where="other",
        vendor_reference=_id(thing.get("payment_intent")), **head,
    )  # fmt: skip


MAPPINGS: dict[str, Callable[[Mapping[str, Any], Head], list[AnyFact]]] = {
    "checkout.session.completed": _session_paid,
    "checkout.session.async_payment_succeeded": _session_paid,
    "payment_intent.succeeded": _intent_paid,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.refunded": _charge_refunded,
    "charge.dispute.created": _dispute_opened,
    "charge.dispute.funds_withdrawn": _withdrawn,
    "charge.dispute.funds_reinstated": _reinstated,
}
"""The kinds of event that mean money, each to its facts; all others say nothing."""


def _own(thing: Mapping[str, Any]) -> Whose | None:
    """Our ids in the object itself."""
    metadata = thing.get("metadata") or {}
    practice, balance = metadata.get("practice"), metadata.get("balance")
    if not (practice and balance) and isinstance(thing.get("client_reference_id"), str):
        practice, _, balance = thing["client_reference_id"].partition(":")
    return Whose(practice, balance) if practice and balance else None


def _id(reference: object) -> str:
    """An id that may stand alone or in the object it names."""
    return str(reference.get("id", "")) if isinstance(reference, Mapping) else str(reference or "")


def _event(body: bytes) -> dict[str, Any]:
    event = json.loads(body)
    try:
        event["id"], event["type"], event["created"], event["data"]["object"]["object"]
    except (KeyError, TypeError):
        raise ValueError("the body is not an event of the card processor") from None
    return dict(event)
