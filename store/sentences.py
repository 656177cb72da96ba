"""One plain sentence for everything that can stand in a balance's timeline; what patients wrote is never in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from receivables.money import Cents

Detail = Mapping[str, Any]
CHANNELS = {"sms": "text", "email": "e-mail", "letter": "letter"}
ONE = {"sms": "A text", "email": "An e-mail", "letter": "A letter"}

FACTS = {
    "balance_posted": "A balance of {amount} was posted.",
    "balance_adjusted": "The patient's share was changed to {amount} ({reason}).",
    "payment_recorded": "The patient paid {amount} ({where}).",
    "payment_reversed": "{amount} of a payment was taken back ({why}).",
    "reply_received": "The patient wrote back ({channel}).",
    "appointment_booked": "A visit was booked.",
    "appointment_missed": "A visit was missed.",
    "appointment_cancelled": "A visit was cancelled.",
    "recall_due": "A recall visit is due.",
    "dispute_raised": "The bill was contested ({about}).",
    "dispute_closed": "The bank has closed its question about a card payment ({outcome}).",
    "assistance_requested": "Help with paying was asked for.",
    "consent_recorded": "The guarantor spoke about being written to ({channel}, by {means}).",
    "contact_stopped": "The guarantor asked us to stop ({channel}).",
    "guarantor_deceased": "The guarantor has died.",
    "bankruptcy_filed": "The guarantor has filed for bankruptcy.",
    "attorney_represents": "A lawyer acts for the guarantor.",
    "estimate_disputed": "The patient opened the dispute resolution about the estimate.",
    "confidential_requested": "The guarantor wants to be reached in another way only.",
    "staff_note": "The staff left a note.",
    "message_sent": "{one} was sent: {message}.",
    "message_skipped": "{one} was not sent: {because}",
    "delivery_failed": "{one} could not be delivered ({status}).",
    "reply_understood": "The patient's reply was read as: {intent}.",
    "reading_corrected": "A person said what the reply means: {intent}.",
    "payment_posted": "A payment stands in the practice's ledger.",
    "posting_delayed": "The practice's system was away; the payment is posted later.",
    "posting_handed_over": "A payment was handed to a person to be entered in the practice's ledger.",
    "task_opened": "A person was asked: {task_kind}.",
    "task_resolved": "A person answered: {outcome}.",
    "contact_updated": "The guarantor's contact details were updated.",
    "outreach_paused": "A person paused all messages.",
    "outreach_resumed": "A person let messages go on.",
    "case_closed": "A person closed the case: {reason}.",
    "card_enrolled": "A card was put on file for the plan.",
    "card_changed": "The card on file was renewed.",
    "card_removed": "The card on file was removed.",
    "charge_declined": "The charge of installment {installment} was declined, try {attempt} ({declined_for}).",
    "charge_pending": "The charge of installment {installment} is under way, try {attempt}.",
    "autopay_stopped": "The patient stopped automatic payments.",
    "plan_agreed": "Terms of a plan were agreed ({by}).",
    "plan_change_asked": "A change of the plan was asked for: {wish}.",
    "plan_set_up": "A plan is in force: {payments}.",
    "plan_changed": "The plan has new terms ({change}): {payments}.",
    "plan_refused": "The plan was not set up: {because}",
    "plan_cancelled": "The plan was ended ({by}).",
    "plan_beside": "A plan for another balance of this person was heard of.",
    "policy_changed": "The practice published policy {version}. {because}",
    "time_passed": "The moment the case was resting for has come.",
}
GIVEN_BACK = "{amount} was given back to the patient by {by}: {note}."
"""In place of `payment_reversed`, for a credit that did not go back through the card processor."""
CHARGED = "Installment {installment} was charged to the card on file: {amount}."
"""In place of `payment_recorded`, for the try that brought it."""
CAME_TO_NOTHING = "A payment begun on the page did not come through."
"""In place of `staff_note`, for what the card processor says and nobody wrote."""
CAME_BACK = "A visit was booked by somebody who had been away."
STEPS = {
    "send_message": "{one} is planned: {message}.",
    "read_reply": "The patient's reply is to be read.",
    "offer_plan": "A plan is to be offered by {channel}.",
    "create_plan": "A plan is to be set up: {payments}.",
    "charge_installment": "Installment {installment} is to be charged: {amount}, try {attempt}.",
    "post_to_practice": "{amount} is to be posted to the practice's ledger.",
    "ask_staff": "A person is to be asked: {task_kind}.",
    "wait": "The case rests. Expected next: {next_step}.",
    "close": "The case is to be closed: {reason}.",
}
TOUCHES = {
    "claimed": "{one} was on its way, and it is not known yet whether it left: {message}.",
    "accepted": "{one} was sent: {message}.",
    "refused": "{one} was not taken by the provider: {message}.",
    "held_back": "{one} was held back at the last look before sending: {message}.",
}
LETTERS = {
    "claimed": "A letter is being laid out for print.",
    "accepted": "A letter was laid out for print.",
    "refused": "A letter was withdrawn before it was printed.",
    "printed": "The letter was printed.",
}
UNSENT = "{one} was not sent: {message}."
POSTINGS = {
    "pending": "{amount} is waiting to be posted to the practice's ledger.",
    "sending": "{amount} is being posted to the practice's ledger.",
    "unknown": "It is not known yet whether {amount} has reached the practice's ledger.",
    "accepted": "{amount} was taken by the practice's system.",
    "confirmed": "{amount} stands in the practice's ledger.",
    "failed": "{amount} was refused by the practice's system.",
    "needs_human": "{amount} is to be entered in the practice's ledger by a person.",
}
TASK = "A person was asked: {task_kind}."
READ = "The reply was read: the patient {meaning}."
DOUBTED = "The reply could not be read for certain. Perhaps: the patient {meaning}."
CORRECTED = "A person corrected how the reply was read: the patient {meaning}."
WHEN_ABSENT = {
    "where": "other", "why": "correction", "reason": "readjudicated", "about": "other", "channel": "all contact",
    "status": "a passing fault", "next_step": "a fact", "because": "", "installment": "0", "attempt": "1",
    "by": "page", "version": "anew", "wish": "another one", "change": "another one", "means": "any means",
}  # fmt: skip
"""What a field means that a stored fact or step leaves out, since its default was meant."""


def fact_sentence(kind: str, detail: Detail) -> str:
    """What happened."""
    if kind == "payment_recorded" and detail.get("attempt"):
        return _filled(CHARGED, detail)
    if kind == "payment_reversed" and detail.get("by"):
        return _filled(GIVEN_BACK, {"note": "no note", **detail})
    if kind == "staff_note" and detail.get("failed_payment"):
        return CAME_TO_NOTHING
    if kind == "appointment_booked" and detail.get("reactivated"):
        return _filled(CAME_BACK, detail)
    return _filled(FACTS[kind], detail)


def decision_sentence(step: Detail) -> str:
    """What was decided."""
    return _filled(STEPS[step["kind"]], step)


def touch_sentence(status: str, detail: Detail) -> str:
    """What became of a message of ours."""
    if detail.get("channel") == "letter":
        return LETTERS[status]
    held_back = status == "refused" and detail.get("proof", {}).get("held_back")
    return _filled(TOUCHES["held_back" if held_back else status], detail)


def unsent_sentence(detail: Detail) -> str:
    """A message of ours, or of a sibling agent's, that was not permitted."""
    return _filled(UNSENT, detail)


def posting_sentence(state: str, detail: Detail) -> str:
    """How far a payment has got into the practice's ledger."""
    return _filled(POSTINGS[state], detail)


def task_sentence(kind: str) -> str:
    """What a person was asked."""
    return _filled(TASK, {"task_kind": kind})


def reading_sentence(meaning: str, *, abstain: bool) -> str:
    """What a reply was taken to say."""
    return (DOUBTED if abstain else READ).format(meaning=meaning)


def correction_sentence(meaning: str) -> str:
    """What a person says that it says."""
    return CORRECTED.format(meaning=meaning)


def _filled(sentence: str, detail: Detail) -> str:
    words = WHEN_ABSENT | {name: _word(name, value) for name, value in detail.items() if value is not None}
    words |= {"payments": _payments(detail.get("installments")), "declined_for": words["reason"]}
    one = ONE.get(str(detail.get("channel")), "A message")
    return sentence.format_map(words | {"one": one, "amount": Cents(detail.get("amount_cents") or 0).as_dollars()})


def _payments(installments: object) -> str:
    """`$80 on Mar 16, $80 on Apr 16`."""
    if not isinstance(installments, list):
        return ""
    named = ((Cents(due["amount_cents"]).as_dollars(), date.fromisoformat(str(due["due_on"]))) for due in installments)
    return ", ".join(f"{amount} on {day:%b} {day.day}" for amount, day in named)


def _word(name: str, value: object) -> str:
    if name == "channel":
        return CHANNELS.get(str(value), str(value))
    return str(value) if name == "because" else str(value).replace("_", " ")
