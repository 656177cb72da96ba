"""Looks after what the card processor does not do by itself: events nobody brought, old pages, idle cards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from integrations.hearing import Delivered
from receivables.cards.card import CardOnFile
from receivables.errors import CannotKnow, Refused, TryLater
from receivables.ports import Clock
from store.checkouts import Checkouts
from store.inbox import Inbox

log = structlog.get_logger()
ASK_EVERY = timedelta(hours=1)
REACHES_BACK = timedelta(days=3)
"""At the start: as long as the processor itself would go on sending a webhook."""
OVERLAP = timedelta(minutes=10)
"""Events are listed a little late, and clocks differ."""
AGAIN_AFTER = timedelta(minutes=1)
"""When the processor is away."""
TIDY_EVERY = timedelta(minutes=1)

Events = Callable[[datetime], Awaitable[Sequence[Delivered]]]
"""Every event since a moment, as its webhook would have been kept."""
Forget = Callable[[CardOnFile], Awaitable[None]]
"""Let the processor drop a card; one that is gone already is no error."""
Expire = Callable[[str], Awaitable[None]]
"""Close a hosted page; one that was used stays as it is."""


class CardWatch:
    """Three errands of the relay. An outage of the processor is waited out: the next turn makes up for it."""

    def __init__(  # noqa: PLR0917 - each of another kind
        self, events: Events, expire: Expire, forget: Forget, inbox: Inbox, pages: Checkouts, clock: Clock
    ) -> None:
        self._events = events
        self._expire = expire
        self._forget = forget
        self._inbox = inbox
        self._pages = pages
        self._clock = clock
        self._since: datetime | None = None
        self._ask_at: datetime | None = None
        self._tidy_at: datetime | None = None

    async def round(self) -> int:
        """What was found: events nobody had told us, pages that were closed, and cards that were given back."""
        now = await self._clock.now()
        if self._tidy_at is not None and now < self._tidy_at:
            return await self._ask(now)
        self._tidy_at = now + TIDY_EVERY
        return await self._ask(now) + await self._close(now) + await self._give_back(now)

    async def _ask(self, now: datetime) -> int:
        """Put unheard events where webhooks go, so that they are read the same way and count once."""
        if self._ask_at is not None and now < self._ask_at:
            return 0
        try:
            told = await self._events(self._since or now - REACHES_BACK)
        except (TryLater, CannotKnow, Refused) as fault:
            log.warning("the card processor's events could not be asked for", fault=type(fault).__name__)
            self._ask_at = now + AGAIN_AFTER
            return 0
        new = [await self._inbox.keep("stripe", one.key, one.body, {}, now) for one in told]
        self._since, self._ask_at = now - OVERLAP, now + ASK_EVERY
        if any(new):
            log.info("events were fetched that no webhook had brought", count=sum(new))
        return sum(new)

    async def _close(self, now: datetime) -> int:
        """Close pages on which more could be paid than is owed."""
        closed = 0
        for page in await self._pages.outdated(now):
            try:
                await self._expire(page.session_id)
            except (TryLater, CannotKnow, Refused) as fault:
                log.warning("a page that is out of date could not be closed", fault=type(fault).__name__)
                continue
            await self._pages.ended(page.session_id, now)
            closed += 1
        return closed

    async def _give_back(self, now: datetime) -> int:
        """Cards of plans that are over, or whose charges the patient stopped, are kept no longer (R-34)."""
        given_back = 0
        for card in await self._pages.idle_cards():
            try:
                await self._forget(card)
            except (TryLater, CannotKnow, Refused) as fault:
                log.warning("a card could not be given back", fault=type(fault).__name__)
                continue
            await self._pages.forgotten(card, now)
            given_back += 1
        return given_back
