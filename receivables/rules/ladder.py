"""Rules for our own messages: the first one, its follow-ups, and the patience between them; calls are elsewhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from receivables import channels, windows
from receivables.channels import Choice
from receivables.contact import ONE_CONTACT
from receivables.people import ELECTRONIC
from receivables.rules.answer import step, wait
from receivables.rules.calls import call, call_due_at, call_from, plan_due_at, segment_of, sooner
from receivables.segments import clean, p90
from receivables.steps import Decision, SendMessage
from receivables.view import View
from receivables.words import days, when

Tone = Literal["gentle", "plain", "firm"]
TOLD = {"poll": "when it is asked next", "nightly": "in the night"}
"""How soon a system tells that does not tell at once (K18)."""


def first_message(view: View) -> Decision | None:
    """Nothing has been sent yet: at the usual hour of the day it posted (S80), within a day (S24)."""
    posted = view.case.posted_at
    if posted is None or any(touch.agent == "payment" for touch in view.case.touches):
        return None
    choice = view.choice
    due = max(windows.first_touch_at(posted, view.zones, view.policy.contact, view.laws), _peace_until(view))
    posting = f"The balance of {view.owed.as_dollars()} posted {when(posted, view.zones[0], view.now)}."
    return _send(view, _first(view), choice, due, posting, _history(view), f"Segment: {segment_of(view).words}.")


def first_message_by_both(view: View) -> Decision | None:
    """Where the practice wishes it the first words also go the other way at once: each shows the other to be ours."""
    ours = [touch for touch in view.case.touches if touch.agent == "payment"]
    if view.policy.channel.first_contact != "both" or len(ours) != 1 or view.tries != ours:
        return None
    (first,) = ours
    other = next((one for one in view.reachable if one is not first.channel), None)
    together = not first.failed and not first.carried and first.channel in ELECTRONIC
    touch_id = f"{first.touch_id}.beside"
    if other is None or not together or touch_id in view.case.skipped or view.now - first.at >= ONE_CONTACT:
        return None
    sending = SendMessage(
        touch_id=touch_id, message=first.message, channel=other, tone=_tone(view), beside=first.touch_id,
        covered_most=_covered_most(view), offer=view.offer if first.message != "first_notice" else None,
        mention_plan=view.offer_mode != "none" and (view.offer is None or first.message == "first_notice"),
    )  # fmt: skip
    words = f"The first contact goes out as {channels.WORDS[first.channel]} and as {channels.WORDS[other]}"
    return step(view, sending, f"{words}, so that each shows the other to be ours; it counts as one.")


def same_message_elsewhere(view: View) -> Decision | None:
    """What was never delivered is not a reminder yet: the same words go out where they can arrive."""
    if not view.tries or view.delivered or len(view.tries) >= view.policy.escalation.min_failed:
        return None
    last = view.tries[-1]
    choice = channels.other_than(view.case, last.channel)
    message = last.message if last.channel in ELECTRONIC else _first(view)
    return _send(view, message, choice, view.now, "The last message could not be delivered.")


def promise_passed(view: View) -> Decision | None:
    """The promised day has passed with its grace and nothing has come: the patient is reminded of it, once."""
    promise = view.case.hold("promise")
    if promise is None or promise in view.holds or (view.last_money_at or promise.since) > promise.since:
        return None
    if any(touch.at > promise.since for touch in view.case.touches):
        return None
    choice = view.choice
    return _send(view, "promise_follow_up", choice, view.now, "The day the patient promised to pay by has passed.")


def after_the_patient_was_heard(view: View) -> Decision | None:
    """Somebody who paid in part, wrote or spoke with us is left in peace before the next word (S62)."""
    if view.tries:
        return None
    choice = view.choice
    fresh = _not_said_yet(view, _next_reminder(view), choice)
    if fresh is None:
        return call_from(view, _peace_until(view), _last_heard(view), "The same words are not sent twice.")
    return _send(view, _next_reminder(view), fresh, _peace_until(view), _last_heard(view))


def reminder(view: View) -> Decision | None:
    """The next reminder, a week after the last, as long as the ladder wants one more attempt (S31)."""
    wanted = max(view.policy.escalation.min_failed - view.unanswered_before, 2)
    if not view.delivered or len(view.tries) >= wanted:
        return None
    last = view.tries[-1]
    choice = _not_said_yet(view, _next_reminder(view), channels.other_than(view.case, last.channel))
    if choice is None:
        return None
    gap = view.policy.segments.reminder_days.get(segment_of(view).value, view.policy.ladder.email_day)
    due = windows.days_later(last.at, gap, view.zones[0])
    return _send(view, _next_reminder(view), choice, due, f"No answer {days(gap)} after the last message.")


def plan_after_a_month(view: View) -> Decision | None:
    """Much owed and unpaid for a month: a plan with its amounts (K2 push)."""
    due = plan_due_at(view)
    if due is None or due > view.now:
        return None
    choice = view.choice
    age = days(view.days_since(view.case.posted_at))
    return _send(view, "plan_offer", choice, view.now, f"{view.owed.as_dollars()} has been unpaid for {age}.")


def until_the_call(view: View) -> Decision:
    """Nothing more to send: rest until the coordinator may call."""
    due = call_due_at(view)
    if due <= view.now:
        return call(view, "The messages had their turn.")
    words = when(due, view.zones[0], view.now)
    reason = f"The messages had their turn; a call is due {words} unless the patient answers."
    return wait(view, reason, until=sooner(due, plan_due_at(view)), next_step="call")


# --- the parts of a message --------------------------------------------------------------------------------------


def _send(view: View, message: str, choice: Choice, due: datetime, *because: str) -> Decision:
    at = slot(view, due)
    offer = view.offer if message != "first_notice" else None
    case = view.case
    number = 1 + sum(touch.message == message for touch in case.touches) + _skipped(view, message)
    sending = SendMessage(
        touch_id=f"{_kind_of_touch(view, message)}{number}",
        message=message,
        channel=choice.channel,
        tone=_tone(view),
        offer=offer,
        covered_most=_covered_most(view),
        mention_plan=offer is None and view.offer_mode != "none",
    )
    timing = f"It goes out {when(at, view.zones[0], view.now)}, inside the permitted hours."
    earlier = [f"The last try did not leave: {case.put_off}"] if case.put_off else []
    waits = [*until_the_books_tell(view, due), *_after_a_booking(view, due)]
    return step(view, sending, *because, choice.because, *earlier, *waits, timing, at=at)


def until_the_books_tell(view: View, due: datetime) -> list[str]:
    """Why it waits for the practice's system to tell of payments, if it does (K18)."""
    books = view.books_heard_at
    if books is None or max(due, view.now) >= books:
        return []
    return [f"There was a sign of a payment; the practice's system tells of payments {TOLD[view.policy.ledger.mode]}."]


def _after_a_booking(view: View, due: datetime) -> list[str]:
    """Why the bill waits for a day when a visit was just booked (S110)."""
    booked, quiet_h = view.case.booked_at, view.policy.contact.quiet_after_booking_h
    if booked is None or booked + timedelta(hours=quiet_h) <= max(due, view.now):
        return []
    moment = when(booked, view.zones[0], view.now)
    return [f"A visit was booked {moment}: the bill is not spoken of for {quiet_h} hours."]


def slot(view: View, due: datetime, *, of_money: bool = True) -> datetime:
    """The first permitted moment that is not too early for any reason the case knows of."""
    contact = view.policy.contact
    case = view.case
    moments = [due, view.now]
    if of_money and view.books_heard_at is not None:
        moments.append(view.books_heard_at)
    if case.not_before is not None:
        moments.append(case.not_before)
    if case.touches:
        moments.append(case.touches[-1].at + timedelta(hours=contact.min_gap_h))
    if case.booked_at is not None:
        moments.append(case.booked_at + timedelta(hours=contact.quiet_after_booking_h))
    if case.last_reply_at is not None:
        moments.append(case.last_reply_at + timedelta(hours=contact.silence_after_reply_h))
    return windows.next_permitted(max(moments), view.zones, contact, view.laws)


def _first(view: View) -> str:
    if view.firm:
        return "firm_follow_up"
    return "plan_offer" if view.offer is not None else "first_notice"


def _tone(view: View) -> Tone:
    if view.firm:
        return "firm"
    slowest = p90(view.history.days_to_pay)
    quick = slowest is not None and slowest <= view.policy.tone.gentle_p90
    return "gentle" if quick or _just_heard(view) else "plain"


def _just_heard(view: View) -> bool:
    return view.spoken_at is not None and not view.tries


def _peace_until(view: View) -> datetime:
    if view.spoken_at is None:
        return view.now
    rest = view.policy.segments.peace_days.get(segment_of(view).value, view.policy.ladder.email_day)
    return windows.days_later(view.spoken_at, rest, view.zones[0])


def _last_heard(view: View) -> str:
    if view.spoken_at is None:
        return "A person handed the case back to the agent."
    heard = when(view.spoken_at, view.zones[0], view.now)
    if view.spoken_at == view.case.reactivated_at:
        return f"The patient had been away and came back {heard}: the bill is taken up gently."
    if view.spoken_at == view.last_money_at:
        return f"Money last moved {heard}; {view.owed.as_dollars()} remains."
    return f"The patient was last heard {heard}."


def _not_said_yet(view: View, message: str, choice: Choice) -> Choice | None:
    """The choice, or the other channel, when the same words have not gone out there since money last moved.

    None when they have on both: hearing the same sentence again helps nobody, a person does.
    """
    said = {
        touch.channel
        for touch in view.case.touches
        if touch.message == message and (view.last_money_at is None or touch.at > view.last_money_at)
    }
    if choice.channel not in said:
        return choice
    other = channels.other_than(view.case, choice.channel)
    return other if other.channel not in said else None


def _next_reminder(view: View) -> str:
    if view.firm:
        return "firm_follow_up"
    return "second_follow_up" if _sent(view, "follow_up") else "follow_up"


def _covered_most(view: View) -> bool:
    """Only what is true may be said: at least half, and the claim final (K22)."""
    case = view.case
    total = case.insurance_paid_cents + case.patient_responsibility_cents
    return case.claim_status == "final" and case.insurance_paid_cents >= total * view.policy.template.covered_most_min


def _history(view: View) -> str:
    if clean(view.history, view.policy):
        return "Patient has a clean history."
    if view.payer == "none":
        return "There is no payment history."
    return "Patient has paid late before."


def _sent(view: View, message: str) -> bool:
    return any(touch.message == message for touch in view.case.touches)


def _kind_of_touch(view: View, message: str) -> str:
    """What the ids of this balance's touches with this message begin with."""
    return f"{view.case.practice_id}.{view.case.balance_id}.{message}."


def _skipped(view: View, message: str) -> int:
    start = _kind_of_touch(view, message)
    return sum(touch_id.startswith(start) for touch_id in view.case.skipped)
