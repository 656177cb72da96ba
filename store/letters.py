"""Letters that lie ready for print: laid out by the agent, looked at once more and taken by a person, or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple

import asyncpg
from pydantic import BaseModel

from receivables.contact import Kin
from receivables.facts import DeliveryFailed, Moment
from receivables.letters_waiting import in_time_since, in_words
from receivables.notices import SUGGESTIONS, Notice
from receivables.people import Channel, PointStatus
from receivables.policy import Policy, Practice
from receivables.ports import Message
from receivables.rulebook import RestDays
from receivables.windows import place
from store.fact_book import keep_within
from store.notice_book import settled_within, tell_within
from store.pool import Connection, Pool
from store.queries import queries

CLOSED_TO_LETTERS = {
    "closed": "The balance is closed.", "held": "The balance is held.",
    "on_plan": "A plan is in force.", "with_staff": "A person is at it.",
}  # fmt: skip
"""Stages in which nothing that was written before may leave."""
CAME_BACK = "The letter came back."
ALL_PRINTED = "No letter waits for print any more."


class UnknownLetterError(LookupError):
    """No letter of this touch was printed."""


class LetterReady(BaseModel):
    """A letter to print."""

    touch_id: str
    practice_id: str
    balance_id: str
    written_at: Moment
    recipient: list[str]
    """Name and address, line by line."""
    paragraphs: list[str]
    link: str
    language: str


class LetterKept(BaseModel):
    """A letter that is not printed, and why."""

    touch_id: str
    practice_id: str
    balance_id: str
    because: str


class Batch(NamedTuple):
    """What can be printed now, what was withdrawn for good, and what a silence holds back."""

    letters: list[LetterReady]
    withdrawn: list[LetterKept]
    held_back: list[LetterKept]


class Letters:
    """The tray between the agent and the practice's printer. As a `ports.Courier` it takes what the agent writes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("letters")

    async def send(self, message: Message) -> str:
        """Lay the letter of a claimed touch into the tray, once; the id by which it is known."""
        await self._pool.execute(
            self._sql["lay"], message.touch_id, message.to, message.text, message.link, message.language
        )
        return f"letter.{await self._pool.fetchval(self._sql['laid'], message.touch_id)}"

    async def find(self, message: Message, since: datetime) -> str | None:  # noqa: ARG002 - the tray forgets nothing
        """The id when it lies there already."""
        laid = await self._pool.fetchval(self._sql["laid"], message.touch_id)
        return f"letter.{laid}" if laid is not None else None

    async def collect(self, practice_id: str | None, now: datetime) -> Batch:
        """Letters to print, each looked at once more; one that was overtaken is withdrawn, and its case hears of it.

        Asked again before `printed`, the same letters are there again.
        """
        batch = Batch([], [], [])
        async with self._pool.acquire() as connection, connection.transaction():
            for row in await connection.fetch(self._sql["waiting"], practice_id):
                names = {name: row[name] for name in ("touch_id", "practice_id", "balance_id")}
                overtaken = _overtaken(row)
                if overtaken:
                    await self._withdraw(connection, row, overtaken, now)
                    batch.withdrawn.append(LetterKept(**names, because=overtaken))
                elif row["silenced"] is not None:
                    because = f"A person has silenced this: {row['silenced']}"
                    batch.held_back.append(LetterKept(**names, because=because))
                else:
                    batch.letters.append(_ready(row))
        return batch

    async def waiting(self, practice_id: str | None) -> list[LetterReady]:
        """What lies ready, as it was written; nothing is looked at again."""
        return [_ready(row) for row in await self._pool.fetch(self._sql["waiting"], practice_id)]

    async def watch(self, practice: Practice, policy: Policy, now: datetime) -> bool:
        """Ask a person to print what has lain ready too long, once until it is done; True when somebody was asked.

        Letters of a later day that become overdue after that are a task of their own.
        """
        zone, within = place(practice.time_zone), policy.letters.print_within_days
        closed = RestDays(frozenset(), policy.rules)
        day = in_time_since(now.astimezone(zone).date(), within, closed)
        before = datetime.combine(day, time(), tzinfo=zone)
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchrow(self._sql["overdue"], practice.practice_id, before)
            told = await connection.fetch(self._sql["told"], practice.practice_id)
            if found is None or not found["letters"]:
                for one in told:
                    await settled_within(connection, practice.practice_id, one["task_id"], ALL_PRINTED, now)
                return False
            oldest, newest = (found[name].astimezone(zone).date() for name in ("oldest", "newest"))
            notice = Notice(
                notice_id=f"letters.{newest:%Y-%m-%d}", practice_id=practice.practice_id, kind="letters_waiting",
                summary=in_words(found["letters"], oldest, within), suggestion=SUGGESTIONS["letters_waiting"],
            )  # fmt: skip
            return not told and await tell_within(connection, notice, now)

    async def printed(self, touch_ids: Sequence[str], who: str, now: datetime) -> list[str]:
        """A person has printed these; the touches that were newly printed."""
        return [row["touch_id"] for row in await self._pool.fetch(self._sql["printed"], list(touch_ids), now, who)]

    async def recipient_of(self, touch_id: str) -> tuple[str, str, str]:
        """Practice, balance and address of a printed letter. UnknownLetterError."""
        row = await self._pool.fetchrow(self._sql["of"], touch_id)
        if row is None or row["printed_at"] is None:
            raise UnknownLetterError("no letter of this touch was printed")
        return row["practice_id"], row["balance_id"], row["recipient"]

    async def _withdraw(self, connection: Connection, row: asyncpg.Record, because: str, now: datetime) -> None:
        if await connection.fetchval(self._sql["withdraw"], row["touch_id"], because) is None:
            return
        family = map(Kin.model_validate, row["family"])
        touches = [(row["balance_id"], row["touch_id"]), *((kin.balance_id, kin.touch_id) for kin in family)]
        facts = [_lost(row["practice_id"], *touch, None, because, now) for touch in touches]
        await keep_within(connection, facts, now)


def came_back(practice_id: str, balance_id: str, touch_id: str, now: datetime) -> DeliveryFailed:
    """The fact of a letter that the post returned: no further one goes to its address."""
    return _lost(practice_id, balance_id, touch_id, PointStatus.bounced, CAME_BACK, now)


def _lost(  # noqa: PLR0917 - the parts of one fact
    practice_id: str, balance_id: str, touch_id: str, status: PointStatus | None, because: str, now: datetime
) -> DeliveryFailed:
    word = "returned" if status else "withdrawn"
    return DeliveryFailed(
        fact_id=f"{word}.{touch_id}", at=now, source="agent", practice_id=practice_id, balance_id=balance_id,
        touch_id=touch_id, channel=Channel.letter, status=status, because=because,
    )  # fmt: skip


def _overtaken(row: asyncpg.Record) -> str | None:
    if row["stopped"]:
        return "A stop has come since the letter was written."
    if row["otherwise"]:
        return "What is owed has changed since the letter was written."
    if row["replied"]:
        return "The patient has written since."
    return CLOSED_TO_LETTERS.get(row["stage"])


def _ready(row: asyncpg.Record) -> LetterReady:
    return LetterReady(
        touch_id=row["touch_id"], practice_id=row["practice_id"], balance_id=row["balance_id"],
        written_at=row["written_at"], recipient=row["recipient"].split("\n"),
        paragraphs=[part for part in row["words"].split("\n\n") if part.strip()], link=row["link"],
        language=row["language"],
    )  # fmt: skip
