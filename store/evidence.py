"""Gathers the evidence about a balance for whoever answers a question about it; what it means stands in the domain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from receivables.evidence import Agreed, Allowed, Asked, EvidencePack, Said, moved_of, priced_of
from receivables.money import Cents
from store.checkouts import Authorization, Checkouts
from store.pool import Pool
from store.queries import queries

PRICES = ("balance_posted", "balance_adjusted")


class Evidence:
    """Packs by `Task.id`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._pages = Checkouts(pool)
        self._sql = queries("evidence")

    async def pack(self, task_id: str, now: datetime) -> EvidencePack | None:
        """All that is on record for the task's balance; None for a task that is about no balance, or no task."""
        practice_id, _, within = task_id.partition(":")
        row = await self._pool.fetchrow(self._sql["asked"], practice_id, within)
        if row is None:
            return None
        whose = (practice_id, row["balance_id"])
        money = await self._pool.fetch(self._sql["money"], *whose)
        return EvidencePack(
            practice_id=practice_id, balance_id=row["balance_id"], made_at=now, asked=_asked(row),
            allowed=[_allowed(one) for one in await self._pages.authorizations(*whose)],
            said=[Said(**dict(one)) for one in await self._pool.fetch(self._sql["said"], *whose)],
            wrote_back=[one["at"] for one in await self._pool.fetch(self._sql["wrote_back"], *whose)],
            agreed=[Agreed(**dict(one)) for one in await self._pool.fetch(self._sql["agreed"], *whose)],
            moved=[
                moved_of(one["kind"], one["at"], one["amount_cents"], one["fact_id"], one["body"], one["posting"])
                for one in money if one["kind"] not in PRICES
            ],
            priced=[
                priced_of(one["kind"], one["at"], one["amount_cents"], one["body"])
                for one in money if one["kind"] in PRICES
            ],
        )  # fmt: skip


def _asked(row: Any) -> Asked:  # noqa: ANN401 - a database row
    dispute = row["dispute"] or {}
    cents = dispute.get("disputed_cents")
    return Asked(
        task_id=row["task_id"], kind=row["kind"], opened_at=row["opened_at"],
        answer_by=dispute.get("answer_by") or row["due_at"], disputed_cents=None if cents is None else Cents(cents),
        payment=str(dispute.get("payment_fact_id") or "").removeprefix("stripe."), reason=dispute.get("reason", ""),
    )  # fmt: skip


def _allowed(one: Authorization) -> Allowed:
    return Allowed(
        agreed_at=one.agreed_at, words=one.words, text_version=one.text_version, text_sha256=one.text_sha256,
        purpose=one.purpose, card=f"{one.brand} {one.last4}".strip(), reference=one.reference,
        authorized_at=one.authorized_at,
    )  # fmt: skip

