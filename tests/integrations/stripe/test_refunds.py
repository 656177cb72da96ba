"""Money that goes back through Stripe: once for each part of a credit, wherever an answer is lost, and for one balance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from integrations.stripe.connection import Connection
from integrations.stripe.movements import StripeBooks
from integrations.stripe.refunds import StripeRefunds, refund_of
from integrations.stripe.vault import StripeVault
from receivables.cards.ports import Charged
from receivables.errors import CannotKnow, TryLater
from receivables.money import Cents
from receivables.refunds import GivenBack, NotGiven, RefundOrder
from tests.integrations.odd_servers import NOWHERE
from tests.integrations.stripe.charging import KEY, card_on_file, fresh
from tests.integrations.stripe.charging import order as charge_order
from tests.integrations.world import World


@pytest.fixture
async def hasty(world: World) -> AsyncIterator[StripeRefunds]:
    """One that does not wait for slow answers."""
    opened = Connection(KEY, base_url=world.url, timeout_s=0.7)
    yield StripeRefunds(opened)
    await opened.close()


@pytest.fixture
async def order(world: World, connection: Connection, vault: StripeVault) -> RefundOrder:
    """Half of a payment of $80."""
    balance = fresh()
    paid = await vault.charge(charge_order(balance, await card_on_file(world, connection, vault, balance)))
    assert isinstance(paid, Charged)
    return RefundOrder(
        practice_id="lakeside", balance_id=balance, refund_id=f"refund.{balance}.1", place=1, cents=Cents(40_00),
        payment_fact_id=paid.payment_fact_id, reference=paid.reference,
    )  # fmt: skip


async def back(connection: Connection, order: RefundOrder) -> list[int]:
    listed = await connection.stripe.v1.refunds.list_async({"payment_intent": order.reference})
    return [one.amount for one in listed.data]


async def test_a_refund_that_is_asked_for_again_is_the_same(connection: Connection, order: RefundOrder) -> None:
    refunds = StripeRefunds(connection)
    assert await refunds.outcome_of(order) is None
    given = await refunds.give_back(order)
    assert isinstance(given, GivenBack)
    assert given == await refunds.give_back(order) == await refunds.outcome_of(order)
    assert await back(connection, order) == [40_00]


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after_accept"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_money_goes_back_once_wherever_the_answer_is_lost(
    world: World, connection: Connection, hasty: StripeRefunds, order: RefundOrder, kind: str, method: str
) -> None:
    world.fault("stripe", kind, path="refunds", method=method)
    with pytest.raises(CannotKnow if method == "POST" else TryLater):
        await hasty.give_back(order)
    world.mend()
    refunds = StripeRefunds(connection)
    known = await refunds.outcome_of(order)
    assert (known is not None) == ((method, kind) == ("POST", "timeout_after_accept"))
    given = await refunds.give_back(order)
    assert known in (None, given)
    assert await back(connection, order) == [40_00]


async def test_what_stripe_refuses_for_good_is_an_answer_and_an_outage_is_not(
    connection: Connection, order: RefundOrder
) -> None:
    refunds = StripeRefunds(connection)
    await refunds.give_back(order.model_copy(update={"cents": Cents(80_00), "place": 2}))
    refused = await refunds.give_back(order)
    assert refused == NotGiven(because="The card processor has given all of this payment back already.")
    away = Connection(KEY, base_url=NOWHERE, timeout_s=1)
    with pytest.raises(TryLater):
        await StripeRefunds(away).give_back(order)
    await away.close()


async def test_stripe_is_told_opaque_ids_and_cents_and_of_a_joint_payment_the_part(order: RefundOrder) -> None:
    told = refund_of(order)
    ids = {"practice": "lakeside", "balance": order.balance_id, "refund": order.key}
    assert (told["payment_intent"], told["amount"], told["metadata"]) == (order.reference, 40_00, ids)
    part = refund_of(order.model_copy(update={"payment_fact_id": f"{order.payment_fact_id}.2"}))
    assert part["metadata"] == ids | {"part": "2"}


async def test_the_processors_books_name_the_balance_the_refund_says(connection: Connection, order: RefundOrder) -> None:
    given = await StripeRefunds(connection).give_back(order)
    assert isinstance(given, GivenBack)
    found = [one async for page in StripeBooks(connection).movements(datetime(2020, 1, 1, tzinfo=UTC)) for one in page]
    [mine] = [one for one in found if one.fact_id == given.reversal_fact_id]
    assert (mine.balance_id, mine.amount_cents) == (order.balance_id, -40_00)
