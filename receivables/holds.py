"""Reasons to be silent: how they are put on a case, told apart and lifted; how long each lasts is the rules' affair."""

from __future__ import annotations

from datetime import datetime

from receivables.case import Asked, Case, Hold

PERMANENT = ("deceased", "bankruptcy", "attorney", "cease")
"""End only by a person (rules.md section 11)."""
PROTECTED = ("estimate_dispute", "over_estimate", "minor", "came_of_age", "sensitive", "confidential")
"""The law or the person keeps machines out; a person goes on by other ways, or lifts it with a reason."""
NEED_A_REASON = ("deceased", "bankruptcy", "attorney", *PROTECTED)
"""Lifted by a person who says why, and never by the answer to another question."""
CONTESTED = ("already_paid", "insurance", "dispute", "chargeback", "chargeback_lost", "inquiry", "assistance")
"""A person gathers evidence or decides on help; the ladder stands still until then."""
REPLIES = ("reply_needs_person", "emergency")
"""A person has to deal with what was written."""
CONVERSATION = (*REPLIES, "plan_to_set_up")
BESIDE_THE_PLAN = ("plan_approval", "charge_failed")
"""Questions to staff that hold nothing: the conversation and the plan go on meanwhile."""
"""A person has to answer the patient."""
TIMED = ("paused_by_staff", "promise", "no_show", "asked_which")
"""End by themselves."""

TASK_OF = {
    "deceased": "deceased",
    "bankruptcy": "bankruptcy",
    "attorney": "attorney",
    "cease": "cease",
    "dispute": "dispute",
    "already_paid": "already_paid",
    "insurance": "insurance",
    "assistance": "assistance",
    "chargeback": "chargeback",
    "chargeback_lost": "chargeback_lost",
    "inquiry": "inquiry",
    "estimate_dispute": "estimate_dispute",
    "over_estimate": "over_estimate",
    "minor": "minor",
    "came_of_age": "came_of_age",
    "sensitive": "sensitive",
    "confidential": "confidential",
    "reply_needs_person": "reply",
    "emergency": "emergency",
    "plan_to_set_up": "plan_to_set_up",
    "not_collectable": "claim_open",
}
"""The question a hold puts to staff."""

TASKS_THAT_NEED_A_REASON = (*(TASK_OF[reason] for reason in NEED_A_REASON), "cease", "dispute")
"""To let the agent go on after one of these, a person says why."""


def put(case: Case, reason: str, since: datetime, until: datetime | None = None, detail: str = "") -> None:
    """Hold for a reason. Of two holds for one reason the later stands; staff is asked anew unless it is at it."""
    fresh = Hold(reason=reason, since=since, until=until, detail=detail)
    known = case.hold(reason)
    if known is not None and _order(known) >= _order(fresh):
        return
    case.holds = sorted([*(hold for hold in case.holds if hold.reason != reason), fresh], key=place)
    if reason in TASK_OF:
        ask_anew(case, TASK_OF[reason])


def lift(case: Case, reasons: tuple[str, ...], at: datetime) -> None:
    """Lift what a person knew of when they decided: a hold that began later stays."""
    case.holds = [hold for hold in case.holds if hold.reason not in reasons or hold.since > at]


def ask_anew(case: Case, kind: str) -> None:
    """A new reason for this question has come; while the question is open, the person at it will see the reason."""
    earlier = case.asked.get(kind)
    if earlier is None or any(task.kind == kind for task in case.open_tasks):
        return
    case.asked = case.asked | {kind: Asked(times=earlier.times, last_at=earlier.last_at)}


def _order(hold: Hold) -> tuple[datetime, datetime, str]:
    return hold.since, hold.until or hold.since, hold.detail


def place(hold: Hold) -> tuple[datetime, str]:
    """By which the holds of a case are in order."""
    return hold.since, hold.reason
