"""The solver of plans is legal by construction under whatever policy and state, and so is joining a plan that runs."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.money import Cents
from receivables.plans.joining import joined_to
from receivables.plans.offers import Answer, Schedule, Situation, answer, beyond_down
from receivables.plans.plan import Beside
from receivables.plans.policy import PlanSection
from receivables.plans.terms import Due, Slots
from receivables.rulebook import PlanLaw

TODAY = date(2026, 3, 2)
HOLIDAYS = frozenset({date(2026, 5, 25), date(2026, 7, 3), date(2026, 12, 25)})
MONEY = st.integers(1, 2_000_000).map(Cents)
WISHES = st.builds(
    Slots,
    amount_cents=st.none() | st.integers(0, 3_000_000).map(Cents),
    installments=st.none() | st.integers(1, 400),
    frequency=st.none() | st.sampled_from(("weekly", "biweekly", "semimonthly", "monthly")),
    date=st.none() | st.integers(-40, 500).map(lambda days: TODAY + timedelta(days=days)),
)
RULES = st.builds(
    lambda most, least, pack, split, approval: PlanSection.model_validate({
        "max_installments": most, "least_installment": least, "tila_pack": pack, "partial_split": split,
        "approval": {"any_history_up_to": approval},
    }),
    st.integers(2, 4), st.integers(0, 300), st.booleans(), st.sampled_from(("remainder_once", "equal")), st.integers(0, 900),
)  # fmt: skip
SITUATIONS = st.builds(
    Situation, owed=MONEY, today=st.just(TODAY), rules=RULES,
    payer=st.sampled_from(("prompt", "steady", "slow", "none")), clean=st.booleans(), carried=st.none() | MONEY,
    paid_part=st.booleans(), holidays=st.just(HOLIDAYS),
    pay_days=st.lists(st.integers(1, 31), max_size=3).map(lambda days: tuple(sorted(set(days)))),
    law=st.sampled_from((PlanLaw(), PlanLaw(60, "NJ v1", 3.0, "NJ v1"))),
)  # fmt: skip


def lawful(dues: Schedule, situation: Situation, most: int) -> None:
    """To the cent, on business days that have not passed, in order, and no more than the law allows."""
    assert sum(due.amount_cents for due in dues) == situation.owed
    assert all(due.amount_cents > 0 for due in dues)
    assert beyond_down(dues) <= most <= max(situation.rules.max_installments, situation.most)
    days = [due.due_on for due in dues]
    assert days == sorted(days)
    for due in dues:
        assert due.due_on >= TODAY
        assert due.number == 0 or (due.due_on.weekday() < 5 and due.due_on not in HOLIDAYS)
    assert [due.number for due in dues if due.number] == list(range(1, beyond_down(dues) + 1))


def judged(found: Answer, situation: Situation) -> None:
    """Never a no: what may be set up, what is offered instead, or a person's to decide (R-28)."""
    assert found.because
    if found.kind == "agreed":
        lawful(found.dues, situation, situation.most)
        assert situation.owed <= situation.approved_up_to
        assert situation.law.income_share_percent is None or len(found.dues) == 1
        assert (found.dues[-1].due_on - TODAY).days <= situation.rules.dates.whole_within_days
        assert (found.dues[0].due_on - TODAY).days <= situation.rules.dates.first_within_days + 5
    elif found.kind == "counter":
        lawful(found.dues, situation, situation.rules.max_installments)
        assert found.reason
        assert len(found.dues) >= 2
    elif found.dues:
        lawful(found.dues, situation, situation.most)


@settings(max_examples=300, deadline=None)
@given(WISHES, SITUATIONS, st.booleans())
def test_whatever_is_wished_the_answer_is_lawful_and_never_a_no(wish: Slots, situation: Situation, part_now: bool) -> None:
    judged(answer(wish, situation, part_now=part_now), situation)


@settings(max_examples=300, deadline=None)
@given(SITUATIONS, st.lists(st.tuples(st.integers(-30, 250), MONEY), max_size=7))
def test_whatever_plan_is_joined_both_together_are_lawful(
    situation: Situation, payments: list[tuple[int, Cents]]
) -> None:
    dues = [Due(number=n, amount_cents=cents, due_on=TODAY + timedelta(days=days)) for n, (days, cents) in enumerate(payments, 1)]
    other = Beside(balance_id="b0", plan_id="b0.plan.1", at="2026-03-02T00:00:00Z", installments=dues)
    found = joined_to(other, situation)
    if not found:
        return
    assert sum(due.amount_cents for due in found) == situation.owed
    assert all(due.amount_cents > 0 and due.due_on > TODAY for due in found)
    theirs = {due.due_on for due in other.coming(TODAY)}
    assert len({due.due_on for due in found} | theirs) <= max(situation.most, len(theirs))
