"""What becomes of messages changes the case: refusals, landlines, dead numbers, bounces, complaints, and echoes of all of these."""

import pytest
from calendar_desk import Calendar
from test_fixtures import STEADY, link_in


@pytest.mark.parametrize("outcome", ["landline", "unknown", "not_mobile"])
def test_a_number_that_takes_no_texts_moves_the_balance_to_e_mail(calendar: Calendar, outcome: str) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Lin")
    calendar.world.post(f"/_/phones/{who.phone}", json={"outcome": outcome})
    calendar.posted(who, 45_00, history=STEADY)
    calendar.day(12, "20:00")
    assert [message["channel"] for message in calendar.messages(who)][-1] == "email"
    assert len([message for message in calendar.messages(who) if message["channel"] == "sms"]) <= 1


def test_error_21610_is_a_revocation_although_nobody_told_us_of_the_stop(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Rex")
    who.phone = "+15005550004"  # Twilio's own number for it.
    calendar.posted(who, 45_00, history=STEADY)
    calendar.day(1, "12:00")
    assert [message["channel"] for message in calendar.messages(who)] == ["email"]
    reasons = " ".join(reason for entry in calendar.timeline(who) for reason in entry["because"] or [])
    assert "opted out" in reasons
    spouse = calendar.person("Ria")
    spouse.phone = who.phone
    calendar.posted(spouse, 45_00, history=STEADY)
    calendar.day(3, "20:00")
    assert [message["channel"] for message in calendar.messages(spouse)] == ["email"]


@pytest.mark.parametrize("outcome", ["bounce", "spam_report"])
def test_an_address_that_bounces_or_complains_is_not_used_again(calendar: Calendar, outcome: str) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Bob")
    calendar.world.post(f"/_/emails/{who.email}", json={"outcome": outcome})
    calendar.posted(who, 180_00, history=STEADY, sms_consent="denied")
    calendar.day(30, "20:00")
    assert [message["channel"] for message in calendar.messages(who)] == ["email"]
    assert [task["kind"] for task in calendar.tasks(who)][:1] in (["contact_failed"], ["no_contact"], ["call"])


def test_the_same_webhooks_fifty_times_count_once(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ivy")
    calendar.posted(who, 90_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    for vendor in ("twilio", "stripe", "practice"):
        fifty = {"vendor": vendor, "kind": "duplicate_callbacks", "copies": 50, "count": 1}
        calendar.world.post("/_/faults", json=fifty)
    calendar.world.post("/_/practice/front-desk-payment", json={"balance_id": who.balance_id, "amount_cents": 10_00})
    calendar.pay(who, 30_00, link_in(text["body"]))
    calendar.reply(who, "I already paid this")
    calendar.world.delete("/_/faults")
    calendar.day(1, "12:00")
    assert calendar.case(who)["outstanding_cents"] == 50_00
    assert calendar.ledger(who)["outstanding_cents"] == 50_00
    story = [entry["kind"] for entry in calendar.timeline(who)]
    assert story.count("payment_recorded") == 2
    assert story.count("reply_received") == 1
    assert [task["kind"] for task in calendar.tasks(who)] == ["already_paid"]


def test_a_dead_number_whose_report_was_lost_moves_the_balance_to_e_mail_as_the_report_would_have_and_once(
    calendar: Calendar,
) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ida")
    calendar.world.post(f"/_/phones/{who.phone}", json={"outcome": "unknown"})
    calendar.posted(who, 45_00, history=STEADY)
    calendar.day(0, "13:59")
    calendar.world.post("/_/faults", json={"vendor": "twilio", "kind": "lost_callbacks", "count": 999})
    calendar.day(0, "14:20")
    calendar.world.delete("/_/faults")
    failures = lambda: [one for one in calendar.timeline(who) if one["kind"] == "delivery_failed"]  # noqa: E731
    assert [message["channel"] for message in calendar.messages(who)] == ["sms"]
    assert failures() == []
    calendar.day(0, "15:00")
    calendar.settle()
    (failure,) = failures()
    assert "not in use" in str(failure)
    calendar.day(4, "20:00")
    assert [message["channel"] for message in calendar.messages(who)] == ["sms", "email"]
    assert failures() == [failure]
