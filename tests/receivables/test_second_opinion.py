"""What a second reader is shown, and the little that its answer may add; it can only make us more careful."""

from __future__ import annotations

import pytest

from receivables.plans.terms import Slots
from receivables.ports import ReadReplyAnswer
from receivables.reading.intents import ACTIONS, SAFETY
from receivables.reading.opinion import LONGEST_SHOWN, MAY_ADD, shown, with_opinion
from receivables.reply_ports import Opinion


def unsure(*intents: str, **fields: object) -> ReadReplyAnswer:
    return ReadReplyAnswer(
        intent=intents[0], intents=list(intents), action="human_callback", abstain=True, confidence=0.4, reader="v1",
        slots=Slots(installments=3), **fields,
    )  # fmt: skip


def says(*intents: str, outcome: str = "answered") -> Opinion:
    return Opinion.model_validate({"outcome": outcome, "model": "any:small", "intents": list(intents)})


def test_a_sign_of_safety_is_added_and_acted_on_and_names_who_added_it() -> None:
    answer = with_opinion(unsure("promise_to_pay"), says("already_paid", "promise_to_pay"))
    assert (answer.intent, answer.intents) == ("already_paid", ["already_paid"])
    assert (answer.action, answer.abstain, answer.slots) == ("stop_dunning_and_human_review", False, Slots())
    assert answer.reader == "v1 with any:small"


def test_of_several_the_most_urgent_leads() -> None:
    answer = with_opinion(unsure("unclear"), says("talk_to_human", "opt_out", "already_paid"))
    assert answer.intents == ["opt_out", "already_paid", "talk_to_human"]


@pytest.mark.parametrize("intent", sorted(set(ACTIONS) - MAY_ADD))
def test_whatever_else_it_says_changes_nothing(intent: str) -> None:
    before = unsure("unclear")
    assert with_opinion(before, says(intent)) is before


def test_what_it_may_add_stops_or_pauses_or_calls_a_person_and_never_asks_confirms_or_resumes() -> None:
    assert SAFETY < MAY_ADD
    holding = {"stop_dunning_and_human_review", "pause_and_send_assistance_application", "opt_out", "human_callback", "emergency_human"}
    assert {ACTIONS[intent] for intent in MAY_ADD} <= holding
    assert "confirm_plan" not in {ACTIONS[intent] for intent in MAY_ADD}


@pytest.mark.parametrize("outcome", ["failed", "too_slow", "unusable"])
def test_its_failing_changes_nothing(outcome: str) -> None:
    before = unsure("unclear")
    assert with_opinion(before, says("opt_out", outcome=outcome)) is before


def test_it_has_no_say_where_the_reader_was_sure() -> None:
    sure = unsure("promise_to_pay").model_copy(update={"abstain": False})
    assert with_opinion(sure, says("opt_out")) is sure


def test_what_is_known_already_is_not_added_again() -> None:
    before = unsure("talk_to_human")
    assert with_opinion(before, says("talk_to_human")) is before


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("I paid $320.50 on 3/4 with check 4471", "I paid [AMOUNT] on [NUMBER] with check [NUMBER]"),
        ("le di 50 dólares", "le di [AMOUNT]"),
        ("call 216-555-0143 or bea@example.com", "call [NUMBER] or [EMAIL]"),
        ("see https://example.com/x?id=4 please", "see [LINK] please"),
        ("KAREN here, karen's card", "[NAME] here, [NAME] card"),
        ("My name is Lou Reyes", "My name is [NAME]"),
        ("soy Marta", "soy [NAME]"),
        ("tell doctor Patel thanks", "tell doctor [NAME] thanks"),
        ("I gave it to Judy at the desk", "I gave it to [NAME] at the desk"),
        ("the 15th works", "the [NUMBER] works"),
        ("Judy said so. Paid it. Tom's", "[NAME] said so. Paid it. [NAME]"),
        ("I don't get it", "I don't get it"),
    ],
)
def test_it_is_shown_no_name_number_amount_or_address(text: str, seen: str) -> None:
    assert shown(text, ["Karen"]) == seen


def test_it_is_not_shown_more_than_a_page() -> None:
    assert len(shown("a " * 5000)) == LONGEST_SHOWN
