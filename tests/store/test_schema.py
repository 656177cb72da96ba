"""The database as documented, as migrated and as queried is one and the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import asyncpg
import pytest

from receivables.case import CloseReason, Stage
from receivables.facts import ANY_FACT, TaskResolved
from receivables.notices import NOTICE_KINDS
from receivables.people import Channel, PointStatus
from receivables.steps import AskStaff, Wait
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.pool import Pool, open_pool
from store.queries import FOLDER, queries
from tests.store.told import NOON, adjusted, after, case_of, decision, paid, posted, taken_back

STORE = FOLDER.parent
CATALOG = {
    "columns": """
        SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
            pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0""",
    "tables": """SELECT relname, relpersistence, reloptions FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm')""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal""",
    "functions": """SELECT proname, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'""",
}


async def catalog(url: str) -> dict[str, list[tuple[object, ...]]]:
    connection = await asyncpg.connect(url)
    found = {
        part: sorted(
            (tuple(row) for row in await connection.fetch(query) if "schema_migrations" not in row[0]), key=repr
        )
        for part, query in CATALOG.items()
    }
    await connection.close()
    return found


def migrate(url: str, *words: str) -> None:
    dbmate = Path(sys.executable).with_name("dbmate")
    subprocess.run(
        [dbmate, "--url", url.replace("postgresql://", "postgres://"), "--migrations-dir", STORE / "migrations",
         "--no-dump-schema", *words],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip


async def test_the_documented_schema_equals_the_migrations(postgres: str, database: str):
    migrated = postgres.format(database="migrated")
    migrate(migrated, "up")
    documented = await catalog(database)
    assert documented["columns"]
    assert await catalog(migrated) == documented


async def test_every_migration_can_be_taken_back(postgres: str):
    url = postgres.format(database="taken_back")
    migrate(url, "up")
    for _ in list((STORE / "migrations").glob("*.sql")):
        migrate(url, "down")
    assert not any((await catalog(url)).values())


async def test_books_opened_on_an_older_database_hold_what_was_stored_before(postgres: str):
    url = postgres.format(database="older")
    migrate(url, "up")
    pool = await open_pool(url)
    story = [posted(), paid("stripe.pi_1", 250_00), taken_back("stripe.pi_1", 50_00), adjusted(100_00, after(days=1))]
    await FactBook(pool).keep([*story, posted("b2", 0), paid("early", 5_00, "b3")], NOON)
    before = await pool.fetch("SELECT * FROM entries ORDER BY balance, fact, part")
    await pool.close()
    while "entries" in {row[0] for row in (await catalog(url))["tables"]}:
        migrate(url, "down")
    migrate(url, "up")
    pool = await open_pool(url)
    assert await pool.fetch("SELECT * FROM entries ORDER BY balance, fact, part") == before
    assert len(before) == 7
    await pool.close()


async def test_decisions_of_an_older_database_keep_their_words(postgres: str):
    url = postgres.format(database="talkative")
    migrate(url, "up")
    pool = await open_pool(url)
    await FactBook(pool).keep([posted(), posted("b2", 5_00)], NOON)
    cases = PostgresCaseBook(pool)
    for hour, words in enumerate(("It is 9:00 and $47 are owed.", "It is 10:00.", "It is 10:00.")):
        await cases.record(case_of("b1", posted()), decision(at=after(hours=hour), because=words))
    await cases.record(case_of("b2", posted("b2")), decision(Wait(next_step="nothing"), at=after(hours=1), act_at=after(hours=2)))
    query = "SELECT balance, decided_at, act_at, rule, step, because FROM decisions ORDER BY balance, decided_at"
    before = await pool.fetch(query), await pool.fetch("SELECT decided_at, next_step_at, stage FROM cases ORDER BY balance")
    await pool.close()
    while "past_decisions" in {row[0] for row in (await catalog(url))["tables"]}:
        migrate(url, "down")
    pool = await open_pool(url)
    assert await pool.fetch(query) == before[0]
    await pool.close()
    migrate(url, "up")
    pool = await open_pool(url)
    assert await pool.fetch(query) == before[0]
    assert await pool.fetch("SELECT decided_at, next_step_at, stage FROM cases ORDER BY balance") == before[1]
    assert [row["because"] for row in before[0]] == [["It is 9:00 and $47 are owed."], ["It is 10:00."], ["The balance posted this morning."]]
    await pool.close()


def query_files() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


@pytest.mark.parametrize("name", query_files())
async def test_postgres_understands_every_query(pool: Pool, name: str):
    async with pool.acquire() as connection:
        for text in queries(name).values():
            await connection.prepare(text)


@pytest.mark.parametrize("name", query_files())
def test_every_query_is_used_and_every_used_query_exists(name: str):
    code = (STORE / f"{name}.py").read_text()
    used = set(re.findall(r'"([a-z_]+)"', code))
    assert set(queries(name)) <= used
    assert set(re.findall(r'_sql\["([a-z_]+)"\]', code)) <= set(queries(name))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SELECT 1;\n-- name: a\n-- Says.\nSELECT 1\n", "before the first"),
        ("-- name: a\nSELECT 1\n", "-- sentence"),
        ("-- name: a\n-- Says.\nSELECT 1\n-- name: a\n-- Says.\nSELECT 2\n", "two queries"),
    ],
)
def test_a_query_file_with_a_fault_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text, fault):
    (tmp_path / "faulty.sql").write_text(text)
    monkeypatch.setattr("store.queries.FOLDER", tmp_path)
    with pytest.raises(ValueError, match=fault):
        queries.__wrapped__("faulty")


def words(schema: str, constraint: str) -> set[str]:
    clause = re.search(rf"CONSTRAINT {constraint} CHECK \((.*?)\)\)", schema, re.DOTALL)
    assert clause, constraint
    return set(re.findall(r"'([a-z_]+)'", clause[1]))


def test_the_words_the_database_accepts_are_the_words_of_the_domain():
    schema = (STORE / "schema.sql").read_text()
    kinds = {get_args(model.model_fields["kind"].annotation)[0] for model in fact_models()}
    worked_out_when_read = {"plan_beside"}
    assert words(schema, "facts_kind") == kinds - worked_out_when_read
    assert words(schema, "cases_stage") == set(Stage)
    assert words(schema, "cases_close_reason") == set(CloseReason)
    assert words(schema, "suppressions_status") == set(PointStatus) - {PointStatus.usable}
    assert words(schema, "touches_channel") == words(schema, "stops_channel") == set(Channel)
    of_cases = set(get_args(AskStaff.model_fields["task_kind"].annotation))
    assert words(schema, "tasks_kind") == of_cases | NOTICE_KINDS
    assert words(schema, "tasks_of_a_case") == NOTICE_KINDS
    assert words(schema, "tasks_outcome") == set(get_args(TaskResolved.model_fields["outcome"].annotation))


def fact_models() -> list[type]:
    union = ANY_FACT._type
    return list(get_args(get_args(union)[0]))
