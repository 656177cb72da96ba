"""How plan messages come to be: what each may say, where it goes and when; why one is sent is decided elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from receivables import windows
from receivables.case import Offer
from receivables.conversation import language_in
from receivables.people import Channel
from receivables.plans.money import Left
from receivables.plans.offers import Reason, Schedule
from receivables.plans.plan import Plan
from receivables.plans.steps import OfferPlan, PlanWords
from receivables.rules.answer import step
from receivables.rules.ladder import slot, until_the_books_tell
from receivables.steps import Decision, SendMessage
from receivables.view import View
from receivables.words import when


def words_of(view: View, plan: Plan, about: Left | None = None, reason: Reason = "") -> PlanWords:
    """What a message about the plan in force may say."""
    mandate = view.mandate
    coming = [left for left in view.lefts if left.cents > 0]
    return PlanWords(
        dues=[left.due.model_copy(update={"amount_cents": left.cents}) for left in coming],
        about=about.due.model_copy(update={"amount_cents": about.cents}) if about else None,
        reason=reason,
        card=f"{mandate.card.brand.capitalize()} {mandate.card.last4}".strip() if mandate else "",
        disclosures=view.situation.disclosed(plan.installments),
    )


def direct(
    view: View, message: str, key: str, channel: Channel, words: PlanWords, *because: str,
    reply: str | None = None, confirms: int | None = None, answers: bool = False,
) -> Decision:  # fmt: skip
    """What the patient asked for or agreed to, in writing: no outreach, but inside the hours."""
    sending = SendMessage(
        touch_id=touch_id(view, message, key), message=message, channel=channel, direct=True, plan=words,
        confirms_revision=confirms, answers_wish=answers, reply_fact_id=reply,
        language=language_in(view, channel) if reply else "",
    )  # fmt: skip
    at = answer_at(view, reply)
    timing = f"It goes out {when(at, view.zones[0], view.now)}, as an answer to the patient."
    return step(view, sending, *because, timing, at=at)


def offering(
    view: View, key: str, channel: Channel, dues: Schedule, *because: str, reason: Reason = "", reply: str | None = None
) -> Decision:
    """An offer with amounts and days, as an answer."""
    offer = Offer(
        installments=len(dues), each_cents=[due.amount_cents for due in dues], offered_at=view.now, dues=dues
    )
    sending = OfferPlan(
        touch_id=touch_id(view, "plan_terms", key), channel=channel, offer=offer, reason=reason, reply_fact_id=reply,
        disclosures=view.situation.disclosed(dues), language=language_in(view, channel) if reply else "",
    )  # fmt: skip
    return step(view, sending, *because, at=answer_at(view, reply))


def outreach(view: View, message: str, key: str, words: PlanWords, due: datetime, *because: str) -> Decision:
    """A word of our own about the plan, for somebody who can be reached: it counts like every other contact."""
    channel = channel_for(view)
    assert channel is not None, "nobody is written to who cannot be reached"
    sending = SendMessage(touch_id=touch_id(view, message, key), message=message, channel=channel, plan=words)
    at = slot(view, due)
    timing = f"It goes out {when(at, view.zones[0], view.now)}."
    return step(view, sending, *because, *until_the_books_tell(view, due), timing, at=at)


def answer_at(view: View, reply: str | None = None) -> datetime:
    """Now, or when the hours begin: the outer ones for what answers a reply."""
    if reply is not None:
        moments = (view.now, view.case.answer_not_before or view.now, settled_at(view))
        return windows.answerable_at(max(moments), view.zones)
    return windows.next_permitted(
        max(view.now, view.case.not_before or view.now), view.zones, view.policy.contact, view.laws
    )


def settled_at(view: View) -> datetime:
    """When the patient has been silent for a moment: people write in several pieces."""
    pause = timedelta(seconds=view.policy.conversation.settle_seconds)
    return max((reply.at + pause for reply in view.case.replies), default=view.now)


def channel_for(view: View, wished: Channel | None = None) -> Channel | None:
    """Where the patient wrote, else where they are best reached; None when nowhere."""
    if not view.reachable:
        return None
    if wished in view.reachable:
        return wished
    return view.choice.channel


def touch_id(view: View, message: str, key: str) -> str:
    """The business key of a message about a plan."""
    return f"{view.case.practice_id}.{view.case.balance_id}.{message}.{key}"


def answerable(view: View, reply_fact_id: str) -> str | None:
    """The reply, unless another message or balance answers it: then what is said stands by itself."""
    taken = {touch.reply_fact_id for touch in view.case.answers_sent} | set(view.case.given_up)
    taken |= {reply.fact_id for reply in view.case.replies if reply.elsewhere}
    return reply_fact_id if reply_fact_id and reply_fact_id not in taken else None


def digest(fact_id: str) -> str:
    """A reporter's own word, as it may stand in a key."""
    return sha256(fact_id.encode()).hexdigest()[:16]


def done(view: View, message: str, key: str, reply: str | None = None) -> bool:
    """True when it was sent, or given up for good."""
    case, wanted = view.case, touch_id(view, message, key)
    given_up = wanted in case.skipped or (reply is not None and reply in case.given_up)
    return given_up or any(touch.touch_id == wanted for touch in (*case.touches, *case.answers_sent))
