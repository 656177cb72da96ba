"""Plain words about plans: what leaves no doubt is understood, and weightier words in the same reply are left alone."""

from datetime import date

import pytest
from plan_stories import SLOW, accepted
from stories import Story

from receivables.plans.speech import with_plan_speech
from receivables.plans.terms import Slots
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
        ("make that monday", "move"), ("can you do the 20th instead?", "move"), ("muévanlo por favor", "move"),
        ("no puedo pagar este mes", "skip"), ("este mes no puedo", "skip"), ("I can't make this month's payment", "skip"),
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


@pytest.mark.parametrize(
    "text",
    [
        "can I pay 50 euros a month?", "€50 a month", "I could do £30 monthly", "500 pesos al mes", "50 Canadian dollars a month",
        "$40 on february 31", "la mitad el 31 de abril", "pay it on June 45", "on the 31st of September",
    ],
)  # fmt: skip
def test_other_money_and_days_that_no_calendar_has_are_a_persons_to_ask_about(text: str) -> None:
    found = heard(text, Story().posted(320_00), "propose_terms")
    assert found.abstain
    assert found.slots.empty


@pytest.mark.parametrize(
    "text", ["$50 a month", "50 on may 15", "the 29th of february", "march 31, 2026", "may I pay 40 a month", "jan 15th at 10:45"]
)
def test_dollars_and_days_of_the_calendar_are_taken_as_they_are(text: str) -> None:
    assert not heard(text, Story().posted(320_00), "propose_terms").abstain


def test_a_payment_is_not_moved_by_a_guess_when_the_day_named_is_none() -> None:
    assert heard("move it to february 30", accepted()).abstain
    assert heard("move it to february 28", accepted()).plan_wish == "move"


def test_an_amount_in_other_money_sets_nothing_up_and_a_person_is_asked() -> None:
    story = Story().posted(320_00).until(0, "15:00")
    answer = heard("can I pay 50 euros a month?", story, "propose_terms")
    story.writes("propose_terms", "offer_or_create_plan", abstain=answer.abstain).until(0, "16:00")
    assert story.case.plan is None
    assert story.asked == ["plan_to_set_up"]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("when is my next payment?", "see_plan"), ("¿Cuándo es mi próximo pago?", "see_plan"),
        ("how much do I still owe", "see_plan"), ("cuánto debo todavía", "see_plan"), ("how many payments left", "see_plan"),
        ("¿cuántos pagos me faltan?", "see_plan"), ("quiero cambiar mi tarjeta", "change_card"),
    ],
)  # fmt: skip
def test_what_is_left_of_a_plan_is_asked_in_plain_words(text: str, wish: str) -> None:
    answer = heard(text, accepted(), "manage_plan")
    assert (answer.intents, answer.plan_wish, answer.abstain) == (["manage_plan"], wish, False)
    assert heard(text, Story().posted(320_00), "bill_question").plan_wish == ""


def offered() -> Story:
    return Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "15:00")


def terms(**slots: object) -> ReadReplyAnswer:
    return read_as("propose_terms", "offer_or_create_plan").model_copy(update={"slots": Slots.model_validate(slots)})


@pytest.mark.parametrize(
    "text", ["yes but can it start in april", "can the first payment be April 1", "sí, a partir del 1 de abril"]
)
def test_a_day_alone_for_the_offer_that_stands_is_when_it_begins(text: str) -> None:
    begins = with_plan_speech(terms(date="2026-04-01"), text, offered().case)
    assert (begins.slots.installments, begins.slots.date) == (4, date(2026, 4, 1))


@pytest.mark.parametrize(
    "text", ["I can pay on April 1", "yes I will pay the rest on April 1", "ok, it all on April 1", "sí, todo el 1 de abril"]
)
def test_a_day_for_the_whole_of_it_is_no_plan_in_parts(text: str) -> None:
    assert with_plan_speech(terms(date="2026-04-01"), text, offered().case).slots.installments is None


def test_without_an_open_offer_or_with_own_numbers_nothing_is_added_to_terms() -> None:
    text = "yes but start in april"
    assert with_plan_speech(terms(date="2026-04-01"), text, Story().posted(320_00).case).slots.installments is None
    assert with_plan_speech(terms(date="2026-04-01", amount_cents=100_00), text, offered().case).slots.installments is None


@pytest.mark.parametrize("intent", ["propose_terms", "accept_plan", "unclear", "bill_question"])
def test_until_when_the_offer_stands_is_a_question_and_neither_terms_nor_a_yes(intent: str) -> None:
    answer = heard("until when can i say yes?", offered(), intent)
    assert (answer.intents, answer.action, answer.abstain) == (["bill_question"], "answer_question", False)


def test_a_yes_that_asks_until_when_is_still_a_yes() -> None:
    said = read_as("accept_plan", "confirm_plan")
    assert with_plan_speech(said, "Yes! until when do I pay?", offered().case) == said
    other = terms(installments=3)
    assert with_plan_speech(other, "how long is it good for? can I do three", offered().case) == other
