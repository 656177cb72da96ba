"""Stripe's own record of money: every movement under the name of its fact, over all pages; the real SDK over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from integrations.stripe.checkout import StripeCheckout
from integrations.stripe.connection import Connection
from integrations.stripe.movements import StripeBooks, movement_of
from receivables.errors import TryLater
from receivables.proof import Movement
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.stripe.test_checkout import KEY, order
from tests.integrations.world import World

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def connection(world: World) -> AsyncIterator[Connection]:
    opened = Connection(KEY, base_url=world.url, timeout_s=5)
    yield opened
    await opened.close()


async def all_since(connection: Connection, since: datetime) -> list[Movement]:
    return [one async for page in StripeBooks(connection).movements(since) for one in page]


async def paid(world: World, connection: Connection, balance: str, card: str = "4242424242424242") -> str:
    page = await StripeCheckout(connection).begin(order(balance, 100_00, key=f"{balance}:1"))
    world.pay_by_card(page.url, card)
    return str(world.ask("/_/payments")["payments"][-1]["payment_intent"])


async def test_a_payment_its_refund_and_a_lost_dispute_are_named_as_their_facts_are(
    world: World, connection: Connection
) -> None:
    since = world.now() - timedelta(minutes=1)
    payment = await paid(world, connection, "moved1")
    back = await connection.stripe.v1.refunds.create_async({"payment_intent": payment, "amount": 40_00})
    disputed = await paid(world, connection, "moved2", "4000000000000259")
    mine = [one for one in await all_since(connection, since) if one.balance_id in {"moved1", "moved2"}]
    amounts = {one.fact_id: int(one.amount_cents) for one in mine}
    [withdrawn] = [fact for fact in amounts if fact.endswith(".withdrawn")]
    assert amounts == {
        f"stripe.{payment}": 100_00, f"stripe.{back.id}": -40_00, f"stripe.{disputed}": 100_00, withdrawn: -100_00,
    }  # fmt: skip
    assert {(one.practice_id, one.fee_cents) for one in mine if one.amount_cents > 0} == {("lakeside", 3_20)}
    assert {one.fee_cents for one in mine if one.fact_id == withdrawn} == {15_00}


def row(number: int, kind: str = "charge", amount: int = 10_00, category: str = "", **source: Any) -> dict[str, Any]:
    payment = {"id": f"pi_{number}", "object": "payment_intent", "metadata": {"practice": "p1", "balance": "b1"}}
    return {
        "id": f"txn_{number}", "object": "balance_transaction", "type": kind, "reporting_category": category or kind,
        "amount": amount, "fee": 0, "created": 1772463600,
        "source": {"id": f"src_{number}", "payment_intent": payment} | source,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("movement", "fact"),
    [
        (row(1), "stripe.pi_1"),
        (row(1, "payment"), "stripe.pi_1"),
        (row(1, payment_intent=None, metadata={}), "stripe.src_1"),
        (row(1, "refund", -10_00), "stripe.src_1"),
        (row(1, "refund_failure"), "stripe.src_1.failed"),
        (row(1, "adjustment", -10_00, "dispute"), "stripe.src_1.withdrawn"),
        (row(1, "adjustment", 10_00, "dispute_reversal"), "stripe.src_1.reinstated"),
    ],
)
def test_each_kind_of_movement_has_the_name_of_its_fact(movement: dict[str, Any], fact: str) -> None:
    assert movement_of(movement).fact_id == fact


@pytest.mark.parametrize("kind", ["stripe_fee", "adjustment", "topup"])
def test_what_moves_no_patients_money_has_no_name_of_a_fact(kind: str) -> None:
    for strange in (row(1, kind, category="other"), row(1) | {"source": None}):
        assert (movement_of(strange).fact_id, movement_of(strange).practice_id) == ("", "")


def test_a_movement_of_euros_is_no_fact_since_its_amount_would_read_as_dollars() -> None:
    assert movement_of(row(1) | {"currency": "usd"}).fact_id == "stripe.pi_1"
    assert movement_of(row(1) | {"currency": "eur"}).fact_id == ""


async def test_a_payout_holds_what_came_to_its_amount_and_a_failed_one_is_told(
    world: World, connection: Connection
) -> None:
    since, books = world.now() - timedelta(minutes=1), StripeBooks(connection)
    payment = await paid(world, connection, "out1")
    world.tell("/_/clock/advance", by="P2DT1H")
    [on_its_way] = [one async for page in books.payouts(since) for one in page][:1]
    assert on_its_way.status == "on_its_way"
    world.tell("/_/clock/advance", by="P1D")
    payouts = {one.reference: one async for page in books.payouts(since) for one in page}
    assert payouts[on_its_way.reference].status == "paid"
    held = [one async for page in books.paid_out(on_its_way.reference) for one in page]
    assert sum(one.amount_cents - one.fee_cents for one in held) == on_its_way.amount_cents
    assert [int(one.amount_cents) for one in held if one.fact_id == f"stripe.{payment}"] == [100_00]
    world.tell(f"/_/stripe/payouts/{on_its_way.reference}/fail")
    payouts = {one.reference: one async for page in books.payouts(since) for one in page}
    assert payouts[on_its_way.reference].status == "failed"
    world.tell("/_/clock/advance", by="P4D")
    [again, *_] = [one async for page in books.payouts(since) for one in page]
    held = [one async for page in books.paid_out(again.reference) for one in page]
    assert [one.returned_payout for one in held if one.returned_payout] == [on_its_way.reference]
    assert sum(one.amount_cents - one.fee_cents for one in held) == again.amount_cents


async def test_all_pages_are_read() -> None:
    pages = {None: ([row(1), row(2)], True), "txn_2": ([row(3), row(4, "payout")], False)}
    with listing(pages) as base_url:
        connection = Connection(KEY, base_url=base_url)
        found = await all_since(connection, AT)
        await connection.close()
    assert [one.fact_id for one in found] == ["stripe.pi_1", "stripe.pi_2", "stripe.pi_3"]


@contextmanager
def listing(pages: dict[str | None, tuple[list[dict[str, Any]], bool]]) -> Iterator[str]:
    with answering(200) as odd:

        def body() -> bytes:
            asked = dict(parse_qsl(odd.asked[-1][1].partition("?")[2]))
            data, more = pages[asked.get("starting_after")]
            url = "/v1/balance_transactions"
            return json.dumps({"object": "list", "url": url, "data": data, "has_more": more}).encode()

        odd.answer = body
        yield odd.base_url


async def test_a_processor_that_is_away_is_asked_again_later() -> None:
    connection = Connection(KEY, base_url=NOWHERE)
    with pytest.raises(TryLater):
        await all_since(connection, AT)
    await connection.close()
