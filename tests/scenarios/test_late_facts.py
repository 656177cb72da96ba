"""Facts that come after a balance is closed, or before it is known: none is lost, none starts the story anew."""

from calendar_desk import Calendar
from test_fixtures import STEADY, link_in


def test_a_late_payment_on_a_closed_balance_becomes_a_credit_a_person_looks_at(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Lou")
    calendar.posted(who, 70_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    calendar.pay(who, 70_00, link_in(text["body"]))
    assert calendar.case(who)["stage"] == "closed"
    calendar.day(9, "11:00")
    at = calendar.now().isoformat()
    calendar.report(
        kind="payment_recorded", fact_id=f"late.{who.balance_id}", at=at, paid_at=at, practice_id=who.practice_id,
        balance_id=who.balance_id, amount_cents=70_00, where="mail",
    )  # fmt: skip
    calendar.day(9, "12:00")
    assert calendar.case(who)["outstanding_cents"] == -70_00
    assert [task["kind"] for task in calendar.tasks(who)] == ["credit"]
    assert calendar.ledger(who)["outstanding_cents"] == -70_00
    calendar.day(30, "12:00")
    assert len(calendar.messages(who)) == 1


def test_a_late_booking_on_a_closed_balance_changes_nothing(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Bea")
    calendar.posted(who, 70_00, history=STEADY)
    calendar.world.post("/_/practice/front-desk-payment", json={"balance_id": who.balance_id, "amount_cents": 70_00})
    calendar.day(1, "12:00")
    calendar.report(
        kind="appointment_booked", fact_id=f"late.{who.balance_id}", at=calendar.now().isoformat(),
        practice_id=who.practice_id, balance_id=who.balance_id,
    )  # fmt: skip
    calendar.day(5, "12:00")
    assert calendar.case(who)["stage"] == "closed"
    assert calendar.messages(who) == []


def test_a_payment_heard_before_its_balance_is_counted_when_the_balance_posts(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Pia")
    at = calendar.now().isoformat()
    calendar.report(
        kind="payment_recorded", fact_id=f"early.{who.balance_id}", at=at, paid_at=at, practice_id=who.practice_id,
        balance_id=who.balance_id, amount_cents=25_00, where="mail",
    )  # fmt: skip
    calendar.posted(who, 60_00, history=STEADY)
    assert calendar.case(who)["outstanding_cents"] == 35_00
    assert calendar.ledger(who)["outstanding_cents"] == 35_00
