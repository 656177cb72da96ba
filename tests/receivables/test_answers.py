"""What the agent answers by itself, once and in time, and what it leaves to people; told as conversations."""

from datetime import timedelta

import pytest
from conversations import later, only_a_person, texted, wrote

from receivables.rules.answers import answer_id
from receivables.steps import AskStaff, SendMessage

# --- one answer, in time -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("intent", "action", "message"),
    [
        ("pay_now", "send_link", "answer_pay_link"),
        ("verify_identity", "answer_question", "answer_identity"),
        ("help", "answer_question", "answer_help"),
        ("unclear", "answer_question", "answer_unclear"),
        ("opt_in", "update_contact", "answer_opt_in"),
        ("already_paid", "stop_dunning_and_human_review", "answer_already_paid"),
        ("insurance_issue", "stop_dunning_and_human_review", "answer_insurance"),
        ("dispute_charge", "stop_dunning_and_human_review", "answer_dispute"),
        ("financial_hardship", "pause_and_send_assistance_application", "assistance"),
        ("talk_to_human", "human_callback", "answer_person"),
        ("appointment_request", "human_callback", "answer_person"),
        ("emergency", "emergency_human", "answer_emergency"),
    ],
)
def test_each_of_these_is_answered_once_within_a_minute(intent: str, action: str, message: str) -> None:
    story = wrote(texted(), intent, action=action).until(0, "15:01")
    assert [one for one, _, _ in story.answers] == [message]
    assert story.until(60, "12:00").answers == story.answers


@pytest.mark.parametrize("intent", ["ack_thanks", "auto_reply", "decline_offer", "promise_to_pay"])
def test_what_asks_for_nothing_is_not_answered(intent: str) -> None:
    assert wrote(texted(), intent, action="no_action").until(3, "12:00").answers == []


@pytest.mark.parametrize(
    "intent",
    ["deceased", "attorney_represented", "bankruptcy", "wrong_person", "prompt_injection", "complaint_legal"],
)
def test_nothing_is_said_in_answer_to_these_whatever_else_was_said(intent: str) -> None:
    story = wrote(texted(), intent, "pay_now", "already_paid", action="human_callback").until(30, "12:00")
    assert story.answers == []


def test_three_pieces_in_ten_seconds_get_one_answer_after_the_last_of_them() -> None:
    story = wrote(texted(), "ack_thanks", action="no_action")
    later(story, seconds=4)
    wrote(story, "verify_identity")
    later(story, seconds=5)
    wrote(story, "pay_now", action="send_link")
    [decision] = [one for one in story.until(0, "15:05").done if isinstance(one.step, SendMessage) and one.step.reply_fact_id]
    assert decision.step.message == "answer_pay_link"
    assert decision.decided_at == story.moment(0, "15:00") + timedelta(seconds=9 + 15)


def test_an_answer_names_the_reply_it_answers_and_no_persons_word_stands_in_its_key() -> None:
    story = wrote(texted(), "pay_now", action="send_link").until(0, "15:01")
    [touch] = story.case.answers_sent
    assert touch.touch_id == answer_id("p7", "b1", touch.reply_fact_id)
    assert touch.touch_id.startswith("p7.b1.answer.")
    assert touch.reply_fact_id not in touch.touch_id


def test_an_answer_is_no_reminder_and_the_ladder_goes_on_as_if_it_had_not_been() -> None:
    story = wrote(texted(), "pay_now", action="send_link").until(14, "12:00")
    assert len(story.messages) == 2
    assert len(story.case.touches) == 2
    assert len(story.answers) == 1


def test_at_night_the_answer_waits_for_eight_and_sundays_are_days() -> None:
    story = texted().until(5, "21:30")
    wrote(story, "pay_now", action="send_link").until(6, "12:00")
    assert [when for _, _, when in story.answers] == ["Sun 08 08:00"]


def test_the_safe_answer_does_not_wait_for_the_morning_but_a_late_one_does() -> None:
    night = texted().until(1, "23:00")
    wrote(night, "emergency", action="emergency_human").until(1, "23:30")
    assert [when for _, _, when in night.answers] == ["Tue 03 23:00"]
    assert night.asked == ["emergency"]
    late = texted().until(1, "23:00")
    wrote(late, "emergency", action="emergency_human")
    later(late, minutes=6).until(2, "12:00")
    assert [when for _, _, when in late.answers] == ["Wed 04 08:00"]


def test_the_task_opens_at_once_although_the_answer_waits_for_the_morning() -> None:
    story = texted().until(0, "22:00")
    wrote(story, "already_paid", action="stop_dunning_and_human_review")
    story.until(0, "22:01")
    assert story.asked == ["already_paid"]
    assert story.until(1, "8:00").answers == [("answer_already_paid", "sms", "Tue 03 08:00")]


def test_a_later_question_gets_an_answer_of_its_own() -> None:
    story = wrote(texted(), "verify_identity").until(0, "16:00")
    wrote(story, "pay_now", action="send_link").until(0, "17:00")
    assert [one for one, _, _ in story.answers] == ["answer_identity", "answer_pay_link"]


def test_it_goes_out_where_the_patient_wrote() -> None:
    story = wrote(texted(), "pay_now", action="send_link", channel="email").until(0, "15:01")
    assert [channel for _, channel, _ in story.answers] == ["email"]


# --- people ------------------------------------------------------------------------------------------------------------


def test_what_is_written_while_a_person_has_the_case_is_left_to_them() -> None:
    story = wrote(texted(), "dispute_charge", action="stop_dunning_and_human_review").until(1, "12:00")
    wrote(story, "pay_now", action="send_link")
    only_a_person(story, "had the case in hand")
    assert len(story.answers) == 1


def test_a_person_at_a_reply_sees_the_next_one_without_a_second_task() -> None:
    story = wrote(texted(), "complaint_legal", action="human_callback").until(1, "12:00")
    wrote(story, "verify_identity").until(2, "12:00")
    assert story.asked == ["reply"]
    assert story.answers == []


def test_what_one_question_did_not_clear_up_goes_to_a_person() -> None:
    story = wrote(texted(), "unclear").until(0, "16:00")
    assert [one for one, _, _ in story.answers] == ["answer_unclear"]
    wrote(story, "unclear")
    only_a_person(story, "still not clear")


def test_two_machines_do_not_talk_for_ever() -> None:
    story = texted()
    for _ in range(4):
        wrote(later(story, minutes=30), "verify_identity").until(0, f"{story.now.hour}:{story.now.minute + 1}")
    assert len(story.answers) == 4
    wrote(later(story, minutes=10), "verify_identity")
    only_a_person(story, "within a day")


def test_a_reply_that_waited_too_long_is_a_persons() -> None:
    story = wrote(texted(), "verify_identity")
    later(story, hours=25)
    only_a_person(story, "waited longer than 24 hours")


def test_where_no_message_may_go_a_person_answers() -> None:
    story = texted().hears("contact_stopped", channel="sms")
    wrote(story, "opt_in", action="update_contact")
    only_a_person(story, "No message may go out where")


@pytest.mark.parametrize(
    ("words", "kind"), [(["opt_in"], "reply"), (["unclear", "opt_in"], "reply"), (["accept_plan"], "plan_to_set_up")],
)  # fmt: skip
def test_a_yes_after_a_stop_tells_its_person_that_nothing_was_agreed_and_to_ask_for_a_new_consent(
    words: list[str], kind: str
) -> None:
    story = texted().hears("contact_stopped", channel="sms")
    for intent in words:
        wrote(later(story, minutes=1), intent, action="update_contact")
    task = story.decides().step
    assert isinstance(task, AskStaff)
    assert (task.task_kind, story.case.plan) == (kind, None)
    assert "had stopped texts before they wrote this. Nothing was agreed" in task.summary
    assert "explicit new consent: they text START themselves, or agree on a form" in task.suggestion
    assert task.do_not_say == ["Do not write by the way they stopped: no texts until the new consent is on record."]


def test_another_word_after_a_stop_and_a_yes_elsewhere_are_only_to_be_read_and_answered() -> None:
    story = wrote(texted().hears("contact_stopped", channel="sms"), "pay_now", action="send_link")
    asked = story.decides().step
    assert isinstance(asked, AskStaff)
    assert asked.suggestion == "Read it and answer."
    story = texted().hears("contact_stopped", channel="sms")
    wrote(story, "opt_in", action="update_contact", abstain=True, channel="email")
    asked = story.decides().step
    assert isinstance(asked, AskStaff)
    assert asked.suggestion == "Read it and answer."


def test_after_a_stop_of_everything_a_person_reads_what_is_written() -> None:
    story = texted().hears("bankruptcy_filed")
    assert story.until(0, "15:30").asked == ["bankruptcy"]
    story.hears("task_resolved", task_id="b1.bankruptcy.1", outcome="no_answer")
    wrote(story, "pay_now", action="send_link")
    only_a_person(story, "Everything has stopped")


def test_an_answer_that_could_not_be_sent_is_a_persons_and_one_that_must_wait_waits() -> None:
    story = wrote(texted(), "pay_now", action="send_link")
    later(story, seconds=20)
    step = story.decides().step
    assert isinstance(step, SendMessage)
    put_off = story.now + timedelta(minutes=30)
    head = {"touch_id": step.touch_id, "message": step.message, "channel": "sms", "because": "x"}
    story.hears("message_skipped", **head, reply_fact_id=step.reply_fact_id, not_before=put_off)
    assert story.decides().act_at == put_off
    assert story.case.not_before is None
    story.hears("message_skipped", **head, reply_fact_id=step.reply_fact_id)
    story.hears("message_skipped", **head, reply_fact_id=step.reply_fact_id)
    only_a_person(story, "could be sent")


def test_an_answer_that_was_lost_marks_its_number_and_only_once() -> None:
    story = wrote(texted(), "pay_now", action="send_link").until(0, "15:01")
    [touch] = story.case.answers_sent
    story.hears("delivery_failed", touch_id=touch.touch_id, channel="sms", status="dead", because="x")
    assert story.case.answers_sent[0].failed
    assert not story.case.touches[0].failed


def test_on_an_ended_case_a_person_answers() -> None:
    story = texted().hears("case_closed", reason="withdrawn")
    wrote(story, "verify_identity")
    only_a_person(story, "ended the case")


def test_what_is_uncertain_is_not_quoted() -> None:
    story = texted().hears("balance_adjusted", patient_responsibility_cents=145_00, claim_status="reversed")
    wrote(story, "pay_now", action="send_link")
    only_a_person(story, "not certain now")


def test_a_person_who_has_dealt_with_it_leaves_nothing_to_answer() -> None:
    story = wrote(texted(), "verify_identity")
    later(story, seconds=5).hears("task_resolved", task_id="b1.reply.9", outcome="done")
    assert story.until(1, "12:00").answers == []


def test_a_reading_without_certainty_is_never_answered_in_words() -> None:
    story = wrote(texted(), "already_paid", abstain=True, action="stop_dunning_and_human_review").until(2, "12:00")
    assert story.answers == []
    assert story.asked == ["already_paid"]


def test_who_is_not_understood_hears_that_a_person_answers_after_one_was_asked_and_once_a_day() -> None:
    story = wrote(texted(), "bill_question", abstain=True, action="human_callback").until(0, "15:01")
    assert ([one for one, _, _ in story.answers], story.asked) == (["answer_person"], ["reply"])
    kinds = [one.step.kind for one in story.done if isinstance(one.step, AskStaff) or getattr(one.step, "reply_fact_id", None)]
    assert kinds[-2:] == ["ask_staff", "send_message"]
    wrote(story, "unclear", abstain=True, action="human_callback").until(0, "16:00")
    story.hears("task_resolved", task_id="b1.reply.1", outcome="done")
    wrote(later(story, hours=1), "unclear", abstain=True, action="human_callback").until(0, "18:00")
    assert ([one for one, _, _ in story.answers], story.asked) == (["answer_person"], ["reply", "reply"])


def test_a_word_about_a_plan_that_no_rule_meets_is_answered_by_a_person_and_the_patient_hears_so() -> None:
    story = wrote(texted(), "help", "manage_plan").until(0, "15:01")
    assert ([one for one, _, _ in story.answers], story.asked) == (["answer_person"], ["reply"])
    wrote(later(story, minutes=5), "ack_thanks", action="no_action").until(1, "12:00")
    assert len(story.answers) == 1


def test_an_unsure_wish_for_a_plan_is_put_to_a_person_and_then_the_patient_hears_so() -> None:
    story = wrote(texted(), "request_plan", abstain=True, action="offer_or_create_plan").until(0, "15:02")
    assert ([one for one, _, _ in story.answers], story.asked) == (["answer_person"], ["plan_to_set_up"])


def test_a_new_address_is_noted_in_words_and_a_person_is_asked_first() -> None:
    story = wrote(texted(), "contact_preference", action="update_contact").until(0, "15:01")
    assert ([one for one, _, _ in story.answers], story.asked) == (["answer_contact"], ["reply"])
