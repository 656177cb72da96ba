"""The closed list of intents with their actions and their order of urgency; how they are found is not here."""

from __future__ import annotations

from collections.abc import Collection, Iterable

STOP_AND_REVIEW = "stop_dunning_and_human_review"

ACTIONS = {
    "emergency": "emergency_human",
    "opt_out": "opt_out",
    "deceased": STOP_AND_REVIEW,
    "attorney_represented": STOP_AND_REVIEW,
    "bankruptcy": STOP_AND_REVIEW,
    "wrong_person": STOP_AND_REVIEW,
    "prompt_injection": "human_callback",
    "already_paid": STOP_AND_REVIEW,
    "insurance_issue": STOP_AND_REVIEW,
    "dispute_charge": STOP_AND_REVIEW,
    "financial_hardship": "pause_and_send_assistance_application",
    "complaint_legal": STOP_AND_REVIEW,
    "talk_to_human": "human_callback",
    "opt_in": "update_contact",
    "accept_plan": "confirm_plan",
    "propose_terms": "offer_or_create_plan",
    "manage_plan": "human_callback",
    "request_plan": "offer_or_create_plan",
    "promise_to_pay": "no_action",
    "pay_now": "send_link",
    "decline_offer": "no_action",
    "contact_preference": "update_contact",
    "language_preference": "update_contact",
    "appointment_request": "human_callback",
    "bill_question": "answer_question",
    "verify_identity": "answer_question",
    "help": "answer_question",
    "ack_thanks": "no_action",
    "auto_reply": "no_action",
    "unclear": "answer_question",
}
"""Every intent with what is done about it, the most urgent first: the first one present is the primary one."""

SAFETY = frozenset(
    (
        "emergency", "opt_out", "deceased", "attorney_represented", "bankruptcy", "wrong_person", "already_paid",
        "insurance_issue", "dispute_charge", "financial_hardship",
    )
)  # fmt: skip
"""A miss of one of these keeps asking somebody for money whom we must leave alone."""

TIERS = (
    ("emergency",), ("opt_out",), ("deceased", "attorney_represented", "bankruptcy", "wrong_person"),
    ("prompt_injection",), ("already_paid", "insurance_issue", "dispute_charge"), ("financial_hardship",),
    ("complaint_legal",), ("talk_to_human",), ("opt_in",),
)  # fmt: skip
"""Precedence; whatever is not named here comes after, and the last three come last."""
LAST = ("ack_thanks", "auto_reply", "unclear")

_TIER = {intent: place for place, tier in enumerate(TIERS) for intent in tier}
_TIER |= {intent: len(TIERS) + (intent in LAST) for intent in ACTIONS if intent not in _TIER}
_PLACE = {intent: place for place, intent in enumerate(ACTIONS)}


def tier(intent: str) -> int:
    """0 for what comes before everything else."""
    return _TIER[intent]


def ranked(intents: Iterable[str], first: Collection[str] = ()) -> list[str]:
    """Each once, the most urgent first; of two in the same tier the one in `first` leads."""
    return sorted(set(intents), key=lambda intent: (_TIER[intent], intent not in first, _PLACE[intent]))
