"""Money that arrives, changes or comes back at awkward moments."""

from datetime import datetime, timedelta

import pytest
from calendar_desk import Calendar
from money_desk import fault, nothing_differs, processor, texted
from test_fixtures import STEADY, link_in
from test_refunds import booked


def test_a_balance_readjudicated_to_zero_an_hour_before_its_text_is_never_texted(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Lea")
    calendar.posted(who, 80_00, history=STEADY)
    calendar.day(0, "13:00")
    calendar.world.post("/_/practice/adjust", json={"balance_id": who.balance_id, "patient_responsibility_cents": 0})
    calendar.day(5, "20:00")
    assert calendar.messages(who) == []
    assert calendar.case(who)["stage"] == "closed"


def test_whoever_was_texted_about_a_balance_that_is_readjudicated_to_zero_reads_once_that_nothing_is_owed(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Nora")
    calendar.posted(who, 80_00, history=STEADY)
    calendar.day(1, "12:00")
    calendar.world.post("/_/practice/adjust", json={"balance_id": who.balance_id, "patient_responsibility_cents": 0})
    calendar.day(12, "20:00")
    _, told = calendar.messages(who)
    assert "you owe nothing on it" in told["body"]
    assert calendar.case(who)["stage"] == "closed"


def test_a_payment_in_the_very_second_the_text_is_due_stops_the_text(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Kim")
    calendar.posted(who, 60_00, history=STEADY)
    calendar.day(0, "13:59")
    due = calendar.now().replace(hour=14, minute=0)
    calendar.web.post(
        "/v1/facts",
        json={
            "kind": "payment_recorded", "fact_id": f"pay.{who.balance_id}", "at": due.isoformat(),
            "paid_at": due.isoformat(), "practice_id": who.practice_id, "balance_id": who.balance_id,
            "amount_cents": 60_00, "where": "mail",
        },
    )  # fmt: skip
    calendar.day(3, "20:00")
    assert calendar.messages(who) == []
    assert calendar.ledger(who)["outstanding_cents"] == 0


def test_a_balance_raised_by_the_payer_is_asked_for_at_its_new_amount(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Max")
    calendar.posted(who, 60_00, history=STEADY)
    calendar.day(0, "10:00")
    calendar.world.post("/_/practice/adjust", json={"balance_id": who.balance_id, "patient_responsibility_cents": 85_00})
    calendar.day(0, "20:00")
    (text,) = calendar.messages(who)
    assert "$85" in text["body"]


def test_overpaying_makes_a_credit_that_a_person_looks_at(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ana")
    calendar.posted(who, 70_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    calendar.pay(who, 70_00, link_in(text["body"]))
    calendar.world.post("/_/practice/front-desk-payment", json={"balance_id": who.balance_id, "amount_cents": 20_00})
    calendar.day(1, "12:00")
    assert calendar.case(who)["outstanding_cents"] == -20_00
    assert [task["kind"] for task in calendar.tasks(who)] == ["credit"]
    assert len(calendar.messages(who)) == 1


def test_the_same_payment_reported_fifty_times_counts_once(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Bo")
    calendar.posted(who, 64_00, history=STEADY)
    at = calendar.now().isoformat()
    for _ in range(50):
        calendar.web.post(
            "/v1/facts",
            json={
                "kind": "payment_recorded", "fact_id": f"pay.{who.balance_id}", "at": at, "paid_at": at,
                "practice_id": who.practice_id, "balance_id": who.balance_id, "amount_cents": 30_00, "where": "mail",
            },
        )  # fmt: skip
    calendar.settle()
    assert calendar.case(who)["outstanding_cents"] == 34_00
    assert calendar.ledger(who)["outstanding_cents"] == 34_00


def test_a_payment_whose_webhooks_never_arrive_is_asked_for_and_nobody_is_reminded_of_it(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Uma")
    calendar.posted(who, 90_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    calendar.world.post("/_/faults", json={"vendor": "stripe", "kind": "lost_callbacks", "count": 1000})
    calendar.pay(who, 90_00, link_in(text["body"]))
    calendar.day(0, "16:30")
    (lost,) = calendar.world.get("/_/faults").json()["faults"]
    calendar.world.delete("/_/faults")
    assert lost["hits"] > 3, "the vendor told us nothing"
    assert calendar.case(who)["outstanding_cents"] == 0
    assert calendar.ledger(who)["outstanding_cents"] == 0
    calendar.day(20, "20:00")
    assert len(calendar.messages(who)) == 1


def told(calendar: Calendar, since: datetime) -> list[tuple[datetime, int]]:
    """When the processor's webhooks reached us, and what they were answered."""
    made = [one for one in calendar.world.get("/_/callbacks").json()["attempts"] if one["vendor"] == "stripe"]
    heard = [(calendar.local(one["at"]), one["status"]) for one in made]
    return [(at, status) for at, status in heard if at >= since]


@pytest.mark.parametrize("hours", [5, 75], ids="{}_hours".format)
def test_webhooks_that_come_hours_or_days_after_we_found_the_payment_book_nothing_more(
    calendar: Calendar, running: dict[str, str], hours: int
) -> None:
    who, link = texted(calendar, "Ulf", 90_00)
    fault(calendar, "stripe", "late_callbacks", count=1000, hours=hours)
    calendar.pay(who, 90_00, link)
    paid = calendar.now()
    for clock in ("16:30", "18:00"):  # Events are asked for every hour.
        calendar.day(0, clock)
    calendar.world.delete("/_/faults")
    assert told(calendar, paid) == [], "we asked and were not told"
    assert booked(calendar, who) == [90_00]
    story = len(calendar.timeline(who))
    calendar.day(4, "12:00")
    late = [status for at, status in told(calendar, paid) if at - paid == timedelta(hours=hours)]
    assert (len(late) >= 3, set(late)) == (True, {204}), "the payment, its charge and its page, all taken"
    assert booked(calendar, who) == [90_00]
    assert calendar.case(who)["outstanding_cents"] == 0 == calendar.ledger(who)["outstanding_cents"]
    assert len(calendar.timeline(who)) == story, "the case heard nothing new"
    calendar.day(20, "20:00")
    assert len(calendar.messages(who)) == 1
    assert calendar.tasks(who) == []
    nothing_differs(running, who)


def test_money_for_a_practice_that_is_not_configured_is_booked_nowhere_and_shown_to_whoever_runs_the_system(
    calendar: Calendar, running: dict[str, str]
) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Nob")
    calendar.posted(who, 90_00, history=STEADY)
    paid = processor(calendar).v1.payment_intents.create({
        "amount": 90_00, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "metadata": {"practice": "elsewhere", "balance": who.balance_id},
    })  # fmt: skip
    calendar.settle()
    assert calendar.case(who)["outstanding_cents"] == 90_00 == calendar.ledger(who)["outstanding_cents"]
    tasks = calendar.web.get("/v1/tasks", params={"practice_id": "operator"}).json()["tasks"]
    (task,) = [one for one in tasks if paid.id in one["task_id"]]
    assert (task["kind"], task["expected_cents"]) == ("unknown_money", 90_00)
    assert task["summary"].startswith("Money moved for a practice that is not configured here.")
    nothing_differs(running, who)
