"""Plans from a coordinator's call, with a share that vanishes, with the disclosures, and joined by a second balance."""

from itertools import count
from typing import Any

from calendar_desk import Calendar, Person
from plan_desk import agreed, charges, enroll, logged
from test_fixtures import SLOW, link_in

_balances = count(2)
FROM_FILES = "harbor_dental"
"""Works with the disclosures that more than four payments need."""


def test_f4_from_the_calls_outcome_to_the_last_payment_of_the_four_month_plan(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who, today = calendar.person("Rae"), calendar.today
    calendar.posted(
        who, 420_00, service_date=today.fromordinal(today.toordinal() - 52).isoformat(),
        history={"days_to_pay": [80, 95], "unanswered_texts": 2, "unanswered_emails": 1, "oldest_unpaid_days": 95},
    )  # fmt: skip
    calendar.day(1, "12:00")
    (task,) = calendar.tasks(who)
    terms = {"installments": 4, "first_due_on": today.fromordinal(today.toordinal() + 14).isoformat()}
    answer = {"who": "MK", "outcome": "plan_agreed", "terms": terms}
    assert calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json=answer).is_success
    calendar.settle()
    calendar.day(1, "13:00")
    assert calendar.case(who)["stage"] == "on_plan"
    (confirmed,) = calendar.messages(who)
    assert confirmed["body"].count("$105 on ") == 4
    enroll(calendar, who)
    calendar.day(125, "12:00")
    assert charges(calendar, who) == [105_00] * 4
    assert calendar.ledger(who)["outstanding_cents"] == 0
    assert calendar.case(who)["close_reason"] == "paid"
    reminders = [one for one in calendar.messages(who) if "MOVE" in one["body"] and "due" in one["body"]]
    assert len(reminders) == 4
    assert calendar.tasks(who) == []


def test_a_share_lowered_in_month_two_and_nothing_in_month_three_ends_the_plan_and_what_was_paid_is_a_credit(calendar: Calendar) -> None:
    who = agreed(calendar, "Bea")
    enroll(calendar, who)
    calendar.day(21, "9:00")
    adjust(calendar, who, 250_00)
    calendar.day(21, "12:00")
    calendar.reply(who, "YES")
    calendar.day(60, "9:00")
    adjust(calendar, who, 0)
    calendar.day(130, "12:00")
    assert charges(calendar, who) == [80_00, 56_67]
    tasks = calendar.tasks(who)  # asked for at once, reminded of after 30 days, and the day of giving back after 60
    assert sorted(task["kind"] for task in tasks) == ["credit", "credit_due", "credit_due"]
    assert all("$136.67" in task["summary"] for task in tasks)
    assert calendar.case(who)["outstanding_cents"] == -136_67


def test_a_share_below_what_was_paid_leaves_a_credit_and_nothing_more_is_charged(calendar: Calendar) -> None:
    who = agreed(calendar, "Cal")
    enroll(calendar, who)
    calendar.day(50, "9:00")
    adjust(calendar, who, 100_00)
    calendar.day(90, "12:00")
    assert charges(calendar, who) == [80_00, 80_00]
    assert sorted(task["kind"] for task in calendar.tasks(who)) == ["credit", "credit_due"]


def test_a_second_balance_joins_the_plan_by_a_yes_and_each_ledger_gets_its_own_money(calendar: Calendar) -> None:
    first = agreed(calendar, "Uma")
    enroll(calendar, first)
    calendar.day(21, "9:00")
    assert charges(calendar, first) == [80_00]
    second = beside(first)
    calendar.posted(second, 120_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    calendar.day(21, "15:00")
    asked = calendar.messages(first)[-1]["body"]
    assert "Add it to your plan?" in asked
    assert asked.count("$30 on ") == 4
    calendar.reply(first, "YES")
    calendar.day(21, "15:30")
    assert calendar.case(second)["stage"] == "on_plan"
    confirmed = calendar.messages(first)[-1]["body"]
    assert confirmed.count("$30 on ") == 4
    calendar.day(45, "20:00")
    reminder = [one["body"] for one in calendar.messages(first) if "MOVE" in one["body"] and "due" in one["body"]][-1]
    assert "$110 of your plan" in reminder
    assert "$80 of it to your" in reminder
    assert charges(calendar, second) == [], "the card was allowed for the first balance alone"
    enroll(calendar, second)
    calendar.day(160, "12:00")
    assert charges(calendar, first) == [80_00] * 4
    assert sum(charges(calendar, second)) == 120_00
    assert [calendar.ledger(one)["outstanding_cents"] for one in (first, second)] == [0, 0]
    assert [calendar.case(one)["close_reason"] for one in (first, second)] == ["paid", "paid"]


def test_a_no_leaves_the_second_balance_to_its_own_ladder_and_cancelling_joined_plans_stops_both(
    calendar: Calendar,
) -> None:
    first = agreed(calendar, "Wyn")
    calendar.day(4, "9:00")
    apart, joined = beside(first), beside(first)
    calendar.posted(apart, 90_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    calendar.day(4, "15:00")
    assert "Add it to your plan?" in calendar.messages(first)[-1]["body"]
    calendar.reply(first, "no thanks")
    calendar.day(10, "9:00")
    assert calendar.case(apart)["stage"] != "on_plan"
    calendar.posted(joined, 80_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    code = link_in(calendar.messages(first)[-1]["body"]).partition("?")[0]
    others = calendar.web.get(code).text
    assert "$80" in others, "the page shows what else is owed"
    calendar.day(25, "12:00")
    asked = [one["body"] for one in calendar.messages(first) if "Add it to your plan?" in one["body"]]
    assert len(asked) == 2, "each new balance is asked about once"
    assert calendar.case(joined)["stage"] != "on_plan"


def test_six_months_with_the_disclosures_are_offered_with_them_and_hold_by_a_yes(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Yul")
    who.practice_id = FROM_FILES
    report(calendar, who, 500_00, history={"days_to_pay": [20, 25, 30]})
    calendar.day(0, "17:00")
    calendar.reply(who, "can I pay it over six months?", to=calendar.messages(who)[-1]["from"])
    calendar.day(0, "18:00")
    offered = calendar.messages(who)[-1]["body"]
    assert offered.count("$83.3") == 6
    assert "Finance charge $0" in offered
    assert calendar.case(who)["stage"] != "on_plan", "the disclosures come before the yes"
    calendar.reply(who, "YES", to=calendar.messages(who)[-1]["from"])
    calendar.day(0, "19:00")
    assert calendar.case(who)["stage"] == "on_plan"
    assert "Finance charge" in calendar.messages(who)[-1]["body"]
    first, offered, plan = logged(calendar, who)
    assert (first["decision"], len(first["payments"])) == ("offered", 4)
    assert (offered["decision"], offered["approved_by"]) == ("offered", "policy")
    assert [due["amount_cents"] for due in plan["payments"]] == [83_34, 83_34, 83_33, 83_33, 83_33, 83_33]


def test_six_months_are_countered_and_a_person_agrees_with_the_disclosures_in_writing(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Zac")
    who.practice_id = FROM_FILES
    report(calendar, who, 500_00, history=SLOW)
    calendar.day(0, "17:00")
    calendar.reply(who, "can I do six months instead?", to=calendar.messages(who)[-1]["from"])
    calendar.day(0, "18:00")
    assert calendar.messages(who)[-1]["body"].count("$125 on ") == 4
    (task,) = calendar.tasks(who)
    assert task["kind"] == "plan_approval"
    answer = calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "plan_agreed"})
    assert answer.is_success, answer.text
    calendar.settle()
    calendar.day(0, "18:30")
    assert calendar.case(who)["stage"] == "on_plan"
    confirmed = calendar.messages(who)[-1]["body"]
    assert confirmed.count("$83.3") == 6
    assert "Amount financed $500. Finance charge $0. Annual percentage rate 0%." in confirmed


def test_a_payment_is_skipped_and_then_the_plan_ended_on_the_page(calendar: Calendar) -> None:
    who = agreed(calendar, "Ana")
    enroll(calendar, who)
    page = link_in(calendar.messages(who)[-1]["body"]).partition("?")[0]
    seen = calendar.web.get(f"{page}/plan/skip").text.partition('name="seen" value="')[2].partition('"')[0]
    answer = calendar.web.post(f"{page}/plan/skip", data={"seen": seen}, follow_redirects=True)
    assert "Done. Your plan is changed." in answer.text
    calendar.day(20, "12:00")
    assert charges(calendar, who) == [], "the first payment moved to the end"
    assert "Your plan is ended" in calendar.web.post(f"{page}/plan/cancel", data={}, follow_redirects=True).text
    calendar.settle()
    calendar.day(40, "12:00")
    assert charges(calendar, who) == []
    assert calendar.case(who)["stage"] != "on_plan"


def adjust(calendar: Calendar, who: Person, cents: int) -> None:
    calendar.world.post("/_/practice/adjust", json={"balance_id": who.balance_id, "patient_responsibility_cents": cents})
    calendar.settle()


def beside(who: Person) -> Person:
    """Another balance of the same person."""
    number = next(_balances)
    return Person(
        name=who.name, phone=who.phone, email=who.email, balance_id=f"{who.balance_id}.{number}",
        guarantor_id=who.guarantor_id,
    )  # fmt: skip


def report(calendar: Calendar, who: Person, cents: int, **more: Any) -> None:
    """A balance of a practice whose own system tells nothing."""
    points = [{"channel": "sms", "value": who.phone, "consent": "granted"}]
    calendar.report(
        kind="balance_posted", fact_id=f"posted.{who.balance_id}", at=calendar.now().isoformat(), practice_id=who.practice_id,
        balance_id=who.balance_id, patient_responsibility_cents=cents, insurance_paid_cents=cents,
        service_date=calendar.today.isoformat(), claim_status="final", source="files",
        guarantor={
            "guarantor_id": who.guarantor_id, "first_name": who.name, "time_zone": "America/Los_Angeles", "state": "WA",
            "contact_points": points,
        }, **more,
    )  # fmt: skip
