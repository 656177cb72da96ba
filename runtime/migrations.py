"""Brings a database to the newest schema with a migration tool; the migrations themselves are in store/migrations."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

MIGRATIONS = Path(__file__).resolve().parent.parent / "store" / "migrations"
APPLYING = re.compile(r"^Applying: (\S+)", re.MULTILINE)


class MigrationFailed(Exception):
    """The schema could not be brought up to date; the message holds the tool's words without the address."""


async def migrate(database_url: str) -> list[str]:
    """Apply what is missing, each migration in a transaction of its own; the names of those applied."""
    process = await asyncio.create_subprocess_exec(
        _program(), "--migrations-dir", str(MIGRATIONS), "--no-dump-schema", "--wait", "up",
        env={"DATABASE_URL": database_url, "PATH": ""},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    words = said.decode(errors="replace").replace(database_url, "the database")
    if process.returncode != 0:
        raise MigrationFailed(f"the schema could not be brought up to date: {words.strip()}")
    return APPLYING.findall(words)


def _program() -> str:
    beside = Path(sys.executable).parent / "dbmate"
    found = str(beside) if beside.exists() else shutil.which("dbmate")
    if found is None:
        raise MigrationFailed("the program `dbmate` is missing; `make test` and `make demo` install it")
    return found
