"""The form of each Stripe object with every field a client may read; no behaviour."""

from __future__ import annotations

from typing import Any

from simulator.stripe.cards import CARDS, Card
from simulator.stripe.store import API_VERSION, Obj


def _new(kind: str, object_id: str, created: int | None, **fields: Any) -> Obj:
    stamp = {} if created is None else {"created": created}
    return {"id": object_id, "object": kind, **stamp, "livemode": False, **fields}


def ways(given: Obj) -> list[str]:
    """The ways to pay a request allows; cards when it does not say."""
    return given.get("payment_method_types") or given.get("allowed_payment_method_types") or ["card"]


def billing_details(given: Obj | None = None) -> Obj:
    """Who a card belongs to, as far as it was told."""
    known = given or {}
    address = known.get("address") or {}
    parts = ("city", "country", "line1", "line2", "postal_code", "state")
    named = {name: known.get(name) for name in ("email", "name", "phone")}
    return {"address": {part: address.get(part) for part in parts}, **named, "tax_id": None}


def customer(object_id: str, created: int, given: Obj) -> Obj:
    """A customer."""
    return _new(
        "customer", object_id, created, address=given.get("address"), balance=given.get("balance", 0), currency=None,
        default_source=None, delinquent=False, description=given.get("description"), discount=None,
        email=given.get("email"), invoice_prefix=object_id[-8:].upper(),
        invoice_settings=dict.fromkeys(("custom_fields", "default_payment_method", "footer", "rendering_options")),
        metadata=given.get("metadata", {}), name=given.get("name"), next_invoice_sequence=1, phone=given.get("phone"),
        preferred_locales=given.get("preferred_locales", []), shipping=given.get("shipping"), tax_exempt="none",
        test_clock=None,
    )  # fmt: skip


def card_facts(card: Card) -> Obj:
    """What is common to a saved card and a charged one."""
    return {
        "brand": card.brand, "country": "US", "exp_month": card.exp_month, "exp_year": card.exp_year,
        "fingerprint": f"fp{card.number[-10:]}", "funding": "credit", "last4": card.number[-4:], "wallet": None,
    }  # fmt: skip


def payment_method(object_id: str, created: int, card: Card, given: Obj) -> Obj:
    """A saved card."""
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}
    facts = card_facts(card) | {
        "checks": checks, "display_brand": card.brand, "generated_from": None, "regulated_status": "unregulated",
        "networks": {"available": [card.brand], "preferred": None}, "three_d_secure_usage": {"supported": True},
    }  # fmt: skip
    return _new(
        "payment_method", object_id, created, allow_redisplay=given.get("allow_redisplay", "unspecified"),
        billing_details=billing_details(given.get("billing_details")), card=facts, customer=None,
        customer_account=None, metadata=given.get("metadata", {}), type="card",
    )  # fmt: skip


def _automatic(given: Obj | None) -> Obj | None:
    if given is None:
        return None
    return {"allow_redirects": given.get("allow_redirects", "always"), "enabled": given.get("enabled") == "true"}


def debit_method(object_id: str, created: int, kind: str, given: Obj) -> Obj:
    """A bank account that can be collected from."""
    number = str(given[kind].get("iban") or given[kind].get("account_number", ""))
    last4 = number[-4:]
    facts: Obj = {
        "bank_code": number[5:10], "branch_code": "", "country": number[:2], "fingerprint": f"fp{last4}",
        "generated_from": {"charge": None, "setup_attempt": None}, "last4": last4,
    }  # fmt: skip
    if kind == "us_bank_account":
        facts = {
            "account_holder_type": given[kind].get("account_holder_type", "individual"), "account_type": "checking",
            "bank_name": "STRIPE TEST BANK", "financial_connections_account": None, "fingerprint": f"fp{last4}",
            "last4": last4, "networks": {"preferred": "ach", "supported": ["ach"]}, "routing_number": "110000000",
            "status_details": {},
        }  # fmt: skip
    return _new(
        "payment_method", object_id, created, allow_redisplay="unspecified", customer=None, customer_account=None,
        billing_details=billing_details(given.get("billing_details")), metadata=given.get("metadata", {}), type=kind,
    ) | {kind: facts}  # fmt: skip


def debit_charge(object_id: str, created: int, intent: Obj, method: Obj) -> Obj:
    """The pending charge of a bank debit."""
    kind = method["type"]
    details = {key: value for key, value in method[kind].items() if key in DEBIT_DETAILS[kind]}
    card_like = method | {"card": {"brand": kind}}
    pending = charge(object_id, created, intent, card_like, CARDS["4242424242424242"], declined=False)
    return pending | {
        "status": "pending", "paid": False, "captured": True, "amount_captured": 0,
        "payment_method_details": {"type": kind, kind: details},
    }  # fmt: skip


SAVED_ONLY = ("display_brand", "networks", "three_d_secure_usage", "generated_from")
"""What a saved card tells and a charged one does not."""
DEBIT_DETAILS = {
    "sepa_debit": ("bank_code", "branch_code", "country", "fingerprint", "last4"),
    "us_bank_account": ("account_holder_type", "account_type", "bank_name", "fingerprint", "last4", "routing_number"),
}
"""What a charge tells of the account."""


def setup_intent(object_id: str, created: int, given: Obj) -> Obj:
    """A setup intent that waits for a payment method."""
    return _new(
        "setup_intent", object_id, created, application=None, automatic_payment_methods=None, cancellation_reason=None,
        client_secret=f"{object_id}_secret_simulated", customer=given.get("customer"), customer_account=None,
        description=given.get("description"), excluded_payment_method_types=None, flow_directions=None,
        last_setup_error=None, latest_attempt=None, mandate=None, metadata=given.get("metadata", {}), next_action=None,
        on_behalf_of=None, payment_method=None, payment_method_configuration_details=None, payment_method_options=None,
        payment_method_types=ways(given), single_use_mandate=None,
        status="requires_payment_method", usage=given.get("usage", "off_session"),
    )  # fmt: skip


def payment_intent(object_id: str, created: int, given: Obj) -> Obj:
    """A payment intent that waits for a payment method."""
    return _new(
        "payment_intent", object_id, created, amount=given["amount"], amount_capturable=0, amount_details={"tip": {}},
        amount_received=0, application=None, application_fee_amount=None,
        automatic_payment_methods=_automatic(given.get("automatic_payment_methods")),
        canceled_at=None, cancellation_reason=None, capture_method=given.get("capture_method", "automatic_async"),
        client_secret=f"{object_id}_secret_simulated", confirmation_method="automatic",
        currency=given["currency"].lower(),
        customer=given.get("customer"), customer_account=None, description=given.get("description"),
        excluded_payment_method_types=None, last_payment_error=None, latest_charge=None,
        metadata=given.get("metadata", {}), next_action=None, on_behalf_of=None, payment_method=None,
        payment_method_configuration_details=None, payment_method_options={},
        payment_method_types=ways(given), processing=None,
        receipt_email=given.get("receipt_email"), review=None,
        setup_future_usage=given.get("setup_future_usage") or None,
        shipping=given.get("shipping"), statement_descriptor=given.get("statement_descriptor"),
        statement_descriptor_suffix=given.get("statement_descriptor_suffix"), status="requires_payment_method",
        transfer_data=None, transfer_group=given.get("transfer_group"),
    )  # fmt: skip


def charge(object_id: str, created: int, intent: Obj, method: Obj, card: Card, declined: bool) -> Obj:
    """The charge of an intent, failed or succeeded; `card` is how the card behaved."""
    amount = intent["amount"]
    held = not declined and intent["capture_method"] == "manual"
    details = {key: value for key, value in method["card"].items() if key not in SAVED_ONLY}
    details |= {
        "amount_authorized": amount, "authorization_code": None if declined else "123456", "installments": None,
        "mandate": None, "network": method["card"]["brand"], "network_token": {"used": False},
        "network_transaction_id": None, "three_d_secure": None,
        "extended_authorization": {"status": "disabled"}, "incremental_authorization": {"status": "unavailable"},
        "multicapture": {"status": "unavailable"},
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
    }  # fmt: skip
    return _new(
        "charge", object_id, created, amount=amount, amount_captured=0 if declined or held else amount,
        amount_refunded=0,
        application=None, application_fee=None, application_fee_amount=None, balance_transaction=None,
        billing_details=method["billing_details"], calculated_statement_descriptor="SIMULATED",
        captured=not declined and not held, currency=intent["currency"], customer=intent["customer"],
        description=intent["description"], disputed=False, failure_balance_transaction=None,
        failure_code=card.decline if declined else None, failure_message=None, fraud_details={},
        metadata=dict(intent["metadata"]), on_behalf_of=None, outcome=outcome(card, declined), paid=not declined,
        payment_intent=intent["id"], payment_method=method["id"],
        payment_method_details={"type": "card", "card": details}, radar_options={},
        receipt_email=intent["receipt_email"],
        receipt_number=None, receipt_url=None, refunded=False, review=None, shipping=intent["shipping"],
        source_transfer=None, statement_descriptor=intent["statement_descriptor"],
        statement_descriptor_suffix=intent["statement_descriptor_suffix"], status="failed" if declined else "succeeded",
        transfer_data=None, transfer_group=intent["transfer_group"],
    )  # fmt: skip


def outcome(card: Card, declined: bool) -> Obj:
    """What the card network said."""
    return {
        "advice_code": card.advice_code if declined else None,
        "network_advice_code": card.network_advice_code if declined else None,
        "network_decline_code": card.network_decline_code if declined else None,
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": card.decline_code if declined else None, "risk_level": "normal", "risk_score": 21,
        "seller_message": "The bank returned a decline code." if declined else "Payment complete.",
        "type": "issuer_declined" if declined else "authorized",
    }  # fmt: skip


def balance_transaction(object_id: str, created: int, amount: int, kind: str, source: str, fee: int = 0) -> Obj:
    """A movement on the account's balance; made without `livemode`, which it does not have."""
    category = "dispute" if kind == "adjustment" else kind
    detail = {"amount": fee, "application": None, "currency": "usd", "description": "Processing fee"}
    fees = [detail | {"type": "stripe_fee"}]
    return {
        "id": object_id, "object": "balance_transaction", "amount": amount, "available_on": created + 2 * 86_400,
        "balance_type": "payments", "created": created, "currency": "usd", "description": None, "exchange_rate": None,
        "fee": fee, "fee_details": fees if fee else [], "net": amount - fee, "reporting_category": category,
        "source": source, "status": "pending", "type": kind,
    }  # fmt: skip


def payout(object_id: str, created: int, amount: int, arrival: int) -> Obj:
    """An automatic payout that is on its way to the bank."""
    return _new(
        "payout", object_id, created, amount=amount, application_fee=None, application_fee_amount=None,
        arrival_date=arrival, automatic=True, balance_transaction=None, currency="usd", description="STRIPE PAYOUT",
        destination="ba_simulated0000000000001", failure_balance_transaction=None, failure_code=None,
        failure_message=None, metadata={}, method="standard", original_payout=None, payout_method=None,
        reconciliation_status="in_progress", reversed_by=None, source_type="card", statement_descriptor=None,
        status="in_transit", trace_id=None, type="bank_account",
    )  # fmt: skip


def refund(object_id: str, created: int, paid: Obj, given: Obj, amount: int) -> Obj:
    """A refund that succeeded; without `livemode`, which it does not have."""
    return {
        "id": object_id, "object": "refund", "amount": amount, "balance_transaction": None, "charge": paid["id"],
        "created": created, "currency": paid["currency"],
        "destination_details": {"type": "card", "card": {
            "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund",
        }},
        "metadata": given.get("metadata", {}), "payment_intent": paid["payment_intent"],
        "reason": given.get("reason"), "receipt_number": None, "source_transfer_reversal": None, "status": "succeeded",
        "transfer_reversal": None,
    }  # fmt: skip


def webhook_endpoint(object_id: str, created: int, given: Obj, secret: str) -> Obj:
    """A registered endpoint; the secret is shown once, at creation."""
    return _new(
        "webhook_endpoint", object_id, created, api_version=given.get("api_version", API_VERSION), application=None,
        description=given.get("description"), enabled_events=given["enabled_events"],
        metadata=given.get("metadata", {}),
        secret=secret, status="enabled", url=given["url"],
    )  # fmt: skip
