"""What may be offered to whom: plans that sum to the cent, on days banks work, within the law, and never a plain no."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.money import Cents
from receivables.plans.calendar import business_day, due_days, months_later
from receivables.plans.offers import Answer, Situation, agreed_by_person, answer, choices, dated, standard
from receivables.plans.policy import PlanSection
from receivables.plans.terms import Slots

TODAY = date(2026, 3, 2)
HOLIDAYS = frozenset({date(2026, 5, 25), date(2026, 7, 3)})
THOUSANDS = settings(max_examples=3000, deadline=None, derandomize=True, database=None)


def situation(cents: int = 320_00, **more: Any) -> Situation:
    rules = more.pop("rules", {})
    given = {"payer": "slow", "clean": False, "holidays": HOLIDAYS, "today": TODAY} | more
    return Situation(owed=Cents(cents), rules=PlanSection.model_validate(rules), **given)


def amounts(found: Answer) -> list[int]:
    return [int(due.amount_cents) for due in found.dues]


def days(found: Answer) -> list[str]:
    return [f"{due.due_on:%b} {due.due_on.day}" for due in found.dues]


def test_fifty_a_month_is_agreed_to_with_the_rest_last() -> None:
    found = answer(Slots(amount_cents=Cents(50_00), frequency="monthly"), situation(180_00))
    assert (found.kind, amounts(found)) == ("agreed", [50_00, 50_00, 50_00, 30_00])
    assert days(found) == ["Mar 16", "Apr 16", "May 18", "Jun 16"]


def test_six_months_on_five_hundred_is_countered_with_four_payments_and_a_person_is_asked() -> None:
    found = answer(Slots(installments=6), situation(500_00))
    assert (found.kind, found.reason, found.ask_person) == ("counter", "most_payments", True)
    assert amounts(found) == [125_00] * 4


def test_with_the_disclosures_six_months_are_agreed_to_at_once_for_somebody_who_never_missed_a_payment() -> None:
    packed = {"tila_pack": True}
    found = answer(Slots(installments=6), situation(500_00, clean=True, rules=packed))
    assert (found.kind, len(found.dues), sum(amounts(found))) == ("agreed", 6, 500_00)
    assert answer(Slots(installments=6), situation(500_00, rules=packed)).kind == "counter"
    assert answer(Slots(installments=7), situation(500_00, clean=True, rules=packed)).kind == "counter"


def test_half_now_and_the_rest_on_the_fifteenth() -> None:
    found = answer(Slots(date=date(2026, 3, 15)), situation(321_00), part_now=True)
    assert [due.number for due in found.dues] == [0, 1]
    assert (amounts(found), days(found)) == ([160_50, 160_50], ["Mar 2", "Mar 16"])


def test_a_part_now_and_the_rest_in_as_many_payments_as_were_named() -> None:
    found = answer(Slots(amount_cents=Cents(120_00), installments=5), situation(), part_now=True)
    assert (found.kind, amounts(found)) == ("agreed", [120_00, 50_00, 50_00, 50_00, 50_00])
    assert answer(Slots(amount_cents=Cents(120_00), installments=6), situation(), part_now=True).kind == "counter"
    assert answer(Slots(amount_cents=Cents(0)), situation(), part_now=True).reason == "amounts_do_not_add_up"
    assert amounts(answer(Slots(amount_cents=Cents(400_00)), situation(), part_now=True)) == [320_00]


def test_the_rest_next_month_is_one_payment_or_two_equal_ones() -> None:
    wish = Slots(date=date(2026, 4, 2))
    once = answer(wish, situation(115_00, paid_part=True))
    assert (once.kind, amounts(once), days(once)) == ("agreed", [115_00], ["Apr 2"])
    twice = answer(wish, situation(115_00, paid_part=True, rules={"partial_split": "equal"}))
    assert (amounts(twice), days(twice)) == ([57_50, 57_50], ["Apr 2", "May 4"])


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (Slots(date=date(2026, 3, 1)), "day_has_passed"),
        (Slots(date=date(2026, 6, 1)), "too_late"),
        (Slots(amount_cents=Cents(5_00), frequency="weekly"), "most_payments"),
        (Slots(amount_cents=Cents(0)), "amounts_do_not_add_up"),
        (Slots(amount_cents=Cents(50_00), installments=4), "amounts_do_not_add_up"),
        (Slots(installments=10**6), "most_payments"),
        (Slots(amount_cents=Cents(1)), "most_payments"),
    ],
)
def test_impossible_terms_are_countered_with_a_plan_that_is_possible(wish: Slots, reason: str) -> None:
    found = answer(wish, situation())
    assert (found.kind, found.reason, sum(amounts(found))) == ("counter", reason, 320_00)
    assert found.because


def test_payments_too_small_or_a_plan_too_long_are_countered() -> None:
    small = answer(Slots(installments=4), situation(60_00))
    assert (small.reason, amounts(small)) == ("least_amount", [30_00, 30_00])
    short = {"dates": {"whole_within_days": 60}}
    assert answer(Slots(installments=4), situation(rules=short)).reason == "too_long"


def test_where_no_plan_is_possible_a_person_decides() -> None:
    assert answer(Slots(installments=2), situation(30_00)).kind == "person"
    assert answer(Slots(installments=2), situation(0)).kind == "person"
    assert answer(Slots(), situation(-5_00)).dues == []


def test_more_than_is_owed_is_taken_as_all_of_it() -> None:
    found = answer(Slots(amount_cents=Cents(1_000_00), date=date(2026, 3, 20)), situation())
    assert (amounts(found), days(found)) == ([320_00], ["Mar 20"])


def test_a_rhythm_alone_is_the_usual_number_of_payments() -> None:
    found = answer(Slots(frequency="biweekly"), situation(120_00))
    assert (amounts(found), days(found)) == ([60_00, 60_00], ["Mar 16", "Mar 30"])


def test_above_the_threshold_a_person_approves_and_a_good_history_raises_it() -> None:
    wish = Slots(installments=4)
    assert answer(wish, situation(400_00)).kind == "agreed"
    asked = answer(wish, situation(400_01))
    assert (asked.kind, asked.reason, sum(amounts(asked))) == ("person", "approval", 400_01)
    assert answer(wish, situation(1500_00, clean=True)).kind == "agreed"
    assert answer(wish, situation(1500_01, clean=True)).kind == "person"


def test_the_page_shows_the_affordable_plan_first_and_every_other_that_is_allowed() -> None:
    assert [len(one) for one in choices(situation(150_00))] == [3, 4, 2]
    assert [len(one) for one in choices(situation(70_00))] == [2, 3]
    assert choices(situation(39_00)) == []
    assert dated(situation(), standard(situation())) == choices(situation())[0]


def test_a_person_may_agree_on_other_terms_by_phone() -> None:
    found = agreed_by_person(situation(420_00), 6, date(2026, 4, 4), "monthly", Cents(60_00))
    assert [(due.number, int(due.amount_cents), due.due_on.isoformat()) for due in found[:2]] == [
        (0, 60_00, "2026-03-02"), (1, 60_00, "2026-04-06"),
    ]  # fmt: skip
    assert len(agreed_by_person(situation(420_00), 4, date(2026, 4, 4), "monthly", Cents(0))) == 4
    for down in (420_00, -1):
        with pytest.raises(ValueError, match="down payment"):
            agreed_by_person(situation(420_00), 4, date(2026, 4, 4), "monthly", Cents(down))


def test_payments_keep_their_day_of_the_month_and_move_to_the_next_day_banks_work() -> None:
    found = due_days(date(2026, 1, 31), 4, "monthly", HOLIDAYS)
    assert [f"{day:%a %b %d}" for day in found] == ["Mon Feb 02", "Mon Mar 02", "Tue Mar 31", "Thu Apr 30"]
    assert business_day(date(2026, 7, 3), HOLIDAYS) == date(2026, 7, 6)
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_a_rhythm_of_weeks_or_half_months_is_kept() -> None:
    assert due_days(date(2026, 3, 4), 3, "weekly", ())[-1] == date(2026, 3, 18)
    assert due_days(date(2026, 3, 4), 3, "biweekly", ())[-1] == date(2026, 4, 1)
    assert due_days(date(2026, 3, 4), 3, "semimonthly", ()) == [date(2026, 3, 4), date(2026, 3, 19), date(2026, 4, 6)]


def test_known_pay_days_are_kept_unless_the_patient_named_a_day() -> None:
    paid = situation(pay_days=(1, 15))
    assert days(Answer("agreed", choices(paid)[0], "")) == ["Apr 1", "May 1", "Jun 1", "Jul 1"]
    named = answer(Slots(installments=2, date=date(2026, 3, 10)), situation(150_00, pay_days=(1, 15)))
    assert days(named) == ["Mar 10", "Apr 10"]
    late = situation(today=date(2026, 2, 20), pay_days=(5,))
    assert choices(late)[0][0].due_on == date(2026, 4, 6)
    assert due_days(date(2026, 2, 27), 1, "monthly", (), (31,)) == [date(2026, 3, 2)]


WISHES = st.builds(
    Slots, amount_cents=st.none() | st.integers(0, 2_000_00).map(Cents), installments=st.none() | st.integers(1, 70),
    frequency=st.sampled_from([None, "weekly", "biweekly", "semimonthly", "monthly"]),
    date=st.none() | st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=90)),
)  # fmt: skip
SITUATIONS = st.builds(
    situation, st.integers(1, 3_000_00), payer=st.sampled_from(["prompt", "steady", "slow", "none"]),
    clean=st.booleans(), carried=st.none() | st.integers(1, 500_00).map(Cents), paid_part=st.booleans(),
    pay_days=st.sampled_from([(), (1, 15), (31,)]),
    rules=st.fixed_dictionaries(
        {"tila_pack": st.booleans(), "partial_split": st.sampled_from(["remainder_once", "equal"])}
    ),
)  # fmt: skip


def lawful(found: list[Any], here: Situation) -> None:
    assert sum(due.amount_cents for due in found) == here.owed
    assert all(due.amount_cents > 0 for due in found)
    later = [due for due in found if due.number > 0]
    assert len(later) <= here.most
    assert [due.due_on for due in later] == sorted({due.due_on for due in later})
    assert all(due.due_on.weekday() < 5 and due.due_on not in HOLIDAYS for due in later)
    assert all(due.due_on >= TODAY for due in found)
    assert [due.number for due in found] in ([*range(1, len(found) + 1)], [*range(len(found))])


@THOUSANDS
@given(WISHES, SITUATIONS, st.booleans())
def test_whatever_is_asked_the_answer_is_lawful_and_never_a_no(wish: Slots, here: Situation, part_now: bool) -> None:
    found = answer(wish, here, part_now=part_now)
    assert found.because
    if found.dues:
        lawful(found.dues, here)
    else:
        assert found.kind == "person"
    if found.kind == "agreed":
        assert here.owed <= here.approved_up_to
    if found.kind == "counter":
        assert found.reason


@THOUSANDS
@given(SITUATIONS)
def test_every_choice_is_lawful_equal_and_affordable_first(here: Situation) -> None:
    for schedule in choices(here):
        lawful(schedule, here)
        each = [due.amount_cents for due in schedule]
        assert max(each) - min(each) <= 1
        assert min(each) >= here.rules.least_installment
    assert [due.amount_cents for due in choices(here)[0]] == standard(here) if choices(here) else not standard(here)
