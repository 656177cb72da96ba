"""Folds what patients wrote and what it was found to mean; the words themselves never come here."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Literal

from receivables import holds
from receivables.case import Case
from receivables.facts import ReadingCorrected, ReplyReceived, ReplyUnderstood
from receivables.folding import people as fold_people
from receivables.folding import plan as fold_plan
from receivables.people import PointStatus
from receivables.plans.plan import Wish
from receivables.spoken import Reply

HOLD_OF_INTENT = {
    "deceased": "deceased",
    "bankruptcy": "bankruptcy",
    "attorney_represented": "attorney",
    "already_paid": "already_paid",
    "insurance_issue": "insurance",
    "dispute_charge": "dispute",
    "financial_hardship": "assistance",
    "emergency": "emergency",
}
"""Intents that silence the agent for a reason of their own."""
ABOUT_THE_PERSON = {
    "opt_out", "deceased", "attorney_represented", "bankruptcy", "wrong_person", "emergency", "already_paid",
    "insurance_issue", "dispute_charge", "financial_hardship",
}  # fmt: skip
"""Intents that silence every balance of the person, whichever the words were about: silence is the safe side."""
ABOUT_ONE_BALANCE = {"propose_terms", "request_plan", "promise_to_pay", "bill_question"}
"""Intents that mean one bill. A yes belongs to an offer, of which only one stands at a time, and the page lists all."""
SEVERAL = 2
PLAN_INTENTS = ("accept_plan", "propose_terms", "request_plan")
KIND_OF_WISH: dict[str, Literal["accept", "terms", "plan"]] = {
    "accept_plan": "accept",
    "propose_terms": "terms",
    "request_plan": "plan",
}
WEIGHTIER = {
    "emergency", "opt_out", "deceased", "attorney_represented", "bankruptcy", "wrong_person", "prompt_injection",
    "already_paid", "insurance_issue", "dispute_charge", "financial_hardship", "complaint_legal", "talk_to_human",
}  # fmt: skip
"""With any of these in the same reply a word about the plan is left to a person."""
FOR_PEOPLE = ("prompt_injection", "complaint_legal", "talk_to_human", "appointment_request", "manage_plan")
"""Intents that a person deals with, whatever the agent says meanwhile."""
ANSWERED = (
    "bill_question", "opt_in", "pay_now", "verify_identity", "help", "unclear", "promise_to_pay", "decline_offer",
    "ack_thanks",
    "auto_reply",
)  # fmt: skip
"""Intents that the agent answers by itself, or that ask for nothing."""
LEAVES_ALONE = ("no_action", "opt_out")
"""Actions after which nobody has to answer the patient."""


def reply_received(case: Case, fact: ReplyReceived) -> None:
    """It has to be read. A reading heard of before the reply itself is kept."""
    known = next((reply for reply in case.replies if reply.fact_id == fact.fact_id), None)
    reply = known or Reply(fact_id=fact.fact_id, channel=fact.channel, at=fact.at)
    heard = {
        "channel": fact.channel, "at": fact.at, "files": fact.files,
        "left_to_staff": any(task.kind not in holds.BESIDE_THE_PLAN for task in case.open_tasks),
        "elsewhere": fact.about_balance_id not in {None, case.balance_id},
        "about": fact.about_balance_id or "" if fact.about_balance_id != case.balance_id else "",
        "may_mean": fact.may_mean,
    }  # fmt: skip
    keep(case, reply.model_copy(update=heard))
    case.calls = []


def reply_understood(case: Case, fact: ReplyUnderstood) -> None:
    """Every intent has its effect: a STOP with "I paid" ends the channel and holds the case."""
    known = next((reply for reply in case.replies if reply.fact_id == fact.reply_fact_id), None)
    if known is not None and known.read:
        return
    reply = known or Reply(fact_id=fact.reply_fact_id, channel=fact.channel, at=fact.at)
    read = {
        "read": True, "read_at": fact.at, "intent": fact.intent, "intents": list(fact.intents), "action": fact.action,
        "abstain": fact.abstain, "language": fact.language, "held_a_number": fact.held_a_number,
        "asks_what_we_are": fact.asks_what_we_are, "asks": fact.asks,
        "wish": "language" if fact.wants_language else "channel" if fact.wants_channel else "",
    }  # fmt: skip
    keep(case, reply.model_copy(update=read))
    intents = {fact.intent, *fact.intents}
    if _tied(case, reply, fact, intents):
        _leave_to_a_person(case, reply, fact)
        intents -= ABOUT_ONE_BALANCE
    for intent in sorted(intents & ABOUT_THE_PERSON if reply.elsewhere else intents):
        _effect(case, intent, fact)
    ours = not reply.elsewhere or fold_plan.goes_with(case, reply.about)
    changes_plan = _changes_plan(fact, intents) and case.running_plan is not None
    if ours and changes_plan:
        fold_plan.take_wish(case, _wish(fact, "change"))
    if reply.elsewhere:
        return
    if needs_person(fact, intents, changes_plan=changes_plan):
        holds.put(case, "reply_needs_person", fact.at, detail=fact.intent)


def _tied(case: Case, reply: Reply, fact: ReplyUnderstood, intents: set[str]) -> bool:
    """True when it concerns one of several balances we wrote about, and no amount in it says which."""
    if not intents & ABOUT_ONE_BALANCE or len(reply.may_mean) < SEVERAL:
        return False
    named = fact.slots.amount_cents
    same = [one for one in reply.may_mean if one.outstanding_cents == named]
    return len(same) != 1 or same[0].balance_id != (reply.about or case.balance_id)


def _leave_to_a_person(case: Case, reply: Reply, fact: ReplyUnderstood) -> None:
    """One case asks, for all of them; the others are silent meanwhile."""
    if not reply.elsewhere:
        keep(case, next(one for one in case.replies if one.fact_id == reply.fact_id).model_copy(update={"tied": True}))
        holds.put(case, "reply_needs_person", fact.at, detail="tied")
    elif any(one.balance_id == case.balance_id for one in reply.may_mean):
        holds.put(case, "asked_which", fact.at)


def needs_person(fact: ReplyUnderstood, intents: set[str], *, changes_plan: bool) -> bool:
    """True when a person must see it and no more particular hold asks for one; what the agent answers is not here.

    A word about a plan goes to the rules of that plan; where there is none, a person finds out what was meant.
    """
    particular = changes_plan or bool(intents & (HOLD_OF_INTENT.keys() | set(PLAN_INTENTS)))
    if intents & set(FOR_PEOPLE) and not changes_plan:
        return True
    if fact.abstain:
        return not particular
    granted = bool(fact.wants_language or fact.wants_channel)
    known = particular or granted or bool(intents & set(ANSWERED))
    return fact.action not in LEAVES_ALONE and not known


def _effect(case: Case, intent: str, fact: ReplyUnderstood) -> None:
    if intent == "opt_out":
        fold_people.stop_channel(case, fact.channel, fact.at)
    elif intent == "wrong_person":
        fold_people.mark_point(case, fact.channel, PointStatus.wrong_person, fact.at)
    elif intent in HOLD_OF_INTENT:
        holds.put(case, HOLD_OF_INTENT[intent], fact.at)
    elif intent in PLAN_INTENTS:
        _plan_talk(case, intent, fact)
    elif intent == "decline_offer" and case.offer is not None:
        case.offer = case.offer.model_copy(update={"declined_at": fact.at})
    elif intent == "promise_to_pay":
        holds.put(case, "promise", fact.at, until=promised(fact))


def _plan_talk(case: Case, intent: str, fact: ReplyUnderstood) -> None:
    """An acceptance counts only as an unconditional yes to an offer that is open."""
    kind = KIND_OF_WISH[intent]
    if intent == "accept_plan" and fact.action == "confirm_plan" and not fact.abstain and case.offer is not None:
        case.offer = case.offer.model_copy(update={"accepted_at": fact.at})
    if case.wish is None or case.wish.fact_id != fact.reply_fact_id or kind == "terms":
        fold_plan.take_wish(case, _wish(fact, kind))
    holds.put(case, "plan_to_set_up", fact.at, detail=intent)


def _changes_plan(fact: ReplyUnderstood, intents: set[str]) -> bool:
    """A word about the plan in force, in a reply that holds nothing weightier."""
    return fact.plan_wish not in {"", "part_now"} and not intents & WEIGHTIER


def _wish(fact: ReplyUnderstood, kind: Literal["accept", "terms", "plan", "change"]) -> Wish:
    return Wish(
        fact_id=fact.reply_fact_id, at=fact.at, kind=kind, slots=fact.slots, change=fact.plan_wish,
        channel=fact.channel, sure=not fact.abstain, move_to=fact.slots.date,
    )  # fmt: skip


def keep(case: Case, reply: Reply) -> None:
    """The reply in its place among the others."""
    others = [known for known in case.replies if known.fact_id != reply.fact_id]
    case.replies = sorted([*others, reply], key=lambda known: (known.at, known.fact_id))


def promised(fact: ReplyUnderstood | ReadingCorrected) -> datetime | None:
    """The end of the day they named; None when they named none, or one that is over."""
    named = fact.slots.date
    until = datetime.combine(named, time(23, 59), tzinfo=UTC) if named else None
    return until if until is not None and until > fact.at else None
