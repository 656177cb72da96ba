"""What the calendars of plans share: a plan agreed by text, a card put on file, and what became of its charges."""

from __future__ import annotations

import asyncio
from typing import Any

from calendar_desk import Calendar, Person
from test_fixtures import SLOW

from integrations.stripe.connection import Connection
from integrations.stripe.vault import StripeVault
from receivables.cards.ports import EnrollOrder
from runtime.clock import SystemClock

CARD = "4242424242424242"


def agreed(calendar: Calendar, name: str, cents: int = 320_00, **more: Any) -> Person:
    """Somebody who said yes to the plan in the first text; day 0 is the Monday of that text."""
    calendar.start(weekday=0, hour=9)
    who = calendar.person(name)
    calendar.posted(who, cents, history=SLOW, guarantor={"preferred_channel": "sms"}, **more)
    calendar.day(0, "15:00")
    calendar.reply(who, "YES")
    calendar.day(0, "15:30")
    assert calendar.case(who)["stage"] == "on_plan"
    return who


def enroll(calendar: Calendar, who: Person, card: str = CARD, plan: int = 1, expiry: str = "12 / 34") -> None:
    """The patient puts a card on file on the processor's page."""
    order = EnrollOrder(
        practice_id=who.practice_id, balance_id=who.balance_id, plan_id=f"{who.balance_id}.plan.{plan}",
        statement_name="LAKESIDE FAMILY CARE", return_url="https://pay.example.com/p/c/thanks",
        cancel_url="https://pay.example.com/p/c", language="en", idempotency_key=f"{who.balance_id}:enroll:{card[-4:]}",
    )  # fmt: skip

    async def page() -> str:
        connection = Connection(KEY, base_url=str(calendar.world.base_url))
        return (await StripeVault(connection, SystemClock()).enroll(order)).url

    url = asyncio.run(page())
    fields = {"email": who.email, "cardNumber": card, "cardExpiry": expiry, "cardCvc": "123", "billingName": ""}
    answer = calendar.world.post(url, data=fields)
    assert answer.status_code == 303, answer.text
    calendar.settle()


KEY = "sk_test_simulated0000000000000001"


def refuse(calendar: Calendar, card: str, times: int, like: str = "4000000000009995") -> None:
    """The next charges of a card are refused, as this published test card is."""
    answer = calendar.world.post(f"/_/cards/{card}", json={"number": like, "times": times})
    assert answer.is_success, answer.text


def logged(calendar: Calendar, who: Person) -> list[dict[str, Any]]:
    """What the plan log holds of this balance, oldest first."""
    lines = calendar.web.get("/v1/plans").json()["plans"]
    return [line for line in reversed(lines) if line["balance_id"] == who.balance_id]


def charges(calendar: Calendar, who: Person) -> list[int]:
    """Cents the processor took for this balance under a plan, oldest first."""
    made = calendar.world.get("/_/payments").json()["payments"]
    mine = [one for one in made if one["metadata"].get("balance") == who.balance_id]
    return [one["amount_cents"] for one in mine if one["metadata"].get("plan")]
