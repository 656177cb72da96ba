"""Keeps facts that concern one known balance and nothing else, in one go; everything else is fact_book's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from store.fact_rows import FactRow
from store.pool import Pool
from store.queries import queries
from store.sub_ledger import MONEY, Delivered, book_within, lock_within

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


async def keep_plain(pool: Pool, rows: Sequence[FactRow], now: datetime) -> dict[tuple[str, str], Kept]:
    """The new ones by practice and fact id, delivered to their balances. All or none.

    What is missing was known before, or it is all missing: then a balance is not known, and nothing was kept. Nobody
    has to wait for postings under way here: a balance that is seen stays.
    """
    sql, columns = queries("plain_facts")["keep_plain"], list(map(list, zip(*rows, strict=True)))
    money = [(row.practice_id, row.balance_id or "") for row in rows if row.kind in MONEY]
    if not money:
        found = await pool.fetch(sql, now, *columns)
    else:  # What moves money is booked in the same transaction.
        kinds = {(row.practice_id, row.fact_id): row.kind for row in rows}
        async with pool.acquire() as connection, connection.transaction():
            await lock_within(connection, money)
            found = await connection.fetch(sql, now, *columns)
            moved = [row for row in found if kinds[row["practice_id"], row["fact_id"]] in MONEY]
            await book_within(connection, [Delivered(row["balance"], row["id"]) for row in moved], frozenset())
    new = {(row["practice_id"], row["fact_id"]) for row in found}
    return {
        key: Kept(row.fact_id, row.practice_id, [row.balance_id], True)
        for row in rows
        if row.balance_id is not None and (key := (row.practice_id, row.fact_id)) in new
    }
