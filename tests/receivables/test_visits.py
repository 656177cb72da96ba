"""Visits of people who owe: rebooking before the bill, a recall and a bill as one message, as calendars."""

from __future__ import annotations

import pytest
from stories import MAIL, PHONE, STEADY, Story

from receivables.steps import SendMessage

RECALL = PHONE | {"purposes": ["billing", "care", "recall"]}


def no_show_at(day: int, clock: str = "10:00", kind: str = "appointment_missed") -> Story:
    story = Story().posted(250_00, history=STEADY).until(0, "16:00").until(day, clock)
    return story.hears(kind)


# --- F6: a missed visit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["appointment_missed", "appointment_cancelled"])
def test_f6_after_a_missed_visit_rebooking_is_the_first_word(kind: str) -> None:
    story = no_show_at(6, kind=kind)
    decision = story.decides()
    assert isinstance(decision.step, SendMessage)
    assert (decision.step.message, decision.step.agent) == ("rebooking", "no_show")
    assert decision.because[0] == "A visit was missed: rebooking comes before the bill."
    story.until(8, "9:00")
    assert [message for message, _, _ in story.messages] == ["first_notice", "rebooking"]


def test_f6_the_bill_waits_for_seven_days_and_not_longer() -> None:
    story = no_show_at(6).until(30, "12:00")
    assert [(message, at) for message, _, at in story.messages] == [
        ("first_notice", "Mon 02 14:00"), ("rebooking", "Mon 09 09:00"), ("follow_up", "Mon 16 09:00"),
    ], "the visit was missed on a Sunday; a Sunday later is the seventh day"  # fmt: skip


def test_f6_once_rebooked_the_bill_goes_on_the_day_after() -> None:
    story = no_show_at(7, "10:00").until(10, "9:00").hears("appointment_booked").until(30, "12:00")
    messages = [(message, at) for message, _, at in story.messages]
    assert messages[:2] == [("first_notice", "Mon 02 14:00"), ("rebooking", "Mon 09 10:00")]
    assert messages[2] == ("follow_up", "Fri 13 09:00"), "a day after the booking and three after the last message"


def test_a_rebooking_message_is_no_attempt_to_be_paid() -> None:
    story = no_show_at(6).until(8, "9:00")
    assert len(story.case.touches) == 2
    story.until(40, "12:00")
    assert [message for message, _, _ in story.messages].count("rebooking") == 1
    assert "call" in story.asked


def test_a_visit_missed_before_anything_was_said_does_not_take_the_first_notice_away() -> None:
    story = Story().posted(250_00, history=STEADY).hears("appointment_missed").until(20, "12:00")
    assert [message for message, _, _ in story.messages][:2] == ["rebooking", "first_notice"]


def test_nobody_is_written_to_about_a_visit_when_nothing_worth_it_is_owed_or_a_person_paused() -> None:
    small = Story().posted(5_00).hears("appointment_missed").until(9, "12:00")
    assert small.messages == []
    paused = Story().posted(250_00).hears("appointment_missed").hears("outreach_paused").until(20, "12:00")
    assert paused.messages == []


def test_a_booking_that_came_first_needs_no_rebooking() -> None:
    story = no_show_at(6).hears("appointment_booked")
    story.case = story.case.model_copy(update={"booked_at": story.now.replace(hour=11)})
    assert not isinstance(story.decides().step, SendMessage) or story.decides().step.message != "rebooking"


def test_when_the_next_permitted_moment_lies_behind_the_pause_the_bill_goes_on() -> None:
    story = Story().posted(250_00, history=STEADY).hears("appointment_missed")
    story.case = story.case.model_copy(update={"not_before": story.moment(9, "12:00")})
    assert story.until(1, "9:00").messages == []
    assert story.decides().rule == "paused"


# --- a booking moves the next touch -----------------------------------------------------------------------------------


def test_a_booking_moves_the_next_touch_so_that_messages_do_not_collide() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "13:00").hears("appointment_booked")
    assert story.until(3, "12:00").messages == [("first_notice", "sms", "Tue 03 13:00")]


# --- F5: a recall and a bill ------------------------------------------------------------------------------------------


def silent(points: list[dict[str, object]], cents: int = 180_00) -> Story:
    return Story().posted(cents, history=STEADY, guarantor={"contact_points": points}).until(9, "9:00")


def test_f5_mike_gets_one_message_for_both() -> None:
    story = silent([RECALL, MAIL]).hears("recall_due").until(14, "18:00")
    bundles = [one for one in story.done if isinstance(one.step, SendMessage) and one.step.message == "recall_bundle"]
    (bundle,) = bundles
    assert isinstance(bundle.step, SendMessage)
    assert (bundle.step.purposes, bundle.step.channel, bundle.step.agent) == (["billing", "recall"], "sms", "recall")
    assert bundle.because[0] == "A recall visit is due, and the bill has met 14 days of silence."
    story.until(60, "12:00")
    assert [message for message, _, _ in story.messages].count("recall_bundle") == 1


def test_f5_while_a_call_is_only_asked_for_the_message_still_goes() -> None:
    story = silent([RECALL, MAIL]).until(17, "9:00")
    assert story.asked == ["call"]
    story.hears("recall_due").until(18, "12:00")
    assert story.messages[-1][0] == "recall_bundle"


@pytest.mark.parametrize("points", [[PHONE, MAIL], [MAIL]])
def test_without_consent_for_both_no_bundle_goes(points: list[dict[str, object]]) -> None:
    story = silent(points).hears("recall_due").until(40, "12:00")
    assert "recall_bundle" not in [message for message, _, _ in story.messages]


def test_a_word_with_evidence_permits_or_forbids_the_bundle() -> None:
    said = {"guarantor_id": "g1", "channel": "sms", "value": "+13125550142", "purposes": ["recall"], "means": "form",
            "wording_version": "w1"}  # fmt: skip
    story = silent([PHONE, MAIL])
    story.hears("consent_recorded", given_at=story.now, **said).hears("recall_due").until(14, "18:00")
    assert story.messages[-1][0] == "recall_bundle"
    story = silent([RECALL])
    story.hears("consent_recorded", given_at=story.now, granted=False, **said).hears("recall_due").until(14, "18:00")
    assert story.messages[-1][0] != "recall_bundle"


def test_an_earlier_word_never_replaces_a_later_one() -> None:
    said = {"guarantor_id": "g1", "channel": "sms", "value": "+13125550142", "purposes": ["recall"], "means": "form",
            "wording_version": "w1"}  # fmt: skip
    story = silent([PHONE])
    story.hears("consent_recorded", given_at=story.now, **said)
    story.hears("consent_recorded", given_at=story.moment(1, "9:00"), granted=False, **said)
    assert story.case.recall_agreed["+13125550142"].granted


def test_someone_who_answered_booked_or_was_reached_gets_no_bundle() -> None:
    answered = silent([RECALL]).writes("ack_thanks", "no_action").hears("recall_due").until(12, "9:00")
    assert answered.messages[-1][0] != "recall_bundle"
    booked = silent([RECALL]).hears("recall_due").until(10, "9:00").hears("appointment_booked").until(14, "18:00")
    assert "recall_bundle" not in [message for message, _, _ in booked.messages]
    disputed = silent([RECALL]).hears("dispute_raised").hears("recall_due").until(14, "18:00")
    assert "recall_bundle" not in [message for message, _, _ in disputed.messages]


def test_a_recall_alone_sends_nothing_to_somebody_who_was_never_written_to() -> None:
    story = Story().posted(180_00, guarantor={"contact_points": [RECALL]}).hears("recall_due")
    assert story.decides().rule == "first_message"
    assert Story().hears("recall_due").case.recall_due_at is not None
