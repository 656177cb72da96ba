"""Looks after texts whose last report never came: what became of them is asked for, and read as if it had been told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from integrations.hearing import Delivered
from receivables.errors import TryLater
from receivables.ports import Clock
from store.inbox import Inbox
from store.touch_book import PostgresTouchBook

log = structlog.get_logger()
LOOK_EVERY = timedelta(minutes=5)
REACHES_BACK = timedelta(days=3)
"""Carriers say nothing more about what is older."""
AT_ONCE = 100
"""Asked about in one round; the others in the next."""

LastOn = Callable[[str, str], Awaitable[Delivered | None]]
"""By touch id and the provider's id: the last report as its webhook would have been kept, None while there is none."""


class ReportWatch:
    """An errand of the relay. A text is asked about when it is overdue, and then each time its silence has doubled."""

    def __init__(  # noqa: PLR0917 - each of another kind
        self, last_on: LastOn, keys: Sequence[str], touches: PostgresTouchBook, inbox: Inbox, clock: Clock,
        overdue: timedelta,
    ) -> None:  # fmt: skip
        """`keys` are those under which last reports are kept; `overdue` is counted from the provider's acceptance."""
        self._last_on = last_on
        self._keys = list(keys)
        self._touches = touches
        self._inbox = inbox
        self._clock = clock
        self._overdue = overdue
        self._look_at: datetime | None = None
        self._again: dict[str, datetime] = {}

    async def round(self) -> int:
        """How many last reports were found that no webhook had brought."""
        now = await self._clock.now()
        if self._look_at is not None and now < self._look_at:
            return 0
        self._look_at = now + LOOK_EVERY
        silent = await self._touches.silent("twilio", self._keys, now - REACHES_BACK, now - self._overdue)
        self._again = {one.provider_id: self._again.get(one.provider_id, now) for one in silent}
        due = [one for one in silent if self._again[one.provider_id] <= now]
        found = 0
        for one in due[:AT_ONCE]:
            try:
                report = await self._last_on(one.touch_id, one.provider_id)
            except TryLater as fault:
                log.warning("the text provider could not be asked about texts", fault=type(fault).__name__)
                break
            self._again[one.provider_id] = now + (now - one.accepted_at)
            if report is not None:
                found += await self._inbox.keep("twilio", report.key, report.body, {}, now)
        if found:
            log.info("reports on texts were fetched that no webhook had brought", count=found)
        return found
