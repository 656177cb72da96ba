"""Gives money back through Stripe, at most once for each part of a credit; its events are read in inbound.py."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import stripe

from integrations.opaque_ids import digest
from integrations.stripe.connection import Connection
from integrations.stripe.errors import meaning
from integrations.stripe.event_parts import SOURCE
from receivables.errors import CannotKnow, Refused
from receivables.refunds import GivenBack, NotGiven, RefundOrder

if TYPE_CHECKING:
    from stripe.params._refund_create_params import RefundCreateParams

PAGE = 100
WORDS = {
    "charge_already_refunded": "The card processor has given all of this payment back already.",
    "charge_disputed": "The cardholder's bank has taken this payment back: it cannot be refunded as well.",
    "charge_not_refundable": "The card processor can no longer give this payment back: pay it by check.",
    "insufficient_funds": "The practice's balance at the card processor does not reach for this refund.",
}
"""By Stripe's code; what is not here is told by its code."""


class StripeRefunds:
    """The processor's way back (refunds.CardRefunds)."""

    def __init__(self, connection: Connection) -> None:
        self._refunds = connection.stripe.v1.refunds

    async def outcome_of(self, order: RefundOrder) -> GivenBack | None:
        """What Stripe's list of the payment's refunds says of this very one; None when it is not there.

        TryLater or CannotKnow when Stripe is away. A request still running cannot be seen; asking again under the same
        key is then answered as busy.
        """
        try:
            listed = await self._refunds.list_async({"payment_intent": order.reference, "limit": PAGE})
            async for refund in listed.auto_paging_iter():
                said = refund.to_dict().get("metadata") or {}
                if (said.get("practice"), said.get("refund")) == (order.practice_id, order.key):
                    return _given(refund)
        except stripe.StripeError as fault:
            raise meaning(fault) from None
        return None

    async def give_back(self, order: RefundOrder) -> GivenBack | NotGiven:
        """Give it back; repeated, it is the same refund. Stripe's list is asked first, as keys are forgotten in a day.

        TryLater: nothing was done. CannotKnow: the answer was lost, and `outcome_of` tells later.
        """
        if (known := await self.outcome_of(order)) is not None:
            return known
        try:
            made = await self._refunds.create_async(
                refund_of(order), {"idempotency_key": f"refund.{digest(order.practice_id, order.key)}"}
            )
        except stripe.APIConnectionError:
            raise CannotKnow("The card processor may or may not have made this refund.") from None
        except stripe.InvalidRequestError as fault:
            code = fault.code or "invalid request"
            return NotGiven(because=WORDS.get(code, f"The card processor refused it ({code.replace('_', ' ')})."))
        except stripe.StripeError as fault:
            found = meaning(fault)
            if isinstance(found, Refused):
                return NotGiven(because=found.because)
            raise found from None
        return _given(made)


def refund_of(order: RefundOrder) -> RefundCreateParams:
    """What Stripe is told: its own payment, cents, opaque ids, and of a joint payment which part it is of (R-24)."""
    part = order.payment_fact_id.removeprefix(f"{SOURCE}.{order.reference}").removeprefix(".")
    ids = {"practice": order.practice_id, "balance": order.balance_id, "refund": order.key}
    return {
        "payment_intent": order.reference, "amount": int(order.cents), "reason": "requested_by_customer",
        "metadata": ids | ({"part": part} if part else {}),
    }  # fmt: skip


def _given(refund: stripe.Refund) -> GivenBack:
    return GivenBack(reference=refund.id, at=datetime.fromtimestamp(refund.created, UTC))
