"""Stripe's own record of money, read as a whole: which of our facts each movement on the balance stands for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import stripe

from integrations.stripe.connection import Connection
from integrations.stripe.errors import meaning
from integrations.stripe.event_parts import CURRENCY, SOURCE, id_of
from integrations.stripe.joint import divided_movement, parts_of
from receivables.money import Cents
from receivables.proof import Movement, Payout

if TYPE_CHECKING:
    from stripe.params._balance_transaction_list_params import BalanceTransactionListParams
    from stripe.params._payout_list_params import PayoutListParams

PAGE = 100
WITH_THE_PAYMENT = "data.source.payment_intent"
"""A refund or dispute carries no ids of ours; its payment does."""
FACT_OF = {
    "charge": "{payment}", "payment": "{payment}",
    "refund": "{source}", "payment_refund": "{source}",
    "refund_failure": "{source}.failed", "payment_failure_refund": "{source}.failed",
}  # fmt: skip
"""By the kind of movement; what inbound.py calls the fact of the same event. Disputes go by their direction."""
OUT, RETURNED = ("payout",), ("payout_cancel", "payout_failure")
"""Not money of patients but its way to the bank and back. A later payout holds what came back as one movement."""
ARRIVED: dict[str, Literal["paid", "failed"]] = {"paid": "paid", "failed": "failed", "canceled": "failed"}
DISPUTES = ("dispute", "dispute_reversal")


class StripeBooks:
    """The processor's books (proof_ports.ProcessorBooks)."""

    def __init__(self, connection: Connection) -> None:
        self._stripe = connection.stripe

    async def movements(self, since: datetime) -> AsyncIterator[Sequence[Movement]]:
        """A page at a time, the newest first; payouts and Stripe's own fees move no money of patients.

        What stands on a balance in another currency is left out: a task told of it at once (inbound.py), and its
        amount would read as dollars here.
        """
        async for page in self._listed({"created": {"gte": int(since.timestamp())}}):
            yield [one for one in page if one.fact_id]

    async def payouts(self, since: datetime) -> AsyncIterator[Sequence[Payout]]:
        """A page at a time, the newest first."""
        wanted: PayoutListParams = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
        while True:
            try:
                page = await self._stripe.v1.payouts.list_async(wanted)
            except stripe.StripeError as fault:
                raise meaning(fault) from None
            yield [payout_of(row) for row in page.data if row.currency == CURRENCY]
            if not page.has_more:
                return
            wanted["starting_after"] = page.data[-1].id

    async def paid_out(self, payout: str) -> AsyncIterator[Sequence[Movement]]:
        """Every movement of a payout but the payout itself, so that they come to its amount."""
        async for page in self._listed({"payout": payout}, returned=True):
            yield page

    async def _listed(
        self, wanted: BalanceTransactionListParams, *, returned: bool = False
    ) -> AsyncIterator[Sequence[Movement]]:
        left_out = OUT if returned else (*OUT, *RETURNED)
        wanted |= {"limit": PAGE, "expand": [WITH_THE_PAYMENT]}
        while True:
            try:
                page = await self._stripe.v1.balance_transactions.list_async(wanted)
            except stripe.StripeError as fault:
                raise meaning(fault) from None
            rows = [dict(row.to_dict()) for row in page.data]
            yield [one for row in rows if row["type"] not in left_out for one in movements_of(row)]
            if not page.has_more:
                return
            wanted["starting_after"] = rows[-1]["id"]


def payout_of(row: stripe.Payout) -> Payout:
    """A payout in our words."""
    return Payout(
        reference=row.id, amount_cents=Cents(row.amount), at=datetime.fromtimestamp(row.created, UTC),
        status=ARRIVED.get(row.status, "on_its_way"),
    )  # fmt: skip


def movements_of(row: Mapping[str, Any]) -> list[Movement]:
    """The movement in our words, once for each balance whose money it is."""
    source = row["source"] if isinstance(row.get("source"), Mapping) else {}
    return divided_movement(movement_of(row), parts_of(_metadata(source)))


def movement_of(row: Mapping[str, Any]) -> Movement:
    """The movement in our words; without a fact's name where it is no patient's money."""
    source = row["source"] if isinstance(row.get("source"), Mapping) else {}
    ours = row.get("currency", CURRENCY) == CURRENCY
    fact = _fact_of(row, source) if source and ours else None
    metadata = _metadata(source) if fact else {}
    return Movement(
        reference=row["id"], fact_id=f"{SOURCE}.{fact}" if fact else "", practice_id=metadata.get("practice", ""),
        balance_id=metadata.get("balance", ""), amount_cents=Cents(row["amount"]), fee_cents=Cents(row["fee"]),
        at=datetime.fromtimestamp(row["created"], UTC),
        returned_payout=id_of(row.get("source")) if row["type"] in RETURNED else "",
    )  # fmt: skip


def _fact_of(row: Mapping[str, Any], source: Mapping[str, Any]) -> str | None:
    if row["type"] == "adjustment" and row["reporting_category"] in DISPUTES:
        return f"{source['id']}.{'withdrawn' if row['amount'] < 0 else 'reinstated'}"
    form = FACT_OF.get(row["type"])
    payment = source.get("payment_intent")
    reference = payment["id"] if isinstance(payment, Mapping) else payment
    return form.format(source=source["id"], payment=reference or source["id"]) if form else None


def _metadata(source: Mapping[str, Any]) -> Mapping[str, str]:
    """The payment's, which the refund or dispute belongs to; a charge alone, and a refund of ours, has its own."""
    if "refund" in (own := source.get("metadata") or {}):
        return dict(own)
    payment = source.get("payment_intent")
    metadata = payment.get("metadata") if isinstance(payment, Mapping) else source.get("metadata")
    return metadata or {}
