"""A throwaway real Postgres for the store's tests, emptied before each one; and the people they are about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from runtime.embedded_postgres import EmbeddedPostgres
from store.fact_book import FactBook
from store.pool import Pool, open_pool
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies
from tests.store.emptied import EMPTIED
from tests.store.told import NOON, posted

SCHEMA = Path(__file__).parents[2] / "store" / "schema.sql"


@pytest.fixture(scope="session")
def postgres(throwaway_postgres: EmbeddedPostgres) -> str:
    """The address of the run's own server, without the database's name."""
    return throwaway_postgres.url.replace("/collect?", "/{database}?")


@pytest.fixture(scope="session")
async def database(postgres: str) -> str:
    """The address of a database with the whole schema."""
    connection = await asyncpg.connect(postgres.format(database="postgres"))
    await connection.execute("CREATE DATABASE tests")
    await connection.close()
    connection = await asyncpg.connect(postgres.format(database="tests"))
    await connection.execute(SCHEMA.read_text())
    await connection.close()
    return postgres.format(database="tests")


@pytest.fixture(scope="session")
async def connections(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, min_size=2, max_size=20)
    yield pool
    await pool.close()


@pytest.fixture
async def pool(connections: Pool) -> Pool:
    """Connections to an empty database."""
    await connections.execute(EMPTIED)
    return connections


@pytest.fixture
async def touches(pool: Pool) -> PostgresTouchBook:
    """Touches where one balance, b1, was posted at noon."""
    await FactBook(pool).keep([posted()], NOON)
    return PostgresTouchBook(pool, Policies())
