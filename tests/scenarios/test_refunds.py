"""Money that goes back: heard in whatever order, it reaches the case and the practice's ledger once."""

import stripe
from calendar_desk import Calendar
from test_fixtures import STEADY, link_in


def test_a_refund_reopens_a_paid_balance_politely(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ute")
    calendar.posted(who, 90_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(who)
    calendar.pay(who, 90_00, link_in(text["body"]))
    assert calendar.case(who)["stage"] == "closed"
    payment = calendar.world.get("/_/payments").json()["payments"][-1]
    keys = calendar.world.get("/_/keys").json()
    client = stripe.StripeClient(
        keys["stripe"]["api_key"], base_addresses={"api": str(calendar.world.base_url)},
        http_client=stripe.RequestsClient(),
    )  # fmt: skip
    client.v1.refunds.create({"payment_intent": payment["payment_intent"], "amount": 40_00})
    calendar.settle()
    calendar.day(1, "12:00")
    assert calendar.case(who)["outstanding_cents"] == 40_00
    assert calendar.ledger(who)["outstanding_cents"] == 40_00
