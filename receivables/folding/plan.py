"""Folds payment plans: agreed, set up, changed, ended, and what became of cards and charges; it decides nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from receivables import holds
from receivables.cards.facts import CardChanged, CardEnrolled, CardRemoved, ChargeDeclined, ChargePending
from receivables.case import Case
from receivables.money import Cents
from receivables.plans.facts import (
    AutopayStopped,
    PlanAgreed,
    PlanBeside,
    PlanCancelled,
    PlanChangeAsked,
    PlanChanged,
    PlanRefused,
    PlanSetUp,
)
from receivables.plans.plan import Agreement, Attempt, Beside, Mandate, Plan, Wish

COUNTED: dict[str, Literal["moves", "skips", "shrinks"]] = {"move": "moves", "skip": "skips", "smaller": "shrinks"}
"""Kindnesses that a policy limits, with where they are counted."""


def plan_agreed(case: Case, fact: PlanAgreed) -> None:
    """Terms to be set up; of several the latest."""
    if case.agreement is None or case.agreement.at <= fact.at:
        case.agreement = Agreement(
            fact_id=fact.fact_id, at=fact.at, by=fact.by, installments=list(fact.installments), slots=fact.slots,
            down_payment_cents=fact.down_payment_cents, joins=fact.joins,
        )  # fmt: skip


def plan_change_asked(case: Case, fact: PlanChangeAsked) -> None:
    """A wish to be judged by the rules; one that concerns another plan is too late."""
    if case.running_plan is None or case.running_plan.plan_id != fact.plan_id:
        return
    take_wish(
        case,
        Wish(fact_id=fact.fact_id, at=fact.at, kind="change", change=fact.wish, by=fact.by, move_to=fact.move_to),
    )


def take_wish(case: Case, wish: Wish) -> None:
    """Keep the latest wish. Stopping takes effect at once, before anybody has read another word (R-30)."""
    if case.wish is not None and case.wish.at > wish.at:
        return
    case.wish = wish
    if wish.change == "cancel":
        _cancel(case, wish.at, wish.by)
    elif wish.change == "stop_autopay":
        _stop_charging(case, wish.at, wish.by)


def answered(case: Case, at: datetime) -> None:
    """The patient has been answered about paying in parts."""
    if case.wish is not None and case.wish.at <= at:
        case.wish = None
    if case.agreement is not None and case.agreement.at <= at:
        case.agreement = None
    holds.lift(case, ("plan_to_set_up",), at)


def plan_set_up(case: Case, fact: PlanSetUp) -> None:
    """The plan is in force; what was paid before it began does not count towards its payments."""
    if case.plan is not None and case.plan.plan_id == fact.plan_id:
        return
    case.plans += 1
    case.plan = Plan(
        plan_id=fact.plan_id, installments=list(fact.installments), agreed_at=fact.at, agreed_by=fact.by,
        paid_before_cents=case.paid_cents, reply_fact_id=fact.reply_fact_id, joins=fact.joins,
    )  # fmt: skip
    if case.offer is not None:
        case.offer = case.offer.model_copy(update={"accepted_at": case.offer.accepted_at or fact.at})
    _settled(case, fact.at)


def plan_changed(case: Case, fact: PlanChanged) -> None:
    """The plan has new terms."""
    plan = case.plan
    if plan is None or plan.plan_id != fact.plan_id or plan.revision >= fact.revision:
        return
    counted = COUNTED.get(fact.change)
    largest = max((due.amount_cents for due in plan.installments), default=Cents(0))
    raised = any(due.amount_cents > largest for due in fact.installments)
    case.plan = plan.model_copy(
        update={
            "revision": fact.revision, "installments": list(fact.installments), "changed_at": fact.at,
            "change": fact.change, "reply_fact_id": fact.reply_fact_id,
        }
        | ({counted: getattr(plan, counted) + 1} if counted else {})
        | ({"raised_at": fact.at, "raised_above_cents": largest} if raised else {})
    )  # fmt: skip
    if case.offer is not None and fact.change == "re_amortised":
        case.offer = case.offer.model_copy(update={"accepted_at": case.offer.accepted_at or fact.at})
    _settled(case, fact.at)


def plan_beside(case: Case, fact: PlanBeside) -> None:
    """A plan of another balance: its latest state counts."""
    known = next((one for one in case.beside if one.balance_id == fact.other_balance_id), None)
    if known is not None and known.at > fact.at:
        return
    heard = Beside(
        balance_id=fact.other_balance_id, plan_id=fact.plan_id, at=fact.at, running=fact.running,
        installments=list(fact.installments), joins=fact.joins,
    )  # fmt: skip
    others = [one for one in case.beside if one.balance_id != fact.other_balance_id]
    case.beside = sorted([*others, heard], key=lambda one: one.balance_id)


def goes_with(case: Case, balance_id: str) -> bool:
    """True when this balance's plan and that one's were joined: a wish about one is a wish about both."""
    if case.running_plan is None or not balance_id:
        return False
    theirs = next((one.joins for one in case.beside if one.balance_id == balance_id and one.running), "")
    return case.running_plan.joins == balance_id or theirs == case.balance_id


def plan_refused(case: Case, fact: PlanRefused) -> None:
    """The terms do not stand; a person settles them with the patient."""
    case.agreement = None
    case.wish = None
    holds.put(case, "plan_to_set_up", fact.at, detail="refused")


def plan_cancelled(case: Case, fact: PlanCancelled) -> None:
    """Nothing more is charged or reminded under the plan."""
    if case.plan is not None and case.plan.plan_id == fact.plan_id:
        _cancel(case, fact.at, fact.by, fact.because)
        if fact.by == "review":
            holds.put(case, "plan_to_set_up", fact.at, detail="undone")
        if fact.by != "page":
            case.restarted_at = max(case.restarted_at or fact.at, fact.at)


def autopay_stopped(case: Case, fact: AutopayStopped) -> None:
    """The card is not charged from here on; the patient hears that it was heard (R-34)."""
    if case.mandate is not None and case.mandate.plan_id == fact.plan_id:
        take_wish(
            case,
            Wish(fact_id=fact.fact_id, at=fact.at, kind="change", change="stop_autopay", by=fact.by),
        )


def card_enrolled(case: Case, fact: CardEnrolled) -> None:
    """A card may be charged for the plan; it ends an earlier stop, since it was authorized after it."""
    known = case.mandate
    if known is not None and known.plan_id == fact.plan_id and known.since > fact.at:
        return
    case.mandate = Mandate(
        plan_id=fact.plan_id, card=fact.card, authorization=fact.authorization, since=fact.at, renewed_at=fact.at
    )


def card_changed(case: Case, fact: CardChanged) -> None:
    """A renewed card is a new chance: earlier refusals of it no longer count."""
    known = case.mandate
    if known is None or known.card.payment_method_id != fact.card.payment_method_id:
        return
    if known.renewed_at is None or known.renewed_at <= fact.at:
        case.mandate = known.model_copy(update={"card": fact.card, "renewed_at": fact.at})


def card_removed(case: Case, fact: CardRemoved) -> None:
    """Nothing can be charged any more."""
    known = case.mandate
    if known is not None and known.card.payment_method_id == fact.payment_method_id:
        case.mandate = known.model_copy(update={"removed_at": fact.at})


def charge_declined(case: Case, fact: ChargeDeclined) -> None:
    """A try that brought nothing."""
    holds.ask_anew(case, "charge_failed")
    _note(
        case,
        Attempt(
            plan_id=fact.plan_id, installment=fact.installment, number=fact.attempt, at=fact.at, outcome="declined",
            reason=fact.reason, again=fact.again, network_code=fact.network_code,
        ),
    )  # fmt: skip


def charge_pending(case: Case, fact: ChargePending) -> None:
    """A try whose outcome comes days later."""
    _note(
        case,
        Attempt(plan_id=fact.plan_id, installment=fact.installment, number=fact.attempt, at=fact.at, outcome="pending"),
    )


def charged(case: Case, plan_id: str | None, installment: int | None, attempt: int | None, at: datetime) -> None:
    """A try that brought money; payments by other ways are no tries."""
    if plan_id is not None and installment is not None and attempt is not None:
        _note(case, Attempt(plan_id=plan_id, installment=installment, number=attempt, at=at, outcome="charged"))


STRONGER = ("pending", "declined", "charged")
"""Of two reports about one try the later in this list stands: money that came is never taken for a refusal."""


def _note(case: Case, attempt: Attempt) -> None:
    def same(known: Attempt) -> bool:
        return (known.plan_id, known.installment, known.number) == (
            attempt.plan_id, attempt.installment, attempt.number,
        )  # fmt: skip

    known = next((one for one in case.attempts if same(one)), None)
    if known is not None and STRONGER.index(known.outcome) >= STRONGER.index(attempt.outcome):
        return
    others = [one for one in case.attempts if not same(one)]
    case.attempts = sorted([*others, attempt], key=lambda one: (one.at, one.plan_id, one.installment, one.number))


def _cancel(case: Case, at: datetime, by: str, because: str = "") -> None:
    if case.plan is not None and case.plan.status == "active":
        ended = {"status": "cancelled", "cancelled_at": at, "ended_by": by, "ended_because": because}
        case.plan = case.plan.model_copy(update=ended)
        _stop_charging(case, at)


def _stop_charging(case: Case, at: datetime, by: str = "") -> None:
    if case.mandate is not None and case.mandate.stopped_at is None and case.mandate.since <= at:
        case.mandate = case.mandate.model_copy(update={"stopped_at": at, "stopped_by": by})


def _settled(case: Case, at: datetime) -> None:
    case.agreement = None
    case.wish = None
    holds.lift(case, ("plan_to_set_up", "promise"), at)
