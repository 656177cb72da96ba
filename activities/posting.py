"""Posts one payment to the practice's own ledger exactly once, looking there first whenever a try was in doubt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from temporalio import activity

from activities.boundary import boundary
from activities.contract import Errand, Turn
from activities.deciding import Deciding
from receivables.case import Case
from receivables.errors import BooksClosed, CannotKnow, Refused, TryLater
from receivables.facts import AnyFact, PaymentPosted, PostingDelayed, PostingHandedOver, moment_key
from receivables.fold import fold
from receivables.ports import Posting, PostingBook, PracticeLedger
from receivables.steps import PostToPractice
from receivables.windows import place

QUICK_TRIES = 3
"""Attempts within seconds, for a system that only stumbled; a system known to be away is asked once each time."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (10, 30, 120, 240))
"""From then on, the longer the more often it was away; the last one is repeated. A night's closing costs few tries."""


class PracticePosting:
    """`post_to_practice`, by the write states of the posting book."""

    def __init__(self, deciding: Deciding, postings: PostingBook, ledger_of: Callable[[str], PracticeLedger]) -> None:
        self._deciding = deciding
        self._postings = postings
        self._ledger_of = ledger_of

    @activity.defn(name="post_to_practice")
    @boundary
    async def post_to_practice(self, errand: Errand) -> Turn:
        """The turn holds `payment_posted`, `posting_delayed` (system away) or `posting_handed_over` (refused)."""
        now = await self._deciding.clock.now()
        case, news = await self._deciding.refresh(errand.case)
        step = errand.step
        if isinstance(step, PostToPractice) and self._deciding.stands(step, case, now):
            outcome = await self._post(case, step, now)
            news.append(outcome)
            case = fold(case, outcome)
        return await self._deciding.turn(case, news, now)

    async def along(self, case: Case, news: list[AnyFact], now: datetime) -> Case:
        """Post what another activity has just brought in, when that is what comes next anyway: one trip less.

        Where the practice's system stumbles nothing is lost: the case posts it as a step of its own.
        """
        decision = self._deciding.consider(case, now)
        if not isinstance(decision.step, PostToPractice) or not decision.due(now):
            return case
        try:
            outcome = await self._post(case, decision.step, now)
        except (TryLater, CannotKnow):
            return case
        news.append(outcome)
        return fold(case, outcome)

    async def _post(self, case: Case, step: PostToPractice, now: datetime) -> AnyFact:
        posting, day = await self._dated(case, step)
        ledger = self._ledger_of(case.practice_id)
        known = await self._postings.begin(posting, now)
        if known == "needs_human":
            return self._handed_over(case, step, now, "The practice's system refused this posting before.")
        if known != "confirmed":
            try:
                reference = await ledger.find_posting(posting) if known == "in_doubt" else None
                if reference is None:
                    reference, posting = await self._into_open_books(ledger, posting)
            except CannotKnow as fault:
                await self._postings.uncertain(posting)
                return self._delayed(case, step, now, fault)
            except TryLater as fault:
                return self._delayed(case, step, now, fault)
            except Refused as refusal:
                await self._postings.needs_human(posting, refusal.because)
                return self._handed_over(case, step, now, refusal.because)
            await self._postings.confirmed(posting, reference, now, _on_another_day(day, posting.booked_on))
        return PaymentPosted(
            fact_id=f"posted.{step.payment_fact_id}"[:200], at=now, source="agent", practice_id=case.practice_id,
            balance_id=case.balance_id, payment_fact_id=step.payment_fact_id,
        )  # fmt: skip

    async def _dated(self, case: Case, step: PostToPractice) -> tuple[Posting, date]:
        """The posting on the day it stands on in our own books, and the day it was paid on."""
        zone = place(self._deciding.policies.practice(case.practice_id).time_zone)
        day = step.paid_at.astimezone(zone).date()
        posting = Posting(
            practice_id=case.practice_id, balance_id=case.balance_id, external_id=step.payment_fact_id,
            amount_cents=step.amount_cents, paid_at=step.paid_at, where=step.where, booked_on=day,
        )  # fmt: skip
        late = await self._postings.late_for(posting)
        return posting.model_copy(update={"booked_on": late or day}), day

    async def _into_open_books(self, ledger: PracticeLedger, posting: Posting) -> tuple[str, Posting]:
        """What is dated in a period the practice has closed goes to the next open day, in its books and in ours."""
        try:
            return await ledger.post(posting), posting
        except BooksClosed as closed:
            await self._postings.books_closed(posting.practice_id, closed.until)
            later = posting.model_copy(update={"booked_on": closed.until + timedelta(days=1)})
            return await ledger.post(later), later

    def _delayed(self, case: Case, step: PostToPractice, now: datetime, fault: CannotKnow | TryLater) -> AnyFact:
        """After a few quick tries the case itself rests and tries again: visibly, and on the system's own clock."""
        earlier = case.delayed.get(step.payment_fact_id)
        if earlier is None and activity.info().attempt < QUICK_TRIES:
            raise fault
        pause = PAUSES[min(earlier.tries if earlier else 0, len(PAUSES) - 1)]
        return PostingDelayed(
            fact_id=f"delayed.{step.payment_fact_id}.{moment_key(now)}"[:200], at=now, source="agent",
            practice_id=case.practice_id, balance_id=case.balance_id, payment_fact_id=step.payment_fact_id,
            because=str(fault), not_before=now + pause,
        )  # fmt: skip

    def _handed_over(self, case: Case, step: PostToPractice, now: datetime, because: str) -> PostingHandedOver:
        return PostingHandedOver(
            fact_id=f"handed.{step.payment_fact_id}"[:200], at=now, source="agent", practice_id=case.practice_id,
            balance_id=case.balance_id, payment_fact_id=step.payment_fact_id, because=because,
        )  # fmt: skip


def _on_another_day(day: date, booked_on: date | None) -> str:
    """What the record says when the books of its own day were closed."""
    if booked_on is None or booked_on <= day:
        return ""
    closed = booked_on - timedelta(days=1)
    return f"The books are closed up to {closed}: what was paid on {day} stands on {booked_on}, the next open day."
