"""Tells other processes that something was stored for the relay to carry on; it carries nothing itself."""

from __future__ import annotations

import asyncio

import structlog

from store.pool import Pool
from store.queries import queries

log = structlog.get_logger()
CHANNEL = "collect_work"
APART_S = 0.02
"""Between two rings: each takes a turn at the end of the database's log, and one says as much as twenty."""
AGAIN_S = 1.0
"""Between two tries to listen while the database is away."""


class Bell:
    """A ring that is lost costs a moment and nothing else: the relay looks by itself too."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("bell")
        self._wanted = False
        self._ringing: asyncio.Task[None] | None = None

    def ring(self) -> None:
        """Soon, and without making the caller wait: whoever stored something has been answered by then."""
        self._wanted = True
        if self._ringing is None or self._ringing.done():
            self._ringing = asyncio.create_task(self._ring())

    async def _ring(self) -> None:
        while self._wanted:
            self._wanted = False
            try:
                await self._pool.execute(self._sql["ring"], CHANNEL)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the relay looks by itself
                log.warning("a ring was lost", fault=type(fault).__name__)
                return
            await asyncio.sleep(APART_S)

    async def listen(self, heard: asyncio.Event, stop: asyncio.Event) -> None:
        """Set `heard` at every ring until `stop`; a lost connection is opened anew."""
        while not stop.is_set():
            try:
                await self._listen(heard, stop)
            except Exception as fault:  # noqa: BLE001 - a database that is going down fails in ways of its own
                log.warning("nobody listens for rings just now", fault=type(fault).__name__)
                await _first_of(stop, seconds=AGAIN_S)

    async def _listen(self, heard: asyncio.Event, stop: asyncio.Event) -> None:
        lost = asyncio.Event()

        def on_ring(*_: object) -> None:
            heard.set()

        def on_loss(*_: object) -> None:
            lost.set()

        async with self._pool.acquire() as connection:
            connection.add_termination_listener(on_loss)
            await connection.add_listener(CHANNEL, on_ring)
            heard.set()  # Something may have been stored before anybody listened.
            await _first_of(stop, lost)
            if not lost.is_set():
                connection.remove_termination_listener(on_loss)
                await connection.remove_listener(CHANNEL, on_ring)


async def _first_of(*events: asyncio.Event, seconds: float | None = None) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
