"""Random lives of balances, lived fast: a world that does what it likes, and books of its own to judge the agent by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from stories import PRACTICE

from receivables import facts
from receivables.case import Case
from receivables.decide import decide
from receivables.facts import AnyFact
from receivables.fold import fold
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, Guarantor, LastPayment, PaymentHistory, PointStatus
from receivables.policy import Policy
from receivables.steps import AskStaff, Close, Decision, PostToPractice, ReadReply, SendMessage, Wait
from receivables.windows import zones_of

POLICY = Policy()
START = datetime(2026, 2, 25, 6, 0, tzinfo=UTC)
DAYS = 100
ZONES = ("America/New_York", "America/Chicago", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu", None)
SILENCING = ("deceased", "bankruptcy", "attorney", "cease", "dispute", "assistance", "paused")
READINGS = (
    ("unclear", "answer_question", True), ("ack_thanks", "no_action", False), ("opt_out", "opt_out", False),
    ("already_paid", "stop_dunning_and_human_review", False), ("request_plan", "offer_or_create_plan", False),
    ("accept_plan", "confirm_plan", False), ("deceased", "stop_dunning_and_human_review", False),
    ("promise_to_pay", "no_action", False), ("decline_offer", "no_action", False),
    ("financial_hardship", "pause_and_send_assistance_application", False), ("auto_reply", "no_action", False),
)  # fmt: skip
SILENCED_BY = {"already_paid": "dispute", "deceased": "deceased", "financial_hardship": "assistance"}
OUTCOMES = (
    "will_pay", "plan_agreed", "wrong_number", "dispute", "assistance", "no_answer", "no_answer", "contact_updated",
    "resume", "resume", "keep_paused", "write_off", "done", "done",
)  # fmt: skip


class Broken(AssertionError):
    """An invariant does not hold."""


@dataclass
class Books:
    """What a patient and a regulator would remember, kept without looking at the case."""

    owed: int = 0
    priced_at: datetime | None = None
    stopped: set[Channel] = field(default_factory=set)
    silenced: set[str] = field(default_factory=set)
    last_reply: datetime | None = None
    last_touch: datetime | None = None
    touch_ids: set[str] = field(default_factory=set)
    tasks: set[str] = field(default_factory=set)
    posted: dict[str, int] = field(default_factory=dict)
    ended: bool = False


class Life:
    """One balance in a random world."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.books = Books()
        self.ids = count(1)
        self.future: list[tuple[datetime, int, AnyFact]] = []
        self.told: list[AnyFact] = []
        self.decisions = 0
        self.now = START + timedelta(minutes=self.random.randrange(5 * 24 * 60))
        self.case = Case(practice_id="p7", balance_id="b1")
        self._hear(self._posting())
        for _ in range(self.random.choice((0, 1, 1, 2, 3, 6))):
            self._plan(self._anything, self.random.expovariate(1 / 12))

    def live(self) -> Life:
        """To the end of the case or of the time."""
        end = START + timedelta(days=DAYS)
        steps_without_rest = 0
        while self.now < end:
            decision = self._decide()
            if isinstance(decision.step, Close):
                if not self.future:
                    break
                self._rest(None)
            elif decision.due(self.now):
                steps_without_rest += 1
                self._check(steps_without_rest < 30, "the agent acts without ever resting")
                self._do(decision)
            else:
                steps_without_rest = 0
                if decision.act_at is None and not self.future:
                    self._check(self._may_rest_for_good(), "a balance is forgotten")
                    break
                self._rest(decision.act_at)
        return self

    # --- the agent -----------------------------------------------------------------------------------------------

    def _decide(self) -> Decision:
        self.decisions += 1
        decision = decide(self.case, POLICY, PRACTICE, self.now)
        self._check(bool(decision.because) and bool(decision.rule), "a decision without reasons")
        self._check(int(decision.outstanding_cents) == self.books.owed, "the sum is wrong")
        if isinstance(decision.step, Wait):
            self._check(decision.act_at is None or decision.act_at > self.now, "a wait that is over already")
        return decision

    def _do(self, decision: Decision) -> None:
        step = decision.step
        again = decide(self.case, POLICY, PRACTICE, self.now)
        self._check(again.step == step and again.due(self.now), "asked again, the rules answer otherwise")
        match step:
            case SendMessage():
                self._judge_message(step)
                self._hear(self._message_outcome(step))
            case AskStaff():
                self._judge_task(step)
                self._hear(self._fact(facts.TaskOpened, task_id=step.task_id, task_kind=step.task_kind))
                if self.random.random() < 0.8:
                    self._plan(lambda: self._resolved(step.task_id), self.random.expovariate(1 / 2))
            case ReadReply():
                intent, action, abstain = self.random.choice(READINGS)
                self._note_intent(intent, step.channel)
                read = {"intent": intent, "intents": [intent], "action": action, "abstain": abstain}
                reply = {"reply_fact_id": step.reply_fact_id, "channel": step.channel}
                self._hear(self._fact(facts.ReplyUnderstood, **read, **reply))
            case PostToPractice():
                self._check(step.payment_fact_id not in self.books.posted, "a payment is posted twice")
                self.books.posted[step.payment_fact_id] = int(step.amount_cents)
                kind = facts.PostingHandedOver if self.random.random() < 0.1 else facts.PaymentPosted
                more = {"because": "refused"} if kind is facts.PostingHandedOver else {}
                self._hear(self._fact(kind, payment_fact_id=step.payment_fact_id, **more))

    def _judge_message(self, step: SendMessage) -> None:
        books = self.books
        self._check(books.owed >= 1000, "a message about nothing")
        self._check(not books.silenced, f"a message in spite of {books.silenced}")
        self._check(not books.ended, "a message after the end")
        self._check(step.channel not in books.stopped, "a message after STOP")
        self._check(step.touch_id not in books.touch_ids, "the same touch twice")
        gap = timedelta(hours=POLICY.contact.min_gap_h)
        self._check(books.last_touch is None or self.now - books.last_touch >= gap, "two messages too close")
        quiet = books.last_reply is None or self.now - books.last_reply >= timedelta(hours=2)
        self._check(quiet, "a message within two hours of a reply")
        for zone in zones_of(self.case, PRACTICE.time_zone):
            local = self.now.astimezone(ZoneInfo(zone))
            self._check(9 <= local.hour < 20 and local.weekday() != 6, "a message outside the hours")
        point = self.case.guarantor.point(step.channel) if self.case.guarantor else None
        self._check(point is not None, "a message to nobody")
        if step.offer is not None:
            self._check(sum(step.offer.each_cents) == books.owed, "an offer for another amount")
            self._check(2 <= step.offer.installments <= 4, "an offer the law does not allow")
        if step.covered_most:
            self._check(self.case.insurance_paid_cents >= self.case.patient_responsibility_cents, "an untrue sentence")

    def _judge_task(self, step: AskStaff) -> None:
        self._check(step.task_id not in self.books.tasks, "the same task twice")
        self.books.tasks.add(step.task_id)
        if step.call:
            reply = self.books.last_reply
            self._check(reply is None or self.now - reply >= timedelta(hours=2), "a call within two hours of a reply")
            self._check(not self.books.silenced - {"assistance"}, "a call in spite of a stop")

    def _may_rest_for_good(self) -> bool:
        """Silence without end is right only when a person knows, or when nothing may be asked for."""
        small = self.books.owed < 1000
        asked = any(question.settled for question in self.case.asked.values())
        planned = self.case.hold("plan_to_set_up", "paused_by_staff") is not None
        return small or asked or planned or bool(self.books.silenced)

    # --- the world -----------------------------------------------------------------------------------------------

    def _rest(self, act_at: datetime | None) -> None:
        """Until the moment named (late by up to a spread) or the next fact."""
        if self.future and (act_at is None or self.future[0][0] <= act_at):
            at, _, fact = heappop(self.future)
            self.now = max(self.now, at)
            self._hear(fact.model_copy(update={"at": self.now}) if not isinstance(fact, facts.PaymentRecorded) else fact)
            return
        assert act_at is not None
        self.now = act_at + timedelta(seconds=self.random.choice((0, 0, 90, 900)))

    def _hear(self, fact: AnyFact) -> None:
        self.told.append(fact)
        self._note(fact)
        self.case = fold(self.case, fact)
        if self.random.random() < 0.05:
            again = fold(self.case, self.random.choice(self.told))
            self._check(again is self.case, "a repeated fact changes the case")

    def _plan(self, make: Any, days: float) -> None:
        at = self.now + timedelta(days=days)
        now, self.now = self.now, at
        fact = make()
        self.now = now
        heappush(self.future, (at, next(self.ids), fact))

    def _fact(self, kind: Any, fact_id: str = "", **fields: Any) -> AnyFact:
        made: AnyFact = kind(
            fact_id=fact_id or f"f{next(self.ids)}", at=self.now, practice_id="p7", balance_id="b1", **fields
        )
        return made

    def _posting(self, **fields: Any) -> AnyFact:
        pick = self.random
        owed = pick.choice((pick.randrange(300, 5000), pick.randrange(4000, 16000), pick.randrange(15000, 90000)))
        paid = [pick.randrange(1, pick.choice((15, 40, 100))) for _ in range(pick.choice((0, 1, 4, 9)))]
        last = LastPayment(paid_on=date(2025, 12, 1), amount_cents=Cents(7500), in_full=False)
        history = PaymentHistory(
            days_to_pay=paid, missed_installments=pick.choice((0, 0, 0, 1)), oldest_unpaid_days=max(paid, default=0),
            unanswered_texts=pick.choice((0, 0, 0, 2)), last_payment=pick.choice((None, last)),
        )  # fmt: skip
        return self._fact(
            facts.BalancePosted, patient_responsibility_cents=Cents(owed),
            insurance_paid_cents=Cents(pick.randrange(0, 100000)), service_date=self.now.date() - timedelta(days=pick.randrange(70)),
            claim_status=pick.choice(("final",) * 9 + ("pending",)), guarantor=self._guarantor(), history=history,
            collectable=pick.random() > 0.03,
        )  # fmt: skip

    def _guarantor(self) -> Guarantor:
        pick = self.random
        points = []
        if pick.random() < 0.9:
            consent = pick.choice((Consent.granted, Consent.granted, Consent.unknown))
            number = pick.choice(("+13125550142", "+12125550143", "+14805550144"))
            points.append(ContactPoint(channel=Channel.sms, value=number, consent=consent))
        if pick.random() < 0.8:
            points.append(ContactPoint(channel=Channel.email, value="pat@example.com"))
        return Guarantor(
            guarantor_id="g1", first_name="Pat", time_zone=pick.choice(ZONES), contact_points=points,
            preferred_channel=pick.choice((None, None, Channel.sms, Channel.email)), state=pick.choice((None, "TX", "IN")),
        )  # fmt: skip

    def _anything(self) -> AnyFact:
        return self.random.choice(HAPPENINGS)(self)

    def _message_outcome(self, step: SendMessage) -> AnyFact:
        luck = self.random.random()
        shared: dict[str, Any] = {"touch_id": step.touch_id, "channel": step.channel}
        if luck < 0.05:
            later = self.now + timedelta(hours=self.random.randrange(1, 80))
            return self._fact(
                facts.MessageSkipped, message=step.message, because="caps",
                not_before=self.random.choice((None, later)), **shared,
            )  # fmt: skip
        if luck < 0.1:
            status = self.random.choice((PointStatus.landline, PointStatus.dead, PointStatus.opted_out))
            return self._fact(facts.DeliveryFailed, status=status, because="refused", **shared)
        self.books.touch_ids.add(step.touch_id)
        self.books.last_touch = self.now
        if self.random.random() < 0.1:
            status = self.random.choice((None, PointStatus.landline, PointStatus.bounced))
            self._plan(lambda: self._fact(facts.DeliveryFailed, status=status, because="undelivered", **shared), 0.01)
        if self.random.random() < 0.15:
            self._plan(self._reply, self.random.expovariate(1 / 2))
        if self.random.random() < 0.15:
            self._plan(self._payment, self.random.expovariate(1 / 4))
        offer = step.offer
        return self._fact(
            facts.MessageSent, message=step.message, offer_installments=offer.installments if offer else None,
            offer_cents=sum(offer.each_cents, Cents(0)) if offer else None, **shared,
        )  # fmt: skip

    def _reply(self) -> AnyFact:
        return self._fact(facts.ReplyReceived, channel=self.random.choice((Channel.sms, Channel.email)))

    def _payment(self) -> AnyFact:
        share = self.random.choice((0.3, 0.5, 1, 1, 1, 1.2))
        amount = Cents(max(int(self.case.patient_responsibility_cents * share), 1))
        inside = self.random.random() < 0.3
        return self._fact(facts.PaymentRecorded, amount_cents=amount, paid_at=self.now, in_practice_ledger=inside)

    def _reversal(self) -> AnyFact:
        paid = [fact for fact in self.told if isinstance(fact, facts.PaymentRecorded)]
        back = self.random.choice(paid) if paid else None
        return self._fact(
            facts.PaymentReversed, payment_fact_id=back.fact_id if back else "never-seen",
            amount_cents=back.amount_cents if back else Cents(500), why=self.random.choice(("refund", "chargeback")),
        )  # fmt: skip

    def _adjustment(self) -> AnyFact:
        owed = self.random.choice((0, self.random.randrange(100, 60000)))
        reason = self.random.choice(("readjudicated", "corrected", "write_off", "restated"))
        status = self.random.choice(("final",) * 5 + ("pending",))
        return self._fact(
            facts.BalanceAdjusted, patient_responsibility_cents=Cents(owed), reason=reason, claim_status=status
        )

    def _resolved(self, task_id: str) -> AnyFact:
        return self._fact(facts.TaskResolved, task_id=task_id, outcome=self.random.choice(OUTCOMES))

    # --- the books -----------------------------------------------------------------------------------------------

    def _note(self, fact: AnyFact) -> None:  # noqa: C901 - one line a kind
        books = self.books
        match fact:
            case facts.BalancePosted() | facts.BalanceAdjusted():
                if books.priced_at is None or fact.at >= books.priced_at:
                    before = 0 if books.priced_at is None else int(self.case.patient_responsibility_cents)
                    books.owed += int(fact.patient_responsibility_cents) - before
                    books.priced_at = fact.at
            case facts.PaymentRecorded():
                books.owed -= int(fact.amount_cents)
            case facts.PaymentReversed():
                books.owed += int(fact.amount_cents)
                if fact.why == "chargeback":
                    books.silenced.add("dispute")
            case facts.ReplyReceived():
                books.last_reply = fact.at
            case facts.ContactStopped():
                books.silenced.update(() if fact.channel else ("cease",))
                books.stopped.update((fact.channel,) if fact.channel else ())
            case facts.DeliveryFailed() if fact.status is PointStatus.opted_out:
                books.stopped.add(fact.channel)
            case facts.OutreachResumed():
                books.silenced &= {"cease"}
            case facts.CaseClosed():
                books.ended = True
            case facts.TaskResolved():
                self._note_outcome(fact)
            case _:
                books.silenced.update(SILENCES.get(fact.kind, ()))

    def _note_outcome(self, fact: facts.TaskResolved) -> None:
        books = self.books
        if fact.outcome == "resume":
            books.silenced &= {"cease"}
        elif fact.outcome in {"will_pay", "plan_agreed"}:
            books.silenced -= {"dispute", "assistance", "paused"}
        elif fact.outcome in {"dispute", "assistance"}:
            books.silenced.add(fact.outcome)
        elif fact.outcome == "keep_paused":
            books.silenced.add("paused")
        elif fact.outcome == "write_off":
            books.ended = True

    def _note_intent(self, intent: str, channel: Channel) -> None:
        if intent == "opt_out":
            self.books.stopped.add(channel)
        if intent in SILENCED_BY:
            self.books.silenced.add(SILENCED_BY[intent])

    def _check(self, holds: bool, what: str) -> None:
        if not holds:
            raise Broken(f"{what}, at {self.now}")


SILENCES = {
    "guarantor_deceased": ("deceased",), "bankruptcy_filed": ("bankruptcy",), "attorney_represents": ("attorney",),
    "dispute_raised": ("dispute",), "assistance_requested": ("assistance",), "outreach_paused": ("paused",),
}  # fmt: skip
HAPPENINGS = (
    Life._payment, Life._payment, Life._payment, Life._reply, Life._reply, Life._adjustment, Life._reversal,
    lambda life: life._posting(),
    lambda life: life._fact(facts.DisputeRaised, about=life.random.choice(("already_paid", "insurance", "other"))),
    lambda life: life._fact(facts.AssistanceRequested),
    lambda life: life._fact(facts.ContactStopped, channel=life.random.choice((None, Channel.sms, Channel.email))),
    lambda life: life._fact(facts.GuarantorDeceased),
    lambda life: life._fact(facts.BankruptcyFiled),
    lambda life: life._fact(facts.AttorneyRepresents),
    lambda life: life._fact(facts.AppointmentMissed),
    lambda life: life._fact(facts.AppointmentBooked),
    lambda life: life._fact(facts.ContactUpdated, guarantor=life._guarantor()),
    lambda life: life._fact(facts.OutreachPaused),
    lambda life: life._fact(facts.OutreachResumed),
    lambda life: life._fact(facts.CaseClosed, reason="paid") if life.random.random() < 0.2 else life._fact(facts.StaffNote),
    lambda life: life._fact(facts.TimePassed),
    lambda life: life._fact(facts.DeliveryFailed, channel=Channel.sms, status=PointStatus.dead, because="carrier"),
)  # fmt: skip
