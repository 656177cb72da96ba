"""What a patient said that nobody has answered yet, and which words of ours would answer it; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal, NamedTuple

from receivables import holds
from receivables.asked import Asks
from receivables.case import Offer
from receivables.offers import open_offer, stands_until
from receivables.people import Channel
from receivables.spoken import Reply
from receivables.view import NOT_AN_ANSWER, View

ANSWER_OF = {
    "emergency": "answer_emergency",
    "already_paid": "answer_already_paid",
    "insurance_issue": "answer_insurance",
    "dispute_charge": "answer_dispute",
    "financial_hardship": "assistance",
    "talk_to_human": "answer_person",
    "opt_in": "answer_opt_in",
    "appointment_request": "answer_person",
    "pay_now": "answer_pay_link",
    "bill_question": "answer_bill",
    "language_preference": "answer_language",
    "contact_preference": "answer_channel",
    "verify_identity": "answer_identity",
    "help": "answer_help",
    "unclear": "answer_unclear",
}
"""The message for each intent that is answered in words, by the tiers: the first one present counts."""
SILENT = (
    "opt_out", "deceased", "attorney_represented", "bankruptcy", "wrong_person", "prompt_injection", "complaint_legal",
)  # fmt: skip
"""Whatever else was said with one of these, no message answers: a person does, or nobody."""
PLAN_TALK = ("accept_plan", "propose_terms", "request_plan", "decline_offer", "manage_plan")
"""Answered by the rules about plans."""
NAMES_MONEY = frozenset({"answer_pay_link", "answer_bill", "answer_offer"})
"""Answers that hold an amount: only what is owed for certain is named."""
STOP_CONFIRMED = "answer_stopped"
"""The one message permitted after an opt-out in the patient's own words (R-8)."""
CONFIRMED_WITHIN = timedelta(minutes=5)
"""Consent to it is presumed for so long (64.1200(a)(12)); no setting lengthens it."""
ANSWERS = frozenset(ANSWER_OF.values()) | {
    "answer_nothing_owed", "answer_number_removed", "answer_files", "answer_offer", "answer_contact", STOP_CONFIRMED,
}  # fmt: skip
NOTHING_LEFT = "nothing_left"
"""Of our own accord: the share of somebody we had written to has gone to nothing."""
FREE_OF_MONEY = (ANSWERS - NAMES_MONEY) | {NOTHING_LEFT}
"""Messages that hold none, so that the sum does not matter, nor for answers a fresh reading of the ledger."""
UNSURE = (None, "answer_unclear", "answer_help")
"""Says less than what we are, where that was asked."""
FOR_SOMEBODY_IN_DANGER = "answer_emergency"
TOLD_OF_A_PERSON = "answer_person"
"""Promises nothing but that somebody writes, so that it may answer what was not understood."""
NOTHING_OWED = "answer_nothing_owed"


class Waiting(NamedTuple):
    """Replies on one channel since our last answer there: read in order, answered together, once."""

    channel: Channel
    replies: list[Reply]

    @property
    def latest(self) -> Reply:
        """The answer is named after it."""
        return self.replies[-1]

    @property
    def intents(self) -> set[str]:
        """Everything that was said in them."""
        return {intent for reply in self.replies for intent in (reply.intent, *reply.intents)}

    @property
    def held_a_number(self) -> bool:
        """True when a card or social-security number was taken out of it."""
        return any(reply.held_a_number for reply in self.replies)

    @property
    def asks_what_we_are(self) -> bool:
        """True when they ask whether a person or a machine is writing."""
        return any(reply.asks_what_we_are for reply in self.replies)

    @property
    def asks(self) -> set[Asks]:
        """The plain questions in them that the case itself can answer."""
        return {reply.asks for reply in self.replies}

    @property
    def files(self) -> bool:
        """True when pictures or other files came with it."""
        return any(reply.files for reply in self.replies)

    @property
    def abstains(self) -> bool:
        """True when a part was not understood for certain, or may mean either of two balances."""
        return any(reply.abstain or reply.tied for reply in self.replies)


def waiting(view: View) -> list[Waiting]:
    """Unanswered replies by channel, those that waited too long apart from the fresh ones, the oldest first."""
    answered = _answered_up_to(view)
    replies = [reply for reply in view.case.replies if _unanswered(view, reply, answered)]
    if not replies:
        return []
    ordered = sorted(replies, key=lambda reply: (reply.channel, not too_old(view, reply), reply.at, reply.fact_id))
    parts = groupby(ordered, key=lambda reply: (reply.channel, too_old(view, reply)))
    found = [Waiting(channel, list(part)) for (channel, _), part in parts]
    return sorted(found, key=lambda one: one.replies[0].at)


def message_for(view: View, said: Waiting) -> str | None:
    """The words that answer it; None when no message does: nothing is asked, or a person answers."""
    if "emergency" in said.intents:
        return FOR_SOMEBODY_IN_DANGER
    if said.intents & set(SILENT):
        return None
    message = None if said.abstains else _by_intent(view, said)
    if said.asks_what_we_are and message in UNSURE:
        return "answer_identity"
    if message is None or message == "answer_unclear":
        message = "answer_number_removed" if said.held_a_number else "answer_files" if said.files else message
    return TOLD_OF_A_PERSON if message is None and _to_be_told(view, said) else message


def _to_be_told(view: View, said: Waiting) -> bool:
    """True when these words made us ask a person and no answer of ours says so yet: whoever writes is not left waiting.

    Once a day is enough: it says that somebody gets back to them, not what they will say.
    """
    unsure_of_a_plan = said.abstains and not view.may_ask("plan_to_set_up")  # Staff are asked before we say so.
    asked = view.held(("reply_needs_person", "plan_to_set_up") if unsure_of_a_plan else ("reply_needs_person",))
    since = said.latest.at - timedelta(days=1)
    told = any(touch.message == TOLD_OF_A_PERSON and touch.at > since for touch in view.case.answers_sent)
    return not told and any(hold.since >= said.replies[0].at for hold in asked)


def _by_intent(view: View, said: Waiting) -> str | None:
    first = next((intent for intent in ANSWER_OF if intent in said.intents), None)
    plans = said.intents & set(PLAN_TALK)
    if first is None or (plans and ANSWER_RANK[first] > ANSWER_RANK["opt_in"]):
        return None
    if first in WISH_OF and not any(reply.wish == WISH_OF[first] for reply in said.replies):
        return "answer_contact" if first == "contact_preference" else None
    message = ANSWER_OF[first]
    if view.owed <= 0 and message in NAMES_MONEY | {"answer_already_paid"}:
        return NOTHING_OWED
    return _about_the_bill(view, said) if message == "answer_bill" else message


def _about_the_bill(view: View, said: Waiting) -> str:
    """The plainest true answer to a question about the bill; the last one says that a person gives it."""
    if said.asks & {"offer", "cost"} and offer_standing(view) is not None:
        return "answer_offer"
    if explainable(view):
        return "answer_bill"
    if "verify_identity" in said.intents:  # Whoever doubts that it is us is not sent to a link.
        return "answer_identity"
    return "answer_pay_link" if "amount" in said.asks else "answer_person"


ANSWER_RANK = {intent: rank for rank, intent in enumerate(ANSWER_OF)}
WISH_OF = {"language_preference": "language", "contact_preference": "channel"}
"""Wishes that are answered when they were clear enough to be granted; others are a person's."""


def obstacle(view: View, said: Waiting, message: str) -> str | None:
    """Why no message answers and a person does, in words for staff; None when the message may leave."""
    return next(_obstacles(view, said, message), None)


def offer_standing(view: View) -> Offer | None:
    """The open offer, while its days have not passed."""
    offer = open_offer(view.case)
    if offer is None or view.today > stands_until(offer, view.policy, view.practice.time_zone):
        return None
    return offer


def also_for_a_person(said: Waiting, message: str) -> str | None:
    """Why a person is asked although a message answers: it says that one gets back to them."""
    if message == "answer_person" and "bill_question" in said.intents:
        return "The insurer's own amounts are not at hand for a message, so a person explains the bill."
    return None


def language_in(view: View, channel: Channel) -> Literal["", "en", "es"]:
    """The one they wrote in last on this channel, unless they asked for the one on file since."""
    for reply in reversed(view.case.replies):
        if reply.wish == "language":
            return ""
        if reply.language and reply.channel is channel and not reply.elsewhere:
            return reply.language
    return ""


def explainable(view: View) -> bool:
    """True when the insurer's amounts are known, make the share to the cent, and may stand in a message (R-21)."""
    breakdown = view.case.breakdown
    if breakdown is None or view.policy.sms_detail_level == "neutral":
        return False
    return breakdown.share_cents == view.case.patient_responsibility_cents


def with_staff(view: View, said: Waiting) -> bool:
    """True when a person has been asked to answer it, or has such a question open and will see it there."""
    asked = view.case.asked.get("reply")
    if any(task.kind in {"reply", "emergency"} for task in view.case.open_tasks):
        return True
    return asked is not None and asked.last_at is not None and asked.last_at >= said.latest.at


def too_old(view: View, reply: Reply) -> bool:
    """True when it has waited longer than an answer of ours would make sense."""
    return view.now - reply.at > timedelta(hours=view.policy.conversation.answer_within_h)


def still_writing_until(view: View, said: Waiting) -> datetime:
    """When nothing has come for a moment, from whoever writes there: people write in several pieces."""
    there = [reply.at for reply in view.case.replies if reply.channel is said.channel and not reply.elsewhere]
    return max(there, default=said.latest.at) + timedelta(seconds=view.policy.conversation.settle_seconds)


def _unanswered(view: View, reply: Reply, answered: dict[Channel, tuple[datetime, str]]) -> bool:
    """Neither a message of ours nor a person has dealt with it; what machines and strangers wrote waits for nothing."""
    if not reply.read or reply.elsewhere or reply.corrected_at or reply.intent in NOT_AN_ANSWER:
        return False
    restarted = view.case.restarted_at
    if restarted is not None and restarted >= reply.at:
        return False
    latest = answered.get(reply.channel)
    return latest is None or (reply.at, reply.fact_id) > latest


def _answered_up_to(view: View) -> dict[Channel, tuple[datetime, str]]:
    """By channel the latest reply a message of ours answered: that answers those before it there too."""
    ids = {touch.reply_fact_id for touch in view.case.answers_sent}
    answered: dict[Channel, tuple[datetime, str]] = {}
    for reply in view.case.replies if ids else ():
        if reply.fact_id in ids:
            place = (reply.at, reply.fact_id)
            answered[reply.channel] = max(place, answered.get(reply.channel, place))
    return answered


def _obstacles(view: View, said: Waiting, message: str) -> Iterator[str]:
    if said.channel not in view.reachable:
        yield "No message may go out where the patient wrote, so a person answers."
    if view.held((*holds.PERMANENT, *holds.PROTECTED)):
        yield "Everything has stopped here, so a person looks at what was written."
    if any(reply.fact_id in view.case.given_up for reply in said.replies):
        yield "No message could be sent in answer, so a person answers."
    if message != FOR_SOMEBODY_IN_DANGER:
        yield from _reasons_for_a_person(view, said, message)


def _reasons_for_a_person(view: View, said: Waiting, message: str) -> Iterator[str]:
    section = view.policy.conversation
    if any(reply.left_to_staff for reply in said.replies):
        yield "A person had the case in hand when this was written, so they answer it."
    if view.ended is not None:
        yield "A person ended the case, so they answer what is written about it."
    if too_old(view, said.latest):
        yield f"It has waited longer than {section.answer_within_h} hours, so a person answers."
    if _answers_lately(view, said.channel) >= section.max_answers_per_day:
        yield f"{section.max_answers_per_day} answers went out within a day, so a person goes on."
    if message == "answer_unclear" and _asked_back(view) >= section.max_asked_back:
        yield "It is still not clear what the patient wants, so a person asks."
    if message not in FREE_OF_MONEY and (view.case.claim_status != "final" or view.held(("not_collectable",))):
        yield "What is owed is not certain now, so a person answers."


def _answers_lately(view: View, channel: Channel) -> int:
    since = view.now - timedelta(days=1)
    return sum(touch.channel is channel and touch.at > since for touch in view.case.answers_sent)


def _asked_back(view: View) -> int:
    restarted = view.case.restarted_at
    return sum(
        touch.message == "answer_unclear" and (restarted is None or touch.at > restarted)
        for touch in view.case.answers_sent
    )
