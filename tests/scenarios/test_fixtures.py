"""The worked examples of the product, each played as a calendar on the whole running system."""

import re

from calendar_desk import Calendar

STEADY = {"days_to_pay": [20, 31, 28, 40, 25]}
SLOW = {"days_to_pay": [60, 75, 52], "missed_installments": 1, "oldest_unpaid_days": 75}
PROMPT = {"days_to_pay": [3, 5, 9, 12]}


def link_in(text: str) -> str:
    found = re.search(r"https?://\S+/p/[A-Za-z0-9]+", text)
    assert found, text
    return found.group(0)


def test_f1_sarah_gets_one_short_text_within_a_day(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    sarah = calendar.person("Sarah")
    calendar.posted(sarah, 47_00, history=STEADY)
    posted_at = calendar.now()
    calendar.day(1, "09:00")
    (text,) = calendar.messages(sarah)
    assert text["channel"] == "sms"
    assert (calendar.local(text["at"]) - posted_at).total_seconds() < 24 * 3600
    for element in ("Sarah", "$47", "/p/", "PLAN", "STOP"):
        assert element in text["body"]


def test_f2_tom_is_offered_four_payments_of_80_and_his_yes_sets_the_plan_up(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    tom = calendar.person("Tom")
    calendar.posted(tom, 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    calendar.day(0, "15:00")
    (text,) = calendar.messages(tom)
    for element in ("Tom", "$320", "4", "$80", "YES"):
        assert element in text["body"]
    calendar.reply(tom, "YES")
    calendar.day(0, "15:30")
    confirmed = calendar.messages(tom)[-1]
    assert confirmed["body"].count("$80 on ") == 4
    assert calendar.case(tom)["stage"] == "on_plan"
    assert calendar.tasks(tom) == []
    notes = calendar.world.get("/_/ledger", params={"practice": tom.practice_id}).json()["notes"]
    assert [note["text"].count("$80 on ") for note in notes if note["balance_id"] == tom.balance_id] == [4]


def test_f3_karen_pays_a_part_and_the_rest_next_month_without_a_person(calendar: Calendar) -> None:
    calendar.start(weekday=1, hour=9)
    karen = calendar.person("Karen")
    calendar.posted(karen, 215_00, insurance_paid_cents=680_00, history={"days_to_pay": [40, 35, 44, 30]})
    decided = calendar.timeline(karen)
    assert any(entry["kind"] == "decision" for entry in decided)
    calendar.day(0, "14:20")
    (text,) = calendar.messages(karen)
    assert calendar.local(text["at"]).strftime("%H:%M") == "14:00"
    for element in ("Karen", "$215", "/p/", "PLAN"):
        assert element in text["body"]
    calendar.day(0, "18:00")
    calendar.pay(karen, 100_00, link_in(text["body"]))
    assert calendar.case(karen)["outstanding_cents"] == 115_00
    calendar.reply(karen, "Can I pay the rest next month?")
    calendar.day(0, "18:30")
    assert calendar.case(karen)["stage"] == "on_plan"
    confirmed = calendar.messages(karen)[-1]
    assert "$115 on " in confirmed["body"]
    assert calendar.ledger(karen)["outstanding_cents"] == 115_00
    assert calendar.tasks(karen) == []
    calendar.day(40, "12:00")
    reminder = next(one for one in calendar.messages(karen) if "MOVE" in one["body"])
    calendar.pay(karen, 115_00, link_in(reminder["body"]))
    assert calendar.case(karen)["close_reason"] == "paid"
    assert calendar.tasks(karen) == []


def test_f4_a_high_risk_balance_goes_to_a_prepared_call_and_no_further_text(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ray")
    today = calendar.today
    calendar.posted(
        who, 420_00, service_date=today.fromordinal(today.toordinal() - 52).isoformat(),
        history={
            "days_to_pay": [80, 95], "unanswered_texts": 2, "unanswered_emails": 1, "oldest_unpaid_days": 95,
            "last_payment": {"paid_on": today.fromordinal(today.toordinal() - 90).isoformat(), "amount_cents": 75_00, "in_full": False},
        },
    )  # fmt: skip
    calendar.day(12, "12:00")
    assert calendar.messages(who) == []
    (task,) = calendar.tasks(who)
    assert task["kind"] == "call"
    for element in ("$420", "52 days", "two text", "one e-mail", "90 days ago", "$75", "partial", "plan", "assistance"):
        assert element in task["summary"], element


def test_f7_someone_who_paid_yesterday_hears_nothing(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=15)
    who = calendar.person("Noor")
    calendar.posted(who, 90_00, history=STEADY)
    calendar.world.post("/_/practice/front-desk-payment", json={"balance_id": who.balance_id, "amount_cents": 90_00})
    calendar.day(3, "20:00")
    assert calendar.messages(who) == []
    assert calendar.case(who)["stage"] == "closed"
    assert calendar.case(who)["close_reason"] == "paid"


def test_f8_a_prompt_payer_is_offered_no_plan(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ida")
    calendar.posted(who, 350_00, history=PROMPT)
    calendar.day(40, "20:00")
    messages = calendar.messages(who)
    assert messages
    assert not any("PLAN" in message["body"] or "payments of" in message["body"] for message in messages)


def test_f9_a_call_is_not_due_within_two_hours_of_a_reply(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Omar")
    calendar.posted(who, 130_00, history=STEADY)
    calendar.day(15, "13:30")
    calendar.reply(who, "ok thanks")
    calendar.day(15, "15:00")
    assert not [task for task in calendar.tasks(who) if task["kind"] == "call"]
