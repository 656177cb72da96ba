"""Random lives in which nearly everything is about a plan: agreed, changed, charged, refused, crashed, and heard of twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import plan_luck
from books import check
from plan_books import Broken
from random_lives import Life
from stories import PRACTICE

from receivables import facts
from receivables.cards.card import CardOnFile
from receivables.case import Case
from receivables.facts import AnyFact
from receivables.fold import fold
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, Guarantor, PaymentHistory
from receivables.plans.steps import ChargeInstallment, CreatePlan
from receivables.plans.terms import Due, Slots
from receivables.steps import Decision, PostToPractice

OFTEN_REFUSED = 0.3
HERE = ZoneInfo(PRACTICE.time_zone)


class Vendor:
    """The card processor: one key takes money at most once, whoever asks again."""

    def __init__(self, pick: Random) -> None:
        self._pick = pick
        self.said: dict[str, str] = {}
        self.taken: dict[str, int] = {}
        self.refused: list[datetime] = []

    def charge(self, step: ChargeInstallment, now: datetime) -> str:
        """`taken`, `pending`, or how it is refused; the same key is answered the same."""
        key = step.idempotency_key
        if key not in self.said:
            luck = self._pick.random()
            soft = self._pick.choice(("later", "later", "later", "new_card", "never", "with_the_patient"))
            self.said[key] = soft if luck < OFTEN_REFUSED else "pending" if luck < OFTEN_REFUSED + 0.07 else "taken"
            if self.said[key] == "taken":
                self.taken[key] = int(step.amount_cents)
            elif self.said[key] != "pending":
                self.refused.append(now)
        return self.said[key]


class PlanLife(Life):
    """One balance with a plan, a vendor, a practice's ledger, and a worker that sometimes dies."""

    def __init__(self, seed: int) -> None:
        self.vendor = Vendor(Random(seed))
        self.doubt: ChargeInstallment | None = None
        """A try that was made and whose answer died with the worker."""
        self.practice_cents = 0
        """What the practice's own ledger shows as paid."""
        super().__init__(seed)
        self.future.clear()
        self.case = Case(practice_id="p7", balance_id="b1")
        self.books = type(self.books)()
        self.told.clear()
        self._hear(_posting(self))
        self.plan(_agrees, self.random.uniform(0.05, 2))
        for _ in range(self.random.choice((1, 2, 3, 4))):
            self.plan(self.random.choice(HAPPENINGS), self.random.uniform(0.5, 95))

    def _do(self, decision: Decision) -> None:
        step = decision.step
        if isinstance(step, ChargeInstallment):
            self._charge(step)
            return
        if isinstance(step, CreatePlan):
            self._judge_terms(step)
        if isinstance(step, PostToPractice):
            before = len(self.told)
            super()._do(decision)
            if any(fact.kind in {"payment_posted", "posting_handed_over"} for fact in self.told[before:]):
                self.practice_cents += int(step.amount_cents)
            return
        super()._do(decision)

    def _decide(self) -> Decision:
        """What is in doubt is looked up before anything else is decided, as the charging activity does."""
        if self.doubt is not None:
            lost, self.doubt = self.doubt, None
            self._hear(self._said(lost))
        return super()._decide()

    def _hear(self, fact: AnyFact) -> None:
        if isinstance(fact, facts.PaymentRecorded | facts.PaymentReversed) and fact.in_practice_ledger:
            paid = isinstance(fact, facts.PaymentRecorded)
            self.practice_cents += int(fact.amount_cents) if paid else -int(fact.amount_cents)
        super()._hear(fact)
        if self.random.random() < 0.1:
            check(fold(self.case, fact) is self.case, "a fact heard twice changes the case")

    # --- charging ------------------------------------------------------------------------------------------------

    def _charge(self, step: ChargeInstallment) -> None:
        self.books.judge_charge(step, self.now)
        plan = self.case.plan
        assert plan is not None
        due = next(one for one in plan.installments if one.number == step.installment)
        check(due.due_on <= self.now.astimezone(HERE).date(), "charged before its day")
        check(step.idempotency_key not in self.vendor.said, "one try sent twice")
        month = self.now - timedelta(days=30)
        check(sum(at > month for at in self.vendor.refused) < 15, "tried more often than the networks allow")
        self.vendor.charge(step, self.now)
        if self.random.random() < 0.1:
            self.doubt = step  # The worker died after the card was charged.
            return
        self._hear(self._said(step))

    def _said(self, step: ChargeInstallment) -> AnyFact:
        said = self.vendor.charge(step, self.now)
        what = {"plan_id": step.plan_id, "installment": step.installment, "attempt": step.attempt}
        if said == "taken":
            return self._money(step, what)
        if said == "pending":
            self.plan(lambda later: later._settled(step, what), self.random.uniform(1, 5))
            return self.fact(facts.ChargePending, vendor_reference="pi", **what)
        return self.fact(facts.ChargeDeclined, reason="generic", again=said, **what)

    def _settled(self, step: ChargeInstallment, what: dict[str, Any]) -> AnyFact:
        if self.random.random() < 0.8:
            self.vendor.taken[step.idempotency_key] = int(step.amount_cents)
            return self._money(step, what)
        return self.fact(facts.ChargeDeclined, reason="generic", again="later", **what)

    def _money(self, step: ChargeInstallment, what: dict[str, Any]) -> AnyFact:
        made = self.fact(facts.PaymentRecorded, amount_cents=step.amount_cents, paid_at=self.now, **what)
        return made.model_copy(update={"fact_id": f"stripe.{step.idempotency_key}"})

    # --- judging -------------------------------------------------------------------------------------------------

    def _judge_terms(self, step: CreatePlan) -> None:
        """Instalments sum to the plan: what is still to come is what is owed, and a kindness changes no sum."""
        plan = self.case.running_plan
        if step.revision == 1 or plan is None:
            return
        total, before = (sum(int(due.amount_cents) for due in one.installments) for one in (step, plan))
        last = max(due.number for due in plan.installments)
        if step.change == "re_amortised":
            coming = [due for due in step.installments if due.number > last]
            check(sum(int(due.amount_cents) for due in coming) == self.books.owed, "new terms for another sum")
            check(step.approved_by == "person" or len(coming) <= 4, "more payments to come than the law allows")
        else:
            check(total == before, "a kindness changed the sum")
            check(len(step.installments) == len(plan.installments), "a kindness changed the number of payments")

    def hear_out(self) -> None:
        """What the vendor still has to say when the time is over."""
        if self.doubt is not None:
            self._hear(self._said(self.doubt))
        for _, _, fact in sorted(self.future, key=lambda coming: coming[:2]):
            self._hear(fact)

    def judge_end(self) -> None:
        """Every cent has one home: the vendor's money, the case's and the practice's ledger are the same."""
        vendor = sum(self.vendor.taken.values())
        by_card = sum(int(one.amount_cents) for one in self.case.payments if one.fact_id.startswith("stripe."))
        check(vendor == by_card, "the vendor and the case differ")
        check(int(self.case.paid_cents) == self.books.paid, "money came and was not counted, or counted twice")
        waiting = sum(self.books.unposted.values())
        orphans = sum(int(back.amount_cents) for back in self.case.reversals if back.payment_fact_id == "never-seen")
        check(self.practice_cents + waiting - orphans == self.books.paid, "money in is not money posted")


def lived(seed: int) -> PlanLife:
    """A whole life, judged to its end."""
    life = PlanLife(seed)
    life.live()
    life.hear_out()
    life.judge_end()
    return life


def _posting(life: Life) -> AnyFact:
    pick = life.random
    points = [
        ContactPoint(channel=Channel.sms, value="+13125550142", consent=Consent.granted),
        ContactPoint(channel=Channel.email, value="pat@example.com", consent=Consent.granted),
    ]
    who = Guarantor(
        guarantor_id="g1", first_name="Pat", time_zone="America/Chicago", contact_points=points,
        pay_days=pick.choice(([], [], [1, 15], [10])),
    )  # fmt: skip
    slow = PaymentHistory(days_to_pay=[60, 75], missed_installments=pick.choice((0, 1)), oldest_unpaid_days=75)
    return life.fact(
        facts.BalancePosted, patient_responsibility_cents=Cents(pick.randrange(60_00, 700_00)), guarantor=who,
        insurance_paid_cents=Cents(500_00), service_date=life.now.date(), history=slow,
    )  # fmt: skip


def _agrees(life: Life) -> AnyFact:
    """On the page or by telephone, on whatever is owed by then; a sum that has moved since is for the rules."""
    owed, parts = max(int(life.case.outstanding_cents), 100), life.random.choice((1, 2, 3, 4))
    first = life.now.date() + timedelta(days=life.random.randrange(1, 20))
    if life.random.random() < 0.3:
        slots = Slots(installments=life.random.choice((2, 4, 6)), date=first)
        return life.fact(facts.PlanAgreed, by="phone", slots=slots)
    each = Cents(owed).split(parts)
    dues = [Due(number=n, amount_cents=cents, due_on=first + timedelta(days=30 * n)) for n, cents in enumerate(each, 1)]
    life.plan(plan_luck.card, life.random.uniform(0.01, 4))
    return life.fact(facts.PlanAgreed, by="page", installments=dues)


def _wishes(life: Life) -> AnyFact:
    plan_id = life.case.plan.plan_id if life.case.plan else "b1.plan.1"
    wish = life.random.choice(("move", "move", "skip", "smaller", "pay_off", "change_card", "cancel", "stop_autopay"))
    if wish == "stop_autopay":
        return life.fact(facts.AutopayStopped, plan_id=plan_id)
    to = life.random.choice((None, life.now.date() + timedelta(days=life.random.randrange(-3, 25))))
    return life.fact(facts.PlanChangeAsked, plan_id=plan_id, wish=wish, move_to=to, by="page")


def _pays(life: Life) -> AnyFact:
    amount = Cents(life.random.randrange(1, 150_00))
    inside = life.random.random() < 0.3
    return life.fact(facts.PaymentRecorded, amount_cents=amount, paid_at=life.now, in_practice_ledger=inside)


def _priced(life: Life) -> AnyFact:
    share = life.random.choice((0, life.random.randrange(1, 400_00), life.random.randrange(100_00, 900_00)))
    return life.fact(facts.BalanceAdjusted, patient_responsibility_cents=Cents(share))


def _removed(life: Life) -> AnyFact:
    held = life.case.mandate.card if life.case.mandate else CardOnFile(customer_id="c", payment_method_id="pm0")
    return life.fact(facts.CardRemoved, payment_method_id=held.payment_method_id)


def _beside(life: Life) -> AnyFact:
    days = [date(2026, 3, 20), date(2026, 4, 20), date(2026, 5, 20)]
    dues = [Due(number=n, amount_cents=Cents(30_00), due_on=day) for n, day in enumerate(days, 1)]
    joins = life.random.choice(("", "b1"))
    return life.fact(
        facts.PlanBeside, other_balance_id="b0", plan_id="b0.plan.1", installments=dues, joins=joins,
        running=life.random.random() < 0.7,
    )  # fmt: skip


def _replies(life: Life) -> AnyFact:
    return life.fact(facts.ReplyReceived, channel=Channel.sms)


def _taken_back(life: Life) -> AnyFact:
    paid = [fact for fact in life.told if isinstance(fact, facts.PaymentRecorded)]
    if not paid:
        return _replies(life)
    back = life.random.choice(paid)
    return life.fact(
        facts.PaymentReversed, payment_fact_id=back.fact_id, amount_cents=back.amount_cents,
        why=life.random.choice(("refund", "refund", "returned", "chargeback")),
    )  # fmt: skip


HAPPENINGS = (
    _wishes, _wishes, _wishes, _pays, _pays, _priced, _priced, _replies, _replies, _replies, _agrees, _removed, _beside,
    _taken_back, plan_luck.card, plan_luck.card, plan_luck.card_renewed, plan_luck.stopped,
    lambda life: life.fact(facts.DisputeRaised, about="amount"),
    lambda life: life.fact(facts.OutreachPaused),
    lambda life: life.fact(facts.OutreachResumed),
    lambda life: life.fact(facts.TimePassed),
)  # fmt: skip

__all__ = ["Broken", "PlanLife", "lived"]
