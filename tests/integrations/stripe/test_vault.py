"""Cards on file at Stripe: the real SDK over HTTP against the simulator and odd servers; each try takes money once."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.stripe.connection import Connection
from integrations.stripe.vault import StripeVault, intent_of, setup_of
from receivables.cards.card import CardOnFile
from receivables.cards.ports import Charged, Declined, Pending
from tests.integrations.stripe.charging import NOBODYS, card_on_file, charges, enrollment, fresh, order
from tests.integrations.world import World


async def test_a_patient_puts_a_card_on_file_and_only_what_may_be_shown_comes_back(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    card = await card_on_file(world, connection, vault, fresh(), "5555555555554444")
    assert (card.brand, card.last4, card.exp_month, card.exp_year) == ("mastercard", "4444", 12, 2034)
    assert card.customer_id.startswith("cus_")
    assert card.payment_method_id.startswith("pm_")


async def test_the_same_wish_opens_the_same_page_and_an_unused_page_enrolls_nothing(
    connection: Connection, vault: StripeVault
) -> None:
    balance = fresh()
    first, again = await vault.enroll(enrollment(balance)), await vault.enroll(enrollment(balance))
    assert first == again
    session = (await connection.stripe.v1.checkout.sessions.retrieve_async(first.session_id)).to_dict()
    assert await vault.enrolled(session["setup_intent"]) is None
    assert await vault.enrolled("seti_unknown") is None


async def test_a_later_page_of_the_same_balance_belongs_to_the_same_customer(
    connection: Connection, vault: StripeVault
) -> None:
    balance = fresh()
    pages = [await vault.enroll(enrollment(balance, key)) for key in (f"{balance}:1", f"{balance}:2")]
    sessions = [await connection.stripe.v1.checkout.sessions.retrieve_async(page.session_id) for page in pages]
    assert sessions[0].id != sessions[1].id
    assert sessions[0].customer == sessions[1].customer


async def test_each_installment_and_each_try_is_a_charge_of_its_own(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    balance = fresh()
    card = await card_on_file(world, connection, vault, balance)
    references = {
        (await vault.charge(order(balance, card, installment, attempt))).reference
        for installment, attempt in ((1, 1), (2, 1), (2, 2))
    }
    assert len(references) == 3


@pytest.mark.parametrize(
    ("number", "reason", "again", "network_code"),
    [
        ("4000000000009995", "insufficient_funds", "later", "51"),
        ("4000000000000002", "generic", "later", "05"),
        ("4000000000000119", "processing", "later", "96"),
        ("4000000000006975", "limit", "later", "65"),
        ("4000000000009987", "lost_or_stolen", "never", "41"),
        ("4000000000009979", "lost_or_stolen", "never", "43"),
        ("4000000000000069", "expired", "new_card", "54"),
        ("4000000000000127", "wrong_details", "new_card", "N7"),
        ("4000002760003184", "must_confirm", "with_the_patient", ""),
    ],
)
async def test_each_published_decline_is_an_answer_that_says_what_is_left_to_do(
    world: World, connection: Connection, vault: StripeVault, number: str, reason: str, again: str, network_code: str
) -> None:
    balance = fresh()
    card = await card_on_file(world, connection, vault, balance)
    world.tell(f"/_/cards/{card.payment_method_id}", number=number)
    said = await vault.charge(order(balance, card))
    assert isinstance(said, Declined)
    assert (said.reason, said.again, said.network_code) == (reason, again, network_code)
    assert await vault.outcome_of(order(balance, card)) == said, "looked up later it is the same answer"
    assert charges(world, balance) == []


async def test_a_stored_decline_is_not_tried_again_under_the_same_try_even_when_the_card_has_become_good(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    balance = fresh()
    card = await card_on_file(world, connection, vault, balance, "4000000000000341")
    declined = await vault.charge(order(balance, card))
    world.tell(f"/_/cards/{card.payment_method_id}", behaviour="ok")
    assert await vault.charge(order(balance, card)) == declined
    assert isinstance(await vault.charge(order(balance, card, attempt=2)), Charged)


async def test_a_card_that_was_authenticated_when_it_was_put_on_file_is_charged_without_the_patient(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    balance = fresh()
    card = await card_on_file(world, connection, vault, balance, "4000002500003155")
    assert isinstance(await vault.charge(order(balance, card)), Charged)


async def test_a_bank_debit_is_on_its_way_for_days_and_then_money_or_not(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    balances = fresh(), fresh()
    orders = [
        order(balance, await bank_account(connection, number))
        for balance, number in zip(balances, ("000123456789", "000222222227"), strict=True)
    ]
    assert all([isinstance(await vault.charge(one), Pending) for one in orders])
    world.tell("/_/clock/advance", by="P2D")
    good, bad = [await vault.outcome_of(one) for one in orders]
    assert isinstance(good, Charged)
    assert isinstance(bad, Declined)
    assert bad.reason == "insufficient_funds"


async def bank_account(connection: Connection, number: str) -> CardOnFile:
    v1 = connection.stripe.v1
    customer = await v1.customers.create_async({})
    numbers = {"account_number": number, "routing_number": "110000000"}
    account: Any = {"type": "us_bank_account", "us_bank_account": numbers}
    method = await v1.payment_methods.create_async(account)
    await v1.payment_methods.attach_async(method.id, {"customer": customer.id})
    return CardOnFile(customer_id=customer.id, payment_method_id=method.id, last4=number[-4:])


async def test_a_forgotten_card_is_never_charged_again_and_forgetting_it_twice_does_no_harm(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    balance = fresh()
    card = await card_on_file(world, connection, vault, balance)
    await vault.forget(card)
    await vault.forget(card)
    said = await vault.charge(order(balance, card))
    assert isinstance(said, Declined)
    assert said.again == "new_card"
    gone = card.model_copy(update={"customer_id": "cus_gone"})
    assert await vault.outcome_of(order(balance, gone)) is None
    assert isinstance(await vault.charge(order(balance, gone)), Declined)
    assert charges(world, balance) == []


def test_stripe_is_told_opaque_ids_an_amount_in_cents_and_a_neutral_name() -> None:
    told = intent_of(order("b1", NOBODYS, amount=53_75))
    assert (told["amount"], told["currency"], told["off_session"]) == (5375, "usd", True)
    assert told["metadata"] == {
        "practice": "lakeside", "balance": "b1", "plan": "plan-b1", "installment": "1", "attempt": "1",
        "try": "b1:installment:1:try:1",
    }  # fmt: skip
    assert "description" not in told
    page = setup_of(enrollment("b1"), "cus_1")
    assert page["allowed_payment_method_types"] == ["card"]
    assert page["metadata"] == {"practice": "lakeside", "balance": "b1", "plan": "plan-b1"}
