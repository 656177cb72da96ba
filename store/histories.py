"""Balances as their facts tell them, read for rehearsals: what came from outside, and what the agent has done since."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from itertools import groupby

import asyncpg

from receivables.facts import AnyFact, MessageSent, TaskOpened
from receivables.people import Channel
from store.fact_book import hydrated
from store.fact_rows import fact_of
from store.pool import Connection, Pool
from store.queries import queries

TOGETHER = 500
"""Balances read at once."""


class Histories:
    """Reads only."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("histories")

    async def of_open(self, practice_id: str) -> AsyncIterator[list[AnyFact]]:
        """What came from outside about each open balance, and the agent's accepted messages and tasks between it."""
        async for facts in self._told(practice_id, None, own=True):
            yield facts

    async def since(self, practice_id: str, begin: datetime) -> AsyncIterator[list[AnyFact]]:
        """What came from outside about each balance that was posted since a moment, texts of replies included."""
        async for facts in self._told(practice_id, begin, own=False):
            yield facts

    async def _told(self, practice_id: str, begin: datetime | None, *, own: bool) -> AsyncIterator[list[AnyFact]]:
        balances = await self._pool.fetch(self._sql["balances"], practice_id, begin)
        for start in range(0, len(balances), TOGETHER):
            ids = [row["id"] for row in balances[start : start + TOGETHER]]
            async with self._pool.acquire() as connection:
                for facts in await self._of(connection, ids, own=own):
                    yield facts

    async def _of(self, connection: Connection, ids: list[int], *, own: bool) -> list[list[AnyFact]]:
        rows = await connection.fetch(self._sql["facts"], ids)
        steps = await connection.fetch(self._sql["own_steps"], ids) if own else []
        told = [
            (row["balance"], fact)
            for row, fact in zip(
                rows, await hydrated(connection, [fact_of(row, row["to_balance"]) for row in rows]), strict=True
            )
        ]
        told += [(row["balance"], _own_step(row)) for row in steps]
        told.sort(key=lambda one: (one[0], one[1].kind != "balance_posted", one[1].at))
        return [[fact for _, fact in some] for _, some in groupby(told, key=lambda one: one[0])]


def _own_step(row: asyncpg.Record) -> AnyFact:
    head = {"at": row["at"], "source": "agent", "practice_id": row["practice_id"], "balance_id": row["balance_id"]}
    if row["task_id"] is not None:
        fields = {"fact_id": f"task.{row['task_id']}", "task_id": row["task_id"], "task_kind": row["kind"]}
        return TaskOpened.model_validate(head | fields)
    return MessageSent.model_validate(
        head | {
            "fact_id": f"sent.{row['touch_id']}", "touch_id": row["touch_id"], "message": row["kind"],
            "channel": Channel(row["channel"]), "agent": row["agent"], "reply_fact_id": row["reply_fact_id"],
        }
    )  # fmt: skip
