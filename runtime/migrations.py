"""Brings a database to the newest schema with a migration tool; the migrations themselves are in store/migrations."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from runtime.trouble import Trouble

MIGRATIONS = Path(__file__).resolve().parent.parent / "store" / "migrations"
APPLYING = re.compile(r"^Applying: (\S+)", re.MULTILINE)
HERE = ("", "localhost", "127.0.0.1", "::1")
PASSWORD = re.compile(r"(?<=:)[^:@/\s]+(?=@)")
WAIT = "20s"
"""For a database that is just starting."""


class MigrationFailed(Trouble):
    """The schema could not be brought up to date; the message holds the tool's words without the address."""


async def migrate(database_url: str, migrations: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing, each migration in a transaction of its own; the names of those applied.

    Processes that start at once wait for each other, and the later ones find nothing to do.
    """
    url = address_for_tool(database_url)
    process = await asyncio.create_subprocess_exec(
        _program(), "--env-file", "/dev/null", "--migrations-dir", str(migrations), "--no-dump-schema",
        "--migration-lock", "--wait", "--wait-timeout", WAIT, "up",
        env={"DATABASE_URL": url, "PATH": ""}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    words = said.decode(errors="replace")
    if process.returncode != 0:
        hidden = PASSWORD.sub("…", words.replace(url, "the database").replace(database_url, "the database"))
        raise MigrationFailed(f"the schema could not be brought up to date: {_complaint(hidden)}{_mend(hidden)}")
    return APPLYING.findall(words)


def address_for_tool(database_url: str) -> str:
    """The address in the tool's dialect. On this machine no encryption is asked for, unless the address does."""
    parts = urlsplit(database_url)
    query = dict(parse_qsl(parts.query))
    folder = query.pop("host", None)
    if folder is not None:
        query["socket" if folder.startswith("/") else "host"] = folder
    if (parts.hostname or "") in HERE and (folder is None or folder.startswith("/")):
        query.setdefault("sslmode", "disable")
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote, safe="/")))


def _complaint(words: str) -> str:
    """Its last line that says something; before it stand only dots of waiting."""
    lines = [line.strip() for line in words.splitlines() if line.strip(" .")]
    return (lines[-1] if lines else "the tool said nothing").removeprefix("Error: ")


def _mend(words: str) -> str:
    for sign, mend in MENDS.items():
        if sign in words:
            return f"; {mend}"
    return ""


MENDS = {
    "SSL is not enabled": "add ?sslmode=disable to DATABASE_URL if the way to the database is private",
    "password authentication failed": "check user and password in DATABASE_URL",
    "connection refused": "start the database, or correct host and port in DATABASE_URL",
    "no such host": "correct the host in DATABASE_URL",
    "permission denied": "grant the user of DATABASE_URL the right to create tables",
}


def _program() -> str:
    beside = Path(sys.executable).parent / "dbmate"
    found = str(beside) if beside.exists() else shutil.which("dbmate")
    if found is None:
        raise MigrationFailed("the program `dbmate` is missing; `make test` and `make demo` install it")
    return found
