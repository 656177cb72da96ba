"""What patients write back, told as calendars: answered once, kindly and in their language, or left to a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from calendar_desk import Calendar, Person
from test_fixtures import STEADY

SLOW = {"days_to_pay": [60, 75, 52], "missed_installments": 1, "oldest_unpaid_days": 75}


@pytest.fixture
def talk(calendar: Calendar) -> Calendar:
    calendar.start(weekday=0, hour=9)
    return calendar


def texted(talk: Calendar, name: str, cents: int = 145_00, **more: Any) -> Person:
    """Somebody who got a text at two; it is three now."""
    who = talk.person(name)
    talk.posted(who, cents, **({"history": STEADY} | more))
    talk.day(0, "15:00")
    assert len(talk.messages(who)) == 1
    return who


def after(talk: Calendar, **span: float) -> None:
    talk.to(talk.now() + timedelta(**span))


def says(talk: Calendar, who: Person, text: str, minutes: float = 2) -> list[str]:
    """Write, wait a little, and give the bodies of what came back."""
    before = len(talk.messages(who))
    talk.reply(who, text)
    after(talk, minutes=minutes)
    return [message["body"] for message in talk.messages(who)[before:]]


def kinds(talk: Calendar, who: Person) -> list[str]:
    return [task["kind"] for task in talk.tasks(who)]


def test_f10_somebody_who_paid_or_whose_insurance_should_is_told_what_happens_next(talk: Calendar) -> None:
    who = texted(talk, "Fay")
    [answer] = says(talk, who, "I already paid this")
    assert "stopped the reminders" in answer
    assert kinds(talk, who) == ["already_paid"]
    other = talk.person("Gus")
    talk.posted(other, 145_00, history=STEADY)
    talk.day(1, "15:00")
    [answer] = says(talk, other, "My insurance should have covered it")
    assert "insurance" in answer
    assert kinds(talk, other) == ["insurance"]
    talk.day(40, "12:00")
    assert (len(talk.messages(who)), len(talk.messages(other))) == (2, 2)
    assert {talk.case(one)["stage"] for one in (who, other)} == {"with_staff"}


def test_f11_help_with_paying_is_a_link_and_a_pause_with_an_end(talk: Calendar) -> None:
    who = texted(talk, "Ida")
    [answer] = says(talk, who, "I lost my job and can't afford this. Is there financial assistance?")
    assert "https://lakeside.example.com/help-with-your-bill" in answer
    talk.day(25, "12:00")
    assert len(talk.messages(who)) == 2
    assert kinds(talk, who) == ["assistance"]


def test_a_yes_with_no_offer_open_is_asked_back_once_and_accepts_nothing(talk: Calendar) -> None:
    who = texted(talk, "Jon", 45_00)
    [answer] = says(talk, who, "yes")
    assert "?" in answer
    assert says(talk, who, "yes") == []
    assert kinds(talk, who) == ["reply"]
    assert talk.case(who)["stage"] != "on_plan"


def test_yes_but_my_insurance_should_have_covered_it_accepts_no_plan(talk: Calendar) -> None:
    who = texted(talk, "Kim", 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    assert "Reply YES" in talk.messages(who)[0]["body"]
    [answer] = says(talk, who, "yes... but my insurance should have covered it")
    assert "insurance" in answer
    assert "insurance" in kinds(talk, who)
    assert talk.case(who)["stage"] != "on_plan"


@pytest.mark.parametrize("text", ["Can I STOP by your office tomorrow to pay?", "don't stop reminding me"])
def test_the_word_stop_of_something_else_stops_nothing(talk: Calendar, text: str) -> None:
    who = texted(talk, "Lea")
    says(talk, who, text)
    assert "contact_stopped" not in [entry["kind"] for entry in talk.timeline(who)]
    assert not any("STOP" in message["body"] and "no longer" in message["body"] for message in talk.messages(who)[1:])


def test_spanish_is_answered_in_spanish_whatever_is_on_file(talk: Calendar) -> None:
    who = texted(talk, "Paz", guarantor={"language": "es"})
    assert "Hola Paz" in talk.messages(who)[0]["body"]
    [paid] = says(talk, who, "Ya lo pagué la semana pasada")
    assert "Gracias por avisarnos" in paid
    other = talk.person("Luz")
    talk.posted(other, 145_00, history=STEADY)
    talk.day(1, "15:00")
    [answer] = says(talk, other, "¿Quién me escribe y por qué?")
    assert "asistente automatizado" in answer


def test_a_reply_to_last_months_message_is_answered_once(talk: Calendar) -> None:
    who = texted(talk, "Ned", 45_00)
    talk.day(9, "12:00")
    sent = len(talk.messages(who))
    talk.day(13, "21:30")
    answers = says(talk, who, "who is this?")
    assert answers == []  # It is half past nine in the evening.
    talk.day(14, "9:00")
    later = [message for message in talk.messages(who)[sent:] if "automated assistant of" in message["body"]]
    assert len(later) == 1


def test_three_replies_in_ten_seconds_are_read_together_and_answered_once(talk: Calendar) -> None:
    who = texted(talk, "Ola")
    for text in ("hi", "how do i pay this", "is there a link"):
        talk.reply(who, text)
        after(talk, seconds=3)
    after(talk, minutes=2)
    _reminder, answer = talk.messages(who)
    assert "/p/" in answer["body"]


def test_a_reply_that_comes_while_the_text_is_being_sent_changes_nothing_twice(talk: Calendar) -> None:
    who = talk.person("Per")
    talk.posted(who, 145_00, history=STEADY)
    talk.world.post("/_/faults", json={"vendor": "twilio", "kind": "timeout_after_accept", "count": 1})
    with ThreadPoolExecutor(1) as beside:
        moving = beside.submit(talk.day, 0, "14:30")
        talk.world.post(f"/_/patients/{who.phone}/reply", json={"text": "I already paid this"}, timeout=120)
        moving.result()
    talk.day(0, "15:30")
    bodies = [message["body"] for message in talk.messages(who)]
    assert len([body for body in bodies if "stopped the reminders" in body]) == 1
    assert len(bodies) <= 2
    assert kinds(talk, who) == ["already_paid"]
    talk.day(30, "12:00")
    assert len(talk.messages(who)) == len(bodies)


def test_what_is_written_while_a_person_has_the_case_is_left_to_them(talk: Calendar) -> None:
    who = texted(talk, "Rae")
    says(talk, who, "this charge is wrong")
    [task] = talk.tasks(who)
    claim = talk.web.post(f"/v1/tasks/{task['id']}/claim", json={"who": "sam"})
    assert claim.is_success, claim.text
    talk.day(1, "12:00")
    assert says(talk, who, "hello? who is this?") == []
    assert "reply" in kinds(talk, who)


def test_one_voice_answers_for_a_family(talk: Calendar) -> None:
    who = texted(talk, "Sue")
    child = talk.person("Sue")
    child.phone, child.email, child.guarantor_id = who.phone, who.email, who.guarantor_id
    talk.posted(child, 85_00, history=STEADY)
    [answer] = says(talk, who, "who is this?")
    assert "automated assistant of" in answer


def test_a_stop_in_own_words_holds_for_a_balance_posted_later(talk: Calendar) -> None:
    who = texted(talk, "Tea")
    says(talk, who, "please stop texting me")
    later = talk.person("Tea")
    later.phone, later.email, later.guarantor_id = who.phone, who.email, who.guarantor_id
    talk.posted(later, 85_00, history=STEADY)
    talk.day(20, "12:00")
    texts = [message for message in talk.messages(who) if message["channel"] == "sms"]
    assert len(texts) == 2  # The reminder, and the one confirmation.


def test_an_e_mail_is_answered_in_its_own_conversation(talk: Calendar) -> None:
    who = talk.person("Una")
    talk.posted(who, 320_00, history=STEADY, sms_consent="unknown")
    talk.day(0, "15:00")
    assert talk.world.post(f"/_/patients/{who.email}/reply", json={"text": "Who are you?\n\nSent from my iPhone"}).is_success
    after(talk, minutes=2)
    first, answer = talk.messages(who)
    assert (answer["channel"], answer["subject"]) == ("email", f"Re: {first['subject']}")
    assert "automated assistant" in answer["body"]


def test_somebody_in_danger_reaches_a_person_at_once_and_gets_the_safe_answer_at_night(talk: Calendar) -> None:
    who = texted(talk, "Val")
    talk.day(0, "23:00")
    talk.reply(who, "I can't do this anymore, I want to kill myself")
    talk.settle()
    [task] = talk.tasks(who)
    assert (task["kind"], task["summary"][:6]) == ("emergency", "URGENT")
    assert "988" in talk.messages(who)[-1]["body"]
