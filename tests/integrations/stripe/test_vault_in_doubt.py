"""Answers of the card processor that are late, lost or broken: whatever is repeated, money is taken once."""

from __future__ import annotations

import pytest

from integrations.stripe.connection import Connection
from integrations.stripe.vault import StripeVault, intent_of
from receivables.cards.ports import Charged, Declined
from receivables.errors import CannotKnow, Refused, TryLater
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.stripe.charging import KEY, NOBODYS, card_on_file, charges, enrollment, fresh, order
from tests.integrations.world import Still, World


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after_accept"])
@pytest.mark.parametrize("path", ["customers", "checkout/sessions"])
async def test_a_page_is_opened_once_wherever_the_answer_is_lost(
    world: World, hurried: StripeVault, vault: StripeVault, connection: Connection, kind: str, path: str
) -> None:
    balance = fresh()
    world.fault("stripe", kind, path=path)
    with pytest.raises(TryLater):
        await hurried.enroll(enrollment(balance))
    page = await vault.enroll(enrollment(balance))
    session = await connection.stripe.v1.checkout.sessions.retrieve_async(page.session_id)
    listed = await connection.stripe.v1.checkout.sessions.list_async({"customer": str(session.customer)})
    assert [one.id for one in listed.data] == [page.session_id]


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after_accept"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_money_is_taken_once_wherever_the_answer_to_a_charge_is_lost(
    world: World, connection: Connection, vault: StripeVault, hurried: StripeVault, kind: str, method: str
) -> None:
    balance = fresh()
    card = await card_on_file(world, connection, vault, balance)
    world.fault("stripe", kind, path="payment_intents", method=method)
    with pytest.raises(CannotKnow if method == "POST" else TryLater):
        await hurried.charge(order(balance, card))
    taken = await vault.outcome_of(order(balance, card))
    assert (taken is not None) == ((method, kind) == ("POST", "timeout_after_accept"))
    said = await vault.charge(order(balance, card))
    assert isinstance(said, Charged)
    assert taken in (None, said)
    assert len(charges(world, balance)) == 1


async def test_a_lost_answer_to_a_look_is_asked_again(
    world: World, connection: Connection, vault: StripeVault, hurried: StripeVault
) -> None:
    balance = fresh()
    card = await card_on_file(world, connection, vault, balance)
    said = await vault.charge(order(balance, card))
    for kind in ("timeout_before", "timeout_after_accept"):
        world.fault("stripe", kind, path="payment_intents", method="GET")
        with pytest.raises(TryLater):
            await hurried.outcome_of(order(balance, card))
        world.mend()
        assert await vault.outcome_of(order(balance, card)) == said


async def test_long_after_the_keys_are_forgotten_the_record_still_keeps_a_try_from_a_second_charge(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    """What a forgotten key would do: another key, the same try."""
    balance = fresh()
    card = await card_on_file(world, connection, vault, balance)
    await connection.stripe.v1.payment_intents.create_async(
        intent_of(order(balance, card)), {"idempotency_key": f"forgotten.{balance}"}
    )
    assert isinstance(await vault.charge(order(balance, card)), Charged)
    assert len(charges(world, balance)) == 1


async def test_a_stored_server_error_does_not_block_a_try_for_good(clock: Still) -> None:
    """A fresh fault cannot be known; its replay proves that the request ended, and a fresh key is taken."""
    fault = b'{"error": {"type": "api_error", "message": "broken"}}'
    nothing = b'{"object": "list", "url": "/v1/payment_intents", "data": [], "has_more": false}'
    with answering(500, fault) as stripe:
        connection = Connection(KEY, base_url=stripe.base_url)
        vault = StripeVault(connection, clock)
        stripe.answer = lambda: nothing if stripe.asked[-1][0] == "GET" else fault
        stripe.status_of = lambda: 200 if stripe.asked[-1][0] == "GET" else 500
        with pytest.raises(CannotKnow):
            await vault.charge(order("b1", NOBODYS))
        stripe.headers["idempotent-replayed"] = "true"
        with pytest.raises(CannotKnow):
            await vault.charge(order("b1", NOBODYS))
        await connection.close()
    keys = [headers["Idempotency-Key"] for method, _, headers, _ in stripe.asked if method == "POST"]
    assert keys[0] == keys[1], "a fault that is not yet a replay is asked again under its own key"
    assert len(set(keys)) == 3
    assert [asked[0] for asked in stripe.asked] == ["GET", "POST"] * 4, "the record is looked at before each"


async def test_an_intent_that_was_begun_and_left_is_not_taken_for_an_answer(clock: Still) -> None:
    intent = (
        b'{"id": "pi_1", "object": "payment_intent", "created": 1772463600, "status": "%s", "last_payment_error": null,'
        b' "metadata": {"practice": "lakeside", "plan": "plan-b1", "try": "b1:installment:1:try:1"}}'
    )
    around = b'{"object": "list", "url": "/v1/payment_intents", "has_more": false, "data": [%s]}'
    for status, expected in ((b"requires_confirmation", None), (b"requires_action", "must_confirm")):
        with answering(200, around % (intent % status)) as stripe:
            connection = Connection(KEY, base_url=stripe.base_url)
            vault = StripeVault(connection, clock)
            if expected is None:
                with pytest.raises(CannotKnow):
                    await vault.outcome_of(order("b1", NOBODYS))
            else:
                said = await vault.outcome_of(order("b1", NOBODYS))
                assert isinstance(said, Declined)
                assert said.reason == expected
            assert await vault.outcome_of(order("b1", NOBODYS, attempt=2)) is None
            await connection.close()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, b'{"error": {"type": "invalid_request_error", "code": "rate_limit"}}', TryLater),
        (409, b'{"error": {"type": "idempotency_error"}}', CannotKnow),
        (401, b'{"error": {"type": "invalid_request_error"}}', TryLater),
        (500, b'{"error": {"type": "api_error"}}', CannotKnow),
        (400, b'{"error": {"type": "idempotency_error"}}', Refused),
        (400, b'{"error": {"type": "invalid_request_error", "code": "amount_too_small", "param": "amount"}}', Refused),
    ],
)
async def test_each_answer_is_judged_once(clock: Still, status: int, body: bytes, expected: type[Exception]) -> None:
    nothing = b'{"object": "list", "url": "/v1/payment_intents", "data": [], "has_more": false}'
    with answering(status, body) as stripe:
        stripe.answer = lambda: nothing if stripe.asked[-1][0] == "GET" else body
        stripe.status_of = lambda: 200 if stripe.asked[-1][0] == "GET" else status
        connection = Connection(KEY, base_url=stripe.base_url)
        vault = StripeVault(connection, clock)
        with pytest.raises(expected):
            await vault.charge(order("b1", NOBODYS))
        with pytest.raises(TryLater if status == 409 else expected):
            await vault.enroll(enrollment("b1"))
        await connection.close()


async def test_a_card_that_cannot_be_looked_up_now_is_looked_up_later(clock: Still) -> None:
    connection = Connection(KEY, base_url=NOWHERE)
    with pytest.raises(TryLater):
        await StripeVault(connection, clock).enrolled("seti_1")
    await connection.close()
