"""What a reply was read as, in words that staff reads; nothing the patient wrote is repeated, nothing decided."""

from __future__ import annotations

from collections.abc import Sequence

from receivables.plans.terms import Slots
from receivables.words import count

MEANING = {
    "emergency": "somebody may be in danger",
    "opt_out": "wants no more messages here",
    "deceased": "says that the guarantor has died",
    "attorney_represented": "says that a lawyer acts for them",
    "bankruptcy": "speaks of a bankruptcy",
    "wrong_person": "is somebody else",
    "prompt_injection": "tries to instruct the software",
    "already_paid": "says that this was paid",
    "insurance_issue": "says that insurance should pay",
    "dispute_charge": "contests the bill",
    "financial_hardship": "asks for help with paying",
    "complaint_legal": "complains",
    "talk_to_human": "wants to talk to a person",
    "opt_in": "wants to hear from us",
    "accept_plan": "accepts the plan that was offered",
    "propose_terms": "names terms of their own for paying",
    "manage_plan": "wants something changed about the plan",
    "request_plan": "wants to pay in parts",
    "promise_to_pay": "will pay",
    "pay_now": "wants to pay now",
    "decline_offer": "does not want the plan that was offered",
    "contact_preference": "wants to be reached in another way",
    "language_preference": "wants another language",
    "appointment_request": "asks about a visit",
    "bill_question": "asks about the bill",
    "verify_identity": "asks who is writing",
    "help": "asks for help with these messages",
    "ack_thanks": "says thanks or fine",
    "auto_reply": "is a machine's answer",
    "unclear": "says nothing clear",
}
"""Every intent, as the end of a sentence that begins with the patient."""
RHYTHMS = {"weekly": "weekly", "biweekly": "every two weeks", "semimonthly": "twice a month", "monthly": "monthly"}


def meaning(intents: Sequence[str]) -> str:
    """Such as "wants no more messages here, says that this was paid"; the primary one first."""
    return ", ".join(MEANING.get(intent, intent.replace("_", " ")) for intent in dict.fromkeys(intents))


def certainty(confidence: float, reader: str, *, abstain: bool) -> str:
    """Such as "94 % sure, by reader 3f9c…"; in doubt nothing is done on the strength of it."""
    sure = f"Only {confidence:.0%} sure, so a person is asked" if abstain else f"{confidence:.0%} sure"
    return f"{sure}{f', by reader {reader}' if reader else ''}."


def named(slots: Slots) -> str:
    """Such as "They named $50, 2 payments, monthly, Mar 20."; empty when they named nothing."""
    said = [slots.amount_cents.as_dollars()] if slots.amount_cents is not None else []
    said += [count(slots.installments, "payment")] if slots.installments is not None else []
    said += [RHYTHMS.get(slots.frequency, slots.frequency)] if slots.frequency else []
    said += [f"{slots.date:%b} {slots.date.day}"] if slots.date is not None else []
    return f"They named {', '.join(said)}." if said else ""


FOLLOWS = {
    "emergency": "A person is called for at once.",
    "opt_out": "Nothing more is sent on this channel, by any agent.",
    "wrong_person": "This number or address is not used any more.",
    "deceased": "Everything stops, and a person is asked to look.",
    "attorney_represented": "Everything stops, and a person is asked to look.",
    "bankruptcy": "Everything stops, and a person is asked to look.",
    "already_paid": "The reminders stop, and a person is asked, with the evidence.",
    "insurance_issue": "The reminders stop, and a person is asked, with the evidence.",
    "dispute_charge": "The reminders stop, and a person is asked, with the evidence.",
    "financial_hardship": "Collection pauses, and a person is asked to settle the help.",
    "accept_plan": "A person is asked to settle the plan; none is set up by a correction.",
    "propose_terms": "A person is asked to settle the plan; none is set up by a correction.",
    "request_plan": "A person is asked to settle the plan; none is set up by a correction.",
    "promise_to_pay": "Nothing is sent until the day they named, or for a week.",
}
"""What a person's reading of a reply does to its balance, by intent."""
QUIET = ("ack_thanks", "auto_reply", "decline_offer")
"""Nobody answers these."""
ANSWER_IT = "The agent does not answer it: whoever corrected it does."


def what_follows(intents: Sequence[str]) -> list[str]:
    """What becomes of the balance when a person says that a reply means this, a sentence for each effect."""
    found = [FOLLOWS[intent] for intent in dict.fromkeys(intents) if intent in FOLLOWS]
    if not set(intents) <= {*FOLLOWS, *QUIET}:
        found.append(ANSWER_IT)
    return list(dict.fromkeys(found))
