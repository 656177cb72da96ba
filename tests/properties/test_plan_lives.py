"""Ten thousand lives full of plans, with crashes and repeated deliveries, judged by books that know nothing of the case."""

from datetime import datetime

import pytest
from plan_books import Broken
from plan_lives import PlanLife, lived

from receivables.plans.steps import ChargeInstallment

LIVES = 10_000


def test_in_ten_thousand_lives_full_of_plans_no_cent_is_charged_wrongly_or_lost() -> None:
    """Sums, mandates, stops, tries, hard refusals, ceilings; in the end vendor, case and practice's ledger are equal."""
    plans = changed = tried = taken = ended = 0
    for seed in range(LIVES):
        try:
            life = lived(seed)
        except Broken as broken:
            pytest.fail(f"life {seed}: {broken}")
        plans += life.case.plans
        changed += life.case.plan.revision - 1 if life.case.plan else 0
        tried += len(life.vendor.said)
        taken += len(life.vendor.taken)
        ended += life.case.outstanding_cents <= 0
    assert min(plans, tried, taken, ended, changed * 4) > LIVES / 8, "the lives are too dull to prove anything"


def test_a_life_is_the_same_each_time_it_is_lived() -> None:
    assert lived(11).told == lived(11).told


@pytest.mark.parametrize(
    ("spoil", "broken"),
    [
        (lambda life: life.vendor.taken.update({"another": 5_00}), "the vendor and the case differ"),
        (lambda life: setattr(life, "practice_cents", life.practice_cents + 1), "not money posted"),
        (lambda life: setattr(life.books, "paid", life.books.paid + 1), "not counted"),
    ],
)
def test_the_judge_of_cents_would_notice(spoil, broken: str) -> None:
    life = PlanLife(5)
    life.live()
    life.hear_out()
    spoil(life)
    with pytest.raises(Broken, match=broken):
        life.judge_end()


@pytest.mark.parametrize(
    ("field", "value", "broken"),
    [("mandate", "", "without a mandate"), ("owed_less", 1, "more than is owed"), ("silenced", {"dispute"}, "in spite of")],
)
def test_the_judge_of_charges_would_notice(field: str, value: object, broken: str) -> None:
    """Books that know of a stop, a lower share or a dispute the case has not heard must object to the charge."""
    with pytest.raises(Broken, match=broken):
        all_lived(field, value)


def all_lived(field: str, value: object) -> None:
    for seed in range(400):
        spoilt(PlanLife(seed), field, value).live()


def spoilt(life: PlanLife, field: str, value: object) -> PlanLife:
    judge = life.books.judge_charge

    def harder(step: ChargeInstallment, now: datetime) -> None:
        if field == "owed_less":
            life.books.paid += int(life.books.owed)
        else:
            setattr(life.books, field, value)
        judge(step, now)

    life.books.judge_charge = harder  # type: ignore[method-assign]
    return life
