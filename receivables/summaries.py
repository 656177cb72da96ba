"""What a staff task tells the person who opens it: what happened, what to suggest, what not to say; it asks nobody."""

from __future__ import annotations

from typing import NamedTuple

from receivables import windows
from receivables.meanings import meaning
from receivables.money import Cents
from receivables.people import Channel
from receivables.view import View
from receivables.words import count, days, when

RECOMMENDATION = "Recommendation: discuss a payment plan or financial assistance."
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
    "credit": Brief("More was paid than is owed.", "Refund the credit or apply it where the guarantor wishes."),
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
    "inquiry": Brief(
        "The patient's bank asks about a card payment. No money has moved yet. All messages have stopped.",
        "Answer the bank with the evidence pack (`collect tasks evidence`), or give the money back: either may keep it "
        "from becoming a chargeback.",
        ("Do not ask for payment until the question is settled.",),
    ),
}
"""By task kind."""


def summary(view: View, kind: str) -> str:
    """What happened, what is owed and what was sent (M6), in sentences."""
    parts = [urgency(view), BRIEFS[kind].happened, owed(view), sent(view), written(view), last_payment(view)]
    if kind in {"plan_to_set_up", "plan_approval"}:
        parts.append(offered(view))
    if view.case.plan is not None:
        parts.append(plan_so_far(view))
    if kind in ABOUT_THE_BILL:
        parts += [deadline(view), insurer(view), money_so_far(view)]
    if kind == "call":
        parts.append(RECOMMENDATION)
    return " ".join(part for part in parts if part)


ABOUT_THE_BILL = ("already_paid", "insurance", "dispute", "chargeback", "inquiry", "reply")
"""Kinds of task for which the evidence is gathered before a person looks."""


def deadline(view: View) -> str:
    """Such as "The bank's question is about $80 (fraudulent); evidence is due on Wed Mar 11 at 17:00."."""
    asked = [one for one in view.case.disputes if one.answer_by is not None]
    if not asked or not view.held(("chargeback", "inquiry")):
        return ""
    latest = asked[-1]
    why = f" ({latest.reason.replace('_', ' ')})" if latest.reason else ""
    due = when(latest.answer_by or view.now, view.practice.time_zone, view.now)
    return f"The bank's question is about {latest.amount_cents.as_dollars()}{why}; evidence is due {due}."


def insurer(view: View) -> str:
    """Such as "The insurer: billed $300, allowed $250, paid $150; PR-1 $50, PR-3 $50, CO-45 $50. Claim final."."""
    case = view.case
    claim = f"Claim {case.claim_status}."
    if case.breakdown is None:
        return f"The insurer paid {case.insurance_paid_cents.as_dollars()}; its reason codes are not on record. {claim}"
    known = case.breakdown
    codes = ", ".join(f"{code} {Cents(cents).as_dollars()}" for code, cents in sorted(known.adjustments.items()))
    sums = f"billed {known.billed_cents.as_dollars()}, allowed {known.allowed_cents.as_dollars()}"
    return f"The insurer: {sums}, paid {case.insurance_paid_cents.as_dollars()}; {codes or 'no reason codes'}. {claim}"


def money_so_far(view: View) -> str:
    """Every payment with its day, its way and whether the practice's ledger has it; and how the share was changed."""
    case, zone = view.case, windows.place(view.practice.time_zone)
    paid = [
        f"{one.amount_cents.as_dollars()} on {one.paid_at.astimezone(zone):%b} {one.paid_at.astimezone(zone).day} "
        f"({one.where.replace('_', ' ')}, {POSTED[one.posting]})"
        for one in case.payments
    ]
    back = [f"{one.amount_cents.as_dollars()} taken back" for one in case.reversals]
    changed = f" The share was changed last by: {case.price_reason.replace('_', ' ')}." if case.price_reason else ""
    told = "; ".join([*paid, *back]) or "none on record for this balance"
    return f"Payments: {told}.{changed}"


POSTED = {"due": "not yet in the ledger", "posted": "in the ledger", "handed_over": "entered by a person"}


def urgency(view: View) -> str:
    """What cannot wait."""
    return "URGENT: somebody may be in danger. Call at once." if view.held(("emergency",)) else ""


def owed(view: View) -> str:
    """Such as "Owes $420, 52 days since the visit."."""
    if view.owed < 0:
        return f"The credit is {Cents(-view.owed).as_dollars()}."
    since = f", {days(view.days_since_visit)} since the visit" if view.case.service_date else ""
    return f"Owes {view.owed.as_dollars()}{since}."


def sent(view: View) -> str:
    """Such as "Sent so far: two text reminders and one e-mail; nothing came back."."""
    history = view.case.history
    billed = [touch for touch in view.case.touches if touch.agent != "no_show"]
    texts = history.unanswered_texts + sum(touch.channel is Channel.sms for touch in billed)
    mails = history.unanswered_emails + sum(touch.channel is Channel.email for touch in billed)
    kinds = [count(texts, "text reminder")] if texts else []
    kinds += [count(mails, "e-mail")] if mails else []
    if not kinds:
        return "Nothing was sent yet."
    failed = sum(touch.failed for touch in view.case.touches)
    lost = f" ({failed} not delivered)" if failed else ""
    answer = "the patient has paid, written or spoken with staff since" if view.heard_at else "nothing came back"
    return f"Sent so far: {' and '.join(kinds)}{lost}; {answer}."


REPLIES_TOLD = 4
"""The latest ones; the task shows the whole conversation."""


def written(view: View) -> str:
    """Such as "They wrote on Mar 4 (asks about the bill) and Mar 6 (not certain: will pay)."."""
    read = [reply for reply in view.case.replies if reply.read and not reply.elsewhere]
    if not read:
        return ""
    zone = windows.place(view.practice.time_zone)
    told = []
    for reply in read[-REPLIES_TOLD:]:
        day, doubt = reply.at.astimezone(zone), "not certain: " if reply.abstain else ""
        told.append(f"{day:%b} {day.day} ({doubt}{meaning([reply.intent, *reply.intents])})")
    earlier = f", after {count(len(read) - len(told), 'earlier message')}" if len(read) > len(told) else ""
    return f"They wrote on {' and '.join(told)}{earlier}."


def last_payment(view: View) -> str:
    """Such as "Last payment: 90 days ago, $75 (partial)."."""
    if view.case.payments:
        latest = view.case.payments[-1]
        extent = "partial" if view.owed > 0 else "full"
        ago = days(view.days_since(latest.paid_at))
        return f"Last payment: {ago} ago, {latest.amount_cents.as_dollars()} ({extent})."
    earlier = view.case.history.last_payment
    if earlier is None:
        return "No earlier payment is on record."
    ago = days(max((view.today - earlier.paid_on).days, 0))
    extent = "full" if earlier.in_full else "partial"
    return f"Last payment: {ago} ago, {earlier.amount_cents.as_dollars()} ({extent})."


def offered(view: View) -> str:
    """The offer and whether it was taken."""
    offer = view.case.offer
    if offer is None:
        return "No plan had been offered."
    taken = "accepted with YES" if offer.accepted_at else "not accepted as it stands"
    return f"Offered: {offer.installments} monthly payments of {offer.each_cents[0].as_dollars()}, {taken}."


def plan_so_far(view: View) -> str:
    """Such as "Plan: four payments, two made, the next is $80 on Apr 16."."""
    plan = view.case.plan
    if plan is None:
        return ""
    number = len(plan.installments)
    if view.plan is None:
        how = "ended" if plan.status == "cancelled" else "all made"
        return f"Plan: {count(number, 'payment')}, {how}."
    coming = [left for left in view.lefts if left.cents > 0]
    made = count(number - len(coming), "payment") + " made"
    if not coming:
        return f"Plan: {count(number, 'payment')}, {made}."
    first = coming[0]
    day = f"{first.due.due_on:%b} {first.due.due_on.day}"
    return f"Plan: {count(number, 'payment')}, {made}; the next is {first.cents.as_dollars()} on {day}."


def expected(view: View, kind: str) -> Cents:
    """What the task can be expected to bring in: the balance times the likelihood for its age and its kind."""
    section = view.policy.tasks
    shares = (share for age, share in sorted(section.share_by_age_days.items()) if view.days_since_visit <= age)
    by_age = next(shares, section.share_later)
    by_kind = section.share_by_kind.get(kind, section.share_of_other_kinds)
    return Cents(max(view.owed, 0) * round(by_age * by_kind * 10_000) // 10_000)
