"""Whether what this process stands on can be used now: database, schema, engine; nothing is changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from temporalio.client import Client

from store.pool import Pool


class SchemaBehind(Exception):
    """A migration of this checkout is missing in the database: run `collect up` or the migration job."""


async def database_answers(pool: Pool) -> None:
    """Raises when the database cannot be asked."""
    await pool.fetchval("SELECT 1")


def versions(folder: Path) -> frozenset[str]:
    """The migrations of this checkout."""
    return frozenset(path.name.partition("_")[0] for path in folder.glob("*.sql"))


async def schema_is_current(pool: Pool, wanted: frozenset[str]) -> None:
    """SchemaBehind when the database lacks a migration. One that is ahead is fine: it is being rolled out."""
    applied = {row["version"] for row in await pool.fetch("SELECT version FROM schema_migrations")}
    if wanted - applied:
        raise SchemaBehind


async def engine_answers(client: Client) -> None:
    """Raises when Temporal cannot be reached."""
    await client.service_client.check_health(timeout=timedelta(seconds=2))
