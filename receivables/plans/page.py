"""What a patient can do about paying in parts on their page: plans to choose, days to move to, what is left; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from receivables import holds
from receivables.case import Case
from receivables.money import Cents
from receivables.offers import situation_of
from receivables.plans.changes import changed
from receivables.plans.joining import joined_to, open_beside, together_cents
from receivables.plans.money import Left, lefts
from receivables.plans.offers import Situation, approved, choices
from receivables.plans.plan import Agreement, Mandate, Plan
from receivables.plans.terms import Due, PlanWish
from receivables.policy import Policy, Practice
from receivables.rule_rows import CardNotice
from receivables.segments import history_of, payer_class
from receivables.states import states_of

NO_PLAN_DURING = (
    "deceased", "bankruptcy", "attorney", "cease", "dispute", "already_paid", "insurance", "assistance", "chargeback",
    "chargeback_lost",
    "inquiry", "not_collectable", *holds.PROTECTED,
)  # fmt: skip
"""While one of these holds nobody is asked to agree to anything."""


class Choice(NamedTuple):
    """A plan that may be chosen."""

    dues: list[Due]
    needs_person: bool
    """True when the practice approves it first (S51)."""
    joins: str = ""
    """The balance whose plan it goes with: the payments fall on the same days."""

    @property
    def total_cents(self) -> Cents:
        """What all payments add up to."""
        return sum((due.amount_cents for due in self.dues), Cents(0))


class InForce(NamedTuple):
    """The plan that runs, payment by payment."""

    plan: Plan
    lefts: list[Left]
    mandate: Mandate | None
    move_days: list[date]
    """Days to which the next payment may be moved by the patient alone."""
    may: Mapping[PlanWish, list[Due]] = {}
    """What the payments would be after a skip, or a smaller next one, where the patient may have it alone."""
    disclosed: bool = False
    """True when the disclosures for more than four payments belong beside it (R-27)."""

    @property
    def charging(self) -> bool:
        """True while the card on file is charged on each day."""
        return self.mandate is not None and self.mandate.stopped_at is None and self.mandate.removed_at is None

    @property
    def next(self) -> Left | None:
        """The payment that comes next, None when all are made or under way."""
        return next((left for left in self.lefts if left.cents > 0 and not left.on_its_way), None)

    @property
    def left_cents(self) -> Cents:
        """What all payments still bring."""
        return sum((left.cents for left in self.lefts), Cents(0))


class Look(NamedTuple):
    """Everything about paying in parts, at one moment."""

    choices: list[Choice]
    leading: bool
    """True when plans are spoken of unasked: not to people who pay at once anyway (K2)."""
    agreement: Agreement | None
    """Terms the patient has agreed to and that are not in force yet."""
    in_force: InForce | None
    notices: list[CardNotice]
    """What the law wants said before a card is used."""


def look_at(case: Case, policy: Policy, practice: Practice, today: date) -> Look:
    """What the page shows. `today` is the practice's day."""
    states = states_of(case, practice.state)
    law = policy.rules.plan_law(states, practice.kind, today)
    situation = situation_of(case, policy, today, law)
    running = _in_force(case, policy, situation)
    agreement = _waiting(case)
    payer = payer_class(history_of(case, policy), policy)
    free = running is None and agreement is None
    return Look(
        choices=_choices(case, situation) if free else [],
        leading=payer not in policy.plan.offer.suppress_for,
        agreement=agreement,
        in_force=running,
        notices=policy.rules.notices(states, practice.kind, today),
    )


def _choices(case: Case, situation: Situation) -> list[Choice]:
    if case.hold(*NO_PLAN_DURING) is not None or case.outstanding_cents <= 0 or case.claim_status != "final":
        return []
    own = [Choice(dues, approved(dues, situation, "").kind == "person") for dues in choices(situation)]
    return [*_joined(case, situation), *own]


def _joined(case: Case, situation: Situation) -> list[Choice]:
    """The plan that goes with the one another balance is paid by comes first."""
    beside = open_beside(case, situation.today)
    dues = joined_to(beside, situation) if beside is not None else []
    if beside is None or not dues:
        return []
    verdict = approved(dues, situation, "", together_cents(beside, situation))
    return [Choice(dues, verdict.kind == "person", beside.balance_id)]


def _waiting(case: Case) -> Agreement | None:
    """An agreement that no plan has followed yet."""
    agreement, plan = case.agreement, case.plan
    if agreement is None or (plan is not None and plan.agreed_at >= agreement.at):
        return None
    return agreement


def _in_force(case: Case, policy: Policy, situation: Situation) -> InForce | None:
    plan = case.running_plan
    if plan is None:
        return None
    mandate = case.mandate if case.mandate is not None and case.mandate.plan_id == plan.plan_id else None
    found = lefts(case, plan)
    days, may = _move_days(policy, plan, found, situation), _may(plan, found, situation)
    return InForce(plan, found, mandate, days, may, situation.disclosed(plan.installments))


def _may(plan: Plan, found: list[Left], situation: Situation) -> dict[PlanWish, list[Due]]:
    """Within policy alone: what is beyond it a person decides, in words and not by a button."""
    wishes: tuple[PlanWish, ...] = ("skip", "smaller")
    said = {wish: changed(wish, plan, found, situation, None).dues for wish in wishes}
    return {wish: sorted(dues, key=lambda due: (due.due_on, due.number)) for wish, dues in said.items() if dues}


def _move_days(policy: Policy, plan: Plan, found: list[Left], situation: Situation) -> list[date]:
    """Every day that the rules for changes would accept and that is not the day it is due already."""
    today, kindness = situation.today, policy.plan.kindness
    due = next((left.due.due_on for left in found if left.cents > 0 and not left.on_its_way), None)
    if due is None:
        return []
    days = (max(due, today) + timedelta(days=ahead) for ahead in range(1, kindness.move_days + 1))
    return [day for day in days if _lands_on(day, plan, found, situation)]


def _lands_on(day: date, plan: Plan, found: list[Left], situation: Situation) -> bool:
    said = changed("move", plan, found, situation, day)
    return said.dues is not None and any(due.due_on == day for due in said.dues)
