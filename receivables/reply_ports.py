"""What reading replies needs of the store and of a second reader, as Protocols; no implementation lives here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from pydantic import Field

from receivables.case import State
from receivables.facts import ReplyUnderstood
from receivables.people import Channel


class ReadingBook(Protocol):
    """How replies were read, for people to look at."""

    async def keep_reading(self, read: ReplyUnderstood) -> None:
        """A later reading of the same reply for the same balance takes the place of the earlier one."""
        ...


class Opinion(State):
    """What a second reader made of a reply; that it failed or was too slow is an answer as well."""

    outcome: Literal["answered", "failed", "too_slow", "unusable"]
    """Unusable: it answered something else than intents of the closed list."""
    model: str
    intents: list[str] = Field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0
    cost_microdollars: int = 0
    """Millionths of a dollar, by the prices in the settings; 0 when none are set."""
    took_ms: int = 0


class SecondReader(Protocol):
    """Asked where the reader abstains; off unless it is set up."""

    async def opinion(self, shown: str, channel: Channel) -> Opinion:
        """Of a reply whose names, numbers and amounts are replaced. Never raises: its failing is an outcome."""
        ...


class OpinionBook(Protocol):
    """What was asked of a second reader and what it cost; each reply is asked about once."""

    async def opinion_of(self, practice_id: str, reply_fact_id: str) -> Opinion | None:
        """None when it was not asked yet."""
        ...

    async def keep_opinion(self, practice_id: str, reply_fact_id: str, opinion: Opinion, now: datetime) -> None:
        """The same reply again changes nothing."""
        ...


class SecondReading(NamedTuple):
    """A second reader, and the book of what it was asked."""

    reader: SecondReader
    book: OpinionBook
