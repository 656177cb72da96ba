"""Calendars of what a yes and an authorization cover: disclosures before long plans, notice before larger charges."""

from __future__ import annotations

from datetime import date

from plan_stories import TOM, accepted, charges, dues, enrolled
from stories import CARD, STEADY, Story

from receivables.policy import Policy

PACK = Policy.model_validate({"plan": {"tila_pack": True}})


def test_with_the_pack_a_long_plan_is_offered_with_its_disclosures_and_holds_by_a_yes() -> None:
    story = Story(policy=PACK).posted(500_00, history=STEADY, guarantor={"preferred_channel": "sms"}).until(0, "15:00")
    story.writes("propose_terms", "offer_or_create_plan", slots={"installments": 6}).until(0, "15:30")
    assert story.case.plan is None
    offer = story.done[-1].step
    assert (offer.kind, offer.disclosures, offer.offer.installments) == ("offer_plan", True, 6)
    assert "disclosures come before the yes" in story.done[-1].because[0]
    story.writes("accept_plan", "confirm_plan").until(0, "16:00")
    assert len(dues(story)) == 6
    confirmed = next(one.step for one in reversed(story.done) if one.step.kind == "send_message")
    assert (confirmed.message, confirmed.plan.disclosures) == ("plan_confirmation", True)


def test_four_payments_need_no_disclosures_and_are_set_up_at_once() -> None:
    story = Story(policy=PACK).posted(320_00, **TOM).until(0, "15:00")
    story.writes("propose_terms", "offer_or_create_plan", slots={"installments": 4}).until(0, "15:30")
    assert len(dues(story)) == 4
    assert not next(one.step for one in reversed(story.done) if one.step.kind == "send_message").plan.disclosures


def test_of_new_terms_only_the_payments_that_became_larger_wait_for_the_notice() -> None:
    story = enrolled().until(11, "10:00")
    terms = {"amount_cents": 250_00, "date": date(2026, 3, 16), "frequency": "weekly"}
    story.writes("propose_terms", "offer_or_create_plan", slots=terms).until(11, "11:00")
    assert [(amount, day) for _, amount, day in dues(story)] == [(250_00, "Mar 16"), (70_00, "Mar 23")]
    story.until(21, "9:30")
    assert [one[3] for one in charges(story)] == [70_00]
    story.until(30, "20:00")
    assert [one[3] for one in charges(story)] == [70_00, 250_00]


def test_a_wish_about_another_plan_is_nothing_to_a_balance_without_one() -> None:
    story = Story().posted(60_00).until(1, "10:00")
    story.hears("plan_beside", other_balance_id="b0", plan_id="b0.plan.1", joins="b1")
    story.hears("reply_received", "other", channel="sms", about_balance_id="b0")
    story.hears(
        "reply_understood", reply_fact_id="other", channel="sms", intent="manage_plan", intents=["manage_plan"],
        action="human_callback", plan_wish="skip",
    )  # fmt: skip
    assert story.case.wish is None
    apart = accepted().until(1, "10:00")
    apart.hears("reply_received", "other", channel="sms", about_balance_id="b7")
    apart.hears(
        "reply_understood", reply_fact_id="other", channel="sms", intent="manage_plan", intents=["manage_plan"],
        action="human_callback", plan_wish="cancel",
    )  # fmt: skip
    assert apart.case.running_plan is not None


def test_a_card_that_is_stopped_before_its_plan_is_heard_of_is_a_persons_to_look_at() -> None:
    story = Story().posted(320_00, **TOM).until(1, "10:00").hears("card_enrolled", plan_id="b1.plan.1", card=CARD)
    story.hears("autopay_stopped", plan_id="b1.plan.1").until(1, "11:00")
    assert story.asked == ["plan_to_set_up"]
