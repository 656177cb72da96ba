"""The judge of the demonstration finds each thing that must not happen, and lets pass what may."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from starter.demo.invariants import Record, judged

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = datetime(2026, 3, 2, 14, tzinfo=CHICAGO)
PHONE = "+13125550142"
CAPS = "no more messages than the caps allow"


def at(days: float = 0, **span: float) -> str:
    return (MONDAY + timedelta(days=days, **span)).isoformat()


def message(when: str, body: str = "") -> dict[str, Any]:
    return {"id": f"SM{when}", "to": PHONE, "at": when, "subject": None, "body": body or when}


def record(**more: Any) -> Record:
    balance = {"posted_at": at(-1), "responsibility_cents": 100_00, "payments": []}
    given: dict[str, Any] = {
        "messages": [message(at())], "balances": {"b1": balance}, "payments": [], "stops": {}, "violations": [],
        "people": [{"guarantor_id": "g1", "phone": PHONE, "email": "", "balances": [{"balance_id": "b1"}]}], "zone": CHICAGO,
    }  # fmt: skip
    return Record(**(given | more))


def broken(**more: Any) -> list[str]:
    return [name for name, found in judged(record(**more)).items() if found]


def paid(cents: int, when: str, external_id: str | None = None) -> dict[str, Any]:
    return {"amount_cents": cents, "recorded_at": when, "external_id": external_id, "balance_id": "b1"}


def holding(*payments: dict[str, Any]) -> dict[str, Any]:
    return {"b1": {"posted_at": at(-1), "responsibility_cents": 100_00, "payments": list(payments)}}


def test_an_ordinary_month_breaks_nothing() -> None:
    assert broken(messages=[message(at(day)) for day in (0, 3, 8)]) == []


@pytest.mark.parametrize(
    ("more", "invariant"),
    [
        ({"balances": holding(paid(100_00, at(-0.1)))}, "no message after payment was visible"),
        ({"stops": {PHONE: MONDAY - timedelta(hours=1)}}, "no message after a stop"),
        ({"messages": [message(at(hours=8))]}, "no message outside the permitted hours"),
        ({"messages": [message(at(6))]}, "no message outside the permitted hours"),
        ({"messages": [message(at(), "same"), message(at(10), "same")]}, "no message twice"),
        ({"messages": [message(at()), message(at(2))]}, CAPS),
        ({"messages": [message(at(day)) for day in (0, 3, 6.5)]}, CAPS),
        ({"balances": holding(paid(50_00, at(1), "stripe.pi_1"))}, "every payment is in the practice's ledger once"),
        (
            {"payments": [{"payment_intent": "pi_1", "amount_cents": 50_00}]},
            "every payment is in the practice's ledger once",
        ),
        ({"violations": ["a bad signature"]}, "the simulated vendors were spoken to correctly"),
    ],
)
def test_what_must_not_happen_is_found(more: dict[str, Any], invariant: str) -> None:
    assert invariant in broken(**more)


def test_money_booked_twice_is_found() -> None:
    taken = [{"payment_intent": "pi_1", "amount_cents": 50_00}]
    once = paid(50_00, at(1), "stripe.pi_1")
    assert broken(balances=holding(once), payments=taken) == []
    assert broken(balances=holding(once, once), payments=taken) == ["every payment is in the practice's ledger once"]


def test_one_answer_to_each_reply_is_no_outreach_and_a_second_one_is() -> None:
    reply = {"guarantor_id": "g1", "at": at(1)}
    answered = [message(at()), message(at(1, seconds=15))]
    assert broken(messages=answered, replies=[reply]) == []
    assert broken(messages=answered, replies=[reply | {"guarantor_id": "g2"}]) == [CAPS]
    assert broken(messages=[*answered, message(at(1, minutes=5))], replies=[reply]) == [CAPS]
