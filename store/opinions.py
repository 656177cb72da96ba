"""What a second reader was asked about replies, what it said and what it cost; the replies' words are elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from receivables.reply_ports import Opinion
from store.pool import Pool
from store.queries import queries


class Spent(BaseModel):
    """What one model was asked with one outcome, and its cost in millionths of a dollar."""

    model: str
    outcome: str
    asked: int
    tokens_in: int
    tokens_out: int
    cost_microdollars: int


class PostgresOpinionBook:
    """`reply_ports.OpinionBook`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("opinions")

    async def opinion_of(self, practice_id: str, reply_fact_id: str) -> Opinion | None:
        """What was said when it was asked; also that it failed."""
        row = await self._pool.fetchrow(self._sql["opinion"], practice_id, reply_fact_id)
        return None if row is None else Opinion.model_validate(dict(row))

    async def keep_opinion(self, practice_id: str, reply_fact_id: str, opinion: Opinion, now: datetime) -> None:
        """The first one stays."""
        await self._pool.execute(
            self._sql["keep"], practice_id, reply_fact_id, now, opinion.cost_microdollars, opinion.tokens_in,
            opinion.tokens_out, opinion.took_ms, opinion.outcome, opinion.model, opinion.intents,
        )  # fmt: skip

    async def spent(self, since: datetime) -> Sequence[Spent]:
        """By model and outcome."""
        return [Spent.model_validate(dict(row)) for row in await self._pool.fetch(self._sql["spent"], since)]
