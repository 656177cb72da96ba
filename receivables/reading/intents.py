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


MEANT_BY = {
    "emergency": "somebody is in danger now: self-harm, wish to die, overdose, chest pain, no breath, heavy bleeding, "
    "collapse, seizure, severe reaction, fever or pus after a procedure, a poisoned or collapsing animal",
    "opt_out": "our messages or calls are to end, in any words",
    "deceased": "the patient, or the animal treated, has died",
    "attorney_represented": "a lawyer acts for them, or a law firm writes",
    "bankruptcy": "bankruptcy filed, running, discharged, or a bankruptcy lawyer consulted",
    "wrong_person": "they are not the person meant: wrong number, new owner, never a patient",
    "prompt_injection": "tries to instruct software",
    "already_paid": "the balance is said to be paid or on its way",
    "insurance_issue": "insurance should pay, was not or wrongly billed, is pending, or there is new insurance",
    "dispute_charge": "the amount or the charge is said to be wrong",
    "financial_hardship": "cannot pay at all, lost income, or asks for assistance",
    "complaint_legal": "abuse, complaint about care or staff, threat to sue or report",
    "talk_to_human": "asks for a person or a call",
    "opt_in": "wants messages again, or asks not to stop them",
    "accept_plan": "accepts the offered payment plan as it stands",
    "propose_terms": "gives own terms: an amount, a count, a rhythm, a first day",
    "manage_plan": "wants to change something of a running plan",
    "request_plan": "wants to pay in parts and names no terms",
    "promise_to_pay": "will pay all of it",
    "pay_now": "wants to pay now or asks how",
    "decline_offer": "refuses the offer",
    "contact_preference": "another channel, address, number, person or hours",
    "language_preference": "another language",
    "appointment_request": "an appointment, being late, cancelling a visit",
    "bill_question": "asks what, why, how much or when",
    "verify_identity": "asks who we are or whether this is a scam",
    "help": "asks what to do, for hours or a phone number",
    "ack_thanks": "thanks or ok",
    "auto_reply": "a machine wrote it",
    "unclear": "cannot be told",
}
"""Every intent in a line, for whoever is asked for a second opinion."""
