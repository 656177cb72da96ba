"""Conversations followed to their end: what is answered, what the record becomes, and what a person finds in the task."""

from datetime import timedelta
from typing import Any

import pytest
from calendar_desk import Calendar, Person
from test_conversations import SLOW, after, kinds, says, texted
from test_fixtures import STEADY, link_in

REMITTANCE = {
    "insurance_paid_cents": 155_00,
    "breakdown": {"billed_cents": 400_00, "adjustments": {"CO-45": 100_00, "PR-1": 100_00, "PR-2": 45_00}},
}  # fmt: skip


@pytest.fixture
def talk(calendar: Calendar) -> Calendar:
    calendar.start(weekday=0, hour=9)
    return calendar


def bodies(talk: Calendar, who: Person) -> list[str]:
    return [message["body"] for message in talk.messages(who)]


def readings(talk: Calendar, who: Person) -> list[dict[str, Any]]:
    return [entry for entry in talk.timeline(who) if entry["kind"] == "reading"]


def test_a_question_about_the_bill_is_answered_from_the_remittance_and_the_timeline_says_how_it_was_read(
    talk: Calendar,
) -> None:
    who = texted(talk, "Ana", **REMITTANCE)
    [answer] = says(talk, who, "why do I owe this much? what did my insurance pay?")
    for element in ("$300 of $400", "paid $155", "$145", "$100 deductible", "$45 coinsurance"):
        assert element in answer
    [read] = readings(talk, who)
    assert read["sentence"] == "The reply was read: the patient asks about the bill."
    assert read["because"][0].endswith(f"by reader {read['proof']['reader']}.")
    assert read["proof"]["reader"]
    assert kinds(talk, who) == []
    unexplained = talk.person("Bob")
    talk.posted(unexplained, 145_00, history=STEADY)
    talk.day(1, "15:00")
    [later_on] = says(talk, unexplained, "why do I owe this much?")
    assert "A person in our office will get back to you" in later_on
    assert kinds(talk, unexplained) == ["reply"]


def test_a_promise_that_is_kept_ends_the_case_and_one_that_is_broken_is_followed_up_once(talk: Calendar) -> None:
    kept, broken = texted(talk, "Cal"), talk.person("Dee")
    talk.posted(broken, 145_00, history=STEADY)
    assert says(talk, kept, "I'll pay it all on Friday") == []
    talk.day(1, "15:00")
    says(talk, broken, "I will pay next Monday")
    assert [talk.case(one)["stage"] for one in (kept, broken)] == ["held", "held"]
    talk.day(4, "12:00")
    talk.pay(kept, 145_00, link_in(bodies(talk, kept)[0]))
    talk.day(8, "20:00")
    assert talk.case(kept)["close_reason"] == "paid"
    assert len(talk.messages(kept)) == 1
    assert len(talk.messages(broken)) == 1, "the promised Monday and its grace have not passed"
    talk.day(12, "20:00")
    [follow_up] = bodies(talk, broken)[1:]
    assert "by Mon" in follow_up or "by Mar" in follow_up or "planned to pay" in follow_up
    talk.day(30, "20:00")
    assert sum("planned to pay" in body for body in bodies(talk, broken)) == 1
    assert not any("planned to pay" in body for body in bodies(talk, kept))


def test_wishes_change_the_record_or_reach_a_person(talk: Calendar) -> None:
    who = texted(talk, "Eva", 45_00)
    [answer] = says(talk, who, "Can you write to me in Spanish please?")
    assert "Desde ahora le escribimos en español" in answer
    [answer] = says(talk, who, "please email me instead")
    assert "Desde ahora le escribimos por correo" in answer
    talk.day(12, "20:00")
    later = talk.messages(who)[3:]
    assert {message["channel"] for message in later} == {"email"}
    assert all("Hola Eva" in message["body"] for message in later)
    moved = talk.person("Flo")
    talk.posted(moved, 45_00, history=STEADY)
    talk.day(13, "15:00")
    words = "my new address is 12 Oak Street, Elgin IL 60120, and my email flo.new@example.org"
    [answer] = says(talk, moved, words)
    assert "noted how you want to be reached" in answer
    [task] = talk.tasks(moved)
    assert (task["kind"], task["reply_text"]) == ("reply", words)
    assert [one["kind"] for one in task["stated"]] == ["email", "post"]
    resolved = talk.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "contact_updated"})
    assert resolved.is_success, resolved.text
    says(talk, moved, "please email me instead")
    talk.settle()
    talk.day(26, "20:00")
    to_new = talk.world.get("/_/messages", params={"to": "flo.new@example.org"}).json()["messages"]
    assert to_new, "the reminder goes to the address that was given and confirmed"


def test_f10_the_evidence_is_in_the_task_before_a_person_looks(talk: Calendar) -> None:
    who = texted(talk, "Gil", **REMITTANCE)
    talk.pay(who, 50_00, link_in(bodies(talk, who)[0]))
    says(talk, who, "I already paid this!!")
    [task] = talk.tasks(who)
    for element in (
        "Payments: $50 on ", "in the ledger", "PR-1 $100", "PR-2 $45", "CO-45 $100", "billed $400", "Claim final",
        "says that this was paid", "Owes $95",
    ):  # fmt: skip
        assert element in task["summary"], element
    shown = talk.web.get(f"/v1/tasks/{task['id']}").json()
    assert [(line["who"], line["message"] or line["intents"]) for line in shown["conversation"]] == [
        ("us", "first_notice"), ("patient", ["already_paid"]), ("us", "answer_already_paid"),
    ]  # fmt: skip
    assert shown["conversation"][0]["text"] == bodies(talk, who)[0]
    assert shown["conversation"][1]["text"] == "I already paid this!!"


def test_f11_the_pause_for_help_ends_with_a_person_being_asked_again_and_never_with_a_reminder(talk: Calendar) -> None:
    who = texted(talk, "Hal")
    says(talk, who, "I can't afford this, do you have financial assistance?")
    [task] = talk.tasks(who)
    resolved = talk.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "assistance"})
    assert resolved.is_success, resolved.text
    talk.day(20, "12:00")
    assert kinds(talk, who) == []
    talk.day(45, "12:00")
    assert kinds(talk, who) == ["assistance"]
    assert len(talk.messages(who)) == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [("are you a robot?", "automated assistant, not a person"), ("¿Es usted una persona o un robot?", "no una persona")],
)  # fmt: skip
def test_it_says_what_it_is_when_asked(talk: Calendar, asked: str, told: str) -> None:
    who = texted(talk, "Ian")
    [answer] = says(talk, who, asked)
    assert told in answer


def test_the_same_reply_is_answered_once_however_often_it_is_delivered_or_typed(talk: Calendar) -> None:
    who = texted(talk, "Jay")
    talk.world.post("/_/faults", json={"vendor": "twilio", "kind": "duplicate_callbacks", "count": 1, "copies": 4})
    [answer] = says(talk, who, "who is this?")
    assert "automated assistant" in answer
    other = talk.person("Kay")
    talk.posted(other, 145_00, history=STEADY)
    talk.day(1, "15:00")
    talk.reply(other, "who is this?")
    after(talk, seconds=5)
    assert len(says(talk, other, "who is this?")) == 1


def test_spanish_throughout_from_the_first_text_to_the_last_payment(talk: Calendar) -> None:
    who = texted(talk, "Luz", 320_00, history=SLOW, guarantor={"preferred_channel": "sms", "language": "es"})
    [answer] = says(talk, who, "¿Puedo pagar en partes?")
    assert "Gracias por preguntar. Puede pagar $80 el " in answer
    [confirmed] = says(talk, who, "Sí, acepto")
    assert talk.case(who)["stage"] == "on_plan"
    assert confirmed.count("$80 el ") == 4
    talk.day(40, "20:00")
    for body in bodies(talk, who):
        assert not any(word in body for word in ("Hi ", "Reply", "Your balance", "payments", "automated")), body


def test_a_yes_to_last_months_offer_accepts_nothing_once_the_amount_is_another(talk: Calendar) -> None:
    who = texted(talk, "Mia", 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    talk.pay(who, 100_00, link_in(bodies(talk, who)[0]))
    talk.day(32, "12:00")
    before = len(talk.messages(who))
    talk.reply(who, "yes")
    after(talk, minutes=2)
    assert talk.case(who)["stage"] != "on_plan"
    assert not any("set up" in body for body in bodies(talk, who)[before:])


def test_a_word_after_everything_is_paid_hears_the_good_news(talk: Calendar) -> None:
    who = texted(talk, "Noa", 45_00)
    talk.pay(who, 45_00, link_in(bodies(talk, who)[0]))
    talk.day(31, "12:00")
    [answer] = says(talk, who, "I already paid this bill last month")
    assert "nothing is open on this bill any more" in answer
    assert talk.case(who)["stage"] == "closed"


def test_after_a_stop_nothing_is_answered_there_and_a_person_reads_what_comes(talk: Calendar) -> None:
    who = texted(talk, "Oli")
    [confirmed] = says(talk, who, "please stop texting me")
    assert "no more texts" in confirmed
    talk.to(talk.now() + timedelta(hours=1))
    assert says(talk, who, "who is this?") == []
    assert kinds(talk, who) == ["reply"]
    texts = [message for message in talk.messages(who) if message["channel"] == "sms"]
    talk.day(30, "12:00")
    assert [message for message in talk.messages(who) if message["channel"] == "sms"] == texts


def test_two_robots_do_not_talk_and_nobody_is_asked_about_it(talk: Calendar) -> None:
    who = talk.person("Pia")
    talk.posted(who, 320_00, history=STEADY, sms_consent="unknown")
    talk.day(0, "15:00")
    for _ in range(4):
        note = {"text": "I am out of the office until Monday and will answer when I am back."}
        assert talk.world.post(f"/_/patients/{who.email}/reply", json=note).is_success
        after(talk, minutes=3)
    assert len(talk.messages(who)) == 1
    assert kinds(talk, who) == []


def test_files_by_e_mail_are_refused_politely_and_robots_hear_nothing(talk: Calendar) -> None:
    who = talk.person("Quy")
    talk.posted(who, 145_00, history=STEADY, sms_consent="unknown")
    talk.day(0, "15:00")

    def writes(**letter: Any) -> list[str]:
        before = len(talk.messages(who))
        assert talk.world.post(f"/_/patients/{who.email}/reply", json=letter).is_success
        after(talk, minutes=2)
        return bodies(talk, who)[before:]

    assert writes(text="Undeliverable", headers=["Auto-Submitted: auto-replied"]) == []
    [answer] = writes(text="", files=[{"name": "eob.pdf", "content": "%PDF"}])
    assert "cannot open pictures or files" in answer
    assert kinds(talk, who) == []
    [answer] = writes(
        text="¿Quién me escribe?\r\n\r\nOn Mon, Mar 2, 2026 at 2:00 PM Lakeside <a@example.com> wrote:\r\n> Reply STOP",
        charset="iso-8859-1",
    )
    assert "asistente automatizado" in answer
    assert kinds(talk, who) == []


def test_a_yes_after_a_stop_accepts_no_plan_and_lifts_nothing(talk: Calendar) -> None:
    who = texted(talk, "Rob", 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    assert "Reply YES" in bodies(talk, who)[0]
    says(talk, who, "please stop texting me")
    talk.to(talk.now() + timedelta(minutes=30))
    sent = len(talk.messages(who))
    assert says(talk, who, "yes") == []
    assert talk.case(who)["stage"] == "with_staff"
    assert len(talk.messages(who)) == sent
    [task] = talk.tasks(who)
    assert task["kind"] == "reply"
    assert "wants to hear from us" in task["summary"]
