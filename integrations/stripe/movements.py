"""Stripe's own record of money, read as a whole: which of our facts each movement on the balance stands for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import stripe

from integrations.stripe.connection import Connection
from integrations.stripe.errors import meaning
from integrations.stripe.event_parts import SOURCE
from receivables.money import Cents
from receivables.proof import Movement

if TYPE_CHECKING:
    from stripe.params._balance_transaction_list_params import BalanceTransactionListParams

PAGE = 100
WITH_THE_PAYMENT = "data.source.payment_intent"
"""A refund or dispute carries no ids of ours; its payment does."""
FACT_OF = {
    "charge": "{payment}", "payment": "{payment}",
    "refund": "{source}", "payment_refund": "{source}",
    "refund_failure": "{source}.failed", "payment_failure_refund": "{source}.failed",
}  # fmt: skip
"""By the kind of movement; what inbound.py calls the fact of the same event. Disputes go by their direction."""
DISPUTES = ("dispute", "dispute_reversal")


class StripeBooks:
    """The processor's books (proof_ports.ProcessorBooks)."""

    def __init__(self, connection: Connection) -> None:
        self._stripe = connection.stripe

    async def movements(self, since: datetime) -> AsyncIterator[Sequence[Movement]]:
        """A page at a time, the newest first; payouts and Stripe's own fees move no money of patients."""
        wanted: BalanceTransactionListParams = {
            "created": {"gte": int(since.timestamp())}, "limit": PAGE, "expand": [WITH_THE_PAYMENT],
        }  # fmt: skip
        while True:
            try:
                page = await self._stripe.v1.balance_transactions.list_async(wanted)
            except stripe.StripeError as fault:
                raise meaning(fault) from None
            rows = [dict(row.to_dict()) for row in page.data]
            yield [found for row in rows if (found := movement_of(row)) is not None]
            if not page.has_more:
                return
            wanted["starting_after"] = rows[-1]["id"]


def movement_of(row: Mapping[str, Any]) -> Movement | None:
    """The movement in our words; None for what is no patient's money."""
    source = row.get("source")
    if not isinstance(source, Mapping):
        return None
    fact = _fact_of(row, source)
    if fact is None:
        return None
    metadata = _metadata(source)
    return Movement(
        reference=row["id"], fact_id=f"{SOURCE}.{fact}", practice_id=metadata.get("practice", ""),
        balance_id=metadata.get("balance", ""), amount_cents=Cents(row["amount"]), fee_cents=Cents(row["fee"]),
        at=datetime.fromtimestamp(row["created"], UTC),
    )  # fmt: skip


def _fact_of(row: Mapping[str, Any], source: Mapping[str, Any]) -> str | None:
    if row["type"] == "adjustment" and row["reporting_category"] in DISPUTES:
        return f"{source['id']}.{'withdrawn' if row['amount'] < 0 else 'reinstated'}"
    form = FACT_OF.get(row["type"])
    payment = source.get("payment_intent")
    reference = payment["id"] if isinstance(payment, Mapping) else payment
    return form.format(source=source["id"], payment=reference or source["id"]) if form else None


def _metadata(source: Mapping[str, Any]) -> Mapping[str, str]:
    """The payment's, which the refund or dispute belongs to; a charge without a payment has its own."""
    payment = source.get("payment_intent")
    metadata = payment.get("metadata") if isinstance(payment, Mapping) else source.get("metadata")
    return metadata or {}
