"""What may be charged and agreed on, as a regulator would keep it beside the case: mandates, tries, refusals, sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from receivables import facts
from receivables.case import Case
from receivables.facts import AnyFact
from receivables.people import Channel
from receivables.plans.steps import ChargeInstallment, CreatePlan, OfferPlan

Payment = tuple[str, int]
"""Plan and number of one of its payments."""


class Broken(AssertionError):
    """An invariant does not hold."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Broken(what)


@dataclass
class PlanBooks:
    """Plans, mandates and tries as they happened."""

    plan_running: bool = False
    mandate: str = ""
    """The plan whose card may be charged."""
    tried: set[tuple[str, int, int]] = field(default_factory=set)
    taken: set[Payment] = field(default_factory=set)
    flying: dict[Payment, int] = field(default_factory=dict)
    asked_for: dict[Payment, int] = field(default_factory=dict)
    refused_for_good: set[Payment] = field(default_factory=set)
    soft: dict[Payment, datetime] = field(default_factory=dict)
    silenced: set[str] = field(default_factory=set)
    stopped: set[Channel] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    """Replies that a message answered."""
    ended: bool = False
    open_claim: bool = False
    uncollectable: bool = False

    @property
    def owed(self) -> int:
        raise NotImplementedError

    def judge_offer(self, step: OfferPlan, case: Case, now: datetime) -> None:
        """An offer with its days, as it would leave."""
        check(not self.silenced - {"plan", "paused"}, f"an offer in spite of {self.silenced}")
        check(sum(step.offer.each_cents) == sum(due.amount_cents for due in step.offer.dues) == self.owed, "a wrong sum")
        check(sum(due.number > 0 for due in step.offer.dues) <= 4, "an offer the law does not allow")
        check(all(due.due_on >= now.date() - timedelta(days=1) for due in step.offer.dues), "a day that has passed")
        check(step.channel not in self.stopped, "an offer after STOP")
        check(case.guarantor is not None and case.guarantor.point(step.channel) is not None, "an offer to nobody")
        check(step.reply_fact_id is None or step.reply_fact_id not in self.answered, "a reply answered twice")

    def judge_plan(self, step: CreatePlan) -> None:
        """Terms that would come into force: to the cent what is owed, and within the law."""
        numbers = [due.number for due in step.installments]
        check(all(due.amount_cents > 0 for due in step.installments), "a payment of nothing")
        check(len(set(numbers)) == len(numbers), "two payments of one number")
        if step.revision == 1:
            total = sum(due.amount_cents for due in step.installments)
            check(total == self.owed, "a plan for another sum")
            lawful = step.approved_by == "person" or sum(number > 0 for number in numbers) <= 4
            check(lawful, "more payments than the law allows")

    def judge_charge(self, step: ChargeInstallment, now: datetime) -> None:
        """A charge at the moment it would be made."""
        key = (step.plan_id, step.installment)
        check(0 < step.amount_cents <= self.owed - sum(self.flying.values()), "charged more than is owed")
        check(self.mandate == step.plan_id, "charged without a mandate, or after it was stopped")
        check(not self.silenced - {"paused", "plan"}, f"charged in spite of {self.silenced}")
        check(not (self.ended or self.open_claim or self.uncollectable), "charged what is not to be collected")
        check((*key, step.attempt) not in self.tried, "one try charged twice")
        check(key not in self.taken and key not in self.flying, "one payment charged twice")
        check(key not in self.refused_for_good, "charged after a final no")
        last = self.soft.get(key)
        check(last is None or now - last >= timedelta(hours=48), "tried again too soon")
        self.tried.add((*key, step.attempt))
        self.asked_for[key] = int(step.amount_cents)
        check(sum(one[:2] == key for one in self.tried) <= 4, "more tries than there may be")

    def note_plan(self, fact: AnyFact) -> None:
        """Cards, stops, and what cards said."""
        match fact:
            case facts.CardEnrolled():
                self._renewed()
                self.mandate = fact.plan_id
            case facts.CardChanged():
                self._renewed()
            case facts.PlanSetUp():
                self.plan_running = True
            case facts.AutopayStopped() | facts.PlanCancelled():
                self.plan_running = self.plan_running and isinstance(fact, facts.AutopayStopped)
                self.mandate = "" if self.mandate == fact.plan_id else self.mandate
            case facts.ChargePending():
                key = (fact.plan_id, fact.installment)
                self.flying[key] = self.asked_for[key]
            case facts.ChargeDeclined():
                self._refused((fact.plan_id, fact.installment), fact)
            case facts.PaymentRecorded() if fact.plan_id and fact.installment is not None:
                self.taken.add((fact.plan_id, fact.installment))
                self.flying.pop((fact.plan_id, fact.installment), None)
            case _:
                pass

    def _refused(self, key: Payment, fact: facts.ChargeDeclined) -> None:
        self.flying.pop(key, None)
        if fact.again == "later":
            self.soft[key] = fact.at
        else:
            self.refused_for_good.add(key)

    def _renewed(self) -> None:
        """A renewed card is a new chance."""
        self.refused_for_good.clear()
        self.soft.clear()
