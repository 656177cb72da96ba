"""Folds what became of our own messages; what patients write is folded elsewhere."""

from __future__ import annotations

from receivables import holds
from receivables.case import Case, Offer
from receivables.facts import DeliveryFailed, MessageSent, MessageSkipped
from receivables.folding import people as fold_people
from receivables.folding import plan as fold_plan
from receivables.people import PointStatus
from receivables.spoken import Touch

STOPPING = (PointStatus.opted_out, PointStatus.complained)
"""Refusals by the person, not by the number: the whole channel stops (R-6, R-9)."""


def message_sent(case: Case, fact: MessageSent) -> None:
    """A provider accepted a message: it counts, and an offer in it may be accepted."""
    if any(touch.touch_id == fact.touch_id for touch in (*case.touches, *case.answers_sent)):
        return
    touch = Touch(
        touch_id=fact.touch_id, message=fact.message, channel=fact.channel, at=fact.at, agent=fact.agent,
        reply_fact_id=fact.reply_fact_id or "", beside=fact.beside, carried=fact.carried_by is not None,
    )  # fmt: skip
    if fact.reply_fact_id or fact.direct:
        case.answers_sent = _in_order([*case.answers_sent, touch])
        case.answer_not_before = None
    else:
        case.touches = _in_order([*case.touches, touch])
        case.not_before = None
        case.put_off = ""
        case.holds = [hold for hold in case.holds if hold.until is None or hold.until > fact.at]
    if fact.offer_dues:
        each = [due.amount_cents for due in fact.offer_dues]
        case.offer = Offer(
            installments=len(each), each_cents=each, offered_at=fact.at, dues=list(fact.offer_dues),
            joins=fact.offer_joins,
        )  # fmt: skip
    elif fact.offer_installments and fact.offer_cents is not None:
        parts = fact.offer_cents.split(fact.offer_installments)
        case.offer = Offer(installments=len(parts), each_cents=parts, offered_at=fact.at)
    if fact.confirms_revision is not None and case.plan is not None:
        confirmed = max(case.plan.confirmed_revision, fact.confirms_revision)
        case.plan = case.plan.model_copy(update={"confirmed_revision": confirmed})
    if fact.answers_wish:
        fold_plan.answered(case, fact.at)


def message_skipped(case: Case, fact: MessageSkipped) -> None:
    """Permitted later, or on this channel not at all."""
    if fact.reply_fact_id:
        _answer_skipped(case, fact)
        return
    case.put_off = fact.because
    if fact.not_before is not None:
        case.not_before = fact.not_before
        return
    if fact.touch_id not in case.skipped:
        case.skipped = [*case.skipped, fact.touch_id]
    if fact.channel not in case.refused_channels:
        case.refused_channels = sorted([*case.refused_channels, fact.channel])
    holds.ask_anew(case, "contact_failed")


def delivery_failed(case: Case, fact: DeliveryFailed) -> None:
    """The attempt failed; the number or address may be out of use from here on."""
    marked = False
    if fact.touch_id is not None:
        known = [touch for touch in (*case.touches, *case.answers_sent) if touch.touch_id == fact.touch_id]
        marked = any(touch.point_marked for touch in known)
        case.touches = _lost(case.touches, fact)
        case.answers_sent = _lost(case.answers_sent, fact)
    if fact.status in STOPPING:
        fold_people.stop_channel(case, fact.channel, fact.at)
    if fact.status is not None and not marked:
        fold_people.mark_point(case, fact.channel, fact.status, fact.at)


def _answer_skipped(case: Case, fact: MessageSkipped) -> None:
    """An answer waits, or is left to a person; outreach on the channel is another matter."""
    if fact.not_before is not None:
        case.answer_not_before = fact.not_before
    elif fact.reply_fact_id is not None and fact.reply_fact_id not in case.given_up:
        case.given_up = [*case.given_up, fact.reply_fact_id]


def _in_order(touches: list[Touch]) -> list[Touch]:
    return sorted(touches, key=lambda known: (known.at, known.touch_id))


def _lost(touches: list[Touch], fact: DeliveryFailed) -> list[Touch]:
    """The touches with the one that did not arrive marked as failed."""
    return [
        touch.model_copy(update={"failed": True, "point_marked": touch.point_marked or fact.status is not None})
        if touch.touch_id == fact.touch_id
        else touch
        for touch in touches
    ]
