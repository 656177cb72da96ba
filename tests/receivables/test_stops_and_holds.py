"""What silences the agent, in whatever order it is heard, and what lets it speak again."""

from datetime import timedelta
from itertools import permutations

import pytest
from stories import MAIL, PHONE, STEADY, Story, fact, guarantor

from receivables.fold import fold
from receivables.steps import AskStaff, Close, SendMessage, Wait


@pytest.mark.parametrize(
    ("kind", "task"),
    [
        ("guarantor_deceased", "deceased"), ("bankruptcy_filed", "bankruptcy"), ("attorney_represents", "attorney"),
        ("contact_stopped", "cease"),
    ],
)  # fmt: skip
def test_a_permanent_stop_ends_everything_and_asks_a_person_once(kind: str, task: str) -> None:
    story = Story().posted(130_00, history=STEADY).until(0, "15:00").hears(kind).until(90, "12:00")
    assert story.asked == [task]
    assert len(story.messages) == 1
    story.hears("task_resolved", task_id=f"b1.{task}.1", outcome="done").until(120, "12:00")
    assert story.asked == [task]
    assert isinstance(story.decides().step, Wait)
    assert story.decides().stage == "held"


def test_a_person_may_lift_a_death_that_was_none_but_not_the_wish_for_no_contact() -> None:
    story = Story().posted(130_00, history=STEADY).hears("guarantor_deceased").until(0, "10:00")
    story.hears("outreach_resumed", because="A namesake died.").hears("task_resolved", task_id="b1.deceased.1", outcome="done")
    assert isinstance(story.decides().step, SendMessage)
    story = Story().posted(130_00, history=STEADY).hears("contact_stopped").until(0, "10:00")
    story.hears("task_resolved", task_id="b1.cease.1", outcome="resume").until(60, "12:00")
    assert story.messages == []


def test_a_stop_on_one_channel_leaves_the_other() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "15:00").hears("contact_stopped", channel="sms")
    story.hears("contact_stopped", channel="sms").until(14, "9:00")
    assert [channel for _, channel, _ in story.messages] == ["sms", "email"]


def test_a_carrier_that_refuses_for_the_person_is_a_stop() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [PHONE, PHONE | {"value": "+13125550143"}]})
    story.until(0, "14:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", status="opted_out", because="21610")
    assert story.case.stopped_channels == ["sms"]
    assert story.until(30, "12:00").asked == ["contact_failed"]


def test_stops_give_the_same_case_in_every_order() -> None:
    story = Story()
    told = [
        fact("contact_stopped", story.moment(0, "9:00"), "s1", channel="sms"),
        fact("guarantor_deceased", story.moment(1, "9:00"), "s2"),
        fact("dispute_raised", story.moment(2, "9:00"), "s3", about="insurance"),
        fact("dispute_raised", story.moment(0, "9:00"), "s4", about="insurance"),
    ]
    cases = []
    for order in permutations(told):
        case = story.case
        for one in order:
            case = fold(case, one)
        cases.append(case.model_copy(update={"handled": []}))
    assert all(case == cases[0] for case in cases)
    assert [hold.since for hold in cases[0].holds] == [story.moment(1, "9:00"), story.moment(2, "9:00")]


def test_a_stop_that_began_after_a_person_resumed_still_holds() -> None:
    story = Story().posted(60_00)
    story.hears("dispute_raised")
    earlier = fact("outreach_resumed", story.now - timedelta(hours=1), "late")
    assert fold(story.case, earlier).hold("dispute") is not None
    later = fact("outreach_resumed", story.now + timedelta(hours=1), "later")
    assert fold(story.case, later).hold("dispute") is None


@pytest.mark.parametrize(
    ("about", "task"),
    [("already_paid", "already_paid"), ("insurance", "insurance"), ("amount", "dispute"), ("chargeback", "chargeback")],
)
def test_a_reported_dispute_asks_its_own_question(about: str, task: str) -> None:
    story = Story().posted(60_00).hears("dispute_raised", about=about).until(30, "12:00")
    assert (story.asked, story.messages) == ([task], [])


def test_two_questions_at_once_are_both_asked() -> None:
    story = Story().posted(60_00).hears("dispute_raised", about="insurance").hears("assistance_requested")
    story.until(3, "12:00")
    assert sorted(story.asked) == ["assistance", "insurance"]


def test_a_second_dispute_after_a_verdict_is_a_new_question() -> None:
    story = Story().posted(60_00).hears("dispute_raised").until(0, "10:00")
    story.hears("dispute_raised").until(0, "10:30")
    assert story.asked == ["dispute"]
    story.hears("task_resolved", task_id="b1.dispute.1", outcome="resume").until(1, "9:00")
    story.hears("dispute_raised").until(2, "9:00")
    assert story.asked == ["dispute", "dispute"]


def test_help_that_nobody_decides_on_is_shown_to_staff_again_after_a_month() -> None:
    story = Story(resolve={"assistance": "done"}).posted(60_00).hears("assistance_requested").until(29, "12:00")
    assert story.asked == ["assistance"]
    decision = story.decides()
    assert decision.act_at == story.moment(0, "9:00") + timedelta(days=30)
    story.until(31, "12:00")
    assert story.asked == ["assistance", "assistance"]


def test_an_open_claim_is_waited_for_and_shown_to_staff_when_it_takes_too_long() -> None:
    story = Story().posted(60_00, claim_status="pending").until(44, "12:00")
    assert (story.asked, story.messages) == ([], [])
    story.until(46, "12:00")
    assert story.asked == ["claim_open"]
    story.hears("task_resolved", task_id="b1.claim_open.1", outcome="done")
    story.hears("balance_adjusted", patient_responsibility_cents=60_00).until(47, "20:00")
    assert len(story.messages) == 0  # A person has just dealt with it.
    story.until(60, "20:00")
    assert [message for message, _, _ in story.messages] == ["first_notice", "follow_up"]


def test_a_balance_not_to_be_collected_waits_until_it_is_posted_anew() -> None:
    story = Story().posted(60_00, collectable=False, hold_reasons=["secondary pending"]).until(2, "12:00")
    decision = story.decides()
    assert decision.stage == "held"
    assert "not to be collected" in decision.because[0]
    assert story.case.holds[0].detail == "secondary pending"
    assert story.posted(60_00).until(4, "12:00").messages
    assert story.case.holds == []


def test_a_missed_visit_silences_the_bill_until_rebooked_but_for_two_days_and_for_seven_at_most() -> None:
    story = Story().posted(250_00, history=STEADY).hears("appointment_missed").until(0, "12:00")
    assert story.messages == [("rebooking", "sms", "Mon 02 09:00")]
    decision = story.decides()
    assert decision.because == ["The patient missed a visit: rebooking comes first. The agent is silent until Mon Mar 9 at 9:00."]
    assert decision.act_at == story.moment(7, "9:00")
    story.hears("appointment_booked")
    assert story.decides().act_at == story.moment(2, "9:00")
    story.until(4, "20:00")
    assert story.messages[1:] == [("first_notice", "sms", "Thu 05 09:00")], "three days after the last message"


def test_staff_silences_the_agent_until_a_day_or_until_further_notice() -> None:
    story = Story().posted(60_00).hears("outreach_paused", until=story_day(5))
    assert story.decides().act_at == story_day(5)
    story.until(6, "20:00")
    assert len(story.messages) == 1
    story.hears("outreach_paused").until(60, "12:00")
    assert len(story.messages) == 1
    assert story.decides().because == ["A person silenced the agent until further notice."]
    story.hears("outreach_resumed").until(62, "12:00")
    assert len(story.messages) == 2


def story_day(day: int) -> object:
    return Story().moment(day, "9:00")


def test_an_ended_case_is_not_dunned_again_by_a_late_reply_but_a_person_answers_it() -> None:
    story = Story().posted(60_00).hears("case_closed", reason="written_off")
    assert story.decides().step == Close(reason="written_off")
    story.case.close_reason = None  # How a closed case is reopened by a late fact.
    story.hears("reply_received", channel="sms").until(0, "10:00")
    assert story.asked == ["reply"]
    assert story.decides().step == Close(reason="written_off")


def test_a_balance_left_to_the_insurer_comes_back_when_the_insurer_answers() -> None:
    story = Story().posted(60_00).hears("case_closed", reason="insurance_responsible")
    assert isinstance(story.decides().step, Close)
    story.now += timedelta(days=9)
    story.hears("balance_adjusted", patient_responsibility_cents=30_00)
    assert isinstance(story.decides().step, SendMessage)


def test_what_we_learned_about_a_number_is_kept_when_the_source_repeats_it() -> None:
    story = Story().posted(60_00).hears("delivery_failed", channel="sms", status="landline", because="landline")
    story.now += timedelta(hours=1)
    story.posted(60_00)
    assert story.case.guarantor is not None
    assert [point.status.value for point in story.case.guarantor.contact_points] == ["landline", "usable"]
    story.now += timedelta(hours=1)
    story.hears("contact_updated", guarantor=guarantor(contact_points=[PHONE | {"value": "+13125550199"}, MAIL | {"status": "bounced"}]))
    assert [point.status.value for point in story.case.guarantor.contact_points] == ["usable", "bounced"]
    old = fact("contact_updated", story.moment(-1, "9:00"), "old", guarantor=guarantor(first_name="Old"))
    assert fold(story.case, old).guarantor == story.case.guarantor


def test_a_second_report_about_the_same_message_marks_no_second_number() -> None:
    two = [PHONE, PHONE | {"value": "+13125550143"}]
    story = Story().posted(60_00, guarantor={"contact_points": two}).until(0, "14:00")
    failed = {"touch_id": "p7.b1.first_notice.1", "channel": "sms", "because": "gone"}
    story.hears("delivery_failed", **failed).hears("delivery_failed", status="dead", **failed)
    story.hears("delivery_failed", status="dead", **failed)
    assert story.case.guarantor is not None
    assert [point.status.value for point in story.case.guarantor.contact_points] == ["dead", "usable"]
    assert [touch.failed for touch in story.case.touches] == [True]


def test_failures_about_nobody_we_know_change_nothing() -> None:
    story = Story().hears("delivery_failed", channel="sms", status="dead", because="gone")
    story.posted(60_00).hears("delivery_failed", touch_id="another.balance", channel="email", status="usable", because="ok")
    assert story.case.touches == []
    assert story.case.guarantor is not None
    assert all(point.reachable for point in story.case.guarantor.contact_points)


def test_the_same_acceptance_heard_twice_is_one_touch() -> None:
    story = Story().posted(60_00).until(0, "14:00")
    story.hears("message_sent", touch_id="p7.b1.first_notice.1", message="first_notice", channel="sms")
    assert len(story.case.touches) == 1


def test_an_emergency_reaches_a_person_at_once_in_plain_words() -> None:
    story = Story().posted(60_00).until(0, "15:00").writes("emergency", "emergency_human", "already_paid")
    step = story.decides().step
    assert isinstance(step, AskStaff)
    assert step.task_kind == "emergency"
    assert step.summary.startswith("URGENT")


def test_a_reading_heard_before_its_reply_is_kept_and_not_repeated() -> None:
    story = Story().posted(60_00)
    read = {"reply_fact_id": "r1", "channel": "sms", "intent": "ack_thanks", "action": "no_action"}
    story.hears("reply_understood", **read)
    story.now += timedelta(minutes=1)
    story.hears("reply_received", "r1", channel="email").hears("reply_understood", **read | {"intent": "deceased"})
    (reply,) = story.case.replies
    assert (reply.channel, reply.at, reply.read, reply.intent) == ("email", story.now, True, "ack_thanks")
    assert story.case.holds == []


def test_a_wrong_person_takes_the_number_out_of_use_and_asks_a_person() -> None:
    story = Story().posted(60_00).until(0, "15:00").writes("wrong_person", "stop_dunning_and_human_review")
    assert story.until(1, "12:00").asked == ["reply"]
    assert story.case.guarantor is not None
    assert story.case.guarantor.contact_points[0].status == "wrong_person"


def test_a_stop_with_i_paid_does_both() -> None:
    story = Story().posted(60_00).until(0, "15:00").writes("opt_out", "opt_out", "already_paid")
    assert story.case.stopped_channels == ["sms"]
    assert story.until(30, "12:00").asked == ["already_paid"]


def test_an_offer_declined_is_not_made_again() -> None:
    story = Story().posted(320_00).until(0, "15:00").writes("decline_offer", "no_action").until(8, "12:00")
    assert story.case.offer is not None
    assert story.case.offer.declined_at is not None
    for one in story.done[1:]:
        assert isinstance(one.step, SendMessage)
        assert (one.step.offer, one.step.mention_plan) == (None, False)
    bare = Story().posted(47_00).writes("decline_offer", "no_action")
    assert bare.case.offer is None


def test_a_promise_without_a_date_is_given_a_week_and_its_grace() -> None:
    story = Story().posted(60_00).until(0, "15:00").writes("promise_to_pay", "no_action")
    assert story.decides().act_at == story.moment(0, "15:00") + timedelta(days=9)


def test_an_unsure_reading_is_never_an_acceptance() -> None:
    story = Story().posted(320_00).until(0, "15:00").writes("accept_plan", "confirm_plan", abstain=True)
    assert story.case.offer is not None
    assert story.case.offer.accepted_at is None
    step = story.decides().step
    assert isinstance(step, AskStaff)
    assert step.task_kind == "plan_to_set_up"
    assert "not accepted; it stands until " in step.summary


def test_asking_for_a_plan_of_a_small_sum_goes_to_a_person() -> None:
    story = Story().posted(37_00).until(0, "15:00").writes("request_plan", "offer_or_create_plan")
    step = story.decides().step
    assert isinstance(step, AskStaff)
    assert "No plan had been offered." in step.summary
    story.until(0, "16:00").hears("task_resolved", task_id="b1.plan_to_set_up.1", outcome="done").until(30, "12:00")
    assert story.asked == ["plan_to_set_up"]
    assert "A person has been asked" in story.decides().because[1]
