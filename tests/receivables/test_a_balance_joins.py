"""A second balance posts while a plan pays another: asked once, joined with consent, or left to its own ladder."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from plan_stories import charges, dues
from stories import CARD, PRACTICE, PROMPT, SLOW, Story, fact

from receivables.fold import fold
from receivables.money import Cents
from receivables.plans.joining import joined_to, open_beside
from receivables.plans.page import look_at
from receivables.plans.plan import Beside
from receivables.plans.terms import Due
from receivables.policy import Policy
from receivables.view import View

DAYS = (date(2026, 3, 16), date(2026, 4, 16), date(2026, 5, 18))
THREE = [{"number": n, "amount_cents": 20_00, "due_on": day} for n, day in enumerate(DAYS, 2)]


def second(cents: int = 120_00, story: Story | None = None, beside: dict[str, Any] | None = None, **more: Any) -> Story:
    """The second balance of somebody whose first one is paid by three more payments of $20."""
    story = (story or Story()).posted(cents, **({"history": SLOW, "guarantor": {"preferred_channel": "sms"}} | more))
    return story.hears(
        "plan_beside", **({"other_balance_id": "b0", "plan_id": "b0.plan.1", "installments": THREE} | (beside or {}))
    )


def test_the_patient_is_asked_once_and_a_yes_adds_it_on_the_same_days_confirmed_in_writing() -> None:
    story = second().until(0, "14:30")
    assert story.messages == [("plan_join", "sms", "Mon 02 14:00")]
    offer = story.done[-1].step.offer
    assert (offer.joins, [int(one) for one in offer.each_cents]) == ("b0", [40_00] * 3)
    story.writes("accept_plan", "confirm_plan").until(0, "15:00")
    assert dues(story) == [(1, 40_00, "Mar 16"), (2, 40_00, "Apr 16"), (3, 40_00, "May 18")]
    assert story.case.plan is not None
    assert story.case.plan.joins == "b0"
    assert story.answers[-1][0] == "plan_confirmation"
    assert story.asked == []


def test_joined_it_is_charged_only_after_an_authorization_of_its_own() -> None:
    story = second().until(0, "14:30").writes("accept_plan", "confirm_plan").until(20, "12:00")
    assert charges(story) == []
    story.hears("card_enrolled", plan_id="b1.plan.1", card=CARD).until(80, "12:00")
    assert [one[1:] for one in charges(story)] == [(1, 1, 40_00), (2, 1, 40_00), (3, 1, 40_00)]


@pytest.mark.parametrize("answer", ["no", "silence"])
def test_a_no_or_silence_leaves_it_to_its_own_ladder(answer: str) -> None:
    story = second().until(0, "14:30")
    if answer == "no":
        story.writes("decline_offer", "no_action")
    story.until(12, "20:00")
    names = [one[0] for one in story.messages]
    assert names.count("plan_join") == 1
    assert len(names) == 2
    assert story.case.plan is None
    later = next(one.step for one in reversed(story.done) if one.step.kind == "send_message")
    assert later.offer is None or not later.offer.joins


@pytest.mark.parametrize(
    "beside",
    [
        {"running": False},
        {"installments": [one | {"due_on": date(2026, 3, 2)} for one in THREE]},
    ],
)
def test_a_plan_that_is_over_is_not_joined(beside: dict[str, Any]) -> None:
    story = second(beside=beside).until(0, "20:00")
    assert [one[0] for one in story.messages] == ["plan_offer"]


def test_who_always_pays_at_once_and_small_sums_are_not_asked() -> None:
    assert [one[0] for one in second(history=PROMPT).until(0, "20:00").messages] == ["first_notice"]
    assert [one[0] for one in second(39_00).until(0, "20:00").messages] == ["first_notice"]


def test_who_heard_of_it_before_is_not_asked_again() -> None:
    story = Story().posted(60_00).until(0, "15:00")
    story.hears("plan_beside", other_balance_id="b0", plan_id="b0.plan.1", installments=THREE).until(30, "12:00")
    assert "plan_join" not in [one[0] for one in story.messages]


def test_a_message_that_may_never_leave_does_not_silence_the_ladder() -> None:
    story = second()
    asking = story.decides().step
    story.hears("message_skipped", touch_id=asking.touch_id, message="plan_join", channel="sms", because="no")
    assert story.decides().step.message != "plan_join"


def test_both_together_above_the_threshold_wait_for_a_person_who_approves_the_same_days() -> None:
    policy = Policy.model_validate({"plan": {"approval": {"any_history_up_to": 150, "clean_up_to": 150}}})
    story = second(story=Story(policy=policy)).until(0, "14:30").writes("accept_plan", "confirm_plan").until(0, "15:00")
    assert story.asked == ["plan_approval"]
    assert story.answers[-1][0] == "plan_pending"
    story.hears("task_resolved", task_id="b1.plan_approval.1", outcome="plan_agreed").until(0, "16:00")
    assert dues(story) == [(1, 40_00, "Mar 16"), (2, 40_00, "Apr 16"), (3, 40_00, "May 18")]
    assert story.case.plan is not None
    assert story.case.plan.joins == "b0"


def test_a_wish_about_one_of_joined_plans_changes_both_and_nothing_else_of_the_other_is_heard() -> None:
    story = second().until(0, "14:30").writes("accept_plan", "confirm_plan").until(3, "12:00")
    story.hears("reply_received", "other", channel="sms", about_balance_id="b0")
    story.hears(
        "reply_understood", reply_fact_id="other", channel="sms", intent="manage_plan", intents=["manage_plan"],
        action="human_callback", plan_wish="move",
    ).until(3, "13:00")  # fmt: skip
    assert dues(story)[0] == (1, 40_00, "Mar 23")
    assert story.answers[-1][0] == "plan_changed"
    assert story.done[-1].step.reply_fact_id is None, "the other balance answers the reply itself"
    story.hears("reply_received", "more", channel="sms", about_balance_id="b0")
    story.hears(
        "reply_understood", reply_fact_id="more", channel="sms", intent="request_plan", intents=["request_plan"],
        action="offer_or_create_plan",
    )  # fmt: skip
    assert story.case.wish is None


def test_the_plan_that_was_joined_follows_a_wish_about_the_one_that_joined_it() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "14:30")
    story.writes("accept_plan", "confirm_plan").until(1, "12:00")
    theirs = {"other_balance_id": "b2", "plan_id": "b2.plan.1", "installments": THREE}
    said = {"channel": "sms", "intent": "manage_plan", "intents": ["manage_plan"], "action": "human_callback"}
    for name, joins, moved in (("r.apart", "", "Mar 16"), ("r.joined", "b1", "Mar 23")):
        story.hears("plan_beside", joins=joins, **theirs)
        story.hears("reply_received", name, channel="sms", about_balance_id="b2")
        story.hears("reply_understood", reply_fact_id=name, plan_wish="move", **said)
        story.until(1, "14:00") if joins else story.until(1, "13:00")
        assert dues(story)[0] == (1, 80_00, moved)


def test_cancelling_and_stopping_say_so_for_the_joined_plan_too() -> None:
    story = second().until(0, "14:30").writes("accept_plan", "confirm_plan").until(3, "12:00")
    story.hears("reply_received", "other", channel="sms", about_balance_id="b0")
    story.hears(
        "reply_understood", reply_fact_id="other", channel="sms", intent="manage_plan", intents=["manage_plan"],
        action="human_callback", plan_wish="cancel",
    ).until(3, "13:00")  # fmt: skip
    assert story.case.running_plan is None
    assert story.answers[-1][0] == "plan_cancelled"


def beside(*days: date, each: int = 20_00) -> Beside:
    paid = [Due(number=n, amount_cents=Cents(each), due_on=day) for n, day in enumerate(days, 1)]
    return Beside(balance_id="b0", plan_id="b0.plan.1", at=Story().now, installments=paid)


@pytest.mark.parametrize(
    ("cents", "days", "most", "expected"),
    [
        (120_00, DAYS, 4, ["Mar 16 40", "Apr 16 40", "May 18 40"]),
        (45_00, DAYS, 4, ["Mar 16 22.5", "Apr 16 22.5"]),
        (15_00, DAYS, 4, ["Mar 16 15"]),
        (200_00, DAYS[:1], 4, ["Mar 16 50", "Apr 16 50", "May 18 50", "Jun 18 50"]),
        (900_00, (*DAYS, date(2026, 6, 16), date(2026, 7, 16)), 4, ["Mar 16 225", "Apr 16 225", "May 18 225", "Jun 16 225"]),
        (100_00, (), 4, []),
    ],
)
def test_the_payments_lie_on_the_days_there_are_and_never_on_more_than_the_law_allows(
    cents: int, days: tuple[date, ...], most: int, expected: list[str]
) -> None:
    view = View(second(cents).case, Policy(), PRACTICE, Story().now)
    found = joined_to(beside(*days), view.situation)
    assert [f"{due.due_on:%b %d} {due.amount_cents / 100:g}" for due in found] == expected
    assert sum(due.amount_cents for due in found) == (cents if expected else 0)
    assert len({*days, *(due.due_on for due in found)} - set(days)) + min(len(days), most) <= most


def test_nothing_joins_when_every_day_is_too_late() -> None:
    rules = Policy.model_validate({"plan": {"dates": {"whole_within_days": 28}}})
    view = View(second().case, rules, PRACTICE, Story().now)
    assert joined_to(beside(date(2026, 9, 1)), view.situation) == []
    paid = View(second().pays(120_00).case, rules, PRACTICE, Story().now)
    assert joined_to(beside(*DAYS), paid.situation) == []


def test_of_two_plans_the_one_that_ends_first_is_joined_and_the_latest_word_about_each_counts() -> None:
    story = second()
    story.hears("plan_beside", other_balance_id="b9", plan_id="b9.plan.1", installments=THREE[:1])
    found = open_beside(story.case, date(2026, 3, 2))
    assert found is not None
    assert found.balance_id == "b9"
    late = fact("plan_beside", Story().moment(-1, "9:00"), "late", other_balance_id="b9", plan_id="b9.plan.1", running=False)
    assert fold(story.case, late).beside == story.case.beside


def test_the_page_shows_the_plan_that_goes_with_the_other_first_and_agreeing_to_it_joins() -> None:
    story = second().until(0, "13:00")
    look = look_at(story.case, Policy(), PRACTICE, date(2026, 3, 2))
    assert [one.joins for one in look.choices][:2] == ["b0", ""]
    chosen = look.choices[0]
    story.hears("plan_agreed", installments=chosen.dues, by="page", joins="b0").until(0, "13:30")
    assert story.case.plan is not None
    assert story.case.plan.joins == "b0"
    assert story.messages == []
    alone = look_at(Story().posted(120_00).case, Policy(), PRACTICE, date(2026, 3, 2))
    assert {one.joins for one in alone.choices} == {""}
