"""Keeps balances nobody has heard of, and money that came with them, in one go; everything else is fact_book's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from receivables.facts import AnyFact
from store.codes import new_code
from store.fact_rows import FactRow, reach_of
from store.plain_facts import are_plain, keep_plain
from store.pool import Connection, Pool
from store.queries import queries

KIND = FactRow._fields.index("kind")


class Opening(NamedTuple):
    """A list of facts that begins balances, by what is to be done with each."""

    postings: list[FactRow]
    points: list[str]
    """Of each posting's guarantor, as they are searched; one a line."""
    with_them: list[FactRow]
    """Plain facts about these same balances."""


class _Known(Exception):
    """Something among them was known before: the whole takes the longer way."""


def opening(facts: Sequence[AnyFact], rows: Sequence[FactRow]) -> Opening | None:
    """What opens balances here, each once; None when there is something else, or a fact about another balance."""
    postings: list[FactRow] = []
    points: list[str] = []
    for fact, row in zip(facts, rows, strict=True):
        if fact.kind == "balance_posted":
            postings.append(row)
            points.append("\n".join(reach_of(fact.guarantor)))
    opened = {(row.practice_id, row.balance_id) for row in postings}
    if not postings or len(opened) < len(postings) or len({row[2:4] for row in rows}) < len(rows):
        return None
    others = [row for row in rows if row.kind != "balance_posted"]
    if others and not (are_plain(others) and all((row.practice_id, row.balance_id) in opened for row in others)):
        return None
    return Opening(postings, points, others)


async def keep_new(pool: Pool, found: Opening, now: datetime) -> bool:
    """Keep the postings, the persons they describe, and what came with them; deliver all and book the money.

    False when a balance or a fact was known before, when a fact has waited for one of these balances, or when one of
    these persons has stopped or agreed to something before: then nothing was kept.
    """
    async with pool.acquire() as connection:
        if not found.with_them:
            return await _open(connection, found, now)
        try:
            async with connection.transaction():
                if not (await _open(connection, found, now) and await keep_plain(connection, found.with_them, now)):
                    raise _Known
        except _Known:
            return False
        return True


async def _open(connection: Connection, found: Opening, now: datetime) -> bool:
    columns = [list(column) for place, column in enumerate(zip(*found.postings, strict=True)) if place != KIND]
    codes = [new_code() for _ in found.postings]
    kept: bool = await connection.fetchval(queries("new_balances")["keep_new"], now, *columns, found.points, codes)
    return kept
