"""Plain words about plans: what leaves no doubt is understood, and weightier words in the same reply are left alone."""

import pytest
from plan_stories import accepted
from stories import Story

from receivables.plans.speech import with_plan_speech
from receivables.ports import ReadReplyAnswer


def read_as(intent: str, action: str = "answer_question") -> ReadReplyAnswer:
    return ReadReplyAnswer(intent=intent, intents=[intent], action=action, abstain=intent == "unclear")


def heard(text: str, story: Story, intent: str = "unclear") -> ReadReplyAnswer:
    return with_plan_speech(read_as(intent), text, story.case)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("MOVE", "move"), ("Please move it to the 20th", "move"), ("SMALLER", "smaller"), ("skip", "skip"),
        ("CANCEL MY PLAN", "cancel"), ("cancelar mi plan", "cancel"), ("stop my autopay", "stop_autopay"),
        ("I have a new card", "change_card"), ("can I pay it off", "pay_off"), ("mover", "move"), ("saltar", "skip"),
        ("menos", "smaller"), ("do not charge my card", "stop_autopay"),
    ],
)  # fmt: skip
def test_the_keywords_of_a_running_plan_are_understood(text: str, wish: str) -> None:
    answer = heard(text, accepted())
    assert (answer.intent, answer.intents, answer.plan_wish, answer.abstain) == (
        "manage_plan", ["manage_plan"], wish, False,
    )  # fmt: skip


def test_the_same_words_without_a_plan_change_nothing() -> None:
    story = Story().posted(320_00)
    assert heard("MOVE", story) == read_as("unclear")


@pytest.mark.parametrize("intent", ["opt_out", "already_paid", "attorney_represented", "emergency"])
def test_weightier_words_are_left_alone(intent: str) -> None:
    assert heard("skip it, I said", accepted(), intent).plan_wish == ""


def test_a_part_at_once_is_told_apart_from_a_first_payment() -> None:
    story = Story().posted(320_00)
    assert heard("half now and the rest on the 15th", story, "propose_terms").plan_wish == "part_now"
    assert heard("80 on the 15th", story, "propose_terms").plan_wish == ""


@pytest.mark.parametrize("text", ["PLAN", "¿Puedo pagar en partes?"])
def test_asking_for_parts_is_never_in_doubt_and_weightier_words_or_a_plan_in_force_come_first(text: str) -> None:
    answer = heard(text, Story().posted(320_00), "decline_offer")
    assert (answer.intents, answer.action, answer.abstain) == (["request_plan"], "offer_or_create_plan", False)
    assert heard(text, Story().posted(320_00), "already_paid") == read_as("already_paid")
    assert heard(text, accepted()) == read_as("unclear")
