"""Folds what banks ask about card payments, take back and decide; every order of the same facts gives the same case."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from receivables import holds
from receivables.bank_disputes import Dispute, DisputeEnd
from receivables.case import Case
from receivables.facts import DisputeClosed, DisputeRaised
from receivables.money import Cents

HOLD_OF = {
    "already_paid": "already_paid",
    "insurance": "insurance",
    "chargeback": "chargeback",
    "inquiry": "inquiry",
    "amount": "dispute",
    "other": "dispute",
}
OF_A_BANK = ("chargeback", "inquiry")
"""About a card payment, with a day by which evidence has to be sent."""


class Matter(NamedTuple):
    """A reason for the hold of one kind."""

    reason: str
    dispute: str
    payment: str
    at: datetime


def dispute_raised(case: Case, fact: DisputeRaised) -> None:
    """The sequence stops until a person has looked; a bank's question that is closed by now stops nothing."""
    if fact.about not in OF_A_BANK:
        holds.put(case, HOLD_OF[fact.about], fact.at)
        return
    if all(known.fact_id != fact.fact_id for known in case.disputes):
        raised = Dispute(
            fact_id=fact.fact_id, inquiry=fact.about == "inquiry", payment_fact_id=fact.payment_fact_id or "",
            amount_cents=fact.disputed_cents or Cents(0), at=fact.at, answer_by=fact.answer_by, reason=fact.reason,
        )  # fmt: skip
        case.disputes = sorted([*case.disputes, raised], key=lambda known: (known.at, known.fact_id))
    _hold(case, Matter(fact.about, fact.fact_id, fact.payment_fact_id or "", fact.at))


def taken_by_a_bank(case: Case, payment_fact_id: str, at: datetime) -> None:
    """Money was taken back in a dispute, whether or not we heard that it was raised."""
    _hold(case, Matter("chargeback", "", payment_fact_id, at))


def dispute_closed(case: Case, fact: DisputeClosed) -> None:
    """Won, or only asked about: the case goes on by itself. Lost: a person tells the patient before anything else."""
    ended = DisputeEnd(
        fact_id=fact.fact_id, dispute_fact_id=fact.dispute_fact_id, payment_fact_id=fact.payment_fact_id or "",
        outcome=fact.outcome, at=fact.at,
    )  # fmt: skip
    case.dispute_ends = sorted([*case.dispute_ends, ended], key=lambda known: (known.at, known.fact_id))
    if fact.outcome == "lost":
        holds.put(case, "chargeback_lost", fact.at)
    ended_ids = {end.dispute_fact_id for end in case.dispute_ends}
    if all(one.fact_id in ended_ids for one in case.disputes):
        _asked_no_more(case)
    lift_what_is_over(case)


def lift_what_is_over(case: Case) -> None:
    """After an end, and after money that came back with it."""
    for reason in OF_A_BANK:
        held = case.hold(reason)
        left = [one.at for one in _matters(case) if one.reason == reason and not _over(case, one)]
        if held is not None:
            stays = [held.model_copy(update={"since": max(left)})] if left else []
            case.holds = sorted([*(hold for hold in case.holds if hold is not held), *stays], key=holds.place)


def _hold(case: Case, matter: Matter) -> None:
    if not _over(case, matter):
        holds.put(case, matter.reason, matter.at)


def _over(case: Case, matter: Matter) -> bool:
    """Closed at or after it began; one that was won only when the money is back: the patient does not owe it."""
    ends = [
        end.outcome for end in case.dispute_ends
        if end.at >= matter.at
        and (matter.dispute == end.dispute_fact_id or matter.payment == end.payment_fact_id != "")
    ]  # fmt: skip
    if "lost" in ends or not ends:
        return bool(ends)
    undone = {payment.undoes for payment in case.payments}
    return all(
        back.fact_id in undone for back in case.reversals if back.chargeback and back.payment_fact_id == matter.payment
    )


def _matters(case: Case) -> list[Matter]:
    raised = [
        Matter("inquiry" if one.inquiry else "chargeback", one.fact_id, one.payment_fact_id, one.at)
        for one in case.disputes
    ]
    taken = [Matter("chargeback", "", one.payment_fact_id, one.at) for one in case.reversals if one.chargeback]
    return [*raised, *taken]


def _asked_no_more(case: Case) -> None:
    """Nothing can be sent to the bank any more; the tasks are finished where they stand."""
    over = [task for task in case.open_tasks if task.kind in OF_A_BANK]
    case.finished_tasks = [*case.finished_tasks, *(task.kind for task in over)]
    case.open_tasks = [task for task in case.open_tasks if task not in over]
