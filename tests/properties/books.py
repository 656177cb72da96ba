"""What a patient and a regulator would remember of one balance, kept without looking at the case, to judge the agent by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from plan_books import Broken, PlanBooks, check
from stories import PRACTICE

from receivables import facts
from receivables.case import Case
from receivables.conversation import ANSWERS
from receivables.facts import AnyFact
from receivables.people import Channel, PointStatus
from receivables.policy import Policy
from receivables.steps import AskStaff, Close, Decision, PostToPractice, ReadReply, SendMessage, Wait
from receivables.windows import zones_of

__all__ = ["POLICY", "Books", "Broken", "check"]
POLICY = Policy()
FIRST = ("first_notice", "plan_offer", "firm_follow_up")
QUIET = timedelta(hours=2)
SILENCES = {
    "guarantor_deceased": "deceased", "bankruptcy_filed": "bankruptcy", "attorney_represents": "attorney",
    "dispute_raised": "dispute", "assistance_requested": "assistance", "outreach_paused": "paused",
}  # fmt: skip
SILENCED_BY = {
    "already_paid": "dispute", "deceased": "deceased", "financial_hardship": "assistance", "request_plan": "plan",
    "accept_plan": "plan", "bankruptcy": "bankruptcy", "attorney_represented": "attorney",
}  # fmt: skip
NO_ANSWER = {"deceased", "bankruptcy", "attorney", "cease"}
SETTLED = {"will_pay": {"dispute", "assistance", "paused", "plan"}, "plan_agreed": {"dispute", "assistance", "paused"}}
ADDED = {"dispute": "dispute", "assistance": "assistance", "keep_paused": "paused", "plan_agreed": "plan"}


@dataclass
class Books(PlanBooks):
    """Sums, stops and touches as they happened."""

    share: int = 0
    priced: tuple[datetime, str] | None = None
    paid: int = 0
    unposted: dict[str, int] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    """Of the unposted, those that wait for the practice's system to come back."""
    orphans: set[str] = field(default_factory=set)
    backs: dict[str, str] = field(default_factory=dict)
    """Reversals with the payment each takes back: it is posted after that payment."""
    unread: set[str] = field(default_factory=set)
    last_reply: datetime | None = None
    wrote: dict[Channel, datetime] = field(default_factory=dict)
    """When the patient last wrote, by channel."""
    wrote_before: dict[Channel, datetime] = field(default_factory=dict)
    last_touch: datetime | None = None
    last_missed_call: datetime | None = None
    touch_ids: set[str] = field(default_factory=set)
    confirmed: set[Channel] = field(default_factory=set)
    """Where a stop in own words was confirmed, which may happen once (R-8)."""
    tasks: dict[str, str] = field(default_factory=dict)

    @property
    def owed(self) -> int:
        return self.share - self.paid

    # --- judging -------------------------------------------------------------------------------------------------

    def judge(self, decision: Decision, now: datetime) -> None:
        """Any decision at all."""
        check(bool(decision.because) and bool(decision.rule), "a decision without reasons")
        check(int(decision.outstanding_cents) == self.owed, "the sum is wrong")
        urgent = isinstance(decision.step, AskStaff) and decision.step.task_kind == "emergency"
        if not urgent and not isinstance(decision.step, (PostToPractice, ReadReply)):
            late = self.late | {back for back, payment in self.backs.items() if payment in self.late}
            check(not self.unread and self.unposted.keys() <= late, "a reply or a payment was left lying")
        if isinstance(decision.step, Close):
            check(not self.unposted, "an end while money waits to be posted")
        if isinstance(decision.step, Wait):
            check(decision.act_at is None or decision.act_at > now, "a wait that is over already")

    def judge_message(self, step: SendMessage, case: Case, now: datetime) -> None:
        """A message at the moment it would leave."""
        visit = step.agent == "no_show"  # About a missed visit: no money is named.
        told = step.message == "nothing_left"  # The one message that is about nothing being owed.
        check(visit or self.owed >= 1000 or (told and self.owed <= 0 and bool(self.touch_ids)), "a message about nothing")
        check(not self.silenced, f"a message in spite of {self.silenced}")
        check(not (self.open_claim or self.uncollectable), "a message before the insurer has answered")
        check(not self.ended, "a message after the end")
        check(step.channel not in self.stopped, "a message after STOP")
        check(step.touch_id not in self.touch_ids, "the same touch twice")
        first = visit or step.plan or step.message in FIRST
        check(bool(self.touch_ids) or bool(first), "a reminder of what was never said")
        gap = timedelta(hours=POLICY.contact.min_gap_h)
        check(self.last_touch is None or now - self.last_touch >= gap, "two messages too close")
        check(self.last_reply is None or now - self.last_reply >= QUIET, "a message within two hours of a reply")
        for zone in zones_of(case, PRACTICE.time_zone):
            local = now.astimezone(ZoneInfo(zone))
            check(9 <= local.hour < 20 and local.weekday() != 6, "a message outside the hours")
        check(case.guarantor is not None and case.guarantor.point(step.channel) is not None, "a message to nobody")
        if step.offer is not None:
            check(sum(step.offer.each_cents) == self.owed, "an offer for another amount")
            least = 1 if step.offer.joins else 2
            check(least <= step.offer.installments <= 4, "an offer the law does not allow")
        if step.covered_most:
            check(case.insurance_paid_cents >= case.patient_responsibility_cents, "an untrue sentence")

    def judge_answer(self, step: SendMessage, case: Case, now: datetime) -> None:
        """A message that answers what the patient wrote, at the moment it would leave."""
        check(not self.silenced & NO_ANSWER, f"an answer in spite of {self.silenced}")
        confirming = step.message == "answer_stopped"
        check(confirming or step.channel not in self.stopped, "an answer after STOP")
        check(not confirming or step.channel not in self.confirmed, "a stop confirmed twice")
        if confirming:
            self.confirmed.add(step.channel)
            check(now - self.wrote[step.channel] <= timedelta(minutes=5), "a stop confirmed after five minutes")
        check(not step.reply_fact_id or step.reply_fact_id not in self.answered, "a reply answered twice")
        check(step.message in ANSWERS or step.plan is not None, "words that are no answer")
        danger = step.message == "answer_emergency"
        check(danger or confirming or not self.ended, "an answer after the end")
        wrote = self.wrote.get(step.channel)
        settle = timedelta(seconds=POLICY.conversation.settle_seconds)
        settled = wrote is not None and now - wrote >= settle
        check(danger or settled or not step.reply_fact_id, "an answer in between words")
        for zone in zones_of(case, PRACTICE.time_zone):
            just_now = danger and wrote is not None and now - wrote <= timedelta(minutes=5)
            check(just_now or 8 <= now.astimezone(ZoneInfo(zone)).hour < 21, "an answer at night")
        check(case.guarantor is not None and case.guarantor.point(step.channel) is not None, "an answer to nobody")

    def judge_task(self, step: AskStaff, now: datetime) -> None:
        """A question at the moment staff would be asked."""
        check(step.task_id not in self.tasks, "the same task twice")
        self.tasks[step.task_id] = step.task_kind
        if not step.call:
            return
        check(self.last_reply is None or now - self.last_reply >= QUIET, "a call within two hours of a reply")
        check(not self.silenced, f"a call in spite of {self.silenced}")
        week = timedelta(days=7, hours=-1)  # By the clock on the wall: one week in spring has an hour less.
        check(self.last_missed_call is None or now - self.last_missed_call >= week, "two calls within a week")

    def judge_posting(self, step: PostToPractice) -> None:
        """Money on its way into the practice's ledger."""
        amount = self.unposted.pop(step.payment_fact_id, None)
        self.late.discard(step.payment_fact_id)
        check(amount == int(step.amount_cents), "a posting twice, or of another amount")

    def put_off(self, step: PostToPractice) -> None:
        """The practice's system is away: the money is still to be posted, later."""
        self.unposted[step.payment_fact_id] = int(step.amount_cents)
        self.late.add(step.payment_fact_id)

    def judge_closing(self) -> None:
        """The end of a case: somebody knows of what was paid too much."""
        check(self.ended or self.owed >= 0 or "credit" in self.tasks.values(), "a credit that nobody knows of")

    def judge_silence(self, case: Case) -> None:
        """Nothing more will happen: silence is right only when a person knows, or when nothing may be asked for."""
        self.judge_closing()
        small = 0 < self.owed < 1000
        asked = any(question.settled for question in case.asked.values())
        check(small or asked or bool(self.silenced), "a balance is forgotten")

    # --- keeping -------------------------------------------------------------------------------------------------

    def note(self, fact: AnyFact) -> None:
        """One fact, as the outside world knows it."""
        self.note_plan(fact)
        match fact:
            case facts.BalancePosted() | facts.BalanceAdjusted():
                self._price(fact)
            case facts.PaymentRecorded() | facts.PaymentReversed():
                self._money(fact)
            case facts.ReplyReceived():
                self.unread.add(fact.fact_id)
                self.last_reply, self.last_missed_call = fact.at, None
                self.wrote_before = dict(self.wrote)
                self.wrote[fact.channel] = fact.at
            case facts.ContactStopped():
                self.silenced.update(() if fact.channel else ("cease",))
                self.stopped.update((fact.channel,) if fact.channel else ())
            case facts.DeliveryFailed() if fact.status is PointStatus.opted_out:
                self.stopped.add(fact.channel)
            case facts.OutreachResumed():
                self._resume()
            case facts.CaseClosed():
                self.ended = True
            case facts.TaskResolved():
                self._outcome(fact)
            case _:
                self.silenced.update({SILENCES[fact.kind]} if fact.kind in SILENCES else ())

    def note_reading(self, reply_id: str, intent: str, channel: Channel) -> None:
        """What the patient meant."""
        self.unread.discard(reply_id)
        if intent == "auto_reply":  # A machine interrupts nobody.
            self.wrote = dict(self.wrote_before)
        self.stopped.update((channel,) if intent == "opt_out" else ())
        self.silenced.update({SILENCED_BY[intent]} if intent in SILENCED_BY else ())

    def _price(self, fact: facts.BalancePosted | facts.BalanceAdjusted) -> None:
        if self.priced is not None and self.priced >= (fact.at, fact.fact_id):
            return
        self.priced = (fact.at, fact.fact_id)
        self.share = int(fact.patient_responsibility_cents)
        self.open_claim = fact.claim_status != "final"
        if isinstance(fact, facts.BalancePosted):
            self.uncollectable = not fact.collectable

    def _money(self, fact: facts.PaymentRecorded | facts.PaymentReversed) -> None:
        amount = int(fact.amount_cents) if isinstance(fact, facts.PaymentRecorded) else -int(fact.amount_cents)
        self.paid += amount
        known = isinstance(fact, facts.PaymentRecorded) or fact.payment_fact_id != "never-seen"
        if isinstance(fact, facts.PaymentReversed):
            self.backs[fact.fact_id] = fact.payment_fact_id
        if known and not fact.in_practice_ledger:
            self.unposted[fact.fact_id] = amount
        if isinstance(fact, facts.PaymentReversed) and fact.why == "chargeback":
            self.silenced.add("dispute")

    def _resume(self) -> None:
        """A person lets the agent speak; only what the guarantor asked for in writing stays."""
        self.silenced &= {"cease"}
        self.uncollectable = False
        self.last_missed_call = None

    def _outcome(self, fact: facts.TaskResolved) -> None:
        self.last_missed_call = fact.at if fact.outcome == "no_answer" else self.last_missed_call
        self.silenced -= SETTLED.get(fact.outcome, set())
        if fact.outcome in {"dispute", "assistance", "keep_paused"}:
            self.silenced.discard("plan")
        if fact.outcome == "resume":
            self._resume()
        if fact.outcome in {"will_pay", "plan_agreed"}:
            self.uncollectable = False
        if self.plan_running and fact.outcome == "plan_agreed":
            self.silenced.discard("plan")
        new = "" if self.plan_running and fact.outcome == "plan_agreed" else ADDED.get(fact.outcome, "")
        self.silenced.update({new} if new else ())
        self.ended = self.ended or fact.outcome == "write_off"
        if fact.outcome not in {"no_answer", "wrong_number"}:
            self.last_missed_call = None
