"""Keeps how replies were read, and tells what was said on both sides; texts leave here for people and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import asyncpg
from pydantic import BaseModel

from receivables.facts import ReplyUnderstood
from receivables.meanings import certainty, meaning, named
from receivables.plans.terms import Slots
from store.pool import Connection, Pool
from store.queries import queries

STOPPED = "asked us to stop"
"""What a stop word alone means; the provider answers it, and the word itself is not kept."""


class Line(BaseModel):
    """One message of a conversation."""

    at: datetime
    who: Literal["patient", "us"]
    channel: str
    text: str
    """What was written, without card and social-security numbers; of an e-mail of ours without its frame."""
    fact_id: str | None = None
    """The reply's name, by which a wrong reading is corrected."""
    files: int = 0
    """Pictures and other files that came with it; none was opened."""
    message: str | None = None
    """Ours: which template."""
    answers: str | None = None
    """Ours: the reply it answers."""
    arrived: bool = True
    """False while it is not known whether the provider took it."""
    intents: list[str] = []
    """The reply's: as it is understood now, by the reader or, where that was wrong, by a person."""
    understood: str = ""
    """The same in words."""
    how: str = ""
    """How sure the reader was, and which one; or who corrected it."""
    action: str | None = None
    confidence: float | None = None
    abstain: bool = False
    reader: str | None = None
    corrected_by: str | None = None


class Conversations:
    """`reply_ports.ReadingBook`, and the conversation as people are shown it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("conversations")

    async def keep_reading(self, read: ReplyUnderstood) -> None:
        """A balance or reply that is not stored is left out: nothing could be shown beside it."""
        await self._pool.execute(
            self._sql["keep"], read.practice_id, read.balance_id, read.reply_fact_id, read.at, read.confidence,
            read.abstain, read.reader, read.action, list(dict.fromkeys([read.intent, *read.intents])),
            read.slots.model_dump(mode="json", exclude_none=True),
        )  # fmt: skip


async def conversation(connection: Connection, practice_id: str, balance_id: str) -> Sequence[Line]:
    """Everything said about a balance, oldest first."""
    rows = await connection.fetch(queries("conversations")["conversation"], practice_id, balance_id)
    return [_ours(row) if row["who"] == "us" else _theirs(row) for row in rows]


def _ours(row: asyncpg.Record) -> Line:
    return Line(
        at=row["at"], who="us", channel=row["channel"], text=row["text"] or "", message=row["message"],
        answers=row["answers"], arrived=row["status"] == "accepted",
    )  # fmt: skip


def _theirs(row: asyncpg.Record) -> Line:
    shared = {
        "at": row["at"], "who": "patient", "channel": row["channel"] or "every channel", "text": row["text"] or "",
        "fact_id": row["fact_id"], "files": row["files"] or 0,
    }  # fmt: skip
    if row["kind"] == "contact_stopped":
        return Line(**shared, intents=["opt_out"], understood=STOPPED)
    if row["intents"] is None and row["corrected"] is None:
        return Line(**shared)
    right = row["corrected"] or row["intents"]
    read = {name: row[name] for name in ("action", "confidence", "reader")} | {"abstain": bool(row["abstain"])}
    said = {"intents": right, "understood": meaning(right), "how": how_read(row), "corrected_by": row["corrected_by"]}
    return Line(**shared, **read, **said)


def how_read(row: asyncpg.Record) -> str:
    """Who says that it means this, and how sure the reader was."""
    if row["corrected_by"]:
        first = f"; it had been read as: {meaning(row['intents'])}" if row["intents"] else ""
        return f"Corrected by {row['corrected_by']}{first}."
    sure = certainty(row["confidence"], row["reader"], abstain=row["abstain"])
    return " ".join(part for part in (sure, named(Slots.model_validate(row["slots"]))) if part)
