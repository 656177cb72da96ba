"""Requests about money that get no answer, before or after they were taken: the money moves once all the same."""

import threading

import pytest
from calendar_desk import Calendar
from money_desk import fault, nothing_differs, payments, texted
from plan_desk import agreed, charges, enroll
from test_fixtures import SLOW

BOTH = pytest.mark.parametrize("kind", ["timeout_before", "timeout_after_accept"])


@BOTH
def test_a_charge_without_an_answer_is_made_once(calendar: Calendar, running: dict[str, str], kind: str) -> None:
    who = agreed(calendar, "Tam")
    enroll(calendar, who)
    fault(calendar, "stripe", kind, path="/v1/payment_intents", method="POST", about=who.balance_id)
    calendar.day(17, "12:00")
    calendar.world.delete("/_/faults")
    assert charges(calendar, who) == [80_00]
    assert calendar.case(who)["outstanding_cents"] == 240_00 == calendar.ledger(who)["outstanding_cents"]
    nothing_differs(running, who)


@BOTH
def test_a_page_to_pay_on_that_gets_no_answer_is_asked_for_again_and_paid_once(
    calendar: Calendar, running: dict[str, str], kind: str
) -> None:
    who, link = texted(calendar, "Pia", 64_00)
    fault(calendar, "stripe", kind, path="/v1/checkout/sessions", method="POST", about=who.balance_id)
    refused = calendar.web.post(link.partition("?")[0], data={"choice": "full"}, timeout=60)
    assert refused.status_code in {303, 502, 503}, refused.text
    calendar.world.delete("/_/faults")
    calendar.pay(who, 64_00, link)
    assert [one["amount_cents"] for one in payments(calendar, who)] == [64_00]
    assert calendar.ledger(who)["outstanding_cents"] == 0
    nothing_differs(running, who)


@BOTH
def test_a_posting_without_an_answer_is_looked_for_and_stands_once(
    calendar: Calendar, running: dict[str, str], kind: str
) -> None:
    who, link = texted(calendar, "Pos", 72_00)
    fault(calendar, "practice", kind, path="/practice/v1/payments", method="POST", about=who.balance_id)
    calendar.pay(who, 72_00, link)
    calendar.day(0, "20:00")
    calendar.world.delete("/_/faults")
    ledger = calendar.world.get("/_/ledger", params={"practice": who.practice_id}).json()
    assert [one["amount_cents"] for one in ledger["payments"] if one["balance_id"] == who.balance_id] == [72_00]
    assert calendar.case(who)["close_reason"] == "paid"
    nothing_differs(running, who)


def test_a_plans_note_and_its_reminder_by_e_mail_without_an_answer_are_there_once(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    people = {}
    for kind in ("timeout_before", "timeout_after_accept"):
        who = people[kind] = calendar.person("Nia")
        calendar.posted(who, 320_00, history=SLOW, guarantor={"preferred_channel": "email"})
    calendar.day(0, "15:00")
    for kind, who in people.items():
        fault(calendar, "practice", kind, path="/practice/v1/notes", method="POST", about=who.balance_id)
        assert calendar.world.post(f"/_/patients/{who.email}/reply", json={"text": "YES"}).is_success
    calendar.day(1, "12:00")
    for kind, who in people.items():
        assert calendar.case(who)["stage"] == "on_plan"
        fault(calendar, "sendgrid", kind, about=who.email)
    calendar.day(13, "20:00")
    calendar.world.delete("/_/faults")
    notes = calendar.world.get("/_/ledger", params={"practice": "lakeside"}).json()["notes"]
    for who in people.values():
        assert len([one for one in notes if one["balance_id"] == who.balance_id]) == 1
        reminders = [one for one in calendar.messages(who) if one["subject"] == "Your next payment to Lakeside Family Care"]
        assert [one["channel"] for one in reminders] == ["email"]


def test_money_at_the_front_desk_while_a_charge_is_on_its_way_becomes_a_credit_somebody_knows_of(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who = agreed(calendar, "Flo", 160_00)
    enroll(calendar, who)
    fault(calendar, "stripe", "timeout_after_accept", path="/v1/payment_intents", method="POST", about=who.balance_id, seconds=6)
    advancing = threading.Thread(target=calendar.day, args=(15, "12:00"))
    advancing.start()
    for _ in range(300):
        if calendar.world.get("/_/faults").json()["faults"][0]["hits"]:
            break
        threading.Event().wait(0.1)
    else:
        pytest.fail("no charge was begun")
    at = calendar.now().isoformat()
    desk = {
        "kind": "payment_recorded", "fact_id": f"desk.{who.balance_id}", "at": at, "paid_at": at, "where": "front_desk",
        "practice_id": who.practice_id, "balance_id": who.balance_id, "amount_cents": 160_00,
    }  # fmt: skip
    assert calendar.web.post("/v1/facts", json=desk).status_code == 202
    advancing.join(120)
    calendar.world.delete("/_/faults")
    calendar.day(60, "12:00")
    assert len(charges(calendar, who)) == 1, "the one that was under way"
    over = sum(charges(calendar, who))
    assert calendar.case(who)["outstanding_cents"] == -over == calendar.ledger(who)["outstanding_cents"]
    assert "credit" in [task["kind"] for task in calendar.tasks(who)]
    nothing_differs(running, who)
