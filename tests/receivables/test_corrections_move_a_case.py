"""Staff says what a reply means: the balance moves as if it had been read so, and what silences stays on the safe side."""

import pytest
from conversations import later, texted
from stories import SLOW, Story

from receivables.meanings import ANSWER_IT, FOLLOWS, QUIET, what_follows
from receivables.people import Channel
from receivables.reading.correction import Correction
from receivables.reading.intents import ACTIONS
from receivables.steps import AskStaff, SendMessage
from receivables.told_by_reply import Whose, facts_of_correction


def corrected(story: Story, intent: str, *more: str, reply: str = "", **said: object) -> Story:
    reply = reply or story.case.replies[-1].fact_id
    return story.hears(
        "reading_corrected", reply_fact_id=reply, channel="sms", intent=intent, intents=[intent, *more],
        action=ACTIONS[intent], **said,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("intent", "hold", "task"),
    [
        ("already_paid", "already_paid", "already_paid"), ("insurance_issue", "insurance", "insurance"),
        ("dispute_charge", "dispute", "dispute"), ("financial_hardship", "assistance", "assistance"),
        ("deceased", "deceased", "deceased"), ("bankruptcy", "bankruptcy", "bankruptcy"),
        ("attorney_represented", "attorney", "attorney"), ("emergency", "emergency", "emergency"),
        ("request_plan", "plan_to_set_up", "plan_to_set_up"), ("accept_plan", "plan_to_set_up", "plan_to_set_up"),
    ],
)  # fmt: skip
def test_a_missed_meaning_holds_the_balance_and_asks_a_person_with_the_evidence(intent, hold, task) -> None:
    story = later(texted().writes("ack_thanks", "no_action"), hours=1)
    corrected(story, intent)
    assert story.case.hold(hold) is not None
    step = story.decides().step
    assert isinstance(step, AskStaff)
    assert step.task_kind == task
    story.until(60, "12:00")
    assert story.case.plan is None
    assert [touch.message for touch in story.case.answers_sent] == []
    assert len(story.case.touches) == 1, "nothing is sent while a person has it"


def test_a_missed_stop_ends_the_channel_and_the_agent_confirms_nothing() -> None:
    story = corrected(later(texted().writes("unclear", "answer_question", abstain=True), hours=1), "opt_out")
    assert story.case.stopped_channels == ["sms"]
    assert not isinstance(story.until(0, "19:00").decides().step, SendMessage)
    assert story.case.answers_sent == []


def test_a_missed_promise_is_kept_silent_until_its_day_and_followed_up_once() -> None:
    story = later(texted().writes("ack_thanks", "no_action"), hours=1)
    corrected(story, "promise_to_pay", slots={"date": "2026-03-20"})
    story.until(17, "12:00")
    assert [touch.message for touch in story.case.touches] == ["first_notice"]
    story.until(24, "18:00")
    assert [touch.message for touch in story.case.touches][1:] == ["promise_follow_up"]


def test_a_promise_that_was_none_silences_no_more() -> None:
    story = later(texted().writes("promise_to_pay", "no_action", slots={"date": "2026-03-30"}), hours=1)
    corrected(story, "ack_thanks")
    assert story.case.holds == []
    assert len(story.until(10, "18:00").case.touches) == 2


def test_a_later_promise_of_their_own_stays_when_an_earlier_reading_is_taken_back() -> None:
    story = later(texted().writes("promise_to_pay", "no_action"), hours=1)
    first = story.case.replies[0].fact_id
    later(story.writes("promise_to_pay", "no_action", slots={"date": "2026-03-30"}), hours=1)
    corrected(story, "ack_thanks", reply=first)
    assert [hold.reason for hold in story.case.holds] == ["promise"]


def test_a_yes_that_was_none_sets_no_plan_up_and_the_offer_is_open_again() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "15:00")
    story.writes("accept_plan", "confirm_plan")
    assert story.case.offer.accepted_at is not None
    corrected(later(story, seconds=5), "bill_question")
    assert (story.case.offer.accepted_at, story.case.wish) == (None, None)
    step = story.decides().step
    assert isinstance(step, AskStaff)
    assert step.task_kind == "reply"
    assert story.until(30, "12:00").case.plan is None


def test_a_refusal_that_was_none_lets_the_offer_be_taken_again_and_one_that_was_missed_ends_it() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "15:00")
    story.writes("decline_offer", "no_action")
    assert story.case.offer.declined_at is not None
    corrected(later(story, minutes=1), "ack_thanks")
    assert story.case.offer.declined_at is None
    corrected(later(story, minutes=1), "decline_offer")
    assert story.case.offer.declined_at is not None


@pytest.mark.parametrize("intent", ["opt_out", "already_paid", "deceased", "emergency"])
def test_what_a_wrong_reading_stopped_stays_stopped_until_a_person_finishes_its_task(intent) -> None:
    story = later(texted().writes(intent, ACTIONS[intent]), hours=1)
    before = (story.case.stopped_channels, story.case.holds)
    corrected(story, "ack_thanks")
    assert (story.case.stopped_channels, story.case.holds) == before


def test_whoever_corrects_a_question_answers_it() -> None:
    story = corrected(later(texted().writes("ack_thanks", "no_action"), hours=1), "bill_question")
    step = story.decides().step
    assert isinstance(step, AskStaff)
    assert step.task_kind == "reply"
    story.until(5, "12:00")
    assert story.case.answers_sent == []


def test_of_two_corrections_the_later_counts_in_either_order_and_a_reading_that_comes_after_changes_nothing() -> None:
    story = later(texted().hears("reply_received", "r1", channel="sms"), hours=1)
    corrected(story, "ack_thanks", reply="r1")
    assert not story.case.replies[-1].abstain
    story.hears("reply_understood", reply_fact_id="r1", channel="sms", intent="opt_out", action="opt_out")
    assert story.case.stopped_channels == []
    story.now = story.moment(0, "10:00")
    corrected(story, "opt_out", reply="r1")
    assert story.case.stopped_channels == []


def test_words_about_another_balance_silence_this_one_and_ask_nothing_here() -> None:
    story = texted().hears("reply_received", "r1", channel="sms", about_balance_id="b2")
    story.hears("reply_understood", reply_fact_id="r1", channel="sms", intent="ack_thanks", action="no_action")
    later(story, hours=1)
    corrected(story, "bill_question", reply="r1")
    assert story.case.holds == []
    corrected(later(story, hours=1), "wrong_person", reply="r1")
    assert story.case.guarantor.point(Channel.sms) is None


def test_a_correction_of_words_nobody_has_heard_of_yet_counts_all_the_same() -> None:
    assert corrected(texted(), "already_paid", reply="r9").case.hold("already_paid") is not None


def test_every_agent_hears_of_a_stop_once_and_every_balance_of_the_correction() -> None:
    right = Correction(intent="opt_out", intents=["deceased", "wrong_person"])
    heard = [Whose("p7", "b1", "g1"), Whose("p7", "b2", "g1")]
    told = facts_of_correction(("twilio.SM1", Channel.sms), right, heard, 7, Story().now)
    assert [(fact.kind, fact.balance_id) for fact in told] == [
        ("reading_corrected", "b1"), ("reading_corrected", "b2"), ("contact_stopped", "b1"), ("delivery_failed", "b1"),
        ("guarantor_deceased", "b1"),
    ]  # fmt: skip
    assert len({fact.fact_id for fact in told}) == 5
    assert facts_of_correction(("twilio.SM1", Channel.sms), right, [], 7, Story().now) == []


def test_what_follows_is_said_in_a_sentence_for_each_effect() -> None:
    assert set(FOLLOWS) | set(QUIET) <= set(ACTIONS)
    assert what_follows(["opt_out", "already_paid"]) == [FOLLOWS["opt_out"], FOLLOWS["already_paid"]]
    assert what_follows(["accept_plan", "request_plan", "bill_question"]) == [FOLLOWS["accept_plan"], ANSWER_IT]
    assert what_follows(["ack_thanks"]) == []
