"""Folds what people at the practice did: tasks, pauses, endings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from receivables import holds
from receivables.case import Asked, Case, CloseReason, Ended, OpenTask
from receivables.facts import CaseClosed, OutreachPaused, OutreachResumed, TaskOpened, TaskResolved
from receivables.folding import people as fold_people
from receivables.people import Channel, PointStatus
from receivables.plans.plan import Agreement
from receivables.plans.terms import Slots

ENDINGS = {
    "write_off": CloseReason.written_off,
    "insurance_responsible": CloseReason.insurance_responsible,
    "withdraw": CloseReason.withdrawn,
}
NOBODY_REACHED = ("no_answer", "wrong_number")
"""Outcomes after which the patient still has not been heard."""
TALKED = ("will_pay", "plan_agreed", "dispute", "assistance", "keep_paused", "done")
"""Outcomes of a conversation with the patient."""
SETTLED_BY_TALKING = (*holds.CONTESTED, *holds.CONVERSATION, *holds.TIMED, "not_collectable")


def task_opened(case: Case, fact: TaskOpened) -> None:
    """A person has been asked; the question is not repeated without a new reason."""
    if any(task.task_id == fact.task_id for task in case.open_tasks):
        return
    if fact.dues:
        case.awaiting = list(fact.dues)
    earlier = case.asked.get(fact.task_kind)
    asked = Asked(times=earlier.times + 1 if earlier else 1, last_at=fact.at, settled=True)
    case.asked = case.asked | {fact.task_kind: asked}
    if fact.task_id in case.resolved_early:
        case.resolved_early = [known for known in case.resolved_early if known != fact.task_id]
        return
    case.open_tasks = [*case.open_tasks, OpenTask(task_id=fact.task_id, kind=fact.task_kind, opened_at=fact.at)]


def task_resolved(case: Case, fact: TaskResolved) -> None:
    """The outcome moves the case."""
    task = next((task for task in case.open_tasks if task.task_id == fact.task_id), None)
    if task is None:
        case.resolved_early = [*case.resolved_early, fact.task_id]
    else:
        case.open_tasks = [known for known in case.open_tasks if known is not task]
        case.finished_tasks = [*case.finished_tasks, task.kind]
    if fact.outcome not in NOBODY_REACHED:
        case.restarted_at = max(case.restarted_at or fact.at, fact.at)
        case.calls = []
        if case.wish is not None and case.wish.at <= fact.at and task is not None and task.kind != "charge_failed":
            case.wish = None
    if fact.outcome in TALKED:
        case.talked_at = max(case.talked_at or fact.at, fact.at)
    _outcome(case, fact, task)
    if task is not None and task.kind == fact.outcome:
        _known_to_staff(case, task.kind, fact.at)


def _outcome(case: Case, fact: TaskResolved, task: OpenTask | None) -> None:
    approved = task is not None and task.kind == "plan_approval"
    match fact.outcome:
        case "will_pay":
            holds.lift(case, SETTLED_BY_TALKING, fact.at)
            holds.put(case, "promise", fact.at, until=_end_of(fact.will_pay_by))
        case "plan_agreed":
            holds.lift(case, SETTLED_BY_TALKING, fact.at)
            if case.running_plan is None or fact.terms is not None:
                holds.put(case, "plan_to_set_up", fact.at, detail="agreed")
            _known_to_staff(case, "plan_to_set_up", fact.at)
            _terms(case, fact, approved=approved)
        case "wrong_number":
            fold_people.mark_point(case, Channel.sms, PointStatus.wrong_person, fact.at)
            holds.lift(case, holds.REPLIES, fact.at)
            _called_in_vain(case, fact)
        case "no_answer":
            _called_in_vain(case, fact)
        case "dispute" | "assistance":
            holds.lift(case, holds.CONVERSATION, fact.at)
            holds.put(case, fact.outcome, fact.at)
        case "resume":
            _resume(case, fact, task.kind if task else "")
        case "keep_paused":
            holds.lift(case, holds.CONVERSATION, fact.at)
            holds.put(case, "paused_by_staff", fact.at, until=_end_of(fact.resume_on))
        case "contact_updated" | "done":
            holds.lift(case, holds.REPLIES, fact.at)
            case.refused_channels = []
        case _:
            case.ended = Ended(reason=ENDINGS[fact.outcome], at=fact.at)
            case.close_reason = case.ended.reason


def outreach_paused(case: Case, fact: OutreachPaused) -> None:
    """A person silenced the agent."""
    holds.put(case, "paused_by_staff", fact.at, until=fact.until, detail=fact.because.strip())


def outreach_resumed(case: Case, fact: OutreachResumed) -> None:
    """A person let the agent speak again; what began after they decided still holds."""
    holds.lift(case, SETTLED_BY_TALKING, fact.at)
    if fact.because.strip():
        holds.lift(case, holds.NEED_A_REASON, fact.at)
        _lift_cease(case, fact.at)
    case.restarted_at = max(case.restarted_at or fact.at, fact.at)
    case.calls = []


def case_closed(case: Case, fact: CaseClosed) -> None:
    """A person ended the case."""
    case.ended = Ended(reason=CloseReason(fact.reason), at=fact.at)
    case.close_reason = case.ended.reason


def _terms(case: Case, fact: TaskResolved, *, approved: bool) -> None:
    """What was agreed by phone, or the wish a person was asked to approve."""
    if fact.terms is not None:
        slots = Slots(
            installments=fact.terms.installments, frequency=fact.terms.frequency, date=fact.terms.first_due_on
        )
        case.agreement = Agreement(
            fact_id=fact.fact_id, at=fact.at, by="phone", slots=slots, down_payment_cents=fact.terms.down_payment_cents
        )
    elif approved and case.awaiting:
        offer = case.offer
        case.agreement = Agreement(
            fact_id=fact.fact_id, at=fact.at, by="staff", installments=list(case.awaiting),
            joins=offer.joins if offer is not None and offer.dues == case.awaiting else "",
        )  # fmt: skip
    if approved:
        case.awaiting = []


def _resume(case: Case, fact: TaskResolved, asked: str) -> None:
    """What needs a reason is lifted by the answer to its own question only."""
    answered = tuple(reason for reason in holds.NEED_A_REASON if holds.TASK_OF[reason] == asked)
    holds.lift(case, (*SETTLED_BY_TALKING, *answered), fact.at)
    if asked == "cease":
        _lift_cease(case, fact.at)
    _pause_until(case, fact)


def _lift_cease(case: Case, at: datetime) -> None:
    """A person lifts it, and only after the guarantor has asked for it in writing (R-17)."""
    cease = case.hold("cease")
    if cease is not None and fold_people.asked_for_in_writing(case, cease.since):
        holds.lift(case, ("cease",), at)


def _pause_until(case: Case, fact: TaskResolved) -> None:
    if fact.resume_on is not None:
        holds.put(case, "paused_by_staff", fact.at, until=_end_of(fact.resume_on))


def _called_in_vain(case: Case, fact: TaskResolved) -> None:
    case.calls = sorted([*case.calls, fact.at])
    holds.ask_anew(case, "contact_failed")


def _known_to_staff(case: Case, kind: str, at: datetime) -> None:
    earlier = case.asked.get(kind, Asked())
    case.asked = case.asked | {kind: Asked(times=earlier.times, last_at=at, settled=True)}


def _end_of(day: date | None) -> datetime | None:
    """The day that was named, kept as its last minute in UTC; a promise ends with that day where the practice is."""
    return datetime.combine(day, time(23, 59), tzinfo=UTC) if day else None
