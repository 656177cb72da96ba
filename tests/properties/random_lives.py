"""Random lives of balances, lived fast: a world that does what it likes to the agent, judged by the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

import plan_luck
from books import POLICY, Books, check
from stories import PRACTICE

from receivables import facts
from receivables.case import Case
from receivables.decide import decide
from receivables.facts import AnyFact
from receivables.fold import fold
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, Guarantor, LastPayment, PaymentHistory, PointStatus
from receivables.plans.steps import ChargeInstallment, CreatePlan, OfferPlan
from receivables.steps import AskStaff, Close, Decision, PostToPractice, ReadReply, SendMessage

START = datetime(2026, 2, 25, 6, 0, tzinfo=UTC)
DAYS = 100
ZONES = ("America/New_York", "America/Chicago", "America/Phoenix", "America/Los_Angeles", "Pacific/Honolulu", None)
READINGS = (
    ("unclear", "answer_question", True), ("ack_thanks", "no_action", False), ("opt_out", "opt_out", False),
    ("already_paid", "stop_dunning_and_human_review", False), ("request_plan", "offer_or_create_plan", False),
    ("accept_plan", "confirm_plan", False), ("accept_plan", "confirm_plan", False),
    ("propose_terms", "offer_or_create_plan", False), ("propose_terms", "offer_or_create_plan", True),
    ("manage_plan", "human_callback", False), ("deceased", "stop_dunning_and_human_review", False),
    ("promise_to_pay", "no_action", False), ("decline_offer", "no_action", False),
    ("financial_hardship", "pause_and_send_assistance_application", False), ("auto_reply", "no_action", False),
    ("emergency", "emergency_human", False), ("talk_to_human", "human_callback", False), ("pay_now", "send_link", False),
    ("verify_identity", "answer_question", False), ("bill_question", "answer_question", False), ("unclear", "answer_question", False), ("help", "answer_question", False),
    ("bankruptcy", "stop_dunning_and_human_review", False), ("opt_in", "update_contact", False),
    ("attorney_represented", "stop_dunning_and_human_review", False), ("prompt_injection", "human_callback", False),
)  # fmt: skip
OUTCOMES = (
    "will_pay", "plan_agreed", "wrong_number", "dispute", "assistance", "no_answer", "no_answer", "contact_updated",
    "resume", "resume", "keep_paused", "write_off", "done", "done",
)  # fmt: skip


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
        self._hear(_posting(self))
        for _ in range(self.random.choice((0, 1, 1, 2, 3, 6))):
            self.plan(self.random.choice(HAPPENINGS), self.random.expovariate(1 / 12))

    def live(self) -> Life:
        """To the end of the case or of the time."""
        end = START + timedelta(days=DAYS)
        steps_without_rest = 0
        while self.now < end:
            decision = self._decide()
            if isinstance(decision.step, Close):
                self.books.judge_closing()
                if not self.future:
                    break
                self._rest(None)
            elif decision.due(self.now):
                steps_without_rest += 1
                check(steps_without_rest < 30, "the agent acts without ever resting")
                self._do(decision)
            else:
                steps_without_rest = 0
                if decision.act_at is None and not self.future:
                    self.books.judge_silence(self.case)
                    break
                self._rest(decision.act_at)
        return self

    # --- the agent -----------------------------------------------------------------------------------------------

    def _decide(self) -> Decision:
        self.decisions += 1
        decision = decide(self.case, POLICY, PRACTICE, self.now)
        self.books.judge(decision, self.now)
        return decision

    def _do(self, decision: Decision) -> None:
        step = decision.step
        if self.decisions % 16 == 0:  # Nothing but what is given can change an answer: some of them are enough to see it.
            again = decide(self.case, POLICY, PRACTICE, self.now)
            check(again.step == step and again.due(self.now), "asked again, the rules answer otherwise")
        match step:
            case SendMessage():
                ours = step.reply_fact_id is None and not step.direct
                judge = self.books.judge_message if ours else self.books.judge_answer
                judge(step, self.case, self.now)
                self._hear(self._sending(step))
            case OfferPlan() | CreatePlan() | ChargeInstallment():
                self._hear(plan_luck.done(self, step))
            case AskStaff():
                self.books.judge_task(step, self.now)
                opened = {"task_id": step.task_id, "task_kind": step.task_kind, "dues": step.dues}
                self._hear(self.fact(facts.TaskOpened, **opened))
                if self.random.random() < 0.8:
                    outcome = self.random.choice(OUTCOMES)
                    self.plan(
                        lambda life: life.fact(facts.TaskResolved, task_id=step.task_id, outcome=outcome),
                        self.random.expovariate(1 / 2),
                    )
            case ReadReply():
                intent, action, abstain = plan_luck.reading(self) or self.random.choice(READINGS)
                self.books.note_reading(step.reply_fact_id, intent, step.channel)
                read = {"intent": intent, "intents": [intent], "action": action, "abstain": abstain}
                reply = {"reply_fact_id": step.reply_fact_id, "channel": step.channel}
                self._hear(self.fact(facts.ReplyUnderstood, **read, **reply, **plan_luck.said(self, intent)))
            case PostToPractice():
                self.books.judge_posting(step)
                luck = self.random.random()
                if luck < 0.1:
                    self._hear(self.fact(facts.PostingHandedOver, payment_fact_id=step.payment_fact_id, because="no"))
                elif luck < 0.3:
                    self.books.put_off(step)
                    until = self.now + timedelta(hours=self.random.choice((1, 4, 30)))
                    late = {"payment_fact_id": step.payment_fact_id, "because": "It is away.", "not_before": until}
                    self._hear(self.fact(facts.PostingDelayed, **late))
                else:
                    self._hear(self.fact(facts.PaymentPosted, payment_fact_id=step.payment_fact_id))

    def _sending(self, step: SendMessage) -> AnyFact:
        """What becomes of a message, now and later."""
        luck = self.random.random()
        shared: dict[str, Any] = {"touch_id": step.touch_id, "channel": step.channel}
        answering = {"reply_fact_id": step.reply_fact_id}
        if luck < 0.05:
            later = self.now + timedelta(hours=self.random.randrange(1, 80))
            when = self.random.choice((None, later))
            return self.fact(
                facts.MessageSkipped, message=step.message, because="caps", not_before=when, **shared, **answering
            )
        if luck < 0.1:
            status = self.random.choice((PointStatus.landline, PointStatus.dead, PointStatus.opted_out))
            return self.fact(facts.DeliveryFailed, status=status, because="refused", **shared)
        if step.reply_fact_id is None and not step.direct:
            self.books.touch_ids.add(step.touch_id)
            self.books.last_touch = self.now
        self.books.answered.update({step.reply_fact_id} if step.reply_fact_id else ())
        if luck < 0.2:
            status = self.random.choice((None, PointStatus.landline, PointStatus.bounced))
            self.plan(lambda life: life.fact(facts.DeliveryFailed, status=status, because="lost", **shared), 0.01)
        elif luck < 0.35:
            self.people_write_in_pieces()
        elif luck < 0.5:
            self.plan(_payment, self.random.expovariate(1 / 4))
        self.books.silenced.difference_update({"plan"} if step.answers_wish else ())
        offer = step.offer
        return self.fact(
            facts.MessageSent, message=step.message, offer_installments=offer.installments if offer else None,
            offer_cents=sum(offer.each_cents, Cents(0)) if offer else None, direct=step.direct,
            confirms_revision=step.confirms_revision, answers_wish=step.answers_wish, **shared, **answering,
        )  # fmt: skip

    def people_write_in_pieces(self) -> None:
        """One reply, or several within seconds."""
        begun = self.random.expovariate(1 / 2)
        for piece in range(self.random.choice((1, 1, 2, 3))):
            self.plan(_reply, begun + piece * self.random.choice((2, 8, 40)) / 86_400)

    # --- time ----------------------------------------------------------------------------------------------------

    def _rest(self, act_at: datetime | None) -> None:
        """Until the moment named (late by up to a spread) or the next fact."""
        if self.future and (act_at is None or self.future[0][0] <= act_at):
            at, _, fact = heappop(self.future)
            self.now = max(self.now, at)
            self._hear(fact)
            return
        assert act_at is not None
        self.now = act_at + timedelta(seconds=self.random.choice((0, 0, 90, 900)))

    def _hear(self, fact: AnyFact) -> None:
        self.told.append(fact)
        self.books.note(fact)
        self.case = fold(self.case, fact)
        if isinstance(fact, facts.PaymentRecorded) and self.random.random() < 0.15:
            self.plan(_reversal, self.random.expovariate(1 / 5))
        if self.random.random() < 0.05:
            check(fold(self.case, self.random.choice(self.told)) is self.case, "a repeated fact changes the case")

    def plan(self, make: Happening, days: float) -> None:
        """Something will happen to this balance."""
        now, self.now = self.now, self.now + timedelta(days=days)
        heappush(self.future, (self.now, next(self.ids), make(self)))
        self.now = now

    def fact(self, kind: Any, **fields: Any) -> AnyFact:
        """A fact that happens now."""
        made: AnyFact = kind(fact_id=f"f{next(self.ids)}", at=self.now, practice_id="p7", balance_id="b1", **fields)
        return made


Happening = Callable[[Life], AnyFact]


def _posting(life: Life) -> AnyFact:
    pick = life.random
    owed = pick.choice((pick.randrange(300, 5000), pick.randrange(4000, 16000), pick.randrange(15000, 90000)))
    paid = [pick.randrange(1, pick.choice((15, 40, 100))) for _ in range(pick.choice((0, 1, 4, 9)))]
    last = LastPayment(paid_on=date(2025, 12, 1), amount_cents=Cents(7500), in_full=False)
    history = PaymentHistory(
        days_to_pay=paid, missed_installments=pick.choice((0, 0, 0, 1)), oldest_unpaid_days=max(paid, default=0),
        unanswered_texts=pick.choice((0, 0, 0, 2)), last_payment=pick.choice((None, last)),
    )  # fmt: skip
    return life.fact(
        facts.BalancePosted, patient_responsibility_cents=Cents(owed), guarantor=_guarantor(life), history=history,
        insurance_paid_cents=Cents(pick.randrange(0, 100000)), collectable=pick.random() > 0.03,
        service_date=life.now.date() - timedelta(days=pick.randrange(70)),
        claim_status=pick.choice(("final",) * 9 + ("pending",)),
    )  # fmt: skip


def _guarantor(life: Life) -> Guarantor:
    pick = life.random
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


def _reply(life: Life) -> AnyFact:
    return life.fact(facts.ReplyReceived, channel=life.random.choice((Channel.sms, Channel.email)))


def _payment(life: Life) -> AnyFact:
    share = life.random.choice((0.3, 0.5, 1, 1, 1, 1.2))
    amount = Cents(max(int(life.case.patient_responsibility_cents * share), 1))
    inside = life.random.random() < 0.3
    return life.fact(facts.PaymentRecorded, amount_cents=amount, paid_at=life.now, in_practice_ledger=inside)


def _reversal(life: Life) -> AnyFact:
    paid = [fact for fact in life.told if isinstance(fact, facts.PaymentRecorded)]
    back = life.random.choice(paid) if paid else None
    return life.fact(
        facts.PaymentReversed, payment_fact_id=back.fact_id if back else "never-seen",
        amount_cents=back.amount_cents if back else Cents(500), why=life.random.choice(("refund", "chargeback")),
    )  # fmt: skip


def _adjustment(life: Life) -> AnyFact:
    owed = Cents(life.random.choice((0, life.random.randrange(100, 60000))))
    reason = life.random.choice(("readjudicated", "corrected", "write_off", "restated"))
    status = life.random.choice(("final",) * 5 + ("pending",))
    return life.fact(facts.BalanceAdjusted, patient_responsibility_cents=owed, reason=reason, claim_status=status)


HAPPENINGS: tuple[Happening, ...] = (
    _payment, _payment, _payment, _reply, _reply, _reply, _reply, _reply, _reply, _adjustment, _reversal, _posting,
    plan_luck.card_renewed, plan_luck.stopped,
    lambda life: life.fact(facts.DisputeRaised, about=life.random.choice(("already_paid", "insurance", "other"))),
    lambda life: life.fact(facts.AssistanceRequested),
    lambda life: life.fact(facts.ContactStopped, channel=life.random.choice((None, Channel.sms, Channel.email))),
    lambda life: life.fact(facts.GuarantorDeceased),
    lambda life: life.fact(facts.BankruptcyFiled),
    lambda life: life.fact(facts.AttorneyRepresents),
    lambda life: life.fact(facts.AppointmentMissed),
    lambda life: life.fact(facts.AppointmentBooked),
    lambda life: life.fact(facts.ContactUpdated, guarantor=_guarantor(life)),
    lambda life: life.fact(facts.OutreachPaused),
    lambda life: life.fact(facts.OutreachResumed),
    lambda life: life.fact(facts.CaseClosed, reason="written_off"),
    lambda life: life.fact(facts.StaffNote),
    lambda life: life.fact(facts.TimePassed),
    lambda life: life.fact(facts.DeliveryFailed, channel=Channel.sms, status=PointStatus.dead, because="carrier"),
)  # fmt: skip
