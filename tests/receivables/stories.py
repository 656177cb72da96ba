"""Stories about one balance: facts told by day and time of day, and the steps the agent would take done in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from receivables.case import Case
from receivables.decide import decide
from receivables.facts import ANY_FACT, AnyFact
from receivables.fold import fold
from receivables.plans.steps import ChargeInstallment, CreatePlan, OfferPlan
from receivables.policy import Policy, Practice
from receivables.steps import AskStaff, Close, Decision, PostToPractice, ReadReply, SendMessage

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = date(2026, 3, 2)
PRACTICE = Practice(
    practice_id="p7", name="Lakeside Family Care", phone="+13125550100", time_zone="America/Chicago", state="IL",
    postal_address="1 Lake Street, Chicago, IL 60601", email="billing@example.com", sms_from="+13125550101",
    statement_name="LAKESIDE CARE",
)  # fmt: skip
STEADY = {"days_to_pay": [20, 31, 28, 40, 25]}
KAREN = {"days_to_pay": [40, 35, 44, 38]}
SLOW = {"days_to_pay": [60, 75, 52], "missed_installments": 1, "oldest_unpaid_days": 75}
PROMPT = {"days_to_pay": [3, 5, 9, 12]}
PHONE = {"channel": "sms", "value": "+13125550142", "consent": "granted"}
MAIL = {"channel": "email", "value": "pat@example.com", "consent": "granted"}


def fact(kind: str, at: datetime, fact_id: str, **fields: Any) -> AnyFact:
    """Any fact about the balance of these stories."""
    return ANY_FACT.validate_python(
        {"kind": kind, "fact_id": fact_id, "at": at, "practice_id": "p7", "balance_id": "b1"} | fields
    )


def guarantor(**fields: Any) -> dict[str, Any]:
    """Somebody in Chicago with a phone and an address, both with consent."""
    return {
        "guarantor_id": "g1", "first_name": "Sarah", "time_zone": "America/Chicago", "contact_points": [PHONE, MAIL],
    } | fields  # fmt: skip


DECLINES = {
    "soft": {"reason": "insufficient_funds", "again": "later"},
    "coded": {"reason": "generic", "again": "later", "network_code": "05"},
    "hard": {"reason": "lost_or_stolen", "again": "new_card"},
    "never": {"reason": "fraud", "again": "never"},
    "confirm": {"reason": "must_confirm", "again": "with_the_patient"},
}  # fmt: skip
CARD = {"customer_id": "cus_1", "payment_method_id": "pm_1", "brand": "visa", "last4": "4242", "exp_year": 2030}


@dataclass
class Story:
    """A balance, a calendar and a policy; day 0 is a Monday."""

    zone: ZoneInfo = CHICAGO
    policy: Policy = field(default_factory=Policy)
    day0: date = MONDAY
    case: Case = field(default_factory=lambda: Case(practice_id="p7", balance_id="b1"))
    done: list[Decision] = field(default_factory=list)
    """Every step that was done, in order."""
    resolve: dict[str, str] = field(default_factory=dict)
    """Outcome by task kind, when staff answers at once."""
    card: list[str] = field(default_factory=list)
    """What the card on file answers, charge by charge; charged when nothing is said."""

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self.now = self.moment(0, "9:00")

    def moment(self, day: int, clock: str) -> datetime:
        hour, minute = map(int, clock.split(":"))
        there = self.day0 + timedelta(days=day)
        return datetime(there.year, there.month, there.day, hour, minute, tzinfo=self.zone)

    # --- telling -------------------------------------------------------------------------------------------------

    def posted(self, cents: int, insured: int | None = None, visit_days_ago: int = 20, **fields: Any) -> Story:
        who = guarantor(**fields.pop("guarantor", {}))
        return self.hears(
            "balance_posted", patient_responsibility_cents=cents,
            insurance_paid_cents=cents * 3 if insured is None else insured,
            service_date=self.now.date() - timedelta(days=visit_days_ago), guarantor=who, **fields,
        )  # fmt: skip

    def hears(self, kind: str, fact_id: str = "", **fields: Any) -> Story:
        """Fold one fact that happens now."""
        told = fact(kind, self.now, fact_id or f"f{next(self._numbers)}", **fields)
        self.case = fold(self.case, told)
        return self

    def pays(self, cents: int, fact_id: str = "", **fields: Any) -> Story:
        return self.hears("payment_recorded", fact_id, amount_cents=cents, paid_at=self.now, **fields)

    def writes(
        self, intent: str, action: str, *more: str, channel: str = "sms", abstain: bool = False, **said: Any
    ) -> Story:
        """The patient writes and is understood at once."""
        reply_id = f"r{next(self._numbers)}"
        self.hears("reply_received", reply_id, channel=channel)
        return self.hears(
            "reply_understood", reply_fact_id=reply_id, channel=channel, intent=intent, intents=[intent, *more],
            action=action, abstain=abstain, **said,
        )  # fmt: skip

    # --- living --------------------------------------------------------------------------------------------------

    def decides(self) -> Decision:
        return decide(self.case, self.policy, PRACTICE, self.now)

    def until(self, day: int, clock: str) -> Story:
        """Live on to a moment, doing every step when it is due."""
        end = self.moment(day, clock)
        for _ in range(200):
            decision = self.decides()
            if isinstance(decision.step, Close):
                self.now = end
                return self
            if decision.due(self.now):
                self.done.append(decision)
                self._do(decision)
            elif decision.act_at is not None and decision.act_at <= end:
                assert decision.act_at > self.now
                self.now = decision.act_at
            else:
                self.now = end
                return self
        raise AssertionError("the agent never rests")

    def _do(self, decision: Decision) -> None:
        step = decision.step
        if isinstance(step, SendMessage):
            offer = step.offer
            self.hears(
                "message_sent", f"sent.{step.touch_id}", touch_id=step.touch_id, message=step.message,
                channel=step.channel, agent=step.agent, offer_installments=offer.installments if offer else None,
                offer_cents=sum(offer.each_cents) if offer else None, reply_fact_id=step.reply_fact_id,
                direct=step.direct, confirms_revision=step.confirms_revision, answers_wish=step.answers_wish,
                offer_dues=offer.dues if offer else [], offer_joins=offer.joins if offer else "", beside=step.beside,
            )  # fmt: skip
        elif isinstance(step, OfferPlan | CreatePlan | ChargeInstallment):
            plan_step_done(self, step)
        elif isinstance(step, AskStaff):
            self.hears(
                "task_opened", f"task.{step.task_id}", task_id=step.task_id, task_kind=step.task_kind, dues=step.dues
            )
            if step.task_kind in self.resolve:
                outcome = self.resolve[step.task_kind]
                self.hears("task_resolved", f"done.{step.task_id}", task_id=step.task_id, outcome=outcome)
        elif isinstance(step, PostToPractice):
            self.hears("payment_posted", f"posted.{step.payment_fact_id}", payment_fact_id=step.payment_fact_id)
        else:
            assert isinstance(step, ReadReply)
            self.hears(
                "reply_understood", f"read.{step.reply_fact_id}", reply_fact_id=step.reply_fact_id,
                channel=step.channel, intent="unclear", intents=["unclear"], action="answer_question", abstain=True,
            )  # fmt: skip

    # --- looking -------------------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[tuple[str, str, str]]:
        """Message, channel and local time of each that was sent of our own accord."""
        return self._sent(answering=False)

    @property
    def answers(self) -> list[tuple[str, str, str]]:
        """The same of those that answered the patient."""
        return self._sent(answering=True)

    def _sent(self, *, answering: bool) -> list[tuple[str, str, str]]:
        return [
            (one.step.message, one.step.channel.value, f"{one.decided_at.astimezone(self.zone):%a %d %H:%M}")
            for one in self.done
            if isinstance(one.step, SendMessage)
            and (one.step.reply_fact_id is not None or one.step.direct) == answering
        ]

    @property
    def asked(self) -> list[str]:
        """Kinds of tasks that were opened."""
        return [one.step.task_kind for one in self.done if isinstance(one.step, AskStaff)]


def plan_step_done(story: Story, step: OfferPlan | CreatePlan | ChargeInstallment) -> None:
    """What becomes of a step about a plan."""
    if isinstance(step, OfferPlan):
        story.hears(
            "message_sent", f"sent.{step.touch_id}", touch_id=step.touch_id, message="plan_terms", channel=step.channel,
            offer_installments=step.offer.installments, offer_cents=sum(step.offer.each_cents),
            offer_dues=step.offer.dues, reply_fact_id=step.reply_fact_id, direct=True, answers_wish=True,
        )  # fmt: skip
    elif isinstance(step, CreatePlan):
        terms = {"plan_id": step.plan_id, "installments": step.installments, "by": step.by}
        new = {"joins": step.joins} if step.revision == 1 else {"revision": step.revision, "change": step.change}
        kind = "plan_changed" if "revision" in new else "plan_set_up"
        story.hears(kind, f"plan.{step.revision}", reply_fact_id=step.reply_fact_id, **terms, **new)
    else:
        answer = story.card.pop(0) if story.card else "charged"
        key = step.idempotency_key
        what = {"plan_id": step.plan_id, "installment": step.installment, "attempt": step.attempt}
        if answer == "charged":
            story.pays(int(step.amount_cents), f"stripe.{key}", where="other", **what)
        elif answer == "pending":
            story.hears("charge_pending", f"pending.{key}", vendor_reference="pi_1", **what)
        else:
            story.hears("charge_declined", f"declined.{key}", **DECLINES[answer], **what)
