"""Cards on file for tests of charging: put there through the hosted page, as a patient would."""

from __future__ import annotations

from itertools import count
from typing import Any

from integrations.stripe.connection import Connection
from integrations.stripe.vault import StripeVault
from receivables.cards.card import CardOnFile
from receivables.cards.ports import ChargeOrder, EnrollOrder
from receivables.money import Cents
from tests.integrations.world import World

KEY = "sk_test_simulated0000000000000001"
NOBODYS = CardOnFile(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242")
_NUMBER = count(1)


def fresh() -> str:
    """A balance nobody used before: the world outlives a test."""
    return f"v{next(_NUMBER)}"


def enrollment(balance: str, key: str = "") -> EnrollOrder:
    return EnrollOrder(
        practice_id="lakeside", balance_id=balance, plan_id=f"plan-{balance}", statement_name="LAKESIDE FAMILY CARE",
        return_url="https://pay.example.com/p/code/thanks", cancel_url="https://pay.example.com/p/code", language="en",
        idempotency_key=key or f"{balance}:enroll:1",
    )  # fmt: skip


def order(balance: str, card: CardOnFile, installment: int = 1, attempt: int = 1, amount: int = 80_00) -> ChargeOrder:
    return ChargeOrder(
        practice_id="lakeside", balance_id=balance, plan_id=f"plan-{balance}", installment=installment, attempt=attempt,
        amount_cents=Cents(amount), card=card, statement_name="LAKESIDE FAMILY CARE",
        idempotency_key=f"{balance}:installment:{installment}:try:{attempt}",
    )  # fmt: skip


async def card_on_file(
    world: World, connection: Connection, vault: StripeVault, balance: str, number: str = "4242424242424242"
) -> CardOnFile:
    """A card that the patient has typed in on the page that `enroll` opened."""
    page = await vault.enroll(enrollment(balance))
    status = world.pay_by_card(page.url, number)
    assert status == 303, f"the page answered {status}"
    session = (await connection.stripe.v1.checkout.sessions.retrieve_async(page.session_id)).to_dict()
    card = await vault.enrolled(session["setup_intent"])
    assert card is not None
    return card


def charges(world: World, balance: str) -> list[dict[str, Any]]:
    """Money the vendor took for this balance."""
    made: list[dict[str, Any]] = world.ask("/_/payments")["payments"]
    return [one for one in made if one["metadata"].get("balance") == balance]
