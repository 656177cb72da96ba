"""Money goes through Stripe's hosted page: the real SDK over HTTP against the simulator and odd servers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from integrations.hearing import Whose
from integrations.stripe.checkout import StripeCheckout, link_of, session_of
from integrations.stripe.connection import Connection
from receivables.errors import CannotKnow, Refused, TryLater
from receivables.money import Cents
from receivables.ports import CheckoutOrder
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.world import World

KEY = "sk_test_simulated0000000000000001"


def order(balance: str = "b1", amount: int = 47_00, key: str = "b1:4700:1") -> CheckoutOrder:
    return CheckoutOrder(
        practice_id="lakeside", balance_id=balance, amount_cents=Cents(amount), statement_name="LAKESIDE FAMILY CARE",
        return_url="https://pay.example.com/p/code?paid=1", cancel_url="https://pay.example.com/p/code",
        language="es", idempotency_key=key,
    )  # fmt: skip


@pytest.fixture
async def checkout(world: World) -> AsyncIterator[StripeCheckout]:
    connection = Connection(KEY, base_url=world.url, timeout_s=5)
    yield StripeCheckout(connection)
    await connection.close()


async def test_a_patient_is_sent_to_a_hosted_page_and_the_same_key_gives_the_same_page(
    checkout: StripeCheckout,
) -> None:
    first = await checkout.begin(order(key="same:1"))
    again = await checkout.begin(order(key="same:1"))
    assert first == again
    assert first.url.startswith("http")


async def test_a_key_used_for_another_amount_is_refused(checkout: StripeCheckout) -> None:
    await checkout.begin(order(key="once:1"))
    with pytest.raises(Refused):
        await checkout.begin(order(amount=48_00, key="once:1"))


async def test_a_page_that_was_taken_in_before_the_answer_was_lost_is_given_again(
    world: World,
) -> None:
    world.fault("stripe", "timeout_after_accept")
    connection = Connection(KEY, base_url=world.url, timeout_s=0.5)
    hurried = StripeCheckout(connection)
    with pytest.raises(TryLater):
        await hurried.begin(order("b9", key="lost:1"))
    page = await hurried.begin(order("b9", key="lost:1"))
    assert page.session_id.startswith("cs_")
    await connection.close()


async def test_a_payment_is_known_by_its_own_record_and_a_strange_one_is_nobodys(
    world: World, checkout: StripeCheckout
) -> None:
    page = await checkout.begin(order("paid1", 100_00, key="paid1:1"))
    world.pay_by_card(page.url)
    payment = world.ask("/_/payments")["payments"][-1]["payment_intent"]
    assert await checkout.whose(payment) == Whose("lakeside", "paid1")
    assert await checkout.whose("pi_unknown") is None


async def test_an_outdated_page_is_closed_and_closing_it_twice_does_no_harm(
    world: World, checkout: StripeCheckout
) -> None:
    page = await checkout.begin(order("old1", key="old1:1"))
    await checkout.expire(page.session_id)
    await checkout.expire(page.session_id)
    assert world.pay_by_card(page.url) >= 400


async def test_staff_can_hand_out_a_link_that_takes_one_payment(checkout: StripeCheckout) -> None:
    assert (await checkout.payment_link(order("link1", key="link1:1"))).startswith("http")


def test_stripe_is_told_opaque_ids_and_the_statement_name_and_nothing_else() -> None:
    told = json.dumps([session_of(order()), link_of(order())])
    for clinical in ("visit", "care plan", "lab", "dental", "treatment", "patient", "Sarah"):
        assert clinical not in told
    session = session_of(order())
    assert session["client_reference_id"] == "lakeside:b1"
    assert (
        session["metadata"] == session["payment_intent_data"]["metadata"] == {"practice": "lakeside", "balance": "b1"}
    )


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, b'{"error": {"type": "invalid_request_error", "code": "rate_limit"}}', TryLater),
        (409, b'{"error": {"type": "invalid_request_error"}}', TryLater),
        (401, b'{"error": {"type": "invalid_request_error"}}', TryLater),
        (503, b'{"error": {"type": "api_error"}}', TryLater),
        (500, b'{"error": {"type": "api_error"}}', CannotKnow),
        (400, b'{"error": {"type": "invalid_request_error", "code": "parameter_unknown"}}', Refused),
        (400, b'{"error": {"type": "idempotency_error"}}', Refused),
    ],
)
async def test_each_answer_is_judged_once_and_nothing_is_repeated(
    status: int, body: bytes, expected: type[Exception]
) -> None:
    with answering(status, body) as stripe:
        connection = Connection(KEY, base_url=stripe.base_url)
        checkout = StripeCheckout(connection)
        with pytest.raises(expected):
            await checkout.begin(order())
        await connection.close()
    assert len(stripe.asked) == 1


async def test_a_processor_that_cannot_be_reached_may_be_asked_again() -> None:
    connection = Connection(KEY, base_url=NOWHERE)
    checkout = StripeCheckout(connection)
    for work in (checkout.begin(order()), checkout.payment_link(order()), checkout.whose("pi_1"), checkout.expire("cs_1")):  # fmt: skip
        with pytest.raises(TryLater):
            await work
    await connection.close()
