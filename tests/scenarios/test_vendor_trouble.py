"""Providers that time out, refuse, repeat themselves or are away: the patient still hears once, or not at all."""

from datetime import timedelta

from calendar_desk import Calendar
from test_fixtures import STEADY, link_in


def test_a_text_accepted_just_before_the_time_out_is_not_sent_twice(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Gil")
    calendar.posted(who, 55_00, history=STEADY)
    calendar.world.post("/_/faults", json={"vendor": "twilio", "kind": "timeout_after_accept", "count": 1})
    calendar.day(1, "20:00")
    assert len(calendar.messages(who)) == 1
    assert calendar.case(who)["stage"] == "outreach"


def test_an_e_mail_without_an_answer_leaves_once(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    people = []
    for kind in ("timeout_before", "timeout_after_accept"):
        people.append(calendar.person("Ema"))
        calendar.world.post("/_/faults", json={"vendor": "sendgrid", "kind": kind, "about": people[-1].email})
        calendar.posted(people[-1], 55_00, guarantor={"preferred_channel": "email"})
    calendar.day(0, "20:00")
    assert [len(calendar.messages(who)) for who in people] == [0, 1], "nobody knows yet whether the first one left"
    calendar.day(2, "20:00")
    assert [len(calendar.messages(who)) for who in people] == [1, 1]
    for who in people:
        assert calendar.case(who)["stage"] == "outreach"
        looks = [one for one in calendar.timeline(who) if any("not known yet" in why for why in one.get("because") or [])]
        assert len(looks) <= 10, "a report is not hurried by asking"


def test_a_stopped_number_is_a_revocation_and_is_not_texted_again(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Eve")
    calendar.posted(who, 45_00, history=STEADY)
    calendar.day(0, "15:00")
    calendar.reply(who, "STOP")
    calendar.day(30, "20:00")
    assert len([message for message in calendar.messages(who) if message["channel"] == "sms"]) == 1


def test_provider_errors_delay_a_text_and_never_double_it(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ned")
    calendar.posted(who, 55_00, history=STEADY)
    calendar.world.post("/_/faults", json={"vendor": "twilio", "kind": "error_500", "count": 2})
    calendar.day(1, "20:00")
    assert len(calendar.messages(who)) == 1


def test_a_multiword_stop_is_honored_like_the_keyword(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Uma")
    calendar.posted(who, 45_00, history=STEADY)
    calendar.day(0, "15:00")
    asked_at = calendar.now()
    calendar.reply(who, "please stop texting me")
    calendar.day(30, "20:00")
    _, *later = [message for message in calendar.messages(who) if message["channel"] == "sms"]
    assert len(later) <= 1, "one confirmation is permitted (R-8)"
    assert all(calendar.local(message["at"]) - asked_at <= timedelta(minutes=5) for message in later)


def test_already_paid_holds_the_case_and_asks_a_person(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Zoe")
    calendar.posted(who, 145_00, history=STEADY)
    calendar.day(0, "15:00")
    calendar.reply(who, "I already paid this")
    calendar.day(30, "20:00")
    _reminder, answer = calendar.messages(who)
    assert "stopped the reminders" in answer["body"]
    assert calendar.case(who)["stage"] in {"held", "with_staff"}
    assert [task["kind"] for task in calendar.tasks(who)] == ["already_paid"]


def test_while_the_practices_system_is_away_time_goes_on_and_the_payment_is_posted_once_later(
    calendar: Calendar,
) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Abe")
    calendar.posted(who, 85_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    until = (calendar.now() + timedelta(hours=10)).isoformat()
    calendar.world.post("/_/faults", json={"vendor": "practice", "kind": "outage", "until": until})
    calendar.pay(who, 85_00, link_in(text["body"]))
    assert calendar.ledger(who)["outstanding_cents"] == 85_00
    assert calendar.case(who)["stage"] != "closed"
    calendar.day(0, "20:00")
    reasons = [reason for entry in calendar.timeline(who) for reason in entry.get("because") or []]
    assert any("is not in the practice's ledger yet" in reason for reason in reasons)
    calendar.day(1, "12:00")
    assert calendar.ledger(who)["outstanding_cents"] == 0
    assert calendar.case(who)["stage"] == "closed"
    assert len(calendar.messages(who)) == 1
