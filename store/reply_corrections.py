"""What people say replies mean where the reader was wrong: labels for its training, and facts that move their cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
from pydantic import BaseModel

from receivables.people import Channel
from receivables.reading.correction import Correction
from receivables.told_by_reply import Whose, facts_of_correction
from store.fact_book import keep_within
from store.pool import Pool
from store.queries import queries


class Kept(NamedTuple):
    """What became of a correction."""

    practice_id: str
    new: bool
    """False when the reply is corrected to exactly this already."""
    replaces: bool
    """True when another correction counted until now; it stays in the history."""


class SeveralPractices(NamedTuple):
    """More than one practice has a reply of this name."""

    practice_ids: list[str]


class Corrected(BaseModel):
    """A reply with its right reading, and what was known and said when it came."""

    id: int
    """Rises with every correction."""
    practice_id: str
    fact_id: str
    at: datetime
    """When it was written."""
    channel: Channel
    text: str
    last_message: str | None
    """Our last message of our own accord; None when there was none."""
    last_words: str | None = None
    """What it said; None when that was not kept."""
    balance_cents: int
    offer_cents: list[int]
    """The payments of an offer that could still be taken."""
    plan_cents: list[int]
    """The payments of the plan in force."""
    opted_out: bool
    correction: Correction
    corrected_at: datetime
    who: str
    reader: str


class ReplyCorrections:
    """Append-only: of several corrections of a reply the latest counts."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("reply_corrections")

    async def correct(  # noqa: PLR0917 - each of another kind
        self, fact_id: str, practice_id: str | None, right: Correction, who: str, reader: str, now: datetime
    ) -> Kept | SeveralPractices | None:
        """Keep it and tell its cases, in one transaction, unless it counts already; None: no such reply is stored."""
        async with self._pool.acquire() as connection, connection.transaction():
            replies = await connection.fetch(self._sql["reply"], fact_id, practice_id)
            if not replies:
                return None
            if len(replies) > 1:
                return SeveralPractices([row["practice_id"] for row in replies])
            (reply,) = replies
            before = await connection.fetchrow(self._sql["latest"], reply["id"])
            if before is not None and _label(before) == right:
                return Kept(reply["practice_id"], new=False, replaces=False)
            number = await connection.fetchval(
                self._sql["correct"], reply["id"], now, who, reader, right.action, right.intents,
                right.slots.model_dump(mode="json", exclude_none=True),
            )  # fmt: skip
            heard_by = [Whose(reply["practice_id"], **whose) for whose in reply["heard_by"]]
            words = (fact_id, Channel(reply["channel"]))
            await keep_within(connection, facts_of_correction(words, right, heard_by, number, now), now)
            return Kept(reply["practice_id"], new=True, replaces=before is not None)

    async def list(self, practice_id: str | None = None, after: int = 0, limit: int = 500) -> Sequence[Corrected]:
        """What counts, in the order of correcting, from the one behind the id `after` on."""
        return [_corrected(row) for row in await self._pool.fetch(self._sql["list"], practice_id, after, limit)]


def _label(row: asyncpg.Record) -> Correction:
    return Correction(intent=row["intents"][0], intents=row["intents"], action=row["action"], slots=row["slots"])


def _corrected(row: asyncpg.Record) -> Corrected:
    as_they_are = {name: row[name] for name in Corrected.model_fields if name in row}
    plan: list[int] = [due["amount_cents"] for due in row["plan"] or [] if due["number"] > 0]
    return Corrected(
        **as_they_are, offer_cents=_open_offer(row), plan_cents=plan if row["balance_cents"] > 0 else [],
        correction=_label(row),
    )  # fmt: skip


def _open_offer(row: asyncpg.Record) -> list[int]:
    """As `receivables.offers.open_offer` has it: for the amount that was owed, and not taken by a plan since."""
    offer: dict[str, Any] = row["offer"] or {}
    each: list[int] = offer.get("each_cents", [])
    return each if sum(each) == row["balance_cents"] and not row["offer_taken"] and not row["opted_out"] else []
