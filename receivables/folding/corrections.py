"""Folds what a person says a reply means: a wrong reading is taken back where that is safe, the right one is done."""

from __future__ import annotations

from collections.abc import Set

from receivables import holds
from receivables.case import Case
from receivables.facts import ReadingCorrected
from receivables.folding import people as fold_people
from receivables.folding.replies import ABOUT_THE_PERSON, HOLD_OF_INTENT, PLAN_INTENTS, keep, promised
from receivables.people import PointStatus
from receivables.spoken import Reply

HELD_BY = {"promise_to_pay": "promise"} | dict.fromkeys(PLAN_INTENTS, "plan_to_set_up")
"""What a wrong reading did that a correction takes back. All else stays: a stop until new consent, a contested bill, a
death, an emergency until a person has finished the task that was opened for it."""
SAYS_ENOUGH = frozenset({"ack_thanks", "auto_reply", "promise_to_pay", "decline_offer", "opt_out", "wrong_person"})
"""Nobody has to answer these; everything else that holds nothing is answered by a person."""


def reading_corrected(case: Case, fact: ReadingCorrected) -> None:
    """The latest correction counts. It never accepts a plan: whoever wants one is called by a person."""
    known = next((reply for reply in case.replies if reply.fact_id == fact.reply_fact_id), None)
    reply = known or Reply(fact_id=fact.reply_fact_id, channel=fact.channel, at=fact.at)
    if reply.corrected_at is not None and reply.corrected_at >= fact.at:
        return
    right, before = {fact.intent, *fact.intents}, {reply.intent, *reply.intents} if reply.read else set()
    says = {
        "read": True, "read_at": fact.at, "corrected_at": fact.at, "intent": fact.intent, "abstain": False,
        "intents": list(fact.intents), "action": fact.action,
    }  # fmt: skip
    keep(case, reply.model_copy(update=says))
    if reply.elsewhere:
        right, before = right & ABOUT_THE_PERSON, before & ABOUT_THE_PERSON
    _take_back(case, reply, before - right)
    for intent in sorted(right - before):
        _effect(case, intent, fact)
    if not reply.elsewhere and not _settled(right):
        holds.put(case, "reply_needs_person", fact.at, detail=fact.intent)


def _settled(right: Set[str]) -> bool:
    """True when something more particular asks a person, or nobody has to answer."""
    particular = right & (HOLD_OF_INTENT.keys() | set(PLAN_INTENTS))
    return bool(particular) or right <= SAYS_ENOUGH


def _take_back(case: Case, reply: Reply, wrong: Set[str]) -> None:
    """Only what this very reading put on the case."""
    reasons = {HELD_BY[intent] for intent in wrong & HELD_BY.keys()}
    case.holds = [hold for hold in case.holds if hold.reason not in reasons or hold.since != reply.read_at]
    if wrong & set(PLAN_INTENTS) and case.wish is not None and case.wish.fact_id == reply.fact_id:
        case.wish = None
    offer = case.offer
    if offer is not None and reply.read_at is not None and reply.read_at in {offer.accepted_at, offer.declined_at}:
        case.offer = offer.model_copy(update={"accepted_at": None, "declined_at": None})


def _effect(case: Case, intent: str, fact: ReadingCorrected) -> None:
    if intent == "opt_out":
        fold_people.stop_channel(case, fact.channel, fact.at)
    elif intent == "wrong_person":
        fold_people.mark_point(case, fact.channel, PointStatus.wrong_person, fact.at)
    elif intent in HOLD_OF_INTENT:
        holds.put(case, HOLD_OF_INTENT[intent], fact.at)
    elif intent in PLAN_INTENTS:
        holds.put(case, "plan_to_set_up", fact.at, detail=intent)
    elif intent == "promise_to_pay":
        holds.put(case, "promise", fact.at, until=promised(fact))
    elif intent == "decline_offer" and case.offer is not None:
        case.offer = case.offer.model_copy(update={"declined_at": fact.at})
