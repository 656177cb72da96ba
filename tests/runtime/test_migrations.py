"""The schema comes up to date by itself, once, whoever starts first; and a failure says what to mend."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from runtime.embedded_postgres import EmbeddedPostgres
from runtime.migrations import MIGRATIONS, MigrationFailed, address_for_tool, migrate

VERSIONS = [path.name for path in sorted(MIGRATIONS.glob("*.sql"))]


@pytest.fixture
async def empty(throwaway_postgres: EmbeddedPostgres) -> str:
    """The address of a database with nothing in it."""
    connection = await asyncpg.connect(throwaway_postgres.url)
    await connection.execute("DROP DATABASE IF EXISTS fresh WITH (FORCE)")
    await connection.execute("CREATE DATABASE fresh")
    await connection.close()
    return throwaway_postgres.url.replace("/collect?", "/fresh?")


async def test_each_migration_is_applied_once_although_three_processes_start_together(empty: str) -> None:
    applied = await asyncio.gather(*(migrate(empty) for _ in range(3)))
    assert sorted(name for names in applied for name in names) == VERSIONS
    assert await migrate(empty) == []
    connection = await asyncpg.connect(empty)
    assert await connection.fetchval("SELECT count(*) FROM schema_migrations") == len(VERSIONS)
    await connection.close()


async def test_an_address_without_a_word_about_encryption_works_on_this_machine(empty: str) -> None:
    assert await migrate(empty.partition("?")[0]) == VERSIONS


async def test_a_broken_migration_changes_nothing_and_is_named(empty: str, tmp_path: Path) -> None:
    (tmp_path / "20260101000000_broken.sql").write_text(
        "-- migrate:up\nCREATE TABLE half (id int);\nCREATE TABLE (;\n-- migrate:down\n"
    )
    with pytest.raises(MigrationFailed, match=r"the schema could not be brought up to date: .*syntax error"):
        await migrate(empty, tmp_path)
    connection = await asyncpg.connect(empty)
    assert await connection.fetchval("SELECT to_regclass('half')") is None
    await connection.close()


async def test_a_database_without_encryption_says_what_to_add(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.migrations.WAIT", "1s")
    with pytest.raises(MigrationFailed, match=r"SSL is not enabled.*; add \?sslmode=disable to DATABASE_URL if the way"):
        await migrate(empty.replace("sslmode=disable", "sslmode=require"))


async def test_a_wrong_password_is_said_to_be_so_and_not_repeated(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.migrations.WAIT", "1s")
    user, _, host = empty.partition("@")
    with pytest.raises(MigrationFailed, match=r"password authentication failed.*; check user and password in DATABASE_URL") as fault:
        await migrate(f"{user.rpartition(':')[0]}:hush@{host}")
    assert "hush" not in str(fault.value)


async def test_a_missing_tool_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.migrations.sys.executable", "/nowhere/python")
    monkeypatch.setattr("runtime.migrations.shutil.which", lambda name: None)
    with pytest.raises(MigrationFailed, match="`dbmate` is missing; `make test` and `make demo` install it"):
        await migrate("postgresql://127.0.0.1/db")


@pytest.mark.parametrize(
    ("given", "handed_on"),
    [
        ("postgresql://u:p@127.0.0.1:5433/db", "postgresql://u:p@127.0.0.1:5433/db?sslmode=disable"),
        ("postgresql://localhost/db?sslmode=require", "postgresql://localhost/db?sslmode=require"),
        ("postgresql://u@/db?host=/var/run/postgresql", "postgresql://u@/db?socket=/var/run/postgresql&sslmode=disable"),
        ("postgresql://u:p@db.example.com/db", "postgresql://u:p@db.example.com/db"),
        ("postgresql://u:p@db.example.com/db?sslmode=verify-full", "postgresql://u:p@db.example.com/db?sslmode=verify-full"),
    ],
)
def test_on_this_machine_no_encryption_is_asked_for_and_elsewhere_nothing_is_weakened(given: str, handed_on: str) -> None:
    assert address_for_tool(given) == handed_on
