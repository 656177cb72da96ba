"""The rarer turns of payment plans: facts out of order, wishes nobody can meet, messages that cannot leave."""

from datetime import date, timedelta
from typing import Any

import pytest
from plan_stories import TOM, accepted, charges, dues, enrolled, left_of, say, step_kinds
from stories import CARD, PRACTICE, SLOW, Story

from receivables.case import Case
from receivables.facts import AutopayStopped
from receivables.fold import fold
from receivables.plans.changes import changed, spread_anew
from receivables.plans.money import Left
from receivables.policy import Policy
from receivables.summaries import plan_so_far
from receivables.view import View


def view(story: Story) -> View:
    return View(story.case, story.policy, PRACTICE, story.now)


def test_facts_about_plans_that_are_not_there_change_nothing() -> None:
    story = accepted()
    before = story.case
    story.hears("plan_change_asked", plan_id="another", wish="skip").hears("autopay_stopped", plan_id="another")
    story.hears("plan_cancelled", plan_id="another", by="page").hears("plan_set_up", plan_id="b1.plan.1", installments=[], by="page")
    story.hears("plan_changed", plan_id="b1.plan.1", revision=1 + 1, installments=dues_of(story), change="move", by="page")
    assert story.case.plan is not None
    assert story.case.plan.moves == 1
    story.hears("plan_changed", plan_id="b1.plan.1", revision=2, installments=[], change="skip", by="page")
    assert story.case.plan.skips == 0
    assert before.plan is not None
    early = fold(Case(practice_id="p7", balance_id="b1"), AutopayStopped(fact_id="x", at=story.now, practice_id="p7", balance_id="b1", plan_id="p"))
    assert early.mandate is None


def dues_of(story: Story) -> list[Any]:
    assert story.case.plan is not None
    return list(story.case.plan.installments)


def test_an_older_card_wish_or_agreement_never_replaces_a_newer_one() -> None:
    story = enrolled()
    held = story.case.mandate
    story.now -= timedelta(days=1)
    story.hears("card_enrolled", plan_id="b1.plan.1", card=CARD | {"payment_method_id": "pm_old"})
    story.hears("card_changed", card=CARD | {"exp_year": 2027})
    assert story.case.mandate == held
    story.now += timedelta(days=2)
    say(story, "skip")
    wish = story.case.wish
    story.now -= timedelta(days=1)
    story.hears("plan_change_asked", plan_id="b1.plan.1", wish="move")
    assert story.case.wish == wish
    story.hears("plan_agreed", by="phone", slots={"installments": 2, "date": date(2026, 4, 1)}, fact_id="late")
    newer = story.case.agreement
    story.now -= timedelta(days=1)
    story.hears("plan_agreed", by="phone", slots={"installments": 3, "date": date(2026, 4, 1)})
    assert story.case.agreement == newer


def test_a_charge_that_came_through_is_never_taken_for_a_refusal() -> None:
    story = enrolled().until(15, "10:00")
    story.hears(
        "charge_declined", "late", plan_id="b1.plan.1", installment=1, attempt=1, reason="generic", again="later"
    ).until(20, "10:00")
    assert len(charges(story)) == 1


def test_a_refused_plan_is_settled_by_a_person() -> None:
    story = Story().posted(320_00, **TOM).until(1, "10:00").hears("plan_refused", because="the yearly line")
    assert story.until(1, "11:00").asked == ["plan_to_set_up"]


def test_an_uncertain_reader_leaves_the_wish_to_a_person_once() -> None:
    story = Story().posted(320_00, **TOM).until(0, "15:00")
    story.writes("request_plan", "offer_or_create_plan", abstain=True).until(1, "12:00")
    assert story.asked == ["plan_to_set_up"]


def test_the_page_can_move_a_payment_and_a_person_sees_what_is_beyond() -> None:
    story = accepted().until(5, "10:00").hears("plan_change_asked", plan_id="b1.plan.1", wish="move")
    story.until(5, "11:00")
    assert dues(story)[0] == (1, 80_00, "Mar 23")
    assert story.answers[-1][0] == "plan_changed"
    story.hears("plan_change_asked", plan_id="b1.plan.1", wish="cancel").until(5, "12:00")
    assert story.answers[-1][0] == "plan_cancelled"


def test_new_terms_of_a_running_plan_are_agreed_once_and_then_a_persons_affair() -> None:
    story = accepted().until(5, "10:00")
    story.writes("propose_terms", "offer_or_create_plan", slots={"installments": 2}).until(5, "11:00")
    assert [amount for _, amount, _ in dues(story)] == [160_00, 160_00]
    story.writes("propose_terms", "offer_or_create_plan", slots={"installments": 4}).until(5, "12:00")
    assert story.asked == ["plan_approval"]
    assert story.answers[-1][0] == "plan_pending"


def test_while_a_charge_is_under_way_terms_wait() -> None:
    story = enrolled(Story(card=["pending"])).until(14, "10:00")
    story.hears("plan_agreed", by="phone", slots={"installments": 2, "date": date(2026, 4, 1)})
    assert "under way" in story.decides().because[0]
    other = enrolled(Story(card=["pending"])).until(14, "10:00")
    other.writes("accept_plan", "confirm_plan").until(14, "11:00")
    assert other.decides().step.kind in {"wait", "send_message", "offer_plan"}


def test_terms_agreed_by_phone_that_leave_nothing_to_pay_are_asked_about() -> None:
    story = Story().posted(320_00, **TOM).until(1, "10:00")
    terms = {"installments": 2, "date": date(2026, 4, 1)}
    story.hears("plan_agreed", by="phone", slots=terms, down_payment_cents=320_00).until(1, "11:00")
    assert story.done[-1].step.kind == "offer_plan"
    vague = Story().posted(320_00, **TOM).until(1, "10:00").hears("plan_agreed", by="phone", slots={"installments": 2})
    assert [amount for _, amount, _ in dues(vague.until(1, "11:00"))] == [160_00, 160_00]


def test_more_payments_than_the_law_allows_chosen_anywhere_wait_for_a_person() -> None:
    choice = [{"number": n, "amount_cents": 64_00, "due_on": date(2026, 3, 10 + n)} for n in range(1, 6)]
    story = Story().posted(320_00, **TOM).until(1, "10:00").hears("plan_agreed", installments=choice, by="page")
    assert story.until(1, "11:00").asked == ["plan_approval"]


def test_nobody_to_confirm_to_is_asked_about_and_does_not_stop_the_charges_for_ever() -> None:
    who: dict[str, object] = {"contact_points": []}
    story = Story(resolve={"no_contact": "done"}).posted(320_00, history=SLOW, guarantor=who).until(1, "10:00")
    story.hears("plan_agreed", by="phone", slots={"installments": 4, "date": date(2026, 4, 1)}).until(1, "11:00")
    story.hears("card_enrolled", plan_id="b1.plan.1", card=CARD).until(35, "10:00")
    assert len(charges(story)) == 1


def test_new_amounts_after_an_adjustment_take_no_more_days_than_the_law_allows_without_a_person() -> None:
    story = Story().posted(320_00, **TOM).until(1, "10:00")
    story.hears("plan_agreed", by="phone", slots={"installments": 6, "date": date(2026, 3, 20)}).until(2, "10:00")
    assert len(dues(story)) == 6
    story.hears("balance_adjusted", patient_responsibility_cents=300_00).until(2, "12:00")
    offered = [one.step for one in story.done if one.step.kind == "offer_plan"][-1]
    assert [int(due.amount_cents) for due in offered.offer.dues] == [75_00] * 4
    assert offered.offer.dues[0].due_on == date(2026, 3, 20)


def test_terms_of_a_single_payment_are_not_quoted_again_as_monthly_payments() -> None:
    story = enrolled().until(92, "10:00").hears("balance_adjusted", patient_responsibility_cents=400_00)
    story.until(92, "12:00")
    assert [one.step.offer.installments for one in story.done if one.step.kind == "offer_plan"] == [1]
    story.hears("plan_change_asked", plan_id="b1.plan.1", wish="cancel").until(140, "12:00")
    quoted = [one.step.offer for one in story.done if one.step.kind == "send_message" and one.step.offer]
    assert all(offer.installments >= 2 for offer in quoted)


def test_changes_need_something_to_change() -> None:
    story = accepted().until(5, "10:00")
    plan = story.case.plan
    assert plan is not None
    situation = view(story).situation
    paid = [Left(left.due, left.cents * 0, on_its_way=False) for left in left_of(story)]  # type: ignore[arg-type]
    assert changed("move", plan, paid, situation, None).dues is None
    assert spread_anew(paid, story.case.outstanding_cents, situation) == []
    last = left_of(story)[-1:]
    assert "last payment" in changed("smaller", plan, last, situation, None).because
    assert "already" in changed("skip", plan.model_copy(update={"skips": 1}), last, situation, None).because
    assert "already" in changed("move", plan.model_copy(update={"moves": 2}), last, situation, None).because
    assert "next payment" in changed("move", plan, [last[0], last[0]], situation, last[0].due.due_on).because
    long = Policy.model_validate({"plan": {"dates": {"whole_within_days": 60}}}).plan
    assert "too long" in changed("skip", plan, last, situation._replace(rules=long), None).because
    small = [left._replace(cents=type(left.cents)(30_00)) for left in left_of(story)]
    assert "not agreed to" in changed("smaller", plan, small, situation, None).because


@pytest.mark.parametrize(
    ("days", "words"), [(0, "no payments made; the next is $80 on Mar 16"), (200, "all made")]
)  # fmt: skip
def test_staff_reads_how_far_the_plan_is(days: int, words: str) -> None:
    story = enrolled().until(days, "16:00")
    assert words in plan_so_far(view(story))
    assert plan_so_far(view(Story().posted(60_00))) == ""


def test_a_share_restated_at_the_same_sum_offers_no_new_terms() -> None:
    story = enrolled().until(1, "12:00")
    story.hears("balance_adjusted", patient_responsibility_cents=320_00, reason="restated").until(40, "12:00")
    assert "offer_plan" not in step_kinds(story)
    assert [cents for *_, cents in charges(story)][:1] == [80_00]
