"""What a declined charge means: codes of Stripe, networks and banks become reasons and what is left to do.

Sources: docs.stripe.com/declines/codes, the networks' limits (R-32, R-33) and Nacha's return codes (R-31).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from receivables.cards.card import Again, DeclineReason

REASONS: Mapping[str, DeclineReason] = {
    "insufficient_funds": "insufficient_funds", "withdrawal_count_limit_exceeded": "limit",
    "card_velocity_exceeded": "limit", "amount_too_large": "limit",
    "processing_error": "processing", "try_again_later": "processing", "issuer_not_available": "processing",
    "reenter_transaction": "processing", "approve_with_id": "processing", "bank_account_restricted": "not_permitted",
    "authentication_required": "must_confirm", "online_or_offline_pin_required": "must_confirm",
    "offline_pin_required": "must_confirm", "authentication_not_handled": "must_confirm",
    "lost_card": "lost_or_stolen", "stolen_card": "lost_or_stolen", "pickup_card": "lost_or_stolen",
    "expired_card": "expired", "bank_account_unusable": "wrong_details",
    "incorrect_number": "wrong_details", "invalid_number": "wrong_details", "incorrect_cvc": "wrong_details",
    "invalid_cvc": "wrong_details", "incorrect_zip": "wrong_details", "incorrect_address": "wrong_details",
    "invalid_expiry_month": "wrong_details", "invalid_expiry_year": "wrong_details", "invalid_account": "wrong_details",
    "new_account_information_available": "wrong_details", "no_account": "wrong_details",
    "account_closed": "wrong_details", "incorrect_account_details": "wrong_details",
    "payment_method_unactivated": "not_permitted",
    "fraudulent": "fraud", "merchant_blacklist": "fraud", "security_violation": "fraud", "highest_risk_level": "fraud",
    "card_not_supported": "not_permitted", "currency_not_supported": "not_permitted",
    "invalid_amount": "not_permitted", "not_permitted": "not_permitted", "restricted_card": "not_permitted",
    "revocation_of_all_authorizations": "not_permitted", "revocation_of_authorization": "not_permitted",
    "service_not_allowed": "not_permitted", "stop_payment_order": "not_permitted",
    "transaction_not_allowed": "not_permitted", "debit_not_authorized": "not_permitted",
}  # fmt: skip
"""Stripe's decline codes, or its error codes where there is none. What is not listed is `generic`."""

RETURNS: Mapping[str, DeclineReason] = {
    "R01": "insufficient_funds", "R09": "insufficient_funds",
    "R02": "wrong_details", "R03": "wrong_details", "R04": "wrong_details", "R13": "wrong_details",
    "R16": "wrong_details", "R20": "wrong_details",
    "R05": "not_permitted", "R07": "not_permitted", "R08": "not_permitted", "R10": "not_permitted",
    "R11": "not_permitted", "R14": "not_permitted", "R15": "not_permitted", "R29": "not_permitted",
    "R31": "not_permitted", "R37": "not_permitted", "R38": "not_permitted", "R39": "not_permitted",
    "R51": "not_permitted",
}  # fmt: skip
"""A bank's return codes (R-31). Only R01 and R09 may be tried again."""

NEVER_AT_VISA = ("04", "07", "12", "14", "15", "41", "43", "46", "57", "R0", "R1", "R3")
"""The network's first category (R-32)."""

SIGNALS: Mapping[tuple[str, str], Again] = {
    ("advice_code", "do_not_try_again"): "never",
    ("advice_code", "confirm_card_data"): "new_card",
    ("advice_code", "try_again_later"): "later",
    ("network_advice_code", "01"): "new_card",
    ("network_advice_code", "02"): "later",
    ("network_advice_code", "03"): "never",
    ("network_advice_code", "21"): "never",
    ("reason", "lost_or_stolen"): "never",
    ("reason", "fraud"): "never",
    ("reason", "not_permitted"): "never",
    ("reason", "expired"): "new_card",
    ("reason", "wrong_details"): "new_card",
    ("reason", "must_confirm"): "with_the_patient",
}
"""What each signal leaves open."""

STRICTEST_FIRST: tuple[Again, ...] = ("never", "new_card", "with_the_patient", "later")


class Meaning(NamedTuple):
    """A decline in our words."""

    reason: DeclineReason
    again: Again
    network_code: str


def meaning_of_decline(error: Mapping[str, Any]) -> Meaning:
    """What the error of a failed charge says; where signals differ the strictest wins."""
    reason, raw = reason_of(error), str(error.get("network_decline_code") or "")
    named = ("advice_code", "network_advice_code")
    signals = [("reason", str(reason)), *((name, str(error.get(name))) for name in named)]
    found: set[Again] = {SIGNALS[signal] for signal in signals if signal in SIGNALS}
    if _network(error) == "visa" and raw in NEVER_AT_VISA:
        found.add("never")
    again: Again = next((word for word in STRICTEST_FIRST if word in found), "later")
    return Meaning(reason, again, (raw or str(error.get("network_advice_code") or ""))[:16])


def reason_of(error: Mapping[str, Any]) -> DeclineReason:
    """By the bank's return code, the decline code, or the error's own code."""
    if _network(error) == "bank" and (returned := RETURNS.get(str(error.get("network_decline_code")))) is not None:
        return returned
    for name in ("decline_code", "code"):
        if (reason := REASONS.get(str(error.get(name)))) is not None:
            return reason
    return "generic"


def _network(error: Mapping[str, Any]) -> str:
    """Whose code the raw one is. A card of no known brand is held to Visa's list, the strictest."""
    method = error.get("payment_method")
    method = method if isinstance(method, Mapping) else {}
    if method.get("type") == "us_bank_account":
        return "bank"
    return str((method.get("card") or {}).get("brand") or "visa")
