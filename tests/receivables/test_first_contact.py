"""Where a practice wishes it, the first contact is a text and an e-mail at once, and counts as one."""

from __future__ import annotations

from typing import Any

from stories import MAIL, PHONE, SLOW, STEADY, Story

from receivables.policy import Policy
from receivables.steps import SendMessage

BOTH = Policy.model_validate({"channel": {"first_contact": "both"}})


def sent(story: Story) -> list[tuple[str, str, str]]:
    return [(message, channel, at) for message, channel, at in story.messages]


def test_day_0_text_and_e_mail_at_two_o_clock_day_7_a_reminder_day_15_the_call() -> None:
    story = Story(policy=BOTH).posted(60_00, history=STEADY).until(30, "12:00")
    assert sent(story) == [
        ("first_notice", "sms", "Mon 02 14:00"), ("first_notice", "email", "Mon 02 14:00"),
        ("follow_up", "email", "Mon 09 14:00"),
    ]  # fmt: skip
    beside = story.done[1]
    assert isinstance(beside.step, SendMessage)
    assert (beside.step.touch_id, beside.step.beside) == ("p7.b1.first_notice.1.beside", "p7.b1.first_notice.1")
    assert "it counts as one" in beside.because[0]
    assert story.asked == ["call"]
    assert (story.done[-1].decided_at.date() - story.day0).days == 15


def test_a_plan_is_quoted_the_same_way_in_both() -> None:
    story = Story(policy=BOTH).posted(320_00, history=SLOW).until(0, "20:00")
    text, mail = (one.step for one in story.done)
    assert isinstance(text, SendMessage)
    assert isinstance(mail, SendMessage)
    assert (text.message, mail.message) == ("plan_offer", "plan_offer")
    assert text.offer is not None
    assert mail.offer is not None
    assert text.offer.each_cents == mail.offer.each_cents


def test_one_way_alone_stays_one_message_and_so_does_a_practice_that_did_not_ask_for_both() -> None:
    alone = Story(policy=BOTH).posted(60_00, guarantor={"contact_points": [PHONE]}, history=STEADY).until(1, "12:00")
    assert [channel for _, channel, _ in sent(alone)] == ["sms"]
    usual = Story().posted(60_00, history=STEADY).until(1, "12:00")
    assert [channel for _, channel, _ in sent(usual)] == ["sms"]


def at_two(policy: Policy = BOTH, **guarantor: Any) -> Story:
    """The text has just left, and the e-mail has not."""
    story = Story(policy=policy).posted(60_00, history=STEADY, guarantor=guarantor)
    story.now = story.moment(0, "14:00")
    decision = story.decides()
    story.done.append(decision)
    story._do(decision)
    return story


def test_an_answer_a_payment_or_a_stop_before_the_second_leaves_it_out() -> None:
    for news in (
        {"kind": "payment_recorded", "amount_cents": 10_00, "paid_at": at_two().now},
        {"kind": "contact_stopped", "channel": "email"},
        {"kind": "contact_stopped", "channel": None},
    ):
        story = at_two()
        story.now = story.moment(0, "14:01")
        story.hears(**news).until(2, "12:00")
        assert [channel for _, channel, _ in sent(story)] == ["sms"]
    story = at_two()
    story.now = story.moment(0, "14:01")
    story.writes("question", "answer_question").until(0, "20:00")
    assert [channel for _, channel, _ in sent(story)] == ["sms"]


def test_what_could_not_leave_within_two_hours_or_was_refused_is_left_out() -> None:
    late, refused = at_two(), at_two()
    late.now = late.moment(0, "16:00")
    assert isinstance(late.decides().step, SendMessage)
    assert late.decides().step.beside == ""
    skipped = {"touch_id": "p7.b1.first_notice.1.beside", "message": "first_notice", "channel": "email"}
    refused.hears("message_skipped", **skipped, because="This address comes back.")
    assert not isinstance(refused.decides().step, SendMessage) or refused.decides().step.message == "follow_up"


def test_a_text_that_did_not_arrive_beside_an_e_mail_that_did_is_no_failed_attempt() -> None:
    story = at_two().until(0, "15:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", because="busy").until(6, "12:00")
    assert len(sent(story)) == 2, "the same words are not sent a third time"
    story.until(8, "12:00")
    assert [message for message, _, _ in sent(story)][2:] == ["follow_up"]


def test_both_undelivered_are_one_attempt_that_failed() -> None:
    story = at_two().until(0, "15:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", because="busy")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1.beside", channel="email", because="full")
    story.until(4, "12:00")
    assert [message for message, _, _ in sent(story)] == ["first_notice"] * 3
    assert story.asked == []


def test_a_balance_that_another_ones_message_spoke_of_sends_no_second_message_of_its_own() -> None:
    story = Story(policy=BOTH).posted(60_00, history=STEADY, guarantor={"contact_points": [PHONE, MAIL]})
    story.now = story.moment(0, "14:00")
    story.hears(
        "message_sent", "sent.p7.b1.first_notice.1", touch_id="p7.b1.first_notice.1", message="first_notice",
        channel="sms", carried_by="p7.b2.first_notice.1",
    )  # fmt: skip
    story.until(1, "12:00")
    assert sent(story) == []
