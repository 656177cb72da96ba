"""What each kind of staff task tells its person in fixed words: what happened, what to suggest, what not to say."""

from __future__ import annotations

from typing import NamedTuple

DO_NOT_SAY = (
    "Do not threaten credit reporting, collection, fees or interest: the practice does none of these.",
    "Do not leave the amount or its reason on voicemail, or with anyone but the guarantor.",
    "Do not say that care depends on payment.",
)
"""Product stance and R-15, R-16, in words for a call."""


class Brief(NamedTuple):
    """What a kind of task says."""

    happened: str
    suggestion: str
    do_not_say: tuple[str, ...] = ()


def yes_after_a_stop(messages: str, consent: str) -> Brief:
    """For a person who is to answer a yes that came after a stop of `messages` (R-6): it agrees to nothing."""
    return Brief(
        f"The patient had stopped {messages} before they wrote this. Nothing was agreed: a yes after a stop is neither "
        f"consent nor a plan accepted, and no {messages} go out.",
        f"Ask, by a way that is still permitted, for explicit new consent: {consent}. Agree on a plan anew after that.",
        (f"Do not write by the way they stopped: no {messages} until the new consent is on record.",),
    )


def wants_no_more(messages: str) -> Brief:
    """For a person who is to decide about somebody with no way left that they have not stopped or that works."""
    return Brief(
        f"The patient wants no more {messages}, and there is no other way to write to them.",
        "Send a letter, ask for explicit new consent when they call or come in, or decide how the balance is to end.",
        (f"Do not write by the way they stopped: no {messages} until the new consent is on record.",),
    )


BRIEFS: dict[str, Brief] = {
    "call": Brief("", "Offer a plan of up to four payments, or the assistance application.", DO_NOT_SAY),
    "no_contact": Brief(
        "Nobody can be written to: no usable phone number with consent and no usable e-mail address are on file.",
        "Find contact details or ask for consent, or send a letter.",
    ),
    "contact_failed": Brief(
        "Messages and calls no longer reach the patient.",
        "Check the contact details, send a letter, or decide how the balance is to end.",
    ),
    "dispute": Brief(
        "The patient contests this bill. All messages have stopped.",
        "Check the charge and the remittance, then tell the patient what was found.",
        ("Do not ask for payment until the question is settled.",),
    ),
    "already_paid": Brief(
        "The patient says this was paid. All messages have stopped.",
        "Look for the payment in the ledger, under the family's other balances and in the mail.",
        ("Do not ask for payment until the question is settled.",),
    ),
    "insurance": Brief(
        "The patient says insurance should pay. All messages have stopped.",
        "Check the claim and whether the right plan was billed.",
        ("Do not ask for payment until the question is settled.",),
    ),
    "assistance": Brief(
        "The patient asks for help with paying. Collection is paused.",
        "Send the assistance application and note the decision.",
        ("Do not ask for payment while the application is open.",),
    ),
    "reply": Brief(
        "The patient wrote something a person must answer. The agent is silent until then.", "Read it and answer."
    ),
    "emergency": Brief(
        "The patient wrote of an emergency. The agent is silent until a person has dealt with it.",
        "Read it and call the patient now; if nobody answers, ask the emergency services for a welfare check.",
        ("Do not speak of the balance.",),
    ),
    "plan_to_set_up": Brief(
        "The patient wants to pay in parts. The agent is silent until the plan is settled.",
        "Agree on amounts and dates, and confirm them in writing.",
    ),
    "deceased": Brief(
        "We were told that the guarantor has died. Everything has stopped.",
        "Verify it; speak only with the executor or spouse.",
        ("Do not write to the family about the balance.",),
    ),
    "bankruptcy": Brief(
        "We were told of a bankruptcy. Everything has stopped.",
        "Find the filing date and the court, and hand the file to whoever handles claims in bankruptcy.",
        ("Do not ask for payment: the automatic stay forbids it.",),
    ),
    "attorney": Brief(
        "A lawyer acts for the guarantor. Everything has stopped.",
        "Note the lawyer's details; write to the lawyer only.",
        ("Do not contact the guarantor.",),
    ),
    "cease": Brief(
        "The guarantor wants no contact at all. Everything has stopped.",
        "Decide how the balance is to end.",
        ("Do not contact the guarantor unless they ask for it in writing.",),
    ),
    "estimate_dispute": Brief(
        "The patient has opened the dispute resolution between patients and providers about the estimate. "
        "Collection, reminders and charges have stopped.",
        "Note the case number and answer the reviewer in time; resume with a reason once it is decided.",
        ("Do not ask for payment and threaten nothing while it is pending; late fees are suspended.",),
    ),
    "over_estimate": Brief(
        "The bill is $400 or more above the good-faith estimate. Nothing has been asked for.",
        "Compare both; lower the bill, or tell the patient in writing that they may have it reviewed within 120 days "
        "of the first bill, and resume with a reason.",
        ("Do not ask for payment before the patient was told of the review.",),
    ),
    "minor": Brief(
        "Whoever is named as guarantor is under age. Nobody is written to.",
        "Find the parent or guardian who answers for the bill and report them as guarantor, then resume with a reason.",
        ("Do not ask a minor for money.", "Do not speak of care the minor may consent to alone."),
    ),
    "came_of_age": Brief(
        "The patient was of age at this visit, and a parent or guardian is named as guarantor. Nobody is written to.",
        "Ask who has agreed to pay: post the balance to the patient, or resume with a reason if the parent has.",
        ("Do not tell the parent of a visit of their grown child.",),
    ),
    "sensitive": Brief(
        "This care is told of by people only. No text or e-mail goes out.",
        "Write by post in a plain envelope or call; speak with the patient alone.",
        ("Do not name the care, its place or its reason in any message or voicemail.",),
    ),
    "confidential": Brief(
        "The person wants to be reached in another way or place only. All messages have stopped.",
        "Arrange it and note a code word. Once you resume with a reason, only the ways that were named are used.",
        ("Do not use any other number, address or mailbox on file.", "Do not ask why they want it."),
    ),
    "credit": Brief(
        "More was paid than is owed.",
        "Give the credit back with `collect refund`, or apply it where the guarantor wishes.",
    ),
    "claim_open": Brief(
        "The insurer's answer is not final, so nothing is asked of the patient.",
        "Follow the claim up with the insurer.",
        ("Do not ask for payment while the claim is open.",),
    ),
    "plan_approval": Brief(
        "The patient asked for a plan that a person has to approve; they were told so.",
        "Answer with plan_agreed to approve it as it is, or agree on other terms and give those.",
    ),
    "charge_failed": Brief(
        "A payment of the plan could not be charged, and no further try is made.",
        "See whether the patient puts it right with the link; else call and offer to move the payment.",
        DO_NOT_SAY,
    ),
    "plan_broken": Brief(
        "A payment of the plan is missing although there was time to put it right. The plan rests.",
        "Call: move the payment, agree on smaller ones, or offer the assistance application.",
        DO_NOT_SAY,
    ),
    "plan_money_back": Brief(
        "Money of a running plan was given or taken back. The plan rests.",
        "Decide how the plan goes on; nothing is charged until then.",
    ),
    "plan_after_stop": Brief(
        "The patient stopped messages while a plan is running. The plan rests.",
        "Ask by a way that is still permitted whether the plan is to go on.",
        ("Do not write on the channel that was stopped.",),
    ),
    "chargeback": Brief(
        "The patient's bank took a card payment back, and a fee with it. All messages have stopped.",
        "Send the evidence pack (`collect tasks evidence`) at the card processor, and speak with the patient.",
        ("Do not ask for payment until the question is settled.",),
    ),
    "chargeback_lost": Brief(
        "The bank decided for the cardholder: the payment it took back stays with them. All messages have stopped.",
        "Tell the patient in person that the balance is open again, and agree on how it is paid; then resume.",
        ("Do not ask for payment before you have spoken about the dispute.",),
    ),
    "debit_returned": Brief(
        "A payment from the patient's bank account came back.",
        "Present it again only as far as is said here, or agree with the patient on another way to pay.",
        DO_NOT_SAY,
    ),
    "inquiry": Brief(
        "The patient's bank asks about a card payment. No money has moved yet. All messages have stopped.",
        "Answer the bank with the evidence pack (`collect tasks evidence`), or give the money back: either may keep it "
        "from becoming a chargeback.",
        ("Do not ask for payment until the question is settled.",),
    ),
}
"""By task kind."""
