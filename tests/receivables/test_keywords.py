"""What the keyword reader is sure of, and that everything else goes to a person."""

import pytest
from stories import Story

from receivables.case import Case
from receivables.keywords import ACTIONS, PHRASES, WHOLE, KeywordReader, own_words
from receivables.people import Channel

READER = KeywordReader()
NOBODY = Case(practice_id="p7", balance_id="b1")


def read(text: str, case: Case = NOBODY, channel: Channel = Channel.sms) -> str:
    return READER.read(text, channel, case).intent


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop.", "Unsubscribe", "CANCEL", "QUIT!", "STOP PLEASE", "please cancel", "stop texting me", "no mas",
        "No más", "leave me alone", "Don't text me again", "take me off your list", "no more messages please",
        "dejen de mandar mensajes", "ALTO", "please stop", "opt out",
    ],
)  # fmt: skip
def test_a_wish_for_silence_is_heard_in_many_words(text: str) -> None:
    answer = READER.read(text, Channel.sms, NOBODY)
    assert (answer.intent, answer.action, answer.abstain) == ("opt_out", "opt_out", False)


def test_a_long_wish_for_silence_is_honored_and_read_by_a_person_too() -> None:
    answer = READER.read("stop texting me about this and tell me when my records are ready", Channel.sms, NOBODY)
    assert (answer.intent, answer.abstain) == ("opt_out", True)


@pytest.mark.parametrize("text", ["bleeding won't stop", "stop the autopay", "take me off the schedule", "do not stop"])
def test_stop_said_of_something_else_is_no_wish_for_silence(text: str) -> None:
    assert read(text) != "opt_out"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I already paid this", "already_paid"), ("ya lo pagué", "already_paid"), ("I paid it last week", "already_paid"),
        ("My insurance should have covered it", "insurance_issue"), ("el seguro lo cubre", "insurance_issue"),
        ("I dispute this charge", "dispute_charge"), ("the amount is wrong", "dispute_charge"),
        ("My husband passed away in May", "deceased"), ("mi esposo falleció", "deceased"),
        ("I filed chapter 7", "bankruptcy"), ("talk to my lawyer", "attorney_represented"),
        ("I lost my job", "financial_hardship"), ("no tengo dinero", "financial_hardship"),
        ("I want to kill myself", "emergency"), ("quiero morir", "emergency"), ("wrong number", "wrong_person"),
        ("I want to talk to a person", "talk_to_human"), ("PLAN", "request_plan"), ("Help", "help"),
        ("gracias", "ack_thanks"), ("ok, thank you!", "ack_thanks"), ("START", "opt_in"),
    ],
)  # fmt: skip
def test_safe_phrases_mean_what_they_say(text: str, intent: str) -> None:
    assert read(text) == intent


@pytest.mark.parametrize(
    "text", ["Can I pay the rest next month?", "who is this", "", "🙂", "I have not paid yet", "no, I haven't already paid it", "yes", "maybe", "asdf"]
)
def test_whatever_is_not_certain_goes_to_a_person(text: str) -> None:
    answer = READER.read(text, Channel.sms, NOBODY)
    assert (answer.intent, answer.abstain) == ("unclear", True)


def test_yes_accepts_an_open_offer_and_nothing_else() -> None:
    offered = Story().posted(320_00).until(0, "15:00").case
    assert READER.read("Yes!", Channel.sms, offered).action == "confirm_plan"
    assert read("sí", offered) == "accept_plan"
    assert read("yes but only 3 payments", offered) == "unclear"
    assert read("Yes", Story().posted(47_00).until(0, "15:00").case) == "unclear"


def test_yes_after_an_opt_out_is_a_wish_for_messages_and_never_an_acceptance() -> None:
    stopped = Story().posted(320_00).until(0, "15:00").hears("contact_stopped", channel="sms").case
    assert READER.read("YES", Channel.sms, stopped).intents == ["opt_in"]
    assert read("YES", stopped, Channel.email) == "accept_plan"
    ceased = Story().posted(320_00).until(0, "15:00").hears("contact_stopped").case
    assert read("YES", ceased, Channel.email) == "opt_in"


def test_several_meanings_add_up_and_the_gravest_leads() -> None:
    answer = READER.read("Stop texting me, I already paid and my lawyer knows", Channel.sms, NOBODY)
    assert answer.intents == ["opt_out", "attorney_represented", "already_paid"]
    assert answer.action == "opt_out"


def test_quoted_words_and_signatures_of_an_email_are_not_the_patients() -> None:
    body = "ok thanks\n\nOn Mon, Mar 2, 2026 at 2:00 PM Lakeside wrote:\n> Reply STOP to opt out"
    assert read(body, channel=Channel.email) == "ack_thanks"
    assert own_words("Please call me back\n-- \nPat\nunsubscribe") == "Please call me back"
    assert read("thanks\nSent from my phone", channel=Channel.email) == "ack_thanks"


def test_every_intent_has_its_action_and_a_rank() -> None:
    assert {*WHOLE, *PHRASES, "accept_plan", "unclear"} == set(ACTIONS)
