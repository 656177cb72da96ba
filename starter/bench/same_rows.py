"""The rows that taking in facts has left behind, in whatever tables, inserted once more with nothing around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from store.pool import Connection, Pool

TABLES = """
    SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
        array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) AS types,
        (SELECT array_agg(k.attname::text ORDER BY array_position(i.indkey::smallint[], k.attnum))
         FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
         WHERE i.indrelid = c.oid AND i.indisprimary) AS key
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    GROUP BY c.oid
    ORDER BY c.relname
"""


WRITTEN_AFTER = "xmin::text::bigint > $1"


class Bare(NamedTuple):
    """One statement that inserts what a batch left behind, and what it takes."""

    statement: str
    columns: list[list[object]]


class Twins:
    """A table without anything but its columns and its primary key, beside each table of the product."""

    def __init__(self, tables: Sequence[tuple[str, list[str], list[str]]]) -> None:
        self._tables = tables

    @classmethod
    async def of(cls, pool: Pool) -> Twins:
        """Made new and empty."""
        tables = await pool.fetch(TABLES)
        await pool.execute("CREATE SCHEMA bare")
        for table in tables:
            await pool.execute(f"CREATE TABLE bare.{table['name']} (LIKE public.{table['name']})")
            if table["key"]:
                await pool.execute(f"ALTER TABLE bare.{table['name']} ADD PRIMARY KEY ({', '.join(table['key'])})")
        return cls([(table["name"], table["columns"], table["types"]) for table in tables])

    async def left_by(self, connection: Connection, before: int, parts: int) -> tuple[list[Bare], int]:
        """All rows that transactions after `before` have written, as they lie there, in equal parts; their number."""
        inserts: list[str] = []
        columns: list[list[object]] = []
        rows = 0
        for name, names, types in self._tables:
            wanted = ", ".join(_read(column, kind) for column, kind in zip(names, types, strict=True))
            found = await connection.fetch(f"SELECT {wanted} FROM {name} WHERE {WRITTEN_AFTER} ORDER BY ctid", before)  # noqa: S608
            if found:
                rows += len(found)
                inserts.append(_insert(name, types, len(columns)))
                columns += [list(column) for column in zip(*(row.values() for row in found), strict=True)]
        first = ", ".join(f"t{place} AS ({insert})" for place, insert in enumerate(inserts[:-1]))
        statement = f"WITH {first} {inserts[-1]}" if first else inserts[-1]
        cut = [[column[len(column) * part // parts : len(column) * (part + 1) // parts] for column in columns]
               for part in range(parts)]  # fmt: skip
        return [Bare(statement, one) for one in cut], rows


async def written_so_far(connection: Connection) -> int:
    """The number of the latest transaction."""
    return int(await connection.fetchval("SELECT pg_current_xact_id()::text"))


def _as_text(kind: str) -> bool:
    """An array of arrays cannot be unnested into arrays, and json travels as text in any case."""
    return kind.endswith("[]") or kind in {"json", "jsonb"}


def _read(column: str, kind: str) -> str:
    return f"{column}::text" if _as_text(kind) else column


def _insert(name: str, types: Sequence[str], first: int) -> str:
    taken = [f"${first + place}::{'text' if _as_text(kind) else kind}[]" for place, kind in enumerate(types, start=1)]
    given = [f"c{place}::{kind}" if _as_text(kind) else f"c{place}" for place, kind in enumerate(types)]
    names = [f"c{place}" for place in range(len(types))]
    return (
        f"INSERT INTO bare.{name} SELECT {', '.join(given)} "  # noqa: S608 - names of our own schema
        f"FROM unnest({', '.join(taken)}) AS t ({', '.join(names)})"
    )
