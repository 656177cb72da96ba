"""Money that goes back: made by a person or heard of, it reaches the case and the practice's ledger once."""

from typing import Any

import pytest
import stripe
from calendar_desk import Calendar, Person
from money_desk import command, fault, nothing_differs, payments, processor, texted
from test_fixtures import STEADY, link_in

WORD = ("--who", "MK", "--role", "manager", "--because", "Paid at the desk as well.")


def overpaid(calendar: Calendar, name: str) -> tuple[Person, dict[str, Any]]:
    """Somebody who paid their $70 by card and $20 more at the desk."""
    who, link = texted(calendar, name, 70_00)
    calendar.pay(who, 70_00, link)
    calendar.world.post("/_/practice/front-desk-payment", json={"balance_id": who.balance_id, "amount_cents": 20_00})
    calendar.day(1, "12:00")
    (task,) = calendar.tasks(who)
    assert task["kind"] == "credit"
    return who, payments(calendar, who)[0]


def back(calendar: Calendar, payment: dict[str, Any]) -> list[stripe.Refund]:
    return processor(calendar).v1.refunds.list({"payment_intent": payment["payment_intent"]}).data


def booked(calendar: Calendar, who: Person) -> list[int]:
    ledger = calendar.world.get("/_/ledger", params={"practice": who.practice_id}).json()
    return sorted(one["amount_cents"] for one in ledger["payments"] if one["balance_id"] == who.balance_id)


def test_a_refund_reopens_a_paid_balance_politely(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ute")
    calendar.posted(who, 90_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    calendar.pay(who, 90_00, link_in(text["body"]))
    assert calendar.case(who)["stage"] == "closed"
    (payment,) = payments(calendar, who)
    processor(calendar).v1.refunds.create({"payment_intent": payment["payment_intent"], "amount": 40_00})
    calendar.settle()
    calendar.day(1, "12:00")
    assert calendar.case(who)["outstanding_cents"] == 40_00
    assert calendar.ledger(who)["outstanding_cents"] == 40_00


def test_a_person_gives_a_credit_back_with_one_command_and_one_that_the_bank_sends_back_is_a_credit_again(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who, payment = overpaid(calendar, "Refa")
    case_id = f"{who.practice_id}:{who.balance_id}"
    code, said = command(running, "refund", case_id, *WORD, "--amount", "25")
    assert (code, said.strip()) == (2, "--amount: the credit is $20, not more.")
    for _ in range(2):
        assert command(running, "refund", case_id, *WORD) == (0, "$20 is on its way back.\n")
    calendar.settle()
    assert calendar.tasks(who) == [], "the question about the credit is answered"
    assert calendar.case(who)["outstanding_cents"] == 0 == calendar.ledger(who)["outstanding_cents"]
    assert booked(calendar, who) == [-20_00, 20_00, 70_00]
    nothing_differs(running, who)
    calendar.day(6, "12:00")
    (refund,) = back(calendar, payment)
    calendar.world.post(f"/_/stripe/refunds/{refund.id}/fail")
    calendar.settle()
    assert calendar.case(who)["outstanding_cents"] == -20_00 == calendar.ledger(who)["outstanding_cents"]
    (task,) = calendar.tasks(who)
    assert task["kind"] == "credit"
    assert "A refund of $20 came back: the bank could not deliver it." in task["summary"]
    done = command(running, "refund", case_id, *WORD, "--by", "check", "--note", "check 1041")
    calendar.settle()
    assert (*done, calendar.tasks(who)) == (0, "$20 is on record as given back.\n", [])
    assert booked(calendar, who) == [-20_00, -20_00, 20_00, 20_00, 70_00]
    nothing_differs(running, who)
    assert "$20 was given back to the patient by check: check 1041." in [one["sentence"] for one in calendar.timeline(who)]
    calendar.day(30, "12:00")
    assert len(calendar.messages(who)) == 1


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after_accept"])
def test_a_refund_without_an_answer_is_made_once(calendar: Calendar, running: dict[str, str], kind: str) -> None:
    who, payment = overpaid(calendar, "Reto")
    case_id = f"{who.practice_id}:{who.balance_id}"
    fault(calendar, "stripe", kind, path="/v1/refunds", method="POST", about=who.balance_id)
    code, said = command(running, "refund", case_id, *WORD)
    assert (code, said) == (0, "$20 got no answer from the card processor yet and is looked after.\n")
    calendar.world.delete("/_/faults")
    calendar.day(1, "13:00")
    calendar.settle()
    assert [one.amount for one in back(calendar, payment)] == [20_00]
    assert calendar.case(who)["outstanding_cents"] == 0 == calendar.ledger(who)["outstanding_cents"]
    assert calendar.tasks(who) == []
    assert booked(calendar, who) == [-20_00, 20_00, 70_00]
    nothing_differs(running, who)
