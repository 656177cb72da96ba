"""What a staff task tells the person who opens it: what happened, what to suggest, what not to say; it asks nobody."""

from __future__ import annotations

from receivables import windows
from receivables.briefs import BRIEFS, Brief, wants_no_more, yes_after_a_stop
from receivables.debits import Back, in_words
from receivables.meanings import meaning
from receivables.money import Cents
from receivables.offers import stands_until
from receivables.people import Channel
from receivables.spoken import Reply
from receivables.view import View
from receivables.words import count, days, when

RECOMMENDATION = "Recommendation: discuss a payment plan or financial assistance."


def brief(view: View, kind: str, reply_fact_id: str | None = None) -> Brief:
    """The fixed words of this kind of task, or those for somebody who has stopped the way they were written to."""
    said = next((one for one in view.case.replies if one.fact_id == reply_fact_id), None)
    if kind in {"reply", "plan_to_set_up"} and said is not None and _yes_after_a_stop(view, said):
        return yes_after_a_stop(MESSAGES[said.channel], CONSENT[said.channel])
    stopped = view.case.stopped_channels
    if kind in {"contact_failed", "no_contact"} and stopped and not view.reachable:
        return wants_no_more(" or ".join(MESSAGES[channel] for channel in stopped))
    return BRIEFS[kind]


MESSAGES = {Channel.sms: "texts", Channel.email: "e-mails", Channel.letter: "letters"}
CONSENT = {Channel.sms: "they text START themselves, or agree on a form", Channel.email: "they agree on a form"}
"""What opens a stopped channel again: START counts from the number itself, other words there do not."""


def _yes_after_a_stop(view: View, said: Reply) -> bool:
    """True when this, or what they wrote after it in the same place, is a yes that no longer counts as one."""
    if said.channel not in view.case.stopped_channels:
        return False
    later = [one for one in view.case.replies if one.channel is said.channel and one.at >= said.at]
    return any({"opt_in", "accept_plan"} & {one.intent, *one.intents} for one in later)


def summary(view: View, kind: str, reply_fact_id: str | None = None, told: Brief | None = None) -> str:
    """What happened, what is owed and what was sent (M6), in sentences; `told` is its brief where that is known."""
    happened = (told or brief(view, kind, reply_fact_id)).happened
    parts = [urgency(view), happened, either(view, kind), owed(view), sent(view), written(view)]
    parts += [visits(view), last_payment(view)]
    if kind in {"plan_to_set_up", "plan_approval"}:
        parts.append(offered(view))
    if view.case.plan is not None:
        parts.append(plan_so_far(view))
    if kind == "debit_returned":
        parts.append(returned(view))
    if kind == "credit":
        parts.append(came_back(view))
    if kind in ABOUT_THE_BILL:
        parts += [deadline(view), insurer(view), money_so_far(view)]
    if kind == "call":
        parts.append(RECOMMENDATION)
    return " ".join(part for part in parts if part)


ABOUT_THE_BILL = ("already_paid", "insurance", "dispute", "chargeback", "chargeback_lost", "inquiry", "reply")
"""Kinds of task for which the evidence is gathered before a person looks."""


def either(view: View, kind: str) -> str:
    """Such as "It may mean any of these: b1, $60 of Feb 3; b2, $70 of Mar 2. Ask which, …"; else nothing."""
    tied = [reply for reply in view.case.replies if reply.tied]
    if kind != "reply" or not tied:
        return ""
    named = "; ".join(
        f"{one.balance_id}, {one.outstanding_cents.as_dollars()}"
        + (f" of the visit on {one.service_date:%b} {one.service_date.day}" if one.service_date else "")
        for one in tied[-1].may_mean
    )
    return f"Our messages spoke of several balances, and it may mean any of these: {named}. Ask which, and write there."


def deadline(view: View) -> str:
    """Such as "The bank's question is about $80 (fraudulent); evidence is due on Wed Mar 11 at 17:00."."""
    asked = [one for one in view.case.disputes if one.answer_by is not None]
    if not asked or not view.held(("chargeback", "inquiry")):
        return ""
    latest = asked[-1]
    why = f" ({latest.reason.replace('_', ' ')})" if latest.reason else ""
    due = when(latest.answer_by or view.now, view.practice.time_zone, view.now)
    return f"The bank's question is about {latest.amount_cents.as_dollars()}{why}; evidence is due {due}."


def returned(view: View) -> str:
    """Such as "The bank returned $60 (R01: …). It may be presented 2 times more until 2026-08-29, …"; else nothing."""
    coded = [back for back in view.case.reversals if back.return_code]
    if not coded:
        return ""
    latest = coded[-1]
    same = [back for back in coded if back.amount_cents == latest.amount_cents]
    paid = {one.fact_id: one.paid_at for one in view.case.payments}
    first = min(paid.get(back.payment_fact_id, back.at) for back in same)
    zone = windows.place(view.practice.time_zone)
    back = Back(latest.return_code, latest.amount_cents, first.astimezone(zone).date(), len(same))
    return in_words(back, view.policy.rules.debit_return(back.code, view.today), view.today)


def came_back(view: View) -> str:
    """Such as "A refund of $20 came back: the bank could not deliver it."; else nothing."""
    undone = {payment.undoes for payment in view.case.payments}
    failed = [back for back in view.case.reversals if back.fact_id in undone and not back.chargeback]
    if not failed:
        return ""
    return f"A refund of {failed[-1].amount_cents.as_dollars()} came back: the bank could not deliver it."


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
    letters = sum(touch.channel is Channel.letter for touch in billed)
    kinds += [count(letters, "letter")] if letters else []
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


def visits(view: View) -> str:
    """Such as "They had been away and came back on Mar 4. The next visit is on Fri Mar 20 at 10:00."; else nothing."""
    zone, case = windows.place(view.practice.time_zone), view.case
    parts = []
    if case.reactivated_at is not None:
        back = case.reactivated_at.astimezone(zone)
        parts.append(f"They had been away and came back on {back:%b} {back.day}.")
    if case.visit_at is not None and case.visit_at > view.now:
        parts.append(f"The next visit is {when(case.visit_at, view.practice.time_zone, view.now)}.")
    return " ".join(parts)


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
    day = stands_until(offer, view.policy, view.practice.time_zone)
    over = day < view.today
    standing = "not accepted, and over now" if over else f"not accepted; it stands until {day:%b} {day.day}"
    taken = "accepted with YES" if offer.accepted_at else "refused" if offer.declined_at else standing
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
