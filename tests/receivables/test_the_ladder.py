"""The ladder of messages and calls as calendars: day 0, day 7, day 15, and what moves them."""

from datetime import date

from stories import CHICAGO, KAREN, MAIL, PHONE, SLOW, STEADY, Story

from receivables.policy import Policy
from receivables.steps import AskStaff, SendMessage, Wait


def test_silence_means_a_text_a_week_later_an_email_and_on_day_fifteen_a_call() -> None:
    story = Story().posted(130_00, history=STEADY).until(14, "20:00")
    assert story.messages == [("first_notice", "sms", "Mon 02 14:00"), ("follow_up", "email", "Mon 09 14:00")]
    assert story.asked == []
    story.until(15, "14:00")
    assert story.asked == ["call"]


def test_the_day_seven_email_repeats_the_same_offer() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(8, "12:00")
    first, second = (one.step for one in story.done)
    assert isinstance(first, SendMessage)
    assert isinstance(second, SendMessage)
    assert first.offer is not None
    assert second.offer is not None
    assert (second.message, second.channel) == ("follow_up", "email")
    assert second.offer.each_cents == first.offer.each_cents


def test_when_the_first_was_an_email_a_text_follows() -> None:
    story = Story().posted(420_00, history=KAREN).until(8, "12:00")
    assert [channel for _, channel, _ in story.messages] == ["email", "sms"]


def test_with_one_channel_only_the_follow_up_uses_it_again() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [PHONE]}).until(8, "12:00")
    assert [channel for _, channel, _ in story.messages] == ["sms", "sms"]


def test_the_steps_keep_the_hour_when_the_clocks_change() -> None:
    story = Story().posted(60_00, history=STEADY).until(20, "12:00")
    assert story.messages[1][2] == "Mon 09 14:00"  # Clocks go forward on Sunday 8 March 2026.
    call = next(one for one in story.done if isinstance(one.step, AskStaff))
    assert f"{call.decided_at.astimezone(CHICAGO):%a %d %H:%M}" == "Tue 17 14:00"


def test_an_undeliverable_text_is_repeated_by_email_and_counts_as_an_attempt() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "14:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", status="landline", because="landline")
    story.until(10, "20:00")
    assert story.messages == [("first_notice", "sms", "Mon 02 14:00"), ("first_notice", "email", "Thu 05 14:00")]
    story.until(15, "20:00")
    assert story.asked == ["call"]


def test_a_number_refused_before_anything_left_moves_the_first_message_to_email_at_once() -> None:
    story = Story().posted(60_00, history=STEADY)
    story.now = story.moment(0, "14:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", status="landline", because="landline")
    step = story.decides().step
    assert isinstance(step, SendMessage)
    assert (step.channel, step.touch_id) == ("email", "p7.b1.first_notice.1")
    assert story.decides().due(story.now)


def test_two_undeliverable_messages_end_in_a_call_and_not_in_a_third() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "14:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", because="busy")
    story.until(3, "14:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.2", channel="email", because="full")
    story.until(16, "12:00")
    assert len(story.messages) == 2
    assert story.asked == ["call"]


def test_a_text_with_nobody_left_to_receive_it_again_goes_to_staff() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [PHONE]}).until(0, "14:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", status="dead", because="dead")
    story.until(1, "12:00")
    assert story.asked == ["contact_failed"]


def test_long_past_due_and_silent_the_words_are_firm_and_the_call_comes_sooner() -> None:
    story = Story().posted(150_00, visit_days_ago=70, history=SLOW | {"unanswered_texts": 1}).until(9, "20:00")
    assert [message for message, _, _ in story.messages] == ["firm_follow_up", "firm_follow_up"]
    assert all(isinstance(one.step, SendMessage) and one.step.tone == "firm" for one in story.done)
    story.until(10, "20:00")
    assert story.asked == ["call"]


def test_a_late_insurer_is_not_held_against_the_patient() -> None:
    story = Story().posted(150_00, visit_days_ago=70, history=SLOW)
    step = story.decides().step
    assert isinstance(step, SendMessage)
    assert step.tone == "plain"


def test_who_pays_within_thirty_days_is_only_nudged() -> None:
    story = Story().posted(80_00, history={"days_to_pay": [20, 25, 29]})
    step = story.decides().step
    assert isinstance(step, SendMessage)
    assert step.tone == "gentle"


def test_a_payment_in_part_restarts_patience_and_the_next_word_is_gentle() -> None:
    story = Story().posted(130_00, history=SLOW).until(8, "10:00").pays(50_00).until(14, "20:00")
    assert len(story.messages) == 2
    story.until(15, "20:00")
    step = story.done[-1].step
    assert isinstance(step, SendMessage)
    assert (step.message, step.tone, step.touch_id) == ("second_follow_up", "gentle", "p7.b1.second_follow_up.1")
    assert "Money last moved" in story.done[-1].because[0]


def test_calls_nobody_answers_are_repeated_weekly_and_then_a_person_decides() -> None:
    story = Story(resolve={"call": "no_answer"}).posted(60_00, history=STEADY).until(60, "12:00")
    assert story.asked == ["call", "call", "call", "contact_failed"]
    days = [(one.decided_at.date() - story.day0).days for one in story.done if isinstance(one.step, AskStaff)]
    assert days == [15, 22, 29, 29]
    assert story.decides().stage == "with_staff"


def test_a_second_round_of_unanswered_calls_asks_again() -> None:
    story = Story(resolve={"call": "no_answer", "contact_failed": "done"}).posted(60_00, history=STEADY).until(70, "12:00")
    assert story.asked.count("contact_failed") == 2
    assert story.asked.count("call") == 6


def test_over_200_dollars_unpaid_for_a_month_a_plan_is_pushed() -> None:
    policy = Policy()
    late = policy.escalation.model_copy(update={"min_days": 40})
    story = Story(policy=policy.model_copy(update={"escalation": late})).posted(250_00, history=STEADY).until(31, "12:00")
    pushed = story.done[-1].step
    assert isinstance(pushed, SendMessage)
    assert pushed.message == "plan_offer"
    assert pushed.offer is not None
    assert pushed.offer.each_cents == [62_50] * 4
    story.until(39, "12:00")
    assert len(story.messages) == 3


def test_a_practice_that_wants_three_attempts_gets_a_third_message() -> None:
    policy = Policy()
    three = policy.escalation.model_copy(update={"min_failed": 3})
    story = Story(policy=policy.model_copy(update={"escalation": three})).posted(60_00, history=STEADY).until(40, "12:00")
    assert [message for message, _, _ in story.messages] == ["first_notice", "follow_up", "second_follow_up"]
    assert story.asked == ["call"]


def test_a_cap_delays_the_message_and_does_not_lose_it() -> None:
    story = Story().posted(60_00, history=STEADY)
    story.now = story.moment(0, "14:00")
    story.hears(
        "message_skipped", touch_id="p7.b1.first_notice.1", message="first_notice", channel="sms", because="cap",
        not_before=story.moment(2, "8:00"),
    )  # fmt: skip
    decision = story.decides()
    assert isinstance(decision.step, SendMessage)
    assert decision.step.touch_id == "p7.b1.first_notice.1"
    assert decision.act_at == story.moment(2, "9:00")
    assert "The last try did not leave: cap" in decision.because
    story.until(2, "10:00")
    assert [message for message, _, _ in story.messages] == ["first_notice"]
    assert not any("did not leave" in reason for reason in story.decides().because)


def test_a_message_refused_for_good_goes_another_way_and_then_to_staff() -> None:
    story = Story().posted(60_00, history=STEADY)
    story.now = story.moment(0, "14:00")
    skipped = {"message": "first_notice", "because": "not permitted"}
    story.hears("message_skipped", touch_id="p7.b1.first_notice.1", channel="sms", **skipped)
    decision = story.decides()
    step = decision.step
    assert isinstance(step, SendMessage)
    assert (step.touch_id, step.channel) == ("p7.b1.first_notice.2", "email")
    assert "The last try did not leave: not permitted" in decision.because
    story.hears("message_skipped", touch_id="p7.b1.first_notice.2", channel="email", **skipped)
    story.hears("message_skipped", touch_id="p7.b1.first_notice.2", channel="email", **skipped)
    assert story.case.skipped == ["p7.b1.first_notice.1", "p7.b1.first_notice.2"]
    story.until(1, "12:00")
    assert story.asked == ["contact_failed"]
    story.hears("contact_updated", guarantor={"guarantor_id": "g1", "first_name": "Sarah", "contact_points": [PHONE]})
    story.hears("task_resolved", task_id="b1.contact_failed.1", outcome="contact_updated")
    assert isinstance(story.decides().step, SendMessage)


def test_no_contact_at_all_is_never_a_silent_gap() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": []}).until(3, "12:00")
    assert story.asked == ["no_contact"]
    story.hears("task_resolved", task_id="b1.no_contact.1", outcome="done")
    decision = story.decides()
    assert isinstance(decision.step, Wait)
    assert decision.act_at is None


def test_a_phone_without_consent_is_not_texted() -> None:
    unknown = PHONE | {"consent": "unknown"}
    story = Story().posted(60_00, guarantor={"contact_points": [unknown, MAIL]}).until(8, "12:00")
    assert {channel for _, channel, _ in story.messages} == {"email"}


def test_below_ten_dollars_nobody_is_written_to() -> None:
    story = Story().posted(9_99, history=STEADY).until(90, "12:00")
    assert (story.messages, story.asked) == ([], [])
    decision = story.decides()
    assert decision.because == ["$9.99 is below the floor of $10: nobody is written to."]
    assert decision.stage == "waiting"
    assert Story().posted(10_00).decides().step.kind == "send_message"


def test_insurance_covered_most_is_said_only_when_it_is_true() -> None:
    for insured, said in ((47_00, True), (46_99, False), (0, False)):
        step = Story().posted(47_00, insured=insured).decides().step
        assert isinstance(step, SendMessage)
        assert step.covered_most is said


def test_the_plain_life_changes_its_stage_as_little_as_possible() -> None:
    story = Story().posted(60_00, history=STEADY)
    stages = [story.decides().stage.value]
    for day in range(15):
        story.until(day, "20:00")
        stages.append(story.decides().stage.value)
    story.pays(60_00)
    stages.append(story.decides().stage.value)
    stages.append(story.until(14, "21:00").decides().stage.value)
    assert list(dict.fromkeys(stages)) == ["waiting", "outreach", "closed"]


def test_a_promise_brings_silence_and_then_the_ladder_again() -> None:
    story = Story(resolve={}).posted(60_00, history=STEADY).until(15, "14:00")
    story.hears("task_resolved", task_id="b1.call.1", outcome="will_pay", will_pay_by=date(2026, 3, 27))
    decision = story.decides()
    assert isinstance(decision.step, Wait)
    assert decision.stage == "held"
    story.until(26, "20:00")
    assert len(story.messages) == 2
    story.until(28, "12:00")
    assert story.messages[-1] == ("promise_follow_up", "sms", "Mon 30 09:00")
