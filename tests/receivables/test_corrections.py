"""What may be said of a reply that was read wrongly, and the label that comes of it."""

import pytest
from pydantic import ValidationError

from receivables.reading.correction import Correction
from receivables.reading.intents import ACTIONS


@pytest.mark.parametrize("intent", ACTIONS)
def test_every_intent_alone_is_a_label_with_its_own_action(intent: str) -> None:
    right = Correction(intent=intent)
    assert (right.intents, right.action) == ([intent], ACTIONS[intent])
    assert right.gold["acceptable_actions"] == []


def test_the_label_is_that_of_the_training_data() -> None:
    right = Correction(
        intent="opt_out", intents=["already_paid", "opt_out"], action="human_callback",
        slots={"amount_cents": 50_00, "date": "2026-03-01"},
    )  # fmt: skip
    assert right.gold == {
        "intent": "opt_out", "acceptable_intents": [], "also_intents": ["already_paid"], "action": "human_callback",
        "acceptable_actions": ["human_callback"], "slots_ignored": [],
        "slots": {"amount_cents": 50_00, "date": [["2026-03-01", "2026-03-01"]]},
    }  # fmt: skip


def test_two_of_the_same_urgency_may_stand_in_either_order() -> None:
    assert Correction(intent="insurance_issue", intents=["already_paid"]).intents == ["insurance_issue", "already_paid"]
    assert Correction(intent="already_paid", intents=["insurance_issue"]).intents == ["already_paid", "insurance_issue"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"intent": "paid", "intents": ["x"], "action": "y"}, "intent"),
        ({"intent": "help", "intents": ["x"]}, "intents"),
        ({"intent": "already_paid", "intents": ["opt_out"]}, "intents"),
        ({"intent": "auto_reply", "intents": ["ack_thanks"]}, "intents"),
        ({"intent": "help", "action": "x"}, "action"),
        ({"intent": "request_plan", "action": "confirm_plan"}, "action"),
    ],
)
def test_what_would_teach_the_reader_something_wrong_is_refused_once_by_its_field(fields, field) -> None:
    with pytest.raises(ValidationError) as refused:
        Correction(**fields)
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]
