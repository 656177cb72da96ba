"""What a patient can do about paying in parts on their page, by the same rules as by text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from stories import KAREN, PRACTICE, PROMPT, fact, guarantor

from receivables.case import Case
from receivables.fold import fold
from receivables.plans.page import Look, look_at
from receivables.policy import Policy
from receivables.rule_rows import CardNotice
from receivables.rulebook import Rulebook

AT = datetime.fromisoformat("2026-03-02T15:00:00+00:00")
TODAY = date(2026, 3, 2)
PLAN = [
    {"number": 1, "amount_cents": 80_00, "due_on": "2026-03-16"},
    {"number": 2, "amount_cents": 80_00, "due_on": "2026-04-16"},
]
CARD = {"customer_id": "cus_1", "payment_method_id": "pm_1", "brand": "visa", "last4": "4242"}


def posted(cents: int = 160_00, history: dict[str, Any] | None = None, **more: Any) -> Case:
    case = Case(practice_id="p7", balance_id="b1")
    return fold(case, fact(
        "balance_posted", AT, "posted", patient_responsibility_cents=cents, service_date="2026-02-20",
        guarantor=guarantor(), history=KAREN if history is None else history, **more,
    ))  # fmt: skip


def told(case: Case, *facts: tuple[str, dict[str, Any]]) -> Case:
    for number, (kind, fields) in enumerate(facts):
        case = fold(case, fact(kind, AT, f"{kind}.{number}", **fields))
    return case


def look(case: Case, policy: Policy | None = None, today: date = TODAY) -> Look:
    return look_at(case, policy or Policy(), PRACTICE, today)


SET_UP = ("plan_set_up", {"plan_id": "b1.plan.1", "installments": PLAN, "by": "page"})
ENROLLED = ("card_enrolled", {"plan_id": "b1.plan.1", "card": CARD, "authorization": "seti_1"})


def test_every_choice_sums_to_what_is_owed_and_a_large_one_is_looked_at_by_a_person_first() -> None:
    small, large = look(posted()), look(posted(1_600_00, {}))
    assert small.choices
    assert {choice.total_cents for choice in small.choices} == {160_00}
    assert not any(choice.needs_person for choice in small.choices)
    assert all(choice.needs_person for choice in large.choices)
    assert small.in_force is None
    assert small.agreement is None


def test_plans_are_not_spoken_of_unasked_to_people_who_pay_at_once_but_can_be_chosen() -> None:
    prompt = look(posted(history=PROMPT))
    assert not prompt.leading
    assert prompt.choices
    assert look(posted()).leading


@pytest.mark.parametrize(
    "case",
    [
        told(posted(), ("dispute_raised", {})), told(posted(), ("guarantor_deceased", {})),
        told(posted(), ("payment_recorded", {"amount_cents": 160_00, "paid_at": AT})), posted(claim_status="pending"),
    ],
)  # fmt: skip
def test_nobody_is_asked_to_agree_while_the_bill_is_in_doubt_or_nothing_is_owed(case: Case) -> None:
    assert look(case).choices == []


def test_what_was_agreed_waits_until_its_plan_is_in_force() -> None:
    agreed = told(posted(), ("plan_agreed", {"installments": PLAN, "by": "page"}))
    waiting = look(agreed)
    assert waiting.agreement is not None
    assert waiting.choices == []
    in_force = look(told(agreed, SET_UP))
    assert in_force.agreement is None
    assert in_force.in_force is not None
    assert in_force.choices == []


def test_a_plan_shows_what_comes_next_and_what_is_left_as_money_comes_in() -> None:
    paying = told(posted(), SET_UP, ENROLLED)
    shown = look(paying).in_force
    assert shown is not None
    assert shown.charging
    assert (shown.next and shown.next.due.number, shown.left_cents) == (1, 160_00)
    paid = told(paying, ("payment_recorded", {
        "amount_cents": 80_00, "paid_at": AT, "plan_id": "b1.plan.1", "installment": 1, "attempt": 1,
    }))  # fmt: skip
    half = look(paid).in_force
    assert half is not None
    assert (half.next and half.next.due.number, half.left_cents) == (2, 80_00)
    flying = look(told(paid, ("charge_pending", {
        "plan_id": "b1.plan.1", "installment": 2, "attempt": 1, "vendor_reference": "pi_2",
    }))).in_force  # fmt: skip
    assert flying is not None
    assert flying.next is None
    assert flying.move_days == []


@pytest.mark.parametrize(
    "end", [("autopay_stopped", {"plan_id": "b1.plan.1"}), ("card_removed", {"payment_method_id": "pm_1"})]
)
def test_after_a_stop_or_without_its_card_nothing_is_charged_by_itself(end: tuple[str, dict[str, Any]]) -> None:
    shown = look(told(posted(), SET_UP, ENROLLED, end)).in_force
    assert shown is not None
    assert not shown.charging


def test_a_card_of_an_earlier_plan_is_not_shown_for_a_later_one() -> None:
    second = ("plan_set_up", {"plan_id": "b1.plan.2", "installments": PLAN, "by": "page"})
    shown = look(told(posted(), SET_UP, ENROLLED, ("plan_cancelled", {"plan_id": "b1.plan.1", "by": "page"}), second)).in_force
    assert shown is not None
    assert shown.mandate is None


def test_the_next_payment_can_be_moved_to_business_days_within_the_practices_limit_until_its_kindness_is_used_up() -> None:
    shown = look(told(posted(), SET_UP)).in_force
    assert shown is not None
    days = shown.move_days
    assert days[0] == date(2026, 3, 17)
    assert days[-1] == date(2026, 3, 30)
    assert all(day.weekday() < 5 for day in days)
    moved = [("plan_changed", {"plan_id": "b1.plan.1", "revision": number, "installments": PLAN, "change": "move", "by": "page"})
             for number in (2, 3)]  # fmt: skip
    used_up = look(told(posted(), SET_UP, *moved)).in_force
    assert used_up is not None
    assert used_up.move_days == []


def notice(jurisdiction: str, **more: Any) -> CardNotice:
    return CardNotice.model_validate({
        "id": f"{jurisdiction}.card_risk", "jurisdiction": jurisdiction, "practice_types": ["medical", "dental"],
        "effective_from": "2026-01-01", "source": "a law of some state", "next_review": "2027-01-01", "version": 1,
        "words": {"en": "Read this.", "es": "Lea esto."},
    } | more)  # fmt: skip


def test_what_a_state_wants_said_before_a_card_is_used_is_shown_to_its_people_even_before_counsel_has_read_it() -> None:
    ended = notice("IL", id="IL.old", effective_to="2026-02-01")
    book = Rulebook(card_notices=(notice("IL"), notice("NY"), notice("US", practice_types=["veterinary"]), ended))
    shown = look(posted(), Policy().under(book))
    assert [row.jurisdiction for row in shown.notices] == ["IL"]
    assert shown.notices[0].words["es"] == "Lea esto."
    assert [row.jurisdiction for row in book.overdue(date(2027, 2, 1))] == ["IL", "NY", "US"]


def test_a_notice_stands_in_every_language_of_the_page() -> None:
    for words in ({"en": "Read this."}, {"en": "Read this.", "es": " "}):
        with pytest.raises(ValueError, match="en and in es"):
            notice("NY", words=words)
