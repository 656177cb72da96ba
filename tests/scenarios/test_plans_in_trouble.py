"""Plans that meet trouble, as calendars on the whole running system: refused cards, changed shares, lost money."""

from calendar_desk import Calendar
from plan_desk import agreed, charges, enroll, logged, refuse
from test_fixtures import SLOW

AMEX, DEBIT, LOST = "378282246310005", "4000056655665556", "4000000000009987"


def test_declined_twice_the_team_is_told_and_the_patient_gets_a_link(calendar: Calendar) -> None:
    who = agreed(calendar, "Ria")
    enroll(calendar, who, AMEX)
    refuse(calendar, AMEX, times=2)
    calendar.day(18, "12:00")
    assert charges(calendar, who) == []
    assert [task["kind"] for task in calendar.tasks(who)] == ["charge_failed"]
    word = calendar.messages(who)[-1]
    assert "did not let us charge $80" in word["body"]
    assert "/p/" in word["body"]


def test_a_lost_card_is_never_charged_again(calendar: Calendar) -> None:
    who = agreed(calendar, "Jon")
    enroll(calendar, who, DEBIT)
    refuse(calendar, DEBIT, times=9, like=LOST)
    calendar.day(16, "12:00")
    calendar.world.post(f"/_/cards/{DEBIT}", json={"behaviour": "ok"})
    calendar.day(20, "12:00")
    assert charges(calendar, who) == []
    tries = [entry for entry in calendar.timeline(who) if "was declined" in str(entry)]
    assert len(tries) == 1


def test_a_share_lowered_in_month_two_is_never_exceeded(calendar: Calendar) -> None:
    who = agreed(calendar, "Eva")
    enroll(calendar, who)
    calendar.day(21, "9:00")
    calendar.world.post("/_/practice/adjust", json={"balance_id": who.balance_id, "patient_responsibility_cents": 250_00})
    calendar.settle()
    calendar.day(21, "12:00")
    offered = calendar.messages(who)[-1]
    assert "$56.67 on " in offered["body"]
    calendar.reply(who, "YES")
    calendar.day(110, "12:00")
    assert charges(calendar, who) == [80_00, 56_67, 56_67, 56_66]
    assert calendar.case(who)["close_reason"] == "paid"


def test_six_months_on_five_hundred_are_countered_and_a_person_agrees_to_them(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Zoe")
    calendar.posted(who, 500_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    calendar.day(0, "15:00")
    calendar.reply(who, "can I do six months instead?")
    calendar.day(0, "15:30")
    assert calendar.messages(who)[-1]["body"].count("$125 on ") == 4
    (task,) = calendar.tasks(who)
    assert task["kind"] == "plan_approval"
    answer = calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "plan_agreed"})
    assert answer.is_success, answer.text
    calendar.settle()
    calendar.day(0, "16:00")
    assert calendar.case(who)["stage"] == "on_plan"
    _, handed, countered, plan = logged(calendar, who)
    assert (handed["decision"], handed["outcome"], handed["read_by"]) == ("handed", "plan_agreed", "MK")
    assert (countered["decision"], countered["change"]) == ("countered", "most_payments")
    assert "6 payments are more than the 4 that may be agreed to without a person (R-27)." in countered["because"]
    assert [due["amount_cents"] for due in plan["payments"]] == [83_34, 83_34, 83_33, 83_33, 83_33, 83_33]
    assert plan["approved_by"] == "person"
