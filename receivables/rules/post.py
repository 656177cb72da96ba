"""Rules for whom neither text nor e-mail reaches: a letter, then a call, then a person decides; never a silent gap."""

from __future__ import annotations

from receivables import channels
from receivables.people import Channel, ContactPoint, PointStatus
from receivables.rules import calls
from receivables.rules.answer import ask_once, step, wait
from receivables.rules.ladder import slot
from receivables.spoken import Touch
from receivables.steps import Decision, SendMessage
from receivables.view import View
from receivables.words import count, when

LETTER = "letter"
"""The message that leaves by post."""
ASKED_FOR_SILENCE = (*calls.UNCALLABLE, PointStatus.opted_out, PointStatus.complained)


def by_letter(view: View) -> Decision | None:
    """Where a postal address is on file, a letter comes before the telephone; a person decides on one after a stop."""
    if channels.postal(view.case) is None or view.case.calls or view.case.stopped_channels:
        return None
    if not (_cut_off(view) or _undelivered(view)):
        return None
    if len(_letters(view)) >= view.policy.letters.most:
        return None
    case, at = view.case, slot(view, view.now)
    number = 1 + sum(touch.message == LETTER for touch in case.touches)
    number += sum(touch_id.startswith(_key(view)) for touch_id in case.skipped)
    sending = SendMessage(touch_id=f"{_key(view)}{number}", message=LETTER, channel=Channel.letter)
    earlier = [f"The last try did not leave: {case.put_off}"] if case.put_off else []
    return step(
        view, sending, _why(view), "A postal address is on file, so a letter is written.", *earlier,
        f"It is laid out for print {when(at, view.zones[0], view.now)}, inside the permitted hours.", at=at,
    )  # fmt: skip


def by_telephone(view: View) -> Decision | None:
    """No letter can be written, or it has had its time: the coordinator calls; without a number a person decides."""
    if not _cut_off(view):
        return None
    called = calls.calls_used_up(view) or calls.call_again(view)
    if called is not None:
        return called
    letters = _letters(view)
    if letters:
        due = calls.last_try_is_over_at(view)
        if due > view.now:
            sent = f"A letter was written {when(letters[-1].at, view.zones[0], view.now)}."
            moment = when(due, view.zones[0], view.now)
            return wait(view, sent, f"Unless the patient answers it, a call is due {moment}.", until=due,
                        next_step="call")  # fmt: skip
    if not _callable(view):
        tried = view.case.touches or view.case.refused_channels
        return ask_once(view, "contact_failed" if tried else "no_contact", _why(view))
    return calls.call(view, _why(view), "The letter was not answered." if letters else "No letter can be written.")


def _cut_off(view: View) -> bool:
    return not view.reachable


def _undelivered(view: View) -> bool:
    """Everything that was tried since the patient was last heard came back."""
    return len(view.tries) >= view.policy.escalation.min_failed and not view.delivered


def _why(view: View) -> str:
    if _cut_off(view):
        return "There is no number for texts and no e-mail address that may be written to."
    return f"{count(len(view.tries), 'message').capitalize()} could not be delivered."


def _letters(view: View) -> list[Touch]:
    return [touch for touch in view.delivered if touch.channel is Channel.letter]


def _callable(view: View) -> bool:
    """A number that may ring: on file, not known to be wrong, and its owner has not asked for silence there."""
    closed = {*view.case.stopped_channels, *view.case.refused_channels}
    points: list[ContactPoint] = view.case.guarantor.contact_points if view.case.guarantor else []
    ringing = [point for point in points if point.channel is Channel.sms and point.status not in ASKED_FOR_SILENCE]
    return bool(ringing) and Channel.sms not in closed


def _key(view: View) -> str:
    return f"{view.case.practice_id}.{view.case.balance_id}.{LETTER}."
