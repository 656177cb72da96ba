"""Rules that leave the case to people: while a person is at it, or has asked for silence, the agent is silent."""

from __future__ import annotations

from receivables import cohorts, holds, windows
from receivables.rules.answer import wait
from receivables.steps import Decision
from receivables.view import View
from receivables.words import when

SAID = {
    "paused_by_staff": "A person silenced the agent",
    "promise": "The patient promised to pay",
    "no_show": "The patient missed a visit: rebooking comes first",
    "asked_which": "The patient may have written about this balance or another: a person was asked to find out",
}


def with_a_person(view: View) -> Decision | None:
    """An open task belongs to its person."""
    if not view.case.open_tasks and not view.held(holds.REPLIES):
        return None
    return wait(view, "A person has this case; the agent is silent until they have answered.", next_step="their answer")


def left_to_the_practice(view: View) -> Decision | None:
    """Some people are not worked yet, or are left alone to measure what the agent adds."""
    case = view.case
    assert case.guarantor is not None, "nothing is asked before the balance has posted"
    assert case.posted_at is not None, "nothing is asked before the balance has posted"
    if not cohorts.any_left_alone(view.policy):
        return None
    posted_on = case.posted_at.astimezone(windows.place(view.practice.time_zone)).date()
    because = cohorts.left_alone(
        case.practice_id, case.guarantor.guarantor_id, view.policy, posted_on, written_to=bool(case.touches)
    )
    return wait(view, because, next_step="the practice's own way") if because else None


def paused(view: View) -> Decision | None:
    """Silence until a moment: a pause, a promise, a missed visit (K15)."""
    held = view.held(holds.TIMED)
    if not held:
        return None
    ends = [view.hold_ends(hold) for hold in held]
    until = None if None in ends else max(end for end in ends if end is not None)
    moment = when(until, view.zones[0], view.now).removeprefix("on ").removeprefix("at ") if until else ""
    tail = f". The agent is silent until {moment}." if until else " until further notice."
    said = [SAID[hold.reason] + tail for hold in held]
    said += [f"Their reason: {hold.detail}" for hold in held if hold.reason == "paused_by_staff" and hold.detail]
    return wait(view, *said, until=until, next_step="go on where it stopped")
