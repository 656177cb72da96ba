"""Plain questions that the case can answer by itself: how much is owed, and until when an offer stands."""

import pytest
from conversations import STEADY, later, texted, wrote
from stories import Story

from receivables.asked import asked_in
from receivables.plans.terms import Slots
from receivables.steps import SendMessage

SLOW = {"days_to_pay": [60, 75, 52], "missed_installments": 1, "oldest_unpaid_days": 75}


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("how much is it", "amount"), ("How much do I owe?", "amount"), ("hi how much", "amount"), ("what do i owe", "amount"),
        ("what's my balance?", "amount"), ("¿Cuánto debo?", "amount"), ("cuanto es", "amount"), ("¿cuál es mi saldo?", "amount"),
        ("why do I owe so much", ""), ("how much did my insurance pay", ""), ("how much a month", ""), ("what is this for", ""),
        ("how much is my balance and why", ""), ("¿por qué debo tanto?", ""),
        ("until when can I say yes?", "offer"), ("how long is this offer good for?", "offer"), ("when does the offer expire", "offer"),
        ("how long do I have to decide?", "offer"), ("¿Hasta cuándo vale la oferta?", "offer"), ("cuánto tiempo tengo", "offer"),
        ("does this cost extra?", "cost"), ("is there any interest", "cost"), ("will you charge me more?", "cost"),
        ("¿hay intereses?", "cost"), ("what's the catch", "cost"), ("cuesta más?", "cost"), ("what was the fee for", ""),
        ("how long was the visit", ""), ("how long have you been open", ""), ("", ""),
    ],
)  # fmt: skip
def test_one_plain_question_is_told_from_longer_ones(text: str, asks: str) -> None:
    assert asked_in(text) == asks


def offered() -> Story:
    return Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "15:00")


def test_until_when_an_offer_stands_is_answered_and_the_offer_stays_as_it_was() -> None:
    story = offered()
    made = story.case.offer
    wrote(story, "bill_question", asks="offer").until(0, "15:01")
    assert [one for one, _, _ in story.answers] == ["answer_offer"]
    assert story.case.offer == made
    assert story.asked == []


def test_whether_a_plan_costs_extra_is_answered_with_the_offer_that_says_so() -> None:
    story = wrote(offered(), "bill_question", asks="cost").until(0, "15:01")
    assert ([one for one, _, _ in story.answers], story.asked) == (["answer_offer"], [])


def test_an_offer_that_is_over_or_never_was_is_a_question_for_a_person() -> None:
    for story in (texted(), offered()):
        if story.case.offer is not None:
            old = story.case.offer.model_copy(update={"offered_at": later(story, days=-32).now})
            later(story, days=32)
            story.case = story.case.model_copy(update={"offer": old})
        wrote(story, "bill_question", asks="offer").until(0, "15:01")
        assert ([one for one, _, _ in story.answers], story.asked) == (["answer_person"], ["reply"])


def test_how_much_is_owed_is_answered_without_a_remittance() -> None:
    story = wrote(texted(), "bill_question", asks="amount").until(0, "15:01")
    assert ([one for one, _, _ in story.answers], story.asked) == (["answer_pay_link"], [])


def test_another_question_about_the_bill_goes_to_a_person_and_the_patient_hears_so() -> None:
    story = wrote(texted(), "bill_question").until(0, "15:01")
    assert ([one for one, _, _ in story.answers], story.asked) == (["answer_person"], ["reply"])
    assert "insurer's own amounts" in " ".join(reason for one in story.done for reason in one.because)


def test_who_asks_who_we_are_and_about_the_bill_is_told_who_we_are() -> None:
    for asks in ("", "amount"):
        story = wrote(texted(), "bill_question", "verify_identity", asks=asks).until(0, "15:01")
        assert [one for one, _, _ in story.answers] == ["answer_identity"]


def test_a_plan_is_spoken_of_in_the_language_the_patient_writes_in_until_they_ask_for_another() -> None:
    story = Story().posted(320_00, history=STEADY).until(0, "15:00")
    wrote(story, "request_plan", action="offer_or_create_plan", language="es").until(0, "15:05")
    wrote(story, "propose_terms", action="offer_or_create_plan", slots=Slots(installments=3)).until(0, "15:30")
    spoken = {one.step.message: one.step.language for one in story.done if isinstance(one.step, SendMessage)}
    assert spoken["plan_confirmation"] == "es"
    offers = [one.step.language for one in story.done if one.step.kind == "offer_plan"]
    assert offers == ["es"]
    wrote(story, "language_preference", action="update_contact", wants_language="en").until(0, "16:00")
    wrote(story, "manage_plan", action="human_callback", plan_wish="see_plan").until(0, "17:00")
    last = [one.step for one in story.done if isinstance(one.step, SendMessage)][-1]
    assert (last.message, last.language) == ("plan_link", "")
