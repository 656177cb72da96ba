"""Disputes: opened by a cardholder's bank, answered, closed; with the money they move."""

from __future__ import annotations

from simulator.stripe.balance import Balance
from simulator.stripe.events import Events
from simulator.stripe.store import Obj, Store

EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip
DISPUTE_FEE = 1500


class Disputes:
    """Opens and closes disputes of charges."""

    def __init__(self, store: Store, events: Events, balance: Balance) -> None:
        self._balance = balance
        self._store = store
        self._events = events

    def open(self, paid: Obj, reason: str) -> Obj:
        """A dispute, or an inquiry that moves no money yet."""
        inquiry = reason == "inquiry"
        now = self._store.now()
        dispute = self._store.add({
            "id": self._store.new_id("du"), "object": "dispute", "amount": paid["amount"], "balance_transactions": [],
            "charge": paid["id"], "created": now, "currency": paid["currency"], "enhanced_eligibility_types": [],
            "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
            "evidence_details": {"due_by": now + 9 * 86_400, "enhanced_eligibility": {}, "has_evidence": False,
                                 "past_due": False, "submission_count": 0},
            "is_charge_refundable": inquiry, "livemode": False, "metadata": {},
            "payment_intent": paid["payment_intent"],
            "reason": "general" if inquiry else reason,
            "status": "warning_needs_response" if inquiry else "needs_response",
        })  # fmt: skip
        paid["disputed"] = True
        self._events.report("charge.dispute.created", dispute)
        if not inquiry:
            self._move(dispute, -dispute["amount"], DISPUTE_FEE)
            self._events.report("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def update(self, dispute: Obj, given: Obj) -> Obj:
        """Adds evidence and submits it; the words `winning_evidence` and `losing_evidence` decide the dispute."""
        evidence = given.get("evidence") or {}
        dispute["evidence"] |= {name: evidence[name] for name in EVIDENCE if name in evidence}
        if isinstance(given.get("metadata"), dict):
            dispute["metadata"] |= given["metadata"]
        if given.get("submit", bool(evidence)):
            dispute["evidence_details"] |= {"has_evidence": True, "submission_count": 1}
            dispute["status"] = "under_review"
            self._events.report("charge.dispute.updated", dispute)
            text = evidence.get("uncategorized_text")
            if text in ("winning_evidence", "losing_evidence"):
                self.close(dispute, won=text == "winning_evidence")
        return dispute

    def close(self, dispute: Obj, won: bool = False) -> Obj:
        """The end: lost unless won; a won one brings the money back."""
        warned = dispute["status"].startswith("warning")
        dispute["status"] = "warning_closed" if warned else "won" if won else "lost"
        self._events.report("charge.dispute.closed", dispute)
        if won and not warned:
            self._move(dispute, dispute["amount"], 0)
            self._events.report("charge.dispute.funds_reinstated", dispute)
        return dispute

    def _move(self, dispute: Obj, amount: int, fee: int) -> None:
        dispute["balance_transactions"].append(self._balance.move(amount, "adjustment", dispute["id"], fee))
