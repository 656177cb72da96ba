"""Cards on file at Stripe: a page to put one there, charges without the patient, and what became of a try.

Stripe's events are read in inbound.py, its declines in declines.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import stripe

from integrations.opaque_ids import digest
from integrations.stripe.connection import Connection
from integrations.stripe.declines import meaning_of_decline
from integrations.stripe.errors import meaning
from receivables.cards.card import CardOnFile
from receivables.cards.ports import Charged, ChargeOrder, ChargeOutcome, Declined, EnrollOrder, Pending
from receivables.errors import CannotKnow, Refused, TryLater
from receivables.ports import CheckoutPage, Clock

if TYPE_CHECKING:
    from stripe.params._payment_intent_create_params import PaymentIntentCreateParams
    from stripe.params.checkout._session_create_params import SessionCreateParams

CURRENCY = "usd"
PAGE = 100
KEYS_FOR_ONE_TRY = 3
"""Stripe repeats a stored server error for the same key for a day; so many times a try gets a fresh one."""
GONE = ("payment_method", "customer", "off_session")
"""A charge refused for one of these parameters was refused because the card is no longer there."""


class StripeVault:
    """The vault (card_ports.CardVault)."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._v1 = connection.stripe.v1
        self._clock = clock

    async def enroll(self, order: EnrollOrder) -> CheckoutPage:
        """A hosted page in setup mode. The same key and order answer with the same page.

        The customer it belongs to is one for each balance and knows nobody's name. Refused when the order is wrong;
        TryLater or CannotKnow when Stripe is away: asking again is harmless.
        """
        ids = {"practice": order.practice_id, "balance": order.balance_id}
        try:
            customer = await self._v1.customers.create_async(
                {"metadata": ids}, {"idempotency_key": f"customer.{digest(order.practice_id, order.balance_id)}"}
            )
            session = await self._v1.checkout.sessions.create_async(
                setup_of(order, customer.id), {"idempotency_key": order.idempotency_key}
            )
        except stripe.StripeError as fault:
            raise meaning(fault) from None
        return CheckoutPage(session_id=session.id, url=session.url or "")

    async def charge(self, order: ChargeOrder) -> ChargeOutcome:
        """Charge the card while the patient is away; one try takes money at most once, however often it is repeated.

        Stripe's record is asked first, since its idempotency keys may be forgotten after a day. A server error is
        stored under its key as well: once it is replayed, that request has ended, and when the record then shows
        nothing the try goes on under a fresh key. Raises Refused, TryLater (nothing was done) or CannotKnow: a lost
        answer to the charge itself, and one that is still running, may mean money.
        """
        for turn in range(KEYS_FOR_ONE_TRY):
            if (known := await self.outcome_of(order)) is not None:
                return known
            try:
                intent = await self._v1.payment_intents.create_async(
                    intent_of(order), {"idempotency_key": key_of(order, turn)}
                )
            except stripe.CardError as fault:
                return await self._declined(_error(fault))
            except stripe.InvalidRequestError as fault:
                if fault.param in GONE:
                    return Declined(reason="wrong_details", again="new_card", at=await self._clock.now())
                raise meaning(fault) from None
            except stripe.StripeError as fault:
                if not _ended_badly(fault):
                    raise _unclear(fault) from None
            else:
                return await self._outcome(intent.to_dict())
        raise CannotKnow("The card processor answers this charge with a fault again and again.")

    async def outcome_of(self, order: ChargeOrder) -> ChargeOutcome | None:
        """What Stripe's record of the customer's payments says about this very try; None when it is not there.

        The list is used and not the search, which lags behind. A request still running cannot be seen in it; charging
        again under the same key is then answered as busy. CannotKnow when the try was begun and left half-done.
        """
        try:
            listed = await self._v1.payment_intents.list_async({"customer": order.card.customer_id, "limit": PAGE})
            async for intent in listed.auto_paging_iter():
                found = intent.to_dict()
                if found["metadata"].get("try") == order.idempotency_key and _same(found["metadata"], order):
                    return await self._outcome(found)
        except stripe.InvalidRequestError:  # the customer is gone, and nothing can be charged
            return None
        except stripe.StripeError as fault:
            raise meaning(fault) from None
        return None

    async def forget(self, card: CardOnFile) -> None:
        """Detach the card; one that is gone already is no error."""
        try:
            await self._v1.payment_methods.detach_async(card.payment_method_id)
        except stripe.InvalidRequestError:
            return
        except stripe.StripeError as fault:
            raise meaning(fault) from None

    async def enrolled(self, authorization: str) -> CardOnFile | None:
        """The card that a setup intent put on file; None when it put none there. Events name only the intent."""
        try:
            intent = await self._v1.setup_intents.retrieve_async(authorization, {"expand": ["payment_method"]})
        except stripe.InvalidRequestError:
            return None
        except stripe.StripeError as fault:
            raise meaning(fault) from None
        found = intent.to_dict()
        method = found.get("payment_method")
        return card_of(method) if found["status"] == "succeeded" and isinstance(method, dict) else None

    async def _outcome(self, intent: Mapping[str, Any]) -> ChargeOutcome:
        at, status = datetime.fromtimestamp(intent["created"], UTC), intent["status"]
        if status == "succeeded":
            return Charged(reference=intent["id"], at=at)
        if status == "processing":
            return Pending(reference=intent["id"], at=at)
        if status == "requires_action":
            return Declined(reference=intent["id"], reason="must_confirm", again="with_the_patient", at=at)
        if error := intent.get("last_payment_error"):
            return await self._declined({**error, "payment_intent": intent})
        raise CannotKnow("The card processor began this charge and did not finish it.")

    async def _declined(self, error: Mapping[str, Any]) -> Declined:
        """The decline belongs to the moment its intent was made: repeating the question gives the same answer."""
        intent, found = error.get("payment_intent") or {}, meaning_of_decline(error)
        at = datetime.fromtimestamp(intent["created"], UTC) if "created" in intent else await self._clock.now()
        return Declined(
            reference=intent.get("id", ""), reason=found.reason, again=found.again, network_code=found.network_code,
            at=at,
        )  # fmt: skip


def setup_of(order: EnrollOrder, customer_id: str) -> SessionCreateParams:
    """What Stripe is told to make a page for a card: opaque ids, and cards only (R-31)."""
    ids = {"practice": order.practice_id, "balance": order.balance_id, "plan": order.plan_id}
    return {
        "mode": "setup", "customer": customer_id, "currency": CURRENCY,
        "allowed_payment_method_types": ["card"],
        "client_reference_id": f"{order.practice_id}:{order.balance_id}", "metadata": ids,
        "setup_intent_data": {"metadata": ids},
        "success_url": order.return_url, "cancel_url": order.cancel_url,
        "locale": "es" if order.language == "es" else "en",
    }  # fmt: skip


def intent_of(order: ChargeOrder) -> PaymentIntentCreateParams:
    """What Stripe is told of a charge: cents, the card, opaque ids, a neutral name on the statement (R-24).

    `off_session` already turns a bank's demand for the patient's confirmation into a decline, so
    `error_on_requires_action`, which is meant for pages that cannot show it, is left out.
    """
    return {
        "amount": int(order.amount_cents), "currency": CURRENCY,
        "customer": order.card.customer_id, "payment_method": order.card.payment_method_id,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "confirm": True, "off_session": True,
        "statement_descriptor_suffix": order.statement_name,
        "metadata": {
            "practice": order.practice_id, "balance": order.balance_id, "plan": order.plan_id,
            "installment": str(order.installment), "attempt": str(order.attempt), "try": order.idempotency_key,
        },
    }  # fmt: skip


def key_of(order: ChargeOrder, turn: int) -> str:
    """The try's idempotency key at Stripe; the plan and the practice are part of it."""
    name = digest(order.practice_id, order.plan_id, order.idempotency_key)
    return f"charge.{name}" if turn == 0 else f"charge.{name}.{turn}"


def card_of(method: Mapping[str, Any]) -> CardOnFile:
    """A payment method as it may be shown to its holder; a bank account has the last digits only."""
    card = method.get("card") or {}
    last4 = card.get("last4") or (method.get("us_bank_account") or {}).get("last4") or ""
    return CardOnFile(
        customer_id=str(method.get("customer") or ""), payment_method_id=method["id"], brand=card.get("brand") or "",
        last4=last4, exp_month=card.get("exp_month", 12), exp_year=card.get("exp_year", 2099),
    )  # fmt: skip


def _same(metadata: Mapping[str, str], order: ChargeOrder) -> bool:
    return (metadata.get("practice"), metadata.get("plan")) == (order.practice_id, order.plan_id)


def _error(fault: stripe.CardError) -> Mapping[str, Any]:
    body = fault.json_body
    return body.get("error") or {} if isinstance(body, dict) else {}


def _unclear(fault: stripe.StripeError) -> CannotKnow | TryLater | Refused:
    """What a charge without an answer means: it may have been carried out, or be running at this moment."""
    if isinstance(fault, stripe.APIConnectionError) or fault.http_status in (409, 503):
        return CannotKnow("The card processor may or may not have made this charge.")
    return meaning(fault)


def _ended_badly(fault: stripe.StripeError) -> bool:
    """True for a server error that is a replay: the request it answers is over."""
    replayed = (fault.headers or {}).get("idempotent-replayed") == "true"
    return replayed and (fault.http_status or 0) >= 500
