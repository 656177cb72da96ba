"""Rules that answer what patients write, within policy and once; what needs a person is given to one."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from receivables import conversation, holds, windows
from receivables.case import Offer
from receivables.conversation import CONFIRMED_WITHIN, FOR_SOMEBODY_IN_DANGER, STOP_CONFIRMED, Waiting
from receivables.people import Channel
from receivables.rules import stops
from receivables.rules.answer import ask, step
from receivables.steps import AskStaff, Decision, SendMessage
from receivables.view import View
from receivables.words import when

SAID = {
    "answer_emergency": "Somebody may be in danger: the one approved safe answer goes out.",
    "answer_already_paid": "The patient says this was paid: they are told what happens next.",
    "answer_insurance": "The patient says insurance should pay: they are told what happens next.",
    "answer_dispute": "The patient contests the bill: they are told what happens next.",
    "assistance": "The patient asked for help with paying: the way to apply is sent (M9).",
    "answer_person": "A person answers this: the patient is told that one will get back to them.",
    "answer_opt_in": "The patient wants to go on hearing from us.",
    "answer_pay_link": "The patient asked for the way to pay.",
    "answer_identity": "The patient asked who is writing (M11).",
    "answer_help": "The patient asked for help with these messages.",
    "answer_unclear": "It is not clear what the patient wants: one question is asked.",
    "answer_bill": "The patient asked about the bill: the insurer's amounts are explained.",
    "answer_offer": "The patient asked until when the offer stands: it is named.",
    "answer_language": "The patient wants another language, and gets it.",
    "answer_contact": "The patient says how to reach them: it is noted, and a person confirms it.",
    "answer_channel": "The patient wants to hear from us in another way, and does from now on.",
    "answer_number_removed": "A card or social-security number was written: it was taken out, and the patient is told.",
    "answer_files": "Pictures or files came, which are not opened: the patient is told.",
    "answer_nothing_owed": "Nothing is owed any more, and the patient is told so.",
}
"""Why each answer is given."""


def danger(view: View) -> Decision | None:
    """Somebody in danger: a person is called for before anything else happens."""
    if not view.held(("emergency",)) or not view.may_ask("emergency"):
        return None
    alarms = [one.fact_id for one in view.case.replies if "emergency" in {one.intent, *one.intents}]
    alarm = alarms[-1] if alarms else None
    return ask(view, "emergency", "The patient wrote that somebody may be in danger.", reply_fact_id=alarm)


def confirm_stop(view: View) -> Decision | None:
    """They said stop in their own words: one confirmation within five minutes, and nothing ever again (R-8).

    A keyword alone never comes here: the text provider answers it by itself.
    """
    if all(reply.intent != "opt_out" for reply in view.case.replies):
        return None
    for said in conversation.waiting(view):
        stopped = [reply for reply in said.replies if reply.intent == "opt_out"]
        if not stopped or _confirmed(view, said.channel) or view.held(holds.PERMANENT):
            continue
        if stopped[-1] is not said.latest or view.case.given_up.count(said.latest.fact_id):
            continue
        if view.case.guarantor is None or view.case.guarantor.point(said.channel) is None:
            continue
        because = "The patient said stop: the one permitted confirmation goes out."
        decision = reply_with(view, said, STOP_CONFIRMED, because)
        last = said.latest.at + CONFIRMED_WITHIN
        if (decision.act_at or view.now) <= last and view.now <= last:
            return decision
    return None


def _confirmed(view: View, channel: Channel) -> bool:
    return any(touch.message == STOP_CONFIRMED and touch.channel is channel for touch in view.case.answers_sent)


def answer_reply(view: View) -> Decision | None:
    """Every reply is answered once, in its own channel: by a message within policy, else by a person."""
    for said in conversation.waiting(view):
        message = conversation.message_for(view, said)
        if message is None:
            continue
        obstacle = conversation.obstacle(view, said, message)
        also = conversation.also_for_a_person(said, message)
        if obstacle is None and also is not None and not conversation.with_staff(view, said):
            return ask(view, "reply", also, reply_fact_id=said.replies[0].fact_id)
        if obstacle is None:
            return _people_first(view) or reply_with(view, said, message, SAID[message])
        if not conversation.with_staff(view, said):
            return ask(view, "reply", obstacle, reply_fact_id=said.replies[0].fact_id)
    return None


def reply_with(view: View, said: Waiting, message: str, *because: str, offer: Offer | None = None) -> Decision:
    """One message that answers these replies: after the patient's last word, inside the outer hours, at most once.

    Its business key names the reply it answers, so that no reply is ever answered twice, however often it is tried.
    """
    case, section = view.case, view.policy.conversation
    sending = SendMessage(
        touch_id=answer_id(case.practice_id, case.balance_id, said.latest.fact_id), message=message,
        channel=said.channel, offer=offer, reply_fact_id=said.latest.fact_id,
        language=conversation.language_in(view, said.channel),
        held_a_number=said.held_a_number and message != "answer_number_removed",
        files_refused=said.files and message != "answer_files",
    )  # fmt: skip
    at = max(conversation.still_writing_until(view, said), case.answer_not_before or view.now, view.now)
    if message == FOR_SOMEBODY_IN_DANGER:
        if view.now - said.latest.at <= timedelta(minutes=section.safety_any_hour_minutes):
            return step(view, sending, *because, "It goes out at once, at any hour: they wrote just now.")
        at = view.now
    at = windows.answerable_at(at, view.zones)
    timing = f"It goes out {when(at, view.zones[0], view.now)}, as an answer to what the patient wrote."
    return step(view, sending, *because, timing, at=at)


def answer_id(practice_id: str, balance_id: str, reply_fact_id: str) -> str:
    """`{practice}.{balance}.answer.{reply}`; the reply by a digest, since its id is the reporter's own word."""
    return f"{practice_id}.{balance_id}.answer.{sha256(reply_fact_id.encode()).hexdigest()[:16]}"


def _people_first(view: View) -> Decision | None:
    """What is asked of people is asked before the answer, which may have to wait for the morning."""
    if view.owed <= 0:
        return None
    asking = stops.contested(view)
    return asking if asking is not None and isinstance(asking.step, AskStaff) else None
