"""Providers that time out, refuse, repeat themselves or are away: the patient still hears once, or not at all."""

from calendar_desk import Calendar
from test_fixtures import STEADY


def test_a_text_accepted_just_before_the_time_out_is_not_sent_twice(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Gil")
    calendar.posted(who, 55_00, history=STEADY)
    calendar.world.post("/_/faults", json={"vendor": "twilio", "kind": "timeout_after_accept", "count": 1})
    calendar.day(1, "20:00")
    assert len(calendar.messages(who)) == 1
    assert calendar.case(who)["stage"] == "outreach"


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
    calendar.reply(who, "please stop texting me")
    calendar.day(30, "20:00")
    assert len([message for message in calendar.messages(who) if message["channel"] == "sms"]) == 1


def test_already_paid_holds_the_case_and_asks_a_person(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Zoe")
    calendar.posted(who, 145_00, history=STEADY)
    calendar.day(0, "15:00")
    calendar.reply(who, "I already paid this")
    calendar.day(30, "20:00")
    assert len(calendar.messages(who)) == 1
    assert calendar.case(who)["stage"] in {"held", "with_staff"}
    assert [task["kind"] for task in calendar.tasks(who)] == ["already_paid"]
