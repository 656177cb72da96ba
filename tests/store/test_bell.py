"""Who listens hears that something was stored within moments, and a lost connection makes nobody deaf for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from asyncpg.exceptions import InternalClientError

from store.bell import Bell
from store.pool import Pool

PATIENCE_S = 10.0


@asynccontextmanager
async def listening(pool: Pool) -> AsyncIterator[asyncio.Event]:
    heard, stop = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(Bell(pool).listen(heard, stop))
    await asyncio.wait_for(heard.wait(), PATIENCE_S)  # Set at the start, for what was stored before.
    heard.clear()
    yield heard
    stop.set()
    await asyncio.wait_for(task, PATIENCE_S)


async def test_a_ring_is_heard_by_another_process(pool: Pool):
    async with listening(pool) as heard:
        Bell(pool).ring()
        await asyncio.wait_for(heard.wait(), PATIENCE_S)


async def test_a_thousand_rings_in_a_row_are_few_and_the_last_is_heard(pool: Pool):
    async with listening(pool) as heard:
        bell, times = Bell(pool), 0
        for _ in range(1_000):
            bell.ring()
            if heard.is_set():
                times += 1
                heard.clear()
            await asyncio.sleep(0)
        await asyncio.wait_for(heard.wait(), PATIENCE_S)
        assert times < 100


async def test_after_a_lost_connection_the_listener_looks_and_listens_again(pool: Pool):
    async with listening(pool) as heard:
        await pool.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LISTEN%collect_work%'"
            " AND pid <> pg_backend_pid()"
        )
        await asyncio.wait_for(heard.wait(), PATIENCE_S)
        heard.clear()
        for _ in range(100):
            Bell(pool).ring()
            await asyncio.sleep(0.05)
            if heard.is_set():
                break
        assert heard.is_set()


class GoingDown:
    """A pool whose database begins to stop just as somebody has been given a connection."""

    def __init__(self, pool: Pool, fault: Exception) -> None:
        self._pool, self._faults = pool, [fault]

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[object]:
        async with self._pool.acquire() as connection:
            if self._faults:
                raise self._faults.pop()
            yield connection


@pytest.mark.parametrize(
    "fault",
    [
        InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
        asyncpg.InterfaceError("connection is closed"), asyncpg.AdminShutdownError("going down"),
        ConnectionRefusedError(), TimeoutError(),
    ],
    ids=lambda fault: type(fault).__name__,
)  # fmt: skip
async def test_however_a_database_goes_down_the_listener_outlives_it_and_listens_again(pool: Pool, fault: Exception):
    heard, stop = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(Bell(GoingDown(pool, fault)).listen(heard, stop))  # type: ignore[arg-type]
    await asyncio.wait_for(heard.wait(), PATIENCE_S)
    assert not task.done()
    stop.set()
    await asyncio.wait_for(task, PATIENCE_S)


async def test_a_ring_while_the_database_is_away_harms_nobody(database: str):
    from store.pool import open_pool

    gone = await open_pool(database)
    await gone.close()
    bell = Bell(gone)
    bell.ring()
    assert bell._ringing is not None
    await asyncio.wait_for(bell._ringing, PATIENCE_S)
