"""Rules about visits of people who owe: rebooking comes before the bill, and a recall and a bill go as one message."""

from __future__ import annotations

from datetime import datetime, timedelta

from receivables import holds
from receivables.channels import Choice
from receivables.facts import moment_key
from receivables.people import Channel
from receivables.rules.answer import step
from receivables.rules.ladder import slot
from receivables.steps import Decision, SendMessage
from receivables.view import View
from receivables.words import days, when


def rebook_first(view: View) -> Decision | None:
    """A visit was missed or cancelled: a word about a new one, and no bill until then or for a week (S107, K15)."""
    held = view.held(("no_show",))
    if not held or view.held(("paused_by_staff", "promise")) or not _worth_writing(view):
        return None
    missed = held[0].since
    ends = view.hold_ends(held[0])
    if _since(view.case.booked_at, missed) or _said(view, "rebooking", missed):
        return None
    choice = view.choice
    at = slot(view, view.now, of_money=False)
    if ends is not None and at >= ends:
        return None
    sending = SendMessage(
        touch_id=_occasion(view, "rebooking", missed), message="rebooking", channel=choice.channel, agent="no_show"
    )
    return step(view, sending, "A visit was missed: rebooking comes before the bill.", *_how(view, choice, at), at=at)


def bundle_recall(view: View) -> Decision | None:
    """A recall is due and the bill is met by silence: both in one message, the booking first (S105, K14)."""
    due = view.case.recall_due_at
    silent_since = view.tries[0].at if view.tries else view.case.posted_at if view.unanswered_before else None
    if due is None or silent_since is None or _with_people(view) or not _worth_writing(view):
        return None
    if _since(view.case.booked_at, due) or _said(view, "recall_bundle", due):
        return None
    choice = _agreed_choice(view)
    ripe = silent_since + timedelta(days=view.policy.recall.bundle.min_silence_d)
    if choice is None or (ripe > view.now and len(view.delivered) < view.policy.escalation.min_failed):
        return None
    at = slot(view, ripe)
    sending = SendMessage(
        touch_id=_occasion(view, "recall_bundle", due), message="recall_bundle", channel=choice.channel,
        agent="recall", purposes=["billing", "recall"],
    )  # fmt: skip
    silence = days(view.days_since(silent_since))
    return step(view, sending, f"A recall visit is due, and the bill has met {silence} of silence.",
                *_how(view, choice, at), at=at)  # fmt: skip


def _with_people(view: View) -> bool:
    """A call that was only asked for yet is no reason to be silent; anything else a person has is."""
    if any(task.kind != "call" for task in view.case.open_tasks) or view.case.calls:
        return True
    return bool(view.held((*holds.TIMED, "reply_needs_person")))


def _worth_writing(view: View) -> bool:
    return bool(view.reachable) and view.owed >= view.policy.min_balance_to_contact


def _agreed_choice(view: View) -> Choice | None:
    """A channel whose point is agreed for recall visits as well as for bills: the one chosen for bills if it is."""
    first = view.choice
    for channel in (first.channel, *view.reachable):
        if _agreed(view, channel):
            return Choice(channel, "Both kinds of messages are agreed to there.")
    return None


def _agreed(view: View, channel: Channel) -> bool:
    point = view.case.guarantor.point(channel) if view.case.guarantor else None
    assert point is not None, "only reachable channels are asked about"
    own = view.case.recall_agreed.get(point.value.strip().lower())
    return own.granted if own else "recall" in point.purposes


def _occasion(view: View, message: str, of: datetime) -> str:
    """One touch for the person and the occasion, whichever of their balances sends it."""
    who = view.case.guarantor.guarantor_id if view.case.guarantor else view.case.balance_id
    return f"{view.case.practice_id}.{who}.{message}.{moment_key(of)}"


def _since(moment: datetime | None, start: datetime) -> bool:
    return moment is not None and moment > start


def _said(view: View, message: str, since: datetime) -> bool:
    return any(touch.message == message and touch.at >= since for touch in view.case.touches)


def _how(view: View, choice: Choice, at: datetime) -> tuple[str, str]:
    return choice.because, f"It goes out {when(at, view.zones[0], view.now)}, inside the permitted hours."
