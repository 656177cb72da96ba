"""Payment plans as calendars on the whole running system: charged on the day, refused, put right, paid early, ended."""

from calendar_desk import Calendar
from plan_desk import agreed, charges, enroll, logged, refuse
from test_fixtures import STEADY, link_in

MASTERCARD = "5555555555554444"


def test_four_payments_of_80_are_reminded_charged_and_posted_and_the_case_ends(calendar: Calendar) -> None:
    tom = agreed(calendar, "Tom")
    enroll(calendar, tom)
    calendar.day(125, "12:00")
    assert charges(calendar, tom) == [80_00] * 4
    assert calendar.case(tom)["close_reason"] == "paid"
    assert calendar.ledger(tom)["outstanding_cents"] == 0
    reminders = [one for one in calendar.messages(tom) if "MOVE" in one["body"] and "due" in one["body"]]
    assert len(reminders) == 4
    assert calendar.tasks(tom) == []


def test_a_first_charge_declined_is_recovered_after_48_hours(calendar: Calendar) -> None:
    who = agreed(calendar, "Dee")
    enroll(calendar, who, MASTERCARD)
    refuse(calendar, MASTERCARD, times=1)
    calendar.day(15, "12:00")
    assert charges(calendar, who) == []
    calendar.day(20, "12:00")
    assert charges(calendar, who) == [80_00]
    assert calendar.tasks(who) == []


def test_paying_by_link_an_hour_before_leaves_nothing_to_charge(calendar: Calendar) -> None:
    who = agreed(calendar, "Lin")
    enroll(calendar, who)
    calendar.day(14, "8:00")
    calendar.pay(who, 80_00, link_in(calendar.messages(who)[-1]["body"]))
    calendar.day(15, "12:00")
    assert charges(calendar, who) == []
    assert calendar.ledger(who)["outstanding_cents"] == 240_00


def test_asking_to_pay_in_parts_is_answered_and_a_yes_sets_it_up(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ned")
    calendar.posted(who, 130_00, history=STEADY)
    calendar.day(0, "15:00")
    calendar.reply(who, "PLAN")
    calendar.day(0, "15:30")
    offer = calendar.messages(who)[-1]
    assert offer["body"].count("$65 on ") == 2
    assert "YES" in offer["body"]
    calendar.reply(who, "yes please")
    calendar.day(0, "16:00")
    assert calendar.case(who)["stage"] == "on_plan"


def test_move_and_cancel_my_plan_by_text(calendar: Calendar) -> None:
    who = agreed(calendar, "Pam")
    enroll(calendar, who)
    calendar.day(11, "15:00")
    calendar.reply(who, "MOVE")
    calendar.day(11, "15:30")
    assert "is changed" in calendar.messages(who)[-1]["body"]
    calendar.day(12, "12:00")
    calendar.reply(who, "please cancel my plan")
    calendar.day(12, "12:30")
    assert "is ended" in calendar.messages(who)[-1]["body"]
    calendar.day(30, "12:00")
    offered, made, moved, ended = logged(calendar, who)[:4]  # later it is offered a plan anew
    assert (offered["decision"], offered["agreed_by"]) == ("offered", "agent")
    assert (made["decision"], moved["change"]) == ("in_force", "move")
    assert (ended["decision"], ended["because"]) == ("cancelled", ["The patient asked in a reply to end the plan."])
    answer = calendar.web.post(f"/v1/plans/{ended['id']}/undo", json={"who": "MK", "because": "x"})
    assert (answer.status_code, "agree on new ones" in answer.text) == (409, True)
    assert charges(calendar, who) == []
