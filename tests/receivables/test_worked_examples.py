"""The worked examples of the product, F1 to F11, as far as the rules alone can tell them."""

from datetime import timedelta

from stories import KAREN, PROMPT, SLOW, STEADY, Story

from receivables.steps import AskStaff, SendMessage, Wait


def message(story: Story) -> SendMessage:
    step = story.decides().step
    assert isinstance(step, SendMessage)
    return step


def test_f1_sarah_is_texted_at_two_on_the_day_her_47_dollars_post() -> None:
    story = Story().posted(47_00, history=STEADY)
    decision = story.decides()
    first = message(story)
    assert (first.message, first.channel, first.touch_id) == ("first_notice", "sms", "p7.b1.first_notice.1")
    assert first.mention_plan
    assert first.covered_most
    assert decision.act_at == story.moment(0, "14:00")
    assert decision.because[:2] == ["The balance of $47 posted at 9:00 today.", "Patient has a clean history."]
    assert decision.stage == "waiting"


def test_f2_tom_is_led_with_a_plan_and_his_yes_sets_it_up() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    first = message(story)
    assert (first.message, first.channel) == ("plan_offer", "sms")
    assert first.offer is not None
    assert first.offer.each_cents == [80_00] * 4
    story.until(0, "15:00").writes("accept_plan", "confirm_plan")
    decision = story.until(0, "15:01").done[-2]
    assert decision.step.kind == "create_plan"
    assert [due.amount_cents for due in decision.step.installments] == [80_00] * 4
    assert "accepted" in " ".join(decision.because)
    assert story.answers == [("plan_confirmation", "sms", "Mon 02 15:00")]
    assert story.asked == []


def test_f3_karen_pays_a_part_and_her_question_goes_to_a_person() -> None:
    story = Story().posted(215_00, insured=680_00, history=KAREN)
    first = message(story)
    assert (first.message, first.channel, first.offer, first.mention_plan) == ("first_notice", "sms", None, True)
    assert first.covered_most
    story.until(0, "18:00").pays(100_00)
    assert story.decides().step.kind == "post_to_practice"
    story.until(0, "18:05").hears("reply_received", "r.karen", channel="sms")
    assert story.decides().step.kind == "read_reply"
    story.until(10, "12:00")
    assert story.asked == ["reply"]
    assert len(story.messages) == 1
    assert story.decides().stage == "with_staff"
    task = next(one.step for one in story.done if isinstance(one.step, AskStaff))
    assert "Owes $115" in task.summary
    assert task.reply_fact_id == "r.karen"


def test_f4_a_high_risk_balance_becomes_a_prepared_call_and_no_text() -> None:
    story = Story()
    story.posted(
        420_00, visit_days_ago=52,
        history={
            "days_to_pay": [80, 95], "unanswered_texts": 2, "unanswered_emails": 1, "oldest_unpaid_days": 95,
            "last_payment": {"paid_on": story.day0 - timedelta(days=90), "amount_cents": 75_00, "in_full": False},
        },
    )  # fmt: skip
    decision = story.decides()
    assert isinstance(decision.step, AskStaff)
    assert decision.step.call
    assert decision.needs_staff
    assert decision.step.summary == (
        "Owes $420, 52 days since the visit. Sent so far: two text reminders and one e-mail; nothing came back. "
        "Last payment: 90 days ago, $75 (partial). Recommendation: discuss a payment plan or financial assistance."
    )
    story.until(30, "12:00")
    assert story.messages == []
    assert story.asked == ["call"]


def test_f4_a_high_risk_balance_of_a_recent_visit_waits_for_its_call_in_silence() -> None:
    story = Story().posted(420_00, visit_days_ago=5, history={"unanswered_texts": 2})
    decision = story.decides()
    assert isinstance(decision.step, Wait)
    assert decision.act_at == story.now + timedelta(days=10)
    story.until(9, "20:00")
    assert (story.messages, story.asked) == ([], [])
    story.until(10, "20:00")
    assert story.asked == ["call"]


def test_f7_someone_who_paid_hears_nothing_and_the_case_ends() -> None:
    story = Story().posted(90_00, history=STEADY).pays(90_00, in_practice_ledger=True)
    decision = story.decides()
    assert decision.step.kind == "close"
    assert decision.step.reason == "paid"
    assert decision.stage == "closed"


def test_f7_someone_who_paid_a_part_yesterday_is_left_in_peace_for_a_week() -> None:
    story = Story().posted(90_00, history=STEADY).pays(40_00)
    story.until(6, "20:00")
    assert story.messages == []
    story.until(8, "20:00")
    assert story.messages == [("first_notice", "sms", "Mon 09 09:00")]


def test_f8_a_prompt_payer_is_offered_no_plan_in_any_form() -> None:
    story = Story().posted(350_00, history=PROMPT).until(14, "20:00")
    assert len(story.messages) == 2
    for one in story.done:
        assert isinstance(one.step, SendMessage)
        assert one.step.offer is None
        assert not one.step.mention_plan


def test_f9_no_call_is_asked_for_within_two_hours_of_a_reply() -> None:
    story = Story().posted(130_00, history=STEADY).until(15, "13:30")
    story.writes("auto_reply", "no_action")
    story.now = story.moment(15, "14:00")
    decision = story.decides()
    assert isinstance(decision.step, Wait)
    assert decision.because == ["The patient wrote just now, so no call before 15:30 today."]
    assert decision.act_at == story.moment(15, "15:30")
    story.until(15, "16:00")
    assert story.asked == ["call"]


def test_f9_thanks_on_the_day_of_the_call_begin_a_new_patience() -> None:
    story = Story().posted(130_00, history=STEADY).until(15, "13:30").writes("ack_thanks", "no_action")
    assert story.decides().stage == "engaged"
    story.until(22, "20:00")
    assert story.asked == []
    assert story.messages[-1] == ("second_follow_up", "sms", "Tue 24 13:30")


def test_f10_a_dispute_in_words_stops_the_sequence_and_asks_a_person_once() -> None:
    for intent, task in (("already_paid", "already_paid"), ("insurance_issue", "insurance"), ("dispute_charge", "dispute")):
        story = Story().posted(145_00, history=STEADY).until(0, "15:00")
        story.writes(intent, "stop_dunning_and_human_review").until(60, "12:00")
        assert story.asked == [task]
        assert len(story.messages) == 1


def test_f11_a_request_for_help_pauses_collection_and_is_shown_again_when_undecided() -> None:
    story = Story(resolve={"assistance": "assistance"}).posted(145_00).until(0, "15:00")
    story.writes("financial_hardship", "pause_and_send_assistance_application").until(29, "12:00")
    assert set(story.asked) == {"assistance"}
    assert len(story.messages) == 1
    decision = story.decides()
    assert isinstance(decision.step, Wait)
    assert decision.stage == "held"
