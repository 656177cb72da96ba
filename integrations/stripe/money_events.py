"""Stripe's events that mean money: taken, declined, on its way, given back; whose they are is settled before."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from integrations.stripe.declines import meaning_of_decline
from integrations.stripe.event_parts import SOURCE, Head, Thing, id_of, whole
from receivables.cards.facts import ChargeDeclined, ChargePending
from receivables.facts import AnyFact, DisputeClosed, DisputeRaised, PaymentRecorded, PaymentReversed, StaffNote

Why = Literal["refund", "chargeback", "returned"]
GONE = {"failed", "canceled"}
"""A refund in one of these states did not move money after all."""
RETURNED_BY_BANK = {
    "bank_cannot_process": "", "check_returned": "", "debit_not_authorized": "R10", "incorrect_account_details": "R03",
    "insufficient_funds": "R01",
}  # fmt: skip
"""Disputes with one of these reasons are bank debits that came back, not objections of cardholders; with the banks'
code where Stripe's word stands for one (R-31)."""
BANK_DEBIT = "py_"
"""How the charges of other ways to pay than cards begin."""
RETURN_CODE = re.compile(r"R\d\d")
INQUIRY = "warning_"
"""How the states of a dispute begin that is only asked about: no money has moved."""
ENDINGS: dict[str, Literal["won", "lost", "inquiry_closed"]] = {
    "warning_closed": "inquiry_closed", "prevented": "inquiry_closed", "won": "won", "lost": "lost",
}  # fmt: skip
"""By the status a dispute is closed in."""


def _session_paid(session: Thing, head: Head) -> list[AnyFact]:
    """Completed is not paid: with a slow way to pay, the money comes with a later event."""
    if session.get("payment_status") != "paid" or session.get("mode") != "payment":
        return []
    return [_payment(id_of(session.get("payment_intent")), session["amount_total"], head)]


def _session_settled(session: Thing, head: Head) -> list[AnyFact]:
    """What comes later is a bank debit: all other ways to pay answer at once."""
    return [fact.model_copy(update={"debit": True}) for fact in _session_paid(session, head)]


def _session_failed(session: Thing, head: Head) -> list[AnyFact]:
    """A slow way to pay came to nothing. No money had been counted; staff can see why none came."""
    text = "A payment begun on the page did not come through; nothing was received."
    payment = id_of(session.get("payment_intent")) or session["id"]
    return [StaffNote(fact_id=f"{SOURCE}.{session['id']}.failed", text=text, failed_payment=payment, **head)]


def _intent_paid(intent: Thing, head: Head) -> list[AnyFact]:
    payment = _payment(intent["id"], intent["amount_received"], head)
    if id_of(intent.get("latest_charge")).startswith(BANK_DEBIT):
        payment = payment.model_copy(update={"debit": True})
    charged = _try(intent)
    return [payment.model_copy(update={"where": "other", **charged}) if charged else payment]


def _intent_failed(intent: Thing, head: Head) -> list[AnyFact]:
    """A try at an installment came to nothing; on a page the patient sees it and tries another card."""
    charged, error = _try(intent), intent.get("last_payment_error") or {}
    if charged is None:
        return _debit_failed(intent, error, head)
    said = meaning_of_decline(error)
    key = intent["metadata"].get("try") or intent["id"]
    return [
        ChargeDeclined(
            fact_id=f"declined.{key}", reason=said.reason, again=said.again, network_code=said.network_code,
            **head, **charged,
        )
    ]  # fmt: skip


def _debit_failed(intent: Thing, error: Thing, head: Head) -> list[AnyFact]:
    """A bank debit that came back before it settled: nothing had been counted, and it counts among returns (R-31)."""
    code = str(error.get("network_decline_code") or "")
    if not RETURN_CODE.fullmatch(code):
        return []
    text = f"A payment from a bank account did not come through ({code}); nothing was received."
    what = {"text": text, "return_code": code, "failed_payment": intent["id"]}
    return [StaffNote(fact_id=f"{SOURCE}.{intent['id']}.{code}", **what, **head)]


def _intent_processing(intent: Thing, head: Head) -> list[AnyFact]:
    charged = _try(intent)
    if charged is None:
        return []
    key = intent["metadata"].get("try") or intent["id"]
    return [ChargePending(fact_id=f"pending.{key}", vendor_reference=intent["id"], **head, **charged)]


def _try(intent: Thing) -> dict[str, Any] | None:
    """Which try at which installment of which plan this is; None for money that is none."""
    metadata = intent.get("metadata") or {}
    if not metadata.get("plan"):
        return None
    return {
        "plan_id": metadata["plan"], "installment": whole(metadata.get("installment")),
        "attempt": whole(metadata.get("attempt")),
    }  # fmt: skip


def _payment(reference: str, amount_cents: int, head: Head) -> PaymentRecorded:
    """Named after the payment intent, so that its several events count once."""
    return PaymentRecorded(
        fact_id=f"{SOURCE}.{reference}", amount_cents=amount_cents, paid_at=head["at"], where="page",
        vendor_reference=reference, **head,
    )  # fmt: skip


def _refund(refund: Thing, head: Head) -> list[AnyFact]:
    """A refund takes the money back when it begins; one that fails later gives it back under an id of its own.

    Both facts are told when it fails: whatever was heard before, and in whichever order, they come to nothing.
    """
    taken = _taken_back(refund["id"], refund, head, "refund")
    if refund.get("status") in GONE:
        return [taken, _given_back(f"{refund['id']}.failed", refund, head, taken)]
    return [taken]


def _charge_refunded(charge: Thing, head: Head) -> list[AnyFact]:
    """Older accounts list the refunds in the charge; elsewhere each refund has its own event, so none is missed.

    A refund of ours says itself whose it is, which a charge for several balances does not: its own event tells it.
    """
    listed = (charge.get("refunds") or {}).get("data", [])
    refunds = [one for one in listed if "refund" not in (one.get("metadata") or {})]
    payment = charge.get("payment_intent")
    return [fact for refund in refunds for fact in _refund({"payment_intent": payment, **refund}, head)]


def _dispute_opened(dispute: Thing, head: Head) -> list[AnyFact]:
    """A chargeback, or an inquiry, which moves no money: in both staff answers and nobody is dunned meanwhile."""
    if dispute.get("reason") in RETURNED_BY_BANK:
        return []
    inquiry = str(dispute.get("status")).startswith(INQUIRY)
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return [
        DisputeRaised(
            fact_id=f"{SOURCE}.{dispute['id']}", about="inquiry" if inquiry else "chargeback",
            payment_fact_id=f"{SOURCE}.{id_of(dispute.get('payment_intent'))}", disputed_cents=dispute["amount"],
            answer_by=datetime.fromtimestamp(due, UTC) if due else None,
            reason=str(dispute.get("reason") or ""), **head,
        )
    ]  # fmt: skip


def _dispute_closed(dispute: Thing, head: Head) -> list[AnyFact]:
    """How it ended. What it moved is told again, in case the events of the money itself were never heard."""
    outcome = ENDINGS.get(str(dispute.get("status")))
    if outcome is None or dispute.get("reason") in RETURNED_BY_BANK:
        return []
    moved = [row["amount"] for row in dispute.get("balance_transactions") or [] if isinstance(row, Mapping)]
    money = _reinstated(dispute, head) if max(moved, default=0) > 0 else _withdrawn(dispute, head) if moved else []
    closed = DisputeClosed(
        fact_id=f"{SOURCE}.{dispute['id']}.closed", dispute_fact_id=f"{SOURCE}.{dispute['id']}", outcome=outcome,
        payment_fact_id=f"{SOURCE}.{id_of(dispute.get('payment_intent'))}", **head,
    )  # fmt: skip
    return [*money, closed]


def _withdrawn(dispute: Thing, head: Head) -> list[AnyFact]:
    return [_withdrawal(dispute, head)]


def _withdrawal(dispute: Thing, head: Head) -> PaymentReversed:
    reason = str(dispute.get("reason"))
    why: Why = "returned" if reason in RETURNED_BY_BANK else "chargeback"
    back = _taken_back(f"{dispute['id']}.withdrawn", dispute, head, why)
    return back.model_copy(update={"return_code": RETURNED_BY_BANK.get(reason, "")})


def _reinstated(dispute: Thing, head: Head) -> list[AnyFact]:
    """The dispute was won. The withdrawal is told again, in case it was never heard."""
    taken = _withdrawal(dispute, head)
    return [taken, _given_back(f"{dispute['id']}.reinstated", dispute, head, taken)]


def _taken_back(reference: str, thing: Thing, head: Head, why: Why) -> PaymentReversed:
    part = (thing.get("metadata") or {}).get("part", "")
    payment = ".".join(filter(None, (SOURCE, id_of(thing.get("payment_intent")), part)))
    return PaymentReversed(
        fact_id=f"{SOURCE}.{reference}", payment_fact_id=payment, amount_cents=thing["amount"], why=why, **head
    )


def _given_back(reference: str, thing: Thing, head: Head, taken: PaymentReversed) -> PaymentRecorded:
    return PaymentRecorded(
        fact_id=f"{SOURCE}.{reference}", amount_cents=thing["amount"], paid_at=head["at"], where="other",
        vendor_reference=id_of(thing.get("payment_intent")), undoes=taken.fact_id, **head,
    )  # fmt: skip


MAPPINGS: dict[str, Callable[[Thing, Head], list[AnyFact]]] = {
    "checkout.session.completed": _session_paid,
    "checkout.session.async_payment_succeeded": _session_settled,
    "checkout.session.async_payment_failed": _session_failed,
    "payment_intent.succeeded": _intent_paid,
    "payment_intent.payment_failed": _intent_failed,
    "payment_intent.processing": _intent_processing,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.refunded": _charge_refunded,
    "charge.dispute.created": _dispute_opened,
    "charge.dispute.closed": _dispute_closed,
    "charge.dispute.funds_withdrawn": _withdrawn,
    "charge.dispute.funds_reinstated": _reinstated,
}
"""The kinds of event that mean money, each to its facts."""
UNDOING = (_refund, _charge_refunded, _dispute_opened, _dispute_closed, _withdrawn, _reinstated)
"""What these undo may be ours even when the event does not say so."""
