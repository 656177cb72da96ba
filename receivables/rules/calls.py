"""Rules for calls by the coordinator: when patience has run out, when to try again, when to stop calling."""

from __future__ import annotations

from datetime import datetime, timedelta

from receivables import windows
from receivables.offers import plan_offer
from receivables.people import Channel, PointStatus
from receivables.rules.answer import ask, ask_once, wait
from receivables.segments import Segment, segment
from receivables.spoken import Touch
from receivables.steps import Decision
from receivables.view import View
from receivables.words import count, days, when

UNCALLABLE = (PointStatus.wrong_person, PointStatus.dead)


def segment_of(view: View) -> Segment:
    """Which of four this balance and its payer belong to (S68)."""
    return segment(view.owed, view.history, view.policy)


def calls_used_up(view: View) -> Decision | None:
    """Enough calls nobody answered: a person decides what else can be done."""
    most = view.policy.escalation.max_calls
    if len(view.case.calls) < most:
        return None
    return ask_once(view, "contact_failed", f"{count(len(view.case.calls), 'call').capitalize()} went unanswered.")


def call_again(view: View) -> Decision | None:
    """Nobody answered: the next call comes after a rest (R-13)."""
    if not view.case.calls or nobody_to_call(view):
        return None
    rest = view.policy.segments.call_again_days.get(segment_of(view).value, view.policy.escalation.call_again_days)
    again = max(
        windows.days_later(view.case.calls[-1], rest, view.zones[0]),
        last_try_is_over_at(view),
    )
    if again > view.now:
        words = when(again, view.zones[0], view.now)
        reason = f"Nobody answered the last call; the next one is due {words}."
        return wait(view, reason, until=sooner(again, plan_due_at(view)), next_step="call")
    return call(view, "Nobody answered the last call.")


def high_risk(view: View) -> Decision | None:
    """Much owed and reminders unanswered: a person calls, and no further text goes out (S89-S92)."""
    if view.owed < view.policy.escalation.high_risk_over or not view.high_risk:
        return None
    reason = f"{view.owed.as_dollars()} is owed and {count(view.failed, 'reminder')} went unanswered: high risk."
    due = call_due_at(view)
    if due > view.now:
        words = when(due, view.zones[0], view.now)
        return wait(view, reason, f"No further text goes out; the call is due {words}.", until=due, next_step="call")
    return call(view, reason, "No further text goes out.")


def escalate(view: View) -> Decision | None:
    """Enough failed attempts and enough days: the coordinator calls (K7)."""
    if view.failed < view.policy.escalation.min_failed or not view.tries or call_due_at(view) > view.now:
        return None
    attempts = f"{count(view.failed, 'attempt').capitalize()} went unanswered"
    return call(view, f"{attempts} in {days(view.days_since(view.tries[0].at))}.")


def call_due_at(view: View) -> datetime:
    """So many days after the first message nobody answered (K8); sooner when long past due (S37).

    When all reminders went out before the agent took over, the days are counted from the visit.
    """
    section, ladder = view.policy.escalation, view.policy.ladder
    usual = view.policy.segments.call_days.get(segment_of(view).value, ladder.phone_day)
    patience = section.firm_min_days if view.firm else max(section.min_days, usual)
    if view.tries:
        return max(windows.days_later(view.tries[0].at, patience, view.zones[0]), last_try_is_over_at(view))
    return view.now + timedelta(days=max(patience - view.days_since_visit, 0))


def call_from(view: View, earliest: datetime, *because: str) -> Decision:
    """A call as soon as the patient has been left in peace long enough."""
    if earliest > view.now:
        words = when(earliest, view.zones[0], view.now)
        return wait(view, *because, f"A call is due {words}.", until=earliest, next_step="call")
    return call(view, *because)


def call(view: View, *because: str) -> Decision:
    """A task to call: never within two hours of a reply (F9), never a number known to be somebody else's."""
    if nobody_to_call(view):
        return ask_once(view, "contact_failed", "The phone numbers on file do not reach the patient.")
    reply = view.case.last_reply_at
    quiet = reply + timedelta(hours=view.policy.contact.silence_after_reply_h) if reply else None
    if quiet is not None and quiet > view.now:
        words = when(quiet, view.zones[0], view.now)
        return wait(view, f"The patient wrote just now, so no call before {words[3:]}.", until=quiet, next_step="call")
    return ask(view, "call", *because, call=True)


def nobody_to_call(view: View) -> bool:
    """True when every number on file has turned out wrong; with none on file the practice may know one."""
    points = view.case.guarantor.contact_points if view.case.guarantor else []
    statuses = [point.status for point in points if point.channel is Channel.sms]
    return bool(statuses) and all(status in UNCALLABLE for status in statuses)


def plan_due_at(view: View) -> datetime | None:
    """When a plan is to be pushed to somebody who was only given a hint so far (K2); None when it is not."""
    push = view.policy.plan.offer.push
    if view.owed <= push.over or view.case.offer is not None or view.case.posted_at is None or not view.tries:
        return None
    if view.high_risk or view.offer_mode not in {"mention", "push"}:
        return None
    if plan_offer(view.situation, view.now) is None:
        return None
    return view.case.posted_at + timedelta(days=push.unpaid_days)


def sooner(due: datetime, plan: datetime | None) -> datetime:
    """The earlier of the two."""
    return min(due, plan) if plan else due


def last_try_is_over_at(view: View) -> datetime:
    """When the latest message has had its time to be answered; a letter takes longer to arrive and to be read."""
    usual = timedelta(hours=view.policy.contact.min_gap_h)
    by_post = timedelta(days=view.policy.letters.answer_days)
    waited_for = [touch for touch in view.tries if not _lost(touch)]
    ends = (touch.at + (by_post if touch.channel is Channel.letter else usual) for touch in waited_for)
    return max(ends, default=view.now)


def _lost(touch: Touch) -> bool:
    """A letter that never left, or came back, is not waited for; texts and e-mails count from their try."""
    return touch.failed and touch.channel is Channel.letter
