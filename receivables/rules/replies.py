"""Rules about what patients write: it is read at once, and answered by a person where a person is needed."""

from __future__ import annotations

from receivables.rules.answer import ask, ask_once, step, wait
from receivables.steps import Decision, ReadReply
from receivables.view import View


def read_reply(view: View) -> Decision | None:
    """Nothing is decided over an unread reply."""
    unread = next((reply for reply in view.case.replies if not reply.read), None)
    if unread is None:
        return None
    return step(view, ReadReply(reply_fact_id=unread.fact_id, channel=unread.channel), "The patient wrote back.")


def answer_needed(view: View) -> Decision | None:
    """A person answers, whatever else is going on, even on an ended case."""
    if not view.held(("reply_needs_person",)) or not view.may_ask("reply"):
        return None
    latest = view.case.replies[-1].fact_id if view.case.replies else None
    return ask(view, "reply", "The patient wrote something that a person must answer.", reply_fact_id=latest)


def plan_wanted(view: View) -> Decision | None:
    """Somebody who wants to pay in parts is not reminded; a person settles the plan."""
    held = view.held(("plan_to_set_up",))
    if not held:
        return None
    if held[0].detail == "agreed":
        return wait(view, "A payment plan was agreed with staff.", next_step="the payments of the plan")
    accepted = view.case.offer is not None and view.case.offer.accepted_at is not None
    because = "The patient accepted the plan that was offered." if accepted else "The patient wants to pay in parts."
    if view.may_ask("plan_to_set_up"):
        latest = view.case.replies[-1].fact_id if view.case.replies else None
        return ask(view, "plan_to_set_up", because, reply_fact_id=latest)
    return ask_once(view, "plan_to_set_up", because)
