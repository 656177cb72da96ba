"""Calendars of conversations about payment plans: agreed, confirmed, changed, cancelled, and put to a person."""

from datetime import date, timedelta
from typing import Any

import pytest
from plan_stories import TOM, accepted, charges, dues, enrolled, say
from stories import CARD, KAREN, SLOW, Story

from receivables.policy import Policy


def test_f2_a_yes_sets_the_plan_up_and_it_is_confirmed_with_amounts_and_days() -> None:
    story = accepted()
    assert dues(story) == [(1, 80_00, "Mar 16"), (2, 80_00, "Apr 16"), (3, 80_00, "May 18"), (4, 80_00, "Jun 16")]
    assert story.answers[-1][:2] == ("plan_confirmation", "sms")
    assert story.case.plan is not None
    assert story.case.plan.confirmed_revision == 1
    decision = story.decides()
    assert decision.stage == "on_plan"
    assert story.asked == []


def test_f3_the_rest_next_month_becomes_one_payment_without_a_person() -> None:
    story = Story().posted(215_00, insured=680_00, history=KAREN).until(0, "18:00").pays(100_00)
    story.writes("propose_terms", "offer_or_create_plan", slots={"date": date(2026, 4, 2)}).until(0, "18:30")
    assert dues(story) == [(1, 115_00, "Apr 02")]
    assert story.answers == [("plan_confirmation", "sms", "Mon 02 18:00")]
    assert story.asked == []
    story.until(29, "12:00").pays(115_00).until(40, "12:00")
    assert story.decides().step.kind == "close"
    assert story.messages == [("first_notice", "sms", "Mon 02 14:00"), ("plan_reminder", "sms", "Mon 30 14:00")]


def test_stopped_autopay_is_never_charged_and_the_patient_is_told_so() -> None:
    story = enrolled().until(3, "10:00").hears("autopay_stopped", plan_id="b1.plan.1").until(30, "20:00")
    assert charges(story) == []
    assert story.answers[-1] == ("autopay_stopped", "sms", "Thu 05 10:00")
    assert "plan_missed" in [one[0] for one in story.messages]


@pytest.mark.parametrize(
    ("wish", "said", "expected"),
    [
        ("move", {}, [(1, 80_00, "Mar 23"), (2, 80_00, "Apr 16")]),
        ("move", {"slots": {"date": date(2026, 3, 21)}}, [(1, 80_00, "Mar 23"), (2, 80_00, "Apr 16")]),
        ("smaller", {}, [(1, 40_00, "Mar 16"), (2, 80_00, "Apr 16"), (3, 80_00, "May 18"), (4, 120_00, "Jun 16")]),
        ("skip", {}, [(1, 80_00, "Jul 16"), (2, 80_00, "Apr 16")]),
    ],
)
def test_move_smaller_and_skip_are_done_at_once_and_confirmed(
    wish: str, said: dict[str, Any], expected: list[tuple[int, int, str]]
) -> None:
    story = say(accepted().until(11, "15:00"), wish, **said).until(11, "16:00")
    assert dues(story)[: len(expected)] == expected
    assert sum(amount for _, amount, _ in dues(story)) == 320_00
    assert story.answers[-1][0] == "plan_changed"
    assert story.asked == []


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("move", {"slots": {"date": date(2026, 4, 14)}}),
        ("move", {"slots": {"date": date(2026, 3, 1)}}),
        ("skip", {}), ("smaller", {}), ("move", {}),
    ],
)  # fmt: skip
def test_beyond_what_the_practice_allows_a_person_is_asked_and_the_patient_is_told(
    wish: str, said: dict[str, Any]
) -> None:
    policy = Policy.model_validate({"plan": {"kindness": {"moves": 1 if said else 0, "skips": 0, "shrinks": 0}}})
    story = say(accepted(Story(policy=policy)).until(11, "15:00"), wish, **said).until(11, "16:00")
    assert story.asked == ["plan_approval"]
    assert story.answers[-1][0] == "plan_pending"
    assert story.decides().stage == "on_plan"
    assert story.case.plan is not None
    assert story.case.plan.revision == 1


def test_cancel_my_plan_stops_charges_at_once_and_offers_another() -> None:
    story = say(enrolled().until(11, "15:00"), "cancel").until(11, "16:00")
    assert story.answers[-1][0] == "plan_cancelled"
    story.until(17, "20:00")
    assert charges(story) == []
    assert story.case.running_plan is None
    assert story.decides().stage != "on_plan"


def test_a_wish_to_pay_off_or_to_change_the_card_is_answered_with_the_link() -> None:
    story = say(enrolled().until(11, "15:00"), "change_card").until(11, "16:00")
    assert story.answers[-1][0] == "plan_link"
    say(story, "pay_off").until(11, "17:00")
    assert [one[0] for one in story.answers][-2:] == ["plan_link", "plan_link"]


def test_stop_by_text_while_a_plan_runs_makes_a_person_ask_about_the_plan() -> None:
    story = enrolled().until(11, "15:00").writes("opt_out", "opt_out").until(20, "20:00")
    assert story.asked == ["plan_after_stop"]
    assert charges(story) == []
    assert story.case.stopped_channels == ["sms"]


def test_cancel_alone_is_never_a_reply_and_makes_a_person_ask_about_the_plan_all_the_same() -> None:
    """The provider blocks the pair at the keyword: all we hear is the stop (rules.md section 6)."""
    story = enrolled().until(11, "15:00").hears("contact_stopped", channel="sms").until(20, "20:00")
    assert story.asked == ["plan_after_stop"]
    assert charges(story) == []
    story.hears("task_resolved", task_id="b1.plan_after_stop.1", outcome="resume").until(40, "20:00")
    assert story.asked.count("plan_after_stop") == 1


def test_a_lower_share_is_never_exceeded_and_new_amounts_are_offered() -> None:
    story = enrolled().until(16, "10:00")
    story.hears("balance_adjusted", patient_responsibility_cents=250_00).until(16, "12:00")
    offered = [one.step for one in story.done if one.step.kind == "offer_plan"]
    assert [int(due.amount_cents) for due in offered[-1].offer.dues] == [56_67, 56_67, 56_66]
    unanswered = story.until(120, "20:00")
    assert [one[3] for one in charges(unanswered)] == [80_00, 80_00, 80_00, 10_00]


def test_new_amounts_hold_once_the_patient_agrees() -> None:
    story = enrolled().until(16, "10:00")
    story.hears("balance_adjusted", patient_responsibility_cents=250_00).until(16, "12:00")
    story.writes("accept_plan", "confirm_plan").until(120, "20:00")
    assert [one[3] for one in charges(story)] == [80_00, 56_67, 56_67, 56_66]
    assert story.decides().step.kind == "close"


def test_a_higher_share_is_charged_only_with_consent() -> None:
    story = enrolled().until(16, "10:00")
    story.hears("balance_adjusted", patient_responsibility_cents=350_00).until(110, "20:00")
    assert [one[3] for one in charges(story)] == [80_00] * 4
    assert story.case.outstanding_cents == 30_00


def test_with_consent_a_larger_amount_is_charged_after_ten_days_of_notice_or_a_new_authorization() -> None:
    story = enrolled().until(43, "10:00")  # Tuesday, April 14; the next payment is due on the 16th.
    story.hears("balance_adjusted", patient_responsibility_cents=350_00).until(43, "12:00")
    offered = next(one.step for one in reversed(story.done) if one.step.kind == "offer_plan")
    assert [f"{due.due_on:%b %d} {due.amount_cents / 100:g}" for due in offered.offer.dues] == [
        "Apr 24 90", "May 18 90", "Jun 16 90",
    ]  # fmt: skip
    story.writes("accept_plan", "confirm_plan").until(60, "20:00")
    assert charges(story)[1:] == [("Apr 24 12:00", 5, 1, 90_00)]


def test_terms_the_patient_wished_for_are_charged_after_the_notice_that_was_promised() -> None:
    story = enrolled().until(11, "10:00")
    wished = {"installments": 2, "date": date(2026, 3, 16)}
    story.writes("propose_terms", "offer_or_create_plan", slots=wished).until(11, "11:00")
    assert [amount for _, amount, _ in dues(story)] == [160_00, 160_00]
    anew = say(enrolled().until(11, "10:00"), "change_card").writes(
        "propose_terms", "offer_or_create_plan", slots=wished
    ).until(11, "11:00")  # fmt: skip
    anew.hears("card_enrolled", plan_id="b1.plan.1", card=CARD, authorization="seti_2").until(16, "20:00")
    story.until(25, "20:00")
    assert [one[0] for one in charges(story)] == ["Mar 23 10:00"]
    assert [one[0] for one in charges(anew)] == ["Mar 16 09:00"], "a new authorization names the new amounts"


def test_a_wish_to_pay_in_parts_is_answered_with_amounts_and_days() -> None:
    story = Story().posted(47_00).until(0, "15:00").writes("request_plan", "offer_or_create_plan").until(0, "15:30")
    assert story.done[-1].step.kind == "offer_plan"
    assert [int(due.amount_cents) for due in story.done[-1].step.offer.dues] == [23_50, 23_50]
    story.writes("accept_plan", "confirm_plan").until(0, "16:00")
    assert dues(story) == [(1, 23_50, "Mar 16"), (2, 23_50, "Apr 16")]


def test_six_months_are_countered_at_once_and_a_person_may_agree_to_them() -> None:
    story = Story().posted(500_00, history=SLOW).until(0, "15:00")
    story.writes("propose_terms", "offer_or_create_plan", slots={"installments": 6}).until(0, "16:00")
    assert story.asked == ["plan_approval"]
    offer = story.done[-1].step
    assert (offer.kind, offer.reason, len(offer.offer.dues)) == ("offer_plan", "most_payments", 4)
    story.hears("task_resolved", task_id="b1.plan_approval.1", outcome="plan_agreed").until(0, "17:00")
    assert len(dues(story)) == 6
    assert sum(amount for _, amount, _ in dues(story)) == 500_00
    assert story.answers[-1][0] == "plan_confirmation"


def test_above_the_threshold_a_yes_waits_for_approval_and_the_patient_knows() -> None:
    story = Story().posted(800_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "14:30")
    story.writes("accept_plan", "confirm_plan").until(0, "16:00")
    assert story.asked == ["plan_approval"]
    assert story.answers[-1][0] == "plan_pending"
    assert story.case.plan is None
    story.writes("pay_now", "send_link").until(0, "17:00")
    assert story.answers[-1][0] == "answer_pay_link", "the conversation goes on while a person looks at it"
    assert story.asked == ["plan_approval"]
    story.until(5, "12:00").hears("task_resolved", task_id="b1.plan_approval.1", outcome="plan_agreed")
    story.until(5, "13:00")
    assert sum(amount for _, amount, _ in dues(story)) == 800_00


def test_what_was_chosen_on_the_page_is_set_up_unless_the_sum_has_moved() -> None:
    story = Story().posted(320_00, **TOM).until(1, "10:00")
    choice = [{"number": 1, "amount_cents": 160_00, "due_on": date(2026, 3, 16)},
              {"number": 2, "amount_cents": 160_00, "due_on": date(2026, 4, 16)}]  # fmt: skip
    story.hears("plan_agreed", installments=choice, by="page").until(1, "10:30")
    assert dues(story) == [(1, 160_00, "Mar 16"), (2, 160_00, "Apr 16")]
    late = Story().posted(320_00, **TOM).until(1, "10:00").pays(20_00)
    late.hears("plan_agreed", installments=choice, by="page").until(1, "10:30")
    assert late.case.plan is None
    assert [int(due.amount_cents) for due in late.done[-1].step.offer.dues] == [150_00, 150_00]


def test_a_plan_taken_back_in_the_review_is_settled_anew_by_a_person() -> None:
    story = enrolled().until(3, "10:00").hears("plan_cancelled", plan_id="b1.plan.1", by="review").until(30, "20:00")
    assert charges(story) == []
    assert story.asked == ["plan_to_set_up"]


def test_a_yes_to_an_offer_that_is_over_or_was_refused_gets_it_anew_and_sets_nothing_up() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "15:00")
    assert story.case.offer is not None
    old = story.case.offer.model_copy(update={"offered_at": story.now - timedelta(days=31)})
    story.case = story.case.model_copy(update={"offer": old})
    story.writes("accept_plan", "confirm_plan").until(0, "15:30")
    assert story.case.plan is None
    assert [one.step.kind for one in story.done][-1] == "offer_plan"
    assert story.writes("accept_plan", "confirm_plan").until(0, "16:00").case.plan is not None
    story = Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "15:00")
    story.writes("decline_offer", "no_action").writes("accept_plan", "confirm_plan").until(0, "15:30")
    assert story.case.plan is None


def test_a_yes_to_an_open_offer_accepts_nothing_where_the_patient_had_stopped_messages() -> None:
    """However certain the reader is: an explicit new consent comes first, and a person asks for it (rules.md section 6)."""
    story = Story().posted(320_00, **TOM).until(0, "14:30").hears("contact_stopped", channel="sms").until(0, "14:45")
    story.writes("accept_plan", "confirm_plan").until(30, "20:00")
    assert (story.asked, story.case.plan, story.answers) == (["plan_to_set_up"], None, [])
    assert "accepts no plan and is no new consent" in next(
        one.because[0] for one in story.done if one.step.kind == "ask_staff"
    )


def test_a_yes_by_mail_and_a_yes_before_the_stop_still_accept() -> None:
    story = Story().posted(320_00, **TOM).until(0, "14:30").hears("contact_stopped", channel="sms")
    assert story.writes("accept_plan", "confirm_plan", channel="email").until(0, "15:00").case.plan is not None
    story = Story().posted(320_00, **TOM).until(0, "14:30").writes("accept_plan", "confirm_plan")
    story.now += timedelta(seconds=1)
    assert story.hears("contact_stopped", channel="sms").until(0, "15:00").case.plan is not None
