"""Hosted pages where a card is entered, and Stripe's own record of payments; Stripe's events are read in inbound.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stripe

from integrations.hearing import Whose
from integrations.stripe import joint
from integrations.stripe.connection import Connection
from integrations.stripe.errors import meaning
from receivables.ports import CheckoutOrder, CheckoutPage

if TYPE_CHECKING:
    from stripe.params._payment_link_create_params import PaymentLinkCreateParams
    from stripe.params.checkout._session_create_params import SessionCreateParams

CURRENCY = "usd"


class StripeCheckout:
    """The checkout (ports.Checkout)."""

    def __init__(self, connection: Connection) -> None:
        self._stripe = connection.stripe

    async def begin(self, order: CheckoutOrder) -> CheckoutPage:
        """Open a hosted page for one amount, with the order's idempotency key.

        The same key and order answer with the same page. Refused when the order itself is wrong or the key was used
        for another order; TryLater when Stripe is away, since the key makes the same request harmless.
        """
        try:
            session = await self._stripe.v1.checkout.sessions.create_async(
                session_of(order), {"idempotency_key": order.idempotency_key}
            )
        except stripe.StripeError as fault:
            raise meaning(fault) from None
        return CheckoutPage(session_id=session.id, url=session.url or "")

    async def expire(self, session_id: str) -> None:
        """Close a page nobody should pay on any more, because its amount is out of date; a used page stays as it is."""
        try:
            await self._stripe.v1.checkout.sessions.expire_async(session_id)
        except stripe.InvalidRequestError:
            return
        except stripe.StripeError as fault:
            raise meaning(fault) from None

    async def payment_link(self, order: CheckoutOrder) -> str:
        """A link that takes one payment and then closes, for staff to hand out; its address."""
        try:
            link = await self._stripe.v1.payment_links.create_async(
                link_of(order), {"idempotency_key": order.idempotency_key}
            )
        except stripe.StripeError as fault:
            raise meaning(fault) from None
        return link.url

    async def whose(self, reference: str) -> Whose | None:
        """Whose payment this is, by Stripe's own record; None when it is not one of ours.

        Refunds and disputes name only the payment, and may be heard of before it.
        """
        try:
            intent = await self._stripe.v1.payment_intents.retrieve_async(reference)
        except stripe.InvalidRequestError:
            return None
        except stripe.StripeError as fault:
            raise meaning(fault) from None
        return whose_of(dict(intent.metadata.to_dict()))


def session_of(order: CheckoutOrder) -> SessionCreateParams:
    """What Stripe is told: opaque ids, an amount and the name that stands on the card statement (R-24).

    Which ways to pay are offered is set in the Stripe account; the README says to allow cards only (R-31). Where it
    allows bank debits, they are left out while too many of the practice's come back.
    """
    ids = {"practice": order.practice_id, "balance": order.balance_id} | joint.words_of(order.shares)
    return {
        **({"excluded_payment_method_types": ["us_bank_account"]} if order.cards_only else {}),
        "mode": "payment",
        "line_items": [{
            "quantity": 1,
            "price_data": {
                "currency": CURRENCY, "unit_amount": int(order.amount_cents),
                "product_data": {"name": f"Balance at {order.statement_name}"},
            },
        }],
        "client_reference_id": f"{order.practice_id}:{order.balance_id}",
        "metadata": ids,
        "payment_intent_data": {"metadata": ids, "statement_descriptor_suffix": order.statement_name},
        "success_url": order.return_url,
        "cancel_url": order.cancel_url,
        "submit_type": "pay",
        "locale": "es" if order.language == "es" else "en",
    }  # fmt: skip


def link_of(order: CheckoutOrder) -> PaymentLinkCreateParams:
    """The same for a link: it closes after one payment."""
    ids = {"practice": order.practice_id, "balance": order.balance_id}
    return {
        "line_items": [{
            "quantity": 1,
            "price_data": {
                "currency": CURRENCY, "unit_amount": int(order.amount_cents),
                "product_data": {"name": f"Balance at {order.statement_name}"},
            },
        }],
        "metadata": ids,
        "payment_intent_data": {"metadata": ids, "statement_descriptor_suffix": order.statement_name},
        "restrictions": {"completed_sessions": {"limit": 1}},
        "after_completion": {"type": "redirect", "redirect": {"url": order.return_url}},
    }  # fmt: skip


def whose_of(metadata: dict[str, str]) -> Whose | None:
    """The practice and balance in an object's metadata, or None when it is not one of ours."""
    practice, balance = metadata.get("practice"), metadata.get("balance")
    return Whose(practice, balance, shares=joint.parts_of(metadata)) if practice and balance else None
