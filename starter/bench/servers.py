"""The servers that are measured: embedded ones of this run alone, as durable as in production, thrown away after it."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from temporalio.client import Client

from runtime.embedded_postgres import EmbeddedPostgres
from runtime.embedded_temporal import EmbeddedTemporal
from runtime.encryption import encrypted_converter
from runtime.migrations import migrate

POOL = 10
"""As many connections as production's pool may have, opened at once: a connection is not what is measured."""


@dataclass
class Servers:
    """What a measurement may ask for; each is started when it is first wanted."""

    folder: Path
    started: ExitStack
    _postgres: EmbeddedPostgres | None = None
    _temporals: dict[bool, EmbeddedTemporal] = field(default_factory=dict)
    _databases: int = 0
    _balances: int = 0
    key: bytes = field(default_factory=lambda: os.urandom(32))
    """Of this run's payloads."""

    @property
    def postgres(self) -> EmbeddedPostgres:
        """With its production settings: nothing of durability is given up."""
        if self._postgres is None:
            server = EmbeddedPostgres(self.folder / "postgres", free_port(), self.folder / "postgres.log")
            self.started.callback(server.stop)
            server.start(_silent)
            self._postgres = server
        return self._postgres

    def temporal(self, *, on_file: bool = True) -> EmbeddedTemporal:
        """Over a file, as `collect up` starts it, or in memory."""
        if on_file not in self._temporals:
            file = self.folder / "temporal.db" if on_file else None
            server = EmbeddedTemporal(file, free_port(), free_port(), self.folder / f"temporal-{on_file}.log")
            self.started.callback(server.stop)
            server.start(_silent)
            self._temporals[on_file] = server
        return self._temporals[on_file]

    async def client(self, *, on_file: bool = True) -> Client:
        """Everything it stores is encrypted, on both sides of every comparison."""
        return await Client.connect(
            self.temporal(on_file=on_file).address, data_converter=encrypted_converter({"bench": self.key}, "bench")
        )

    async def database(self) -> str:
        """The address of a new database with the whole schema and nothing in it."""
        self._databases += 1
        name = f"bench{self._databases}"
        connection = await asyncpg.connect(self.postgres.url)
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        url = urlsplit(self.postgres.url)._replace(path=f"/{name}").geturl()
        await migrate(url)
        return url

    def numbers(self, count: int) -> range:
        """Of balances nobody has used in this run: one engine knows each balance once."""
        first, self._balances = self._balances, self._balances + count
        return range(first, self._balances)

    @property
    def pids(self) -> dict[str, int | None]:
        """Of what has been started and is durable; the engine in memory is only measured by its rate."""
        engine = self._temporals.get(True)
        return {
            "temporal": engine.pid if engine else None, "postgres": self._postgres.pid if self._postgres else None,
        }  # fmt: skip


@contextmanager
def servers() -> Iterator[Servers]:
    """Enter it from the main thread: servers end with the thread that started them."""
    with tempfile.TemporaryDirectory(prefix="collect-bench-") as name, ExitStack() as started:
        folder = Path(name)
        folder.chmod(0o755)  # The database does not run as root and has to pass.
        yield Servers(folder, started)


def free_port() -> int:
    """A port that nobody uses this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _silent(_: str) -> None:
    """Progress of servers is not what is shown."""
