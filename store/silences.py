"""The kill switch: who has silenced what, from which moment; claims look here within their own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from receivables.contact import Silence
from store.pool import Pool
from store.queries import queries


class Silences:
    """Silences of practices, agents, channels and templates; what is not named is silenced altogether."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("silences")

    async def silence(self, wanted: Silence) -> Silence:
        """Silence it; the same again changes nothing. Answers with what is in force.

        No claim that is made after this returns gets past it, and what is claimed already is looked at once more
        before it leaves.
        """
        await self._pool.execute(
            self._sql["silence"], wanted.since, wanted.practice_id, wanted.agent, wanted.channel, wanted.message,
            wanted.because, wanted.who,
        )  # fmt: skip
        row = await self._pool.fetchrow(self._sql["found"], *_what(wanted))
        return Silence.model_validate(dict(row)) if row else wanted

    async def release(self, what: Silence, who: str, now: datetime) -> Silence | None:
        """End exactly this silence; None when nothing like it is in force."""
        row = await self._pool.fetchrow(self._sql["release"], *_what(what), now, who)
        return Silence.model_validate(dict(row)) if row else None

    async def in_force(self, practice_id: str | None = None) -> list[Silence]:
        """Silences that hold now (for one practice: those that concern it), the oldest first."""
        rows = await self._pool.fetch(self._sql["in_force"], practice_id)
        return [Silence.model_validate(dict(row)) for row in rows]


def _what(silence: Silence) -> tuple[Any, ...]:
    return silence.practice_id, silence.agent, silence.channel, silence.message
