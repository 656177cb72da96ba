"""Looks after patients' texts whose webhooks were refused, as without a database: the provider sends each only once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from integrations.hearing import Delivered
from receivables.errors import TryLater
from receivables.ports import Clock
from store.inbox import Inbox

log = structlog.get_logger()
ASK_EVERY = timedelta(hours=1)
REACHES_BACK = timedelta(days=3)
"""At the start: a long weekend without us."""
OVERLAP = timedelta(minutes=10)
AGAIN_AFTER = timedelta(minutes=1)
"""When the provider is away."""

Received = Callable[[datetime], Awaitable[Sequence[Delivered]]]
"""Every text from patients since a moment, as its webhook would have been kept."""


class TextWatch:
    """An errand of the relay: at the start, every hour, and at once after trouble of our own. A STOP is never lost."""

    def __init__(self, received: Received, inbox: Inbox, clock: Clock) -> None:
        self._received = received
        self._inbox = inbox
        self._clock = clock
        self._since: datetime | None = None
        self._ask_at: datetime | None = None

    def soon(self) -> None:
        """Ask in the next round: webhooks may have been refused meanwhile."""
        self._ask_at = None

    async def round(self) -> int:
        """How many texts were found that no webhook had brought; they are read like all others and count once."""
        now = await self._clock.now()
        if self._ask_at is not None and now < self._ask_at:
            return 0
        try:
            texts = await self._received(self._since or now - REACHES_BACK)
        except TryLater as fault:
            log.warning("the text provider could not be asked for texts", fault=type(fault).__name__)
            self._ask_at = now + AGAIN_AFTER
            return 0
        new = [await self._inbox.keep("twilio", text.key, text.body, {}, now) for text in texts]
        self._since, self._ask_at = now - OVERLAP, now + ASK_EVERY
        if any(new):
            log.info("texts were fetched that no webhook had brought", count=sum(new))
        return sum(new)
