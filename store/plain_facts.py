"""Keeps facts that concern one known balance and nothing else, in one go; everything else is fact_book's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from store.fact_rows import FactRow
from store.pool import Connection, Pool
from store.queries import queries

PLAIN = frozenset(
    {
        "payment_recorded", "payment_reversed", "balance_adjusted", "appointment_booked", "appointment_missed",
        "appointment_cancelled", "recall_due", "staff_note",
    }
)  # fmt: skip
"""They say nothing about the person and silence nobody. Money is nearly all of what is reported in bulk."""


class Kept(NamedTuple):
    """What became of one reported fact."""

    fact_id: str
    practice_id: str
    balance_ids: list[str]
    """The balances it reached; empty when none is known yet: the next posting picks it up."""
    new: bool


def are_plain(rows: Sequence[FactRow]) -> bool:
    """True when all are, each names its balance, and none is there twice."""
    return (
        bool(rows)
        and all(row.kind in PLAIN and row.balance_id is not None for row in rows)
        and len({(row.practice_id, row.fact_id) for row in rows}) == len(rows)
    )


async def keep_plain(pool: Pool | Connection, rows: Sequence[FactRow], now: datetime) -> bool:
    """Keep plain facts, deliver them to their balances and book the money among them, in one round trip.

    False when one was known before, or its balance is not known: then nothing was kept. Nobody has to wait for
    postings under way here: a balance that is seen stays.
    """
    kept: bool = await pool.fetchval(queries("plain_facts")["keep_plain"], now, *map(list, zip(*rows, strict=True)))
    return kept
