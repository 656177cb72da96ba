"""What the web process is given about contact, as Protocols: touches of other agents, letters, the kill switch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from receivables.contact import Silence, Wish
from receivables.people import Channel, PointStatus
from receivables.ports import Claim
from store.letters import Batch, LetterReady
from store.page_consents import PageConsents


class Touches(Protocol):
    """Touches of agents that carry them themselves."""

    async def ask(self, wish: Wish, now: datetime) -> Claim:
        """May it be sent now? UnknownPersonError, UnknownBalanceError; ValueError for another touch's id."""
        ...

    async def accepted(self, touch_id: str, provider_id: str, at: datetime, text_hash: str) -> None:
        """It left. UnknownTouchError when no claim of it is open."""
        ...

    async def refused(self, touch_id: str, because: str) -> None:
        """It never left."""
        ...

    async def point_failed(self, value: str, channel: Channel, status: PointStatus) -> None:
        """A number or address has become unusable, for every agent."""


class Tray(Protocol):
    """Letters between the agent and the practice's printer."""

    async def waiting(self, practice_id: str | None) -> list[LetterReady]:
        """What lies ready."""
        ...

    async def collect(self, practice_id: str | None, now: datetime) -> Batch:
        """What can be printed now; what was overtaken is withdrawn."""
        ...

    async def printed(self, touch_ids: Sequence[str], who: str, now: datetime) -> list[str]:
        """A person has printed these; the touches that were newly printed."""
        ...

    async def recipient_of(self, touch_id: str) -> tuple[str, str, str]:
        """Practice, balance and address of a printed letter. UnknownLetterError."""
        ...


class Consents(Protocol):
    """What a person has agreed to, for their page."""

    async def of(self, practice_id: str, balance_id: str) -> PageConsents | None:
        """Number by number; None for a balance that was never posted."""
        ...


class Quieting(Protocol):
    """The kill switch."""

    async def silence(self, wanted: Silence) -> Silence:
        """From this moment on; the same again changes nothing."""
        ...

    async def release(self, what: Silence, who: str, now: datetime) -> Silence | None:
        """None when nothing like it is in force."""
        ...

    async def in_force(self, practice_id: str | None = None) -> Sequence[Silence]:
        """What is silenced now."""
        ...
