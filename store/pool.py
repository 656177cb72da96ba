"""Opens connections to Postgres the way every class here expects them; nothing is read or written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Plain = asyncpg.Connection[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
else:  # At run time these classes take no parameters.
    Plain = asyncpg.Connection
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection


async def open_pool(url: str, *, min_size: int = 1, max_size: int = 10) -> Pool:
    """A pool whose connections take and give json as Python values. OSError or PostgresError when none can be had."""
    return await asyncpg.create_pool(
        url, min_size=min_size, max_size=max_size, init=_teach_json, reset=_leave_as_it_is, command_timeout=60,
        connection_class=DiscreetConnection,
        server_settings={"timezone": "UTC", "application_name": "collect", "jit": "off"},
    )  # fmt: skip


class DiscreetConnection(Plain):
    """Its errors name the broken rule, never the row: Postgres would quote patients' numbers and words."""

    async def execute(self, query: str, *args: Any, **options: Any) -> str:  # noqa: ANN401
        """As in asyncpg."""
        with _without_rows():
            return await super().execute(query, *args, **options)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """As in asyncpg."""
        with _without_rows():
            return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """As in asyncpg."""
        with _without_rows():
            return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """As in asyncpg."""
        with _without_rows():
            return await super().fetchval(query, *args, **options)


@contextmanager
def _without_rows() -> Iterator[None]:
    try:
        yield
    except asyncpg.PostgresError as fault:
        fault.detail = None
        raise


async def _teach_json(connection: Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


async def _leave_as_it_is(_connection: Connection) -> None:
    """Nothing here outlives a transaction (locks neither), so a returned connection costs no round trip to clean."""
