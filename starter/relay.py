"""Keeps the inbox read and the facts delivered, for as long as the process lives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()
REST_S = 0.05
"""Between two looks when nothing was waiting: far below what a person would notice, and cheap."""
LISTENING_REST_S = 0.25
"""The same where a bell wakes the relay as soon as anything is stored: looking is only for rings that are lost."""
LONGEST_REST_S = 5.0
"""Between two looks while the database or the engine is away."""


class Relay:
    """Runs rounds of work until stopped; a failed round is repeated, later each time."""

    def __init__(
        self, *rounds: Callable[[], Awaitable[int]], rest_s: float = REST_S,
        after_trouble: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """`after_trouble` is called when a round goes well again after one that did not."""
        self._rounds = rounds
        self._rest_s = rest_s
        self._after_trouble = after_trouble
        self._in_trouble = False
        self._one_at_a_time = asyncio.Lock()
        self.woken = asyncio.Event()
        """Set by whoever knows that there is work: a rest ends at once."""

    async def once(self) -> int:
        """One round of everything; the amount of work found."""
        async with self._one_at_a_time:
            in_trouble, self._in_trouble = self._in_trouble, True
            found = sum([await work() for work in self._rounds])
            self._in_trouble = False
        if in_trouble and self._after_trouble:
            self._after_trouble()
        return found

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. Outages are ridden out here: what was stored waits in the database."""
        rest = self._rest_s
        while not stop.is_set():
            self.woken.clear()
            try:
                rest = self._rest_s if await self.once() == 0 else 0.0
            except Exception as fault:  # noqa: BLE001 - whatever it is, the facts are stored and the next round comes
                rest = min(max(rest, REST_S) * 2, max(LONGEST_REST_S, self._rest_s))
                log.warning("a round of deliveries failed and is repeated", fault=type(fault).__name__, rest_s=rest)
            if rest:
                await _rest(rest, *((stop,) if self._in_trouble else (stop, self.woken)))


async def _rest(seconds: float, *unless: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in unless]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
