"""Rules about money that moved: it is posted first, and what is not owed is never asked for."""

from __future__ import annotations

from datetime import timedelta

from receivables import channels, summaries
from receivables.case import Case, CloseReason
from receivables.conversation import NOTHING_LEFT
from receivables.money import Cents
from receivables.rules.answer import ask, step, wait
from receivables.rules.ladder import slot
from receivables.steps import Close, Decision, PostToPractice, SendMessage
from receivables.view import View
from receivables.words import when

FACTS_CROSS_WITHIN = timedelta(days=3)
"""A reversal can overtake its payment on the way to us; not a matter of policy but of how vendors deliver."""
CLOSED_BY_ADJUSTMENT = {
    "write_off": CloseReason.written_off,
    "readjudicated": CloseReason.insurance_responsible,
    "restated": CloseReason.insurance_responsible,
    "corrected": CloseReason.withdrawn,
}
"""What the end is called when a balance goes to nothing without a payment."""
TOLD_OF = ("readjudicated", "restated", "corrected")
"""A write-off is the practice's own to tell."""
TOLD_WITHIN = timedelta(days=7)
"""Later it is no news any more; not a matter of policy but of when a word still helps."""


def post_payment(view: View) -> Decision | None:
    """Every payment belongs in the practice's ledger, once; while its system is away, the posting has its moment."""
    due = next((one for one in view.case.payments if one.posting == "due" and not _waits(view, one.fact_id)), None)
    if due is None:
        return None
    posting = PostToPractice(
        payment_fact_id=due.fact_id, amount_cents=due.amount_cents, paid_at=due.paid_at, where=due.where
    )
    return step(view, posting, f"{due.amount_cents.as_dollars()} came in and is not in the practice's ledger yet.")


def post_reversal(view: View) -> Decision | None:
    """What was taken back is posted after its payment, with the opposite sign."""
    known = {payment.fact_id: payment for payment in view.case.payments if payment.posting != "due"}
    due = next((back for back in view.case.reversals if back.posting == "due" and back.payment_fact_id in known
                and not _waits(view, back.fact_id)), None)  # fmt: skip
    if due is None:
        return None
    posting = PostToPractice(
        payment_fact_id=due.fact_id,
        amount_cents=Cents(-due.amount_cents),
        paid_at=due.at,
        where=known[due.payment_fact_id].where,
    )
    return step(view, posting, f"{due.amount_cents.as_dollars()} was taken back; the practice's ledger must show it.")


def not_past_a_posting(view: View, decision: Decision) -> Decision:
    """No rest goes past the moment of a posting that waits for the practice's system, and nothing ends before it."""
    waiting = [delay for delay in view.case.delayed.values() if delay.until > view.now]
    if not waiting or (decision.due(view.now) and not isinstance(decision.step, Close)):
        return decision
    first = min(waiting, key=lambda delay: delay.until)
    if decision.act_at is not None and decision.act_at <= first.until:
        return decision
    at = when(first.until, view.zones[0], view.now)
    words = f"{first.because} A payment that is not in the practice's ledger yet is posted {at}."
    resting = wait(view, *decision.because, words, until=first.until, next_step="post the payment again")
    return resting.model_copy(update={"rule": "not_past_a_posting"})


def _waits(view: View, fact_id: str) -> bool:
    delay = view.case.delayed.get(fact_id)
    return delay is not None and delay.until > view.now


def credit(view: View) -> Decision | None:
    """More was paid than is owed: a person decides where it goes (R-37)."""
    if view.owed >= 0 or not view.may_ask("credit"):
        return None
    return ask(view, "credit", f"{Cents(-view.owed).as_dollars()} more was paid than is owed.")


def share_gone(view: View) -> Decision | None:
    """Whoever we wrote to about a bill that has gone to nothing hears that as well, once, like every word of ours."""
    case, gone_at = view.case, view.case.priced.at if view.case.priced else view.now
    if view.owed > 0 or _why_nothing_is_owed(case) is CloseReason.paid or case.price_reason not in TOLD_OF:
        return None
    if not any(touch.at < gone_at for touch in case.touches) or case.claim_status != "final" or view.holds:
        return None
    name = f"{case.practice_id}.{case.balance_id}.{NOTHING_LEFT}.{gone_at:%Y%m%d%H%M%S}"
    told = name in case.skipped or any(touch.touch_id == name for touch in case.touches)
    if told or not view.reachable or view.now - gone_at > TOLD_WITHIN:
        return None
    wrote = case.touches[-1].channel
    channel = wrote if wrote in view.reachable else channels.choose(case, view.policy, view.owed).channel
    at = slot(view, view.now, of_money=False)
    timing = f"It goes out {when(at, view.zones[0], view.now)}, inside the permitted hours."
    because = "Nothing is owed any more, and the patient had been written to about it: they are told."
    return step(view, SendMessage(touch_id=name, message=NOTHING_LEFT, channel=channel), because, timing, at=at)


def nothing_owed(view: View) -> Decision | None:
    """Nothing left to ask for."""
    if view.owed > 0:
        return None
    reason = _why_nothing_is_owed(view.case)
    words = "Nothing is owed any more." if view.owed == 0 else "There is a credit, and a person knows of it."
    return step(view, Close(reason=reason), words)


def reversal_without_payment(view: View) -> Decision | None:
    """Money was taken back that we have not heard of: the sum is not reliable until its payment arrives."""
    known = {payment.fact_id for payment in view.case.payments}
    orphans = [back.at for back in view.case.reversals if back.payment_fact_id not in known]
    until = max(orphans) + FACTS_CROSS_WITHIN if orphans else None
    if until is None or until <= view.now:
        return None
    return wait(view, "A payment was taken back that has not been reported yet.", until=until, next_step="look again")


def debit_returned(view: View) -> Decision | None:
    """A bank debit that came back is for a person: whether it may be presented again depends on the code (R-31)."""
    words = summaries.returned(view)
    return ask(view, "debit_returned", words) if words and view.may_ask("debit_returned") else None


def small_write_off(view: View) -> Decision | None:
    """Where the practice says so, the smallest sums are written off instead of asked for (K20; off unless set)."""
    limit = view.policy.small_balance_writeoff_max
    if view.owed > limit or view.case.federal_payer:
        return None  # A federal payer's cost share is not waived as a routine.
    words = f"{view.owed.as_dollars()} is not above {limit.as_dollars()}, which the practice writes off."
    return step(view, Close(reason=CloseReason.written_off), words)


def _why_nothing_is_owed(case: Case) -> CloseReason:
    """What came last: money or an adjustment."""
    paid_at = case.payments[-1].paid_at if case.payments else None
    adjusted_at = case.priced.at if case.priced and case.price_reason else None
    if case.paid_cents > 0 and paid_at and (adjusted_at is None or paid_at >= adjusted_at):
        return CloseReason.paid
    return CLOSED_BY_ADJUSTMENT.get(case.price_reason, CloseReason.insurance_responsible)
