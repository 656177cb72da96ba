"""Calendars of payment plans in force: reminded, charged, refused, put right, and ended."""

from datetime import date, timedelta

import pytest
from plan_stories import accepted, charges, dues, enrolled, left_of, say
from stories import CARD, Story

from receivables.policy import Policy
from receivables.rule_rows import CardNetwork
from receivables.rulebook import NO_RULES, Rulebook
from receivables.steps import AskStaff, Wait


def test_a_plan_with_a_card_is_reminded_three_days_before_charged_on_the_day_and_ends() -> None:
    story = enrolled().until(110, "20:00")
    assert charges(story) == [
        ("Mar 16 09:00", 1, 1, 80_00), ("Apr 16 09:00", 2, 1, 80_00), ("May 18 09:00", 3, 1, 80_00),
        ("Jun 16 09:00", 4, 1, 80_00),
    ]  # fmt: skip
    reminders = [at for message, _, at in story.messages if message == "plan_reminder"]
    assert reminders == ["Fri 13 14:00", "Mon 13 14:00", "Fri 15 14:00", "Sat 13 14:00"]
    assert story.decides().step.kind == "close"
    assert story.asked == []


def test_without_a_card_a_missed_payment_is_met_with_grace_then_a_word_then_a_person() -> None:
    story = accepted().until(40, "20:00")
    assert [one for one in story.messages if one[0] != "plan_offer"] == [
        ("plan_reminder", "sms", "Fri 13 14:00"), ("plan_missed", "sms", "Sat 21 09:00"),
    ]  # fmt: skip
    assert story.asked == ["plan_broken"]
    step = next(one for one in story.done if isinstance(one.step, AskStaff))
    assert f"{step.decided_at.astimezone(story.zone):%b %d}" == "Mar 31"
    assert "four payments, no payments made; the next is $80 on Mar 16" in step.step.summary
    assert isinstance(story.decides().step, Wait)


def test_a_missed_payment_that_is_put_right_is_forgotten_and_the_plan_goes_on() -> None:
    story = accepted().until(20, "12:00").pays(80_00).until(40, "20:00")
    assert story.asked == []
    assert story.decides().stage == "on_plan"


def test_a_soft_refusal_is_tried_once_more_after_48_hours() -> None:
    story = enrolled(Story(card=["soft"])).until(30, "20:00")
    assert charges(story) == [("Mar 16 09:00", 1, 1, 80_00), ("Mar 18 09:00", 1, 2, 80_00)]
    assert story.asked == []
    assert not [one for one in story.messages if one[0] == "charge_declined"]


@pytest.mark.parametrize("wish", ["move", "skip"])
def test_a_refused_payment_that_is_then_put_off_is_not_tried_before_its_new_day(wish: str) -> None:
    story = say(enrolled(Story(card=["soft"])).until(15, "10:00"), wish).until(17, "20:00")
    new_day = next(day for number, _, day in dues(story) if number == 1)
    assert len(charges(story)) == 1
    story.until(140, "20:00")
    assert [one[0] for one in charges(story) if one[1] == 1] == ["Mar 16 09:00", f"{new_day} 09:00"]


def test_refused_twice_the_team_is_told_and_the_patient_gets_a_kind_word_with_a_link() -> None:
    story = enrolled(Story(card=["soft", "soft"])).until(25, "20:00")
    assert len(charges(story)) == 2
    assert story.asked == ["charge_failed"]
    assert ("charge_declined", "sms", "Wed 18 09:00") in story.messages
    assert story.decides().stage == "on_plan"
    story.until(32, "20:00")
    assert story.asked == ["charge_failed", "plan_broken"]


def test_while_the_team_looks_at_a_failed_charge_the_next_one_still_happens() -> None:
    story = enrolled(Story(card=["soft", "soft"])).until(16, "20:00").until(20, "9:00").pays(80_00).until(50, "20:00")
    assert charges(story)[-1] == ("Apr 16 09:00", 2, 1, 80_00)


@pytest.mark.parametrize("answer", ["hard", "never", "confirm"])
def test_a_hard_refusal_is_never_repeated(answer: str) -> None:
    story = enrolled(Story(card=[answer])).until(29, "20:00")
    assert len(charges(story)) == 1
    assert story.asked == ["charge_failed", "plan_broken"]
    assert ("charge_declined", "sms", "Mon 16 14:00") in story.messages


def test_a_card_that_was_renewed_or_replaced_is_charged_again() -> None:
    story = enrolled(Story(card=["hard"])).until(18, "10:00").hears("card_changed", card=CARD | {"exp_year": 2031})
    story.until(19, "10:00")
    assert charges(story)[-1] == ("Mar 20 10:00", 1, 2, 80_00)
    new = enrolled(Story(card=["hard"])).until(18, "10:00")
    new.hears("card_enrolled", plan_id="b1.plan.1", card=CARD | {"payment_method_id": "pm_2"}).until(19, "10:00")
    assert charges(new)[-1][1:] == (1, 2, 80_00)
    other = enrolled(Story(card=["hard"])).until(18, "10:00")
    other.hears("card_changed", card=CARD | {"payment_method_id": "pm_9"}).until(19, "10:00")
    assert len(charges(other)) == 1


def test_the_extended_mode_tries_three_times_more_and_no_renewed_card_goes_beyond_four() -> None:
    policy = Policy.model_validate({"retry": {"mode": "extended"}})
    story = enrolled(Story(policy=policy, card=["soft"] * 9)).until(45, "10:00")
    assert [one[:3] for one in charges(story) if one[1] == 1] == [
        ("Mar 16 09:00", 1, 1), ("Mar 18 09:00", 1, 2), ("Mar 25 09:00", 1, 3), ("Apr 01 09:00", 1, 4),
    ]  # fmt: skip
    story.hears("card_changed", card=CARD | {"exp_year": 2031}).until(46, "20:00")
    assert len([one for one in charges(story) if one[1] == 1]) == 4


def test_a_card_refused_as_often_as_the_networks_allow_is_left_alone() -> None:
    policy = Policy.model_validate({"retry": {"mode": "extended", "visa_max": 2}})
    story = enrolled(Story(policy=policy, card=["soft"] * 9)).until(30, "10:00")
    assert len(charges(story)) == 2
    assert "charge_failed" in story.asked


def network_row(**more: object) -> Rulebook:
    row = CardNetwork.model_validate(
        {
            "id": "US.visa", "jurisdiction": "US", "practice_types": ["medical"], "effective_from": date(2026, 1, 1),
            "source": "a test", "next_review": date(2027, 1, 1), "version": 1, "network": "visa",
            "refusals_per_day": 10, "refusals_per_30_days": 15,
        } | more
    )  # fmt: skip
    return Rulebook(card_networks=(row,), version=str(more))


def test_a_code_that_the_networks_row_calls_final_is_not_tried_again() -> None:
    """The processor's own word for it leaves it open: the reviewed row decides."""
    policy = Policy.model_validate({"retry": {"mode": "extended"}})
    books = [NO_RULES, *(network_row(**more) for more in ({"never_again": ["05"]}, {"never_again": ["99"]}, {"refusals_per_30_days": 2}))]
    stories = [enrolled(Story(policy=policy.under(book), card=["coded"] * 9)).until(40, "10:00") for book in books]
    tried = [len([one for one in charges(story) if one[1] == 1]) for story in stories]
    assert tried == [4, 1, 4, 2]


def test_a_payment_by_link_an_hour_before_leaves_nothing_to_charge() -> None:
    story = enrolled().until(14, "8:00").pays(80_00).until(20, "20:00")
    assert charges(story) == []
    assert [left.cents for left in left_of(story)] == [0, 80_00, 80_00, 80_00]


def test_an_extra_payment_fills_the_next_ones_and_only_what_is_left_is_charged() -> None:
    story = enrolled().until(10, "8:00").pays(100_00).until(50, "20:00")
    assert charges(story) == [("Apr 16 09:00", 2, 1, 60_00)]


def test_paid_off_early_the_plan_ends_at_once() -> None:
    story = enrolled().until(16, "8:00").pays(240_00).until(17, "20:00")
    assert story.decides().step.kind == "close"
    assert len(charges(story)) == 1


def test_a_front_desk_payment_while_a_charge_is_on_its_way_is_no_reason_to_charge_more() -> None:
    story = enrolled(Story(card=["pending"])).until(14, "10:00")
    story.pays(240_00).until(100, "20:00")
    assert len(charges(story)) == 1
    assert story.decides().because == ["A payment plan is in force; its next payment is under way."]
    story.hears(
        "charge_declined", "declined.b1.plan.1:installment:1:try:1", plan_id="b1.plan.1", installment=1, attempt=1,
        reason="insufficient_funds", again="later",
    ).until(110, "20:00")  # fmt: skip
    assert charges(story)[1:] == [("Jun 16 09:00", 4, 1, 80_00)]


def test_a_removed_card_is_not_charged() -> None:
    story = enrolled().until(3, "10:00").hears("card_removed", payment_method_id="pm_1").until(30, "20:00")
    assert charges(story) == []
    kept = enrolled().hears("card_removed", payment_method_id="pm_9").until(15, "20:00")
    assert len(charges(kept)) == 1


def test_a_share_of_nothing_in_month_three_is_a_credit_for_a_person() -> None:
    story = enrolled().until(60, "10:00").hears("balance_adjusted", patient_responsibility_cents=0).until(61, "12:00")
    assert story.asked == ["credit"]
    assert len(charges(story)) == 2
    story.until(120, "20:00")
    assert len(charges(story)) == 2


def test_a_chargeback_stops_everything_until_a_person_has_looked() -> None:
    story = enrolled().until(46, "10:00")
    paid = story.case.payments[-1].fact_id
    story.hears("payment_reversed", payment_fact_id=paid, amount_cents=80_00, why="chargeback").until(100, "20:00")
    assert len(charges(story)) == 2
    assert story.asked == ["chargeback"]


def test_a_refund_in_mid_plan_is_not_charged_back_by_itself() -> None:
    story = enrolled().until(20, "10:00")
    paid = story.case.payments[-1].fact_id
    story.hears("payment_reversed", payment_fact_id=paid, amount_cents=80_00, why="refund").until(60, "20:00")
    assert len(charges(story)) == 1
    assert story.asked == ["plan_money_back"]


def test_bankruptcy_and_disputes_stop_the_charges() -> None:
    for kind, more in (("bankruptcy_filed", {}), ("dispute_raised", {"about": "amount"}), ("guarantor_deceased", {})):
        story = enrolled().until(3, "10:00").hears(kind, **more).until(60, "20:00")
        assert charges(story) == []


def test_a_pause_silences_words_but_not_the_agreed_charges() -> None:
    story = enrolled().until(3, "10:00").hears("outreach_paused").until(20, "20:00")
    assert len(charges(story)) == 1
    assert [one for one in story.messages if one[0] == "plan_reminder"] == []
    until = story.now + timedelta(days=20)
    timed = enrolled().until(3, "10:00").hears("outreach_paused", until=until).until(20, "20:00")
    assert len(charges(timed)) == 1


def test_a_card_that_runs_out_is_announced_30_and_7_days_ahead() -> None:
    story = accepted().hears("card_enrolled", plan_id="b1.plan.1", card=CARD | {"exp_year": 2026, "exp_month": 4})
    story.until(90, "20:00")
    notices = [at for message, _, at in story.messages if message == "card_expiring"]
    assert notices == ["Tue 31 14:00", "Thu 23 14:00"]


def test_f4_the_call_ends_in_a_four_month_plan_that_runs_to_its_last_payment() -> None:
    story = Story().posted(420_00, visit_days_ago=52, history={"unanswered_texts": 2, "days_to_pay": [80]})
    story.until(1, "10:00").hears(
        "task_resolved", task_id="b1.call.1", outcome="plan_agreed",
        terms={"installments": 4, "first_due_on": date(2026, 3, 20)},
    ).until(1, "11:00")  # fmt: skip
    assert dues(story) == [(1, 105_00, "Mar 20"), (2, 105_00, "Apr 20"), (3, 105_00, "May 20"), (4, 105_00, "Jun 22")]
    assert story.answers[-1][0] == "plan_confirmation"
    story.hears("card_enrolled", plan_id="b1.plan.1", card=CARD).until(115, "20:00")
    assert len(charges(story)) == 4
    assert story.decides().step.kind == "close"
