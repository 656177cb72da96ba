"""Folds what is owed and what was paid; every order of the same facts gives the same sums."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from receivables import holds
from receivables.agreed import Mark
from receivables.case import Case, Delay, Payment, Reversal
from receivables.facts import (
    BalanceAdjusted,
    BalancePosted,
    PaymentPosted,
    PaymentRecorded,
    PaymentReversed,
    PostingDelayed,
    PostingHandedOver,
)
from receivables.folding import disputes as fold_disputes
from receivables.folding import people as fold_people
from receivables.folding import plan as fold_plan
from receivables.folding import protected as fold_protected
from receivables.money import Cents


def balance_posted(case: Case, fact: BalancePosted) -> None:
    """A share is left with the patient; a later posting of the same balance prices and describes it anew."""
    case.posted_at = min(case.posted_at or fact.at, fact.at)
    fold_people.described(case, fact.guarantor, fact)
    if _price(case, fact, fact.patient_responsibility_cents, fact.insurance_paid_cents):
        case.price_reason = ""
        case.claim_status = fact.claim_status
        case.breakdown = fact.breakdown
    if case.posting is None or case.posting.yields_to(fact.at, fact.fact_id):
        case.posting = Mark(at=fact.at, fact_id=fact.fact_id)
        case.service_date = fact.service_date
        case.visit_kind = fact.visit_kind
        case.patient = fact.patient
        case.history = fact.history
        case.estimate_cents = fact.good_faith_estimate_cents
        case.federal_payer = fact.federal_payer
        _collectable(case, fact)
    fold_protected.of_the_visit(case, fact)
    fold_protected.against_the_estimate(case)


def balance_adjusted(case: Case, fact: BalanceAdjusted) -> None:
    """The share has changed; of several changes the latest that happened counts."""
    if _price(case, fact, fact.patient_responsibility_cents, fact.insurance_paid_cents):
        case.price_reason = fact.reason
        case.claim_status = fact.claim_status
        case.breakdown = fact.breakdown
        fold_protected.against_the_estimate(case)


def payment_recorded(case: Case, fact: PaymentRecorded) -> None:
    """Money arrived. What the practice's own system reported is in its ledger already."""
    if any(payment.fact_id == fact.fact_id for payment in case.payments):
        return
    early = case.posted_early.get(fact.fact_id)
    payment = Payment(
        fact_id=fact.fact_id,
        amount_cents=fact.amount_cents,
        paid_at=fact.paid_at,
        where=fact.where,
        reversed_cents=_taken_back(case, fact.fact_id),
        posting="posted" if fact.in_practice_ledger else early or "due",
        plan_id=fact.plan_id,
        installment=fact.installment,
        undoes=fact.undoes or "",
    )
    fold_plan.charged(case, fact.plan_id, fact.installment, fact.attempt, fact.paid_at)
    case.payments = sorted([*case.payments, payment], key=lambda known: (known.paid_at, known.fact_id))
    _known_now(case, payment)
    holds.ask_anew(case, "credit")
    if payment.undoes:
        fold_disputes.lift_what_is_over(case)


def payment_reversed(case: Case, fact: PaymentReversed) -> None:
    """Money was taken back, perhaps before we heard that it had come."""
    if any(reversal.fact_id == fact.fact_id for reversal in case.reversals):
        return
    early = case.posted_early.get(fact.fact_id)
    reversal = Reversal(
        fact_id=fact.fact_id,
        payment_fact_id=fact.payment_fact_id,
        amount_cents=fact.amount_cents,
        at=fact.at,
        posting="posted" if fact.in_practice_ledger else early or "due",
        return_code=fact.return_code,
        chargeback=fact.why == "chargeback",
    )
    case.reversals = sorted([*case.reversals, reversal], key=lambda known: (known.at, known.fact_id))
    case.payments = [
        payment.model_copy(update={"reversed_cents": _taken_back(case, payment.fact_id)})
        if payment.fact_id == fact.payment_fact_id
        else payment
        for payment in case.payments
    ]
    _known_now(case, reversal)
    if reversal.chargeback:
        fold_disputes.taken_by_a_bank(case, fact.payment_fact_id, fact.at)
    if fact.return_code:
        holds.ask_anew(case, "debit_returned")


def payment_posted(case: Case, fact: PaymentPosted) -> None:
    """The practice's ledger shows it."""
    _settle_posting(case, fact.payment_fact_id, "posted")


def posting_delayed(case: Case, fact: PostingDelayed) -> None:
    """The practice's system is away; the posting has a moment of its own until it is settled."""
    states = {one.fact_id: one.posting for one in case.payments} | {one.fact_id: one.posting for one in case.reversals}
    if case.posted_early.get(fact.payment_fact_id, states.get(fact.payment_fact_id, "due")) != "due":
        return
    earlier = case.delayed.get(fact.payment_fact_id)
    latest = earlier is None or earlier.until <= fact.not_before
    case.delayed = case.delayed | {
        fact.payment_fact_id: Delay(
            tries=earlier.tries + 1 if earlier else 1,
            until=fact.not_before if latest or earlier is None else earlier.until,
            because=fact.because if latest or earlier is None else earlier.because,
        )
    }


def posting_handed_over(case: Case, fact: PostingHandedOver) -> None:
    """A person posts it by hand."""
    _settle_posting(case, fact.payment_fact_id, "handed_over")


def _price(case: Case, fact: BalancePosted | BalanceAdjusted, owed: Cents, insured: Cents | None) -> bool:
    if insured is not None and (case.insured is None or case.insured.yields_to(fact.at, fact.fact_id)):
        case.insured = Mark(at=fact.at, fact_id=fact.fact_id)
        case.insurance_paid_cents = insured
    if case.priced is not None and not case.priced.yields_to(fact.at, fact.fact_id):
        return False
    case.priced = Mark(at=fact.at, fact_id=fact.fact_id)
    case.patient_responsibility_cents = owed
    return True


def _collectable(case: Case, fact: BalancePosted) -> None:
    case.holds = [hold for hold in case.holds if hold.reason != "not_collectable"]
    if not fact.collectable or fact.hold_reasons:
        holds.put(case, "not_collectable", fact.at, detail=", ".join(fact.hold_reasons))


def _taken_back(case: Case, payment_fact_id: str) -> Cents:
    parts = (reversal.amount_cents for reversal in case.reversals if reversal.payment_fact_id == payment_fact_id)
    return sum(parts, Cents(0))


def _known_now(case: Case, moved: Payment | Reversal) -> None:
    """What was heard of its posting before the money itself is in it; and what stands in the ledger waits no more."""
    if moved.fact_id in case.posted_early:
        case.posted_early = {known: state for known, state in case.posted_early.items() if known != moved.fact_id}
    if moved.posting != "due" and moved.fact_id in case.delayed:
        case.delayed = {known: delay for known, delay in case.delayed.items() if known != moved.fact_id}


def _settle_posting(case: Case, fact_id: str, state: Literal["posted", "handed_over"]) -> None:
    """Seen in the ledger is the stronger word: a payment posted after all is posted."""
    if fact_id in case.delayed:
        case.delayed = {known: delay for known, delay in case.delayed.items() if known != fact_id}
    known = {payment.fact_id for payment in case.payments} | {reversal.fact_id for reversal in case.reversals}
    if fact_id not in known:
        if case.posted_early.get(fact_id) != "posted":
            case.posted_early = case.posted_early | {fact_id: state}
        return
    case.payments = [
        payment.model_copy(update={"posting": state})
        if payment.fact_id == fact_id and payment.posting != "posted"
        else payment
        for payment in case.payments
    ]
    case.reversals = [
        reversal.model_copy(update={"posting": state})
        if reversal.fact_id == fact_id and reversal.posting != "posted"
        else reversal
        for reversal in case.reversals
    ]


def last_money_at(case: Case) -> datetime | None:
    """When money last came in or went back."""
    moments = [payment.paid_at for payment in case.payments] + [reversal.at for reversal in case.reversals]
    return max(moments, default=None)
