"""A real Temporal server with its Web UI of our own, kept in a file, and quick about it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psutil

from runtime import children
from runtime.one_owner import owning
from runtime.ports import PortTaken, is_free, lost_to_another
from runtime.trouble import Trouble

SEARCH_ATTRIBUTES = {
    "PracticeId": "Keyword", "CaseStage": "Keyword", "OutstandingCents": "Int", "NextStepAt": "Datetime",
    "NeedsStaff": "Bool",
}  # fmt: skip
ENVIRONMENT = {"TEMPORAL_VERSION_CHECK_DISABLED": "1"}
"""It calls nobody."""
START_S = 60.0
STOP_S = 20.0


class EngineTrouble(Trouble):
    """The embedded engine did not start; the message says why and where its log is."""


class EmbeddedTemporal:
    """One server over one file (in memory when there is none)."""

    def __init__(
        self, file: Path | None, port: int, ui_port: int, log: Path, *, codec_endpoint: str | None = None,
        namespace: str = "default",
    ) -> None:  # fmt: skip
        self._file = file.resolve() if file else None
        self._port = port
        self._ui_port = ui_port
        self._log = log.resolve()
        self._codec_endpoint = codec_endpoint
        self._namespace = namespace
        self._process: subprocess.Popen[bytes] | None = None
        self._held = ExitStack()

    @property
    def address(self) -> str:
        """For clients."""
        return f"127.0.0.1:{self._port}"

    @property
    def ui(self) -> str:
        """For people."""
        return f"http://127.0.0.1:{self._ui_port}"

    @property
    def pid(self) -> int | None:
        """Of the server, while it runs."""
        return self._process.pid if self._process else None

    def start(self, say: Callable[[str], None]) -> None:
        """End what an earlier run left behind, start, and wait until it serves.

        AlreadyRunning when another process runs a server over this file, PortTaken when a port of it went to somebody
        else, EngineTrouble when it does not start for another reason. Call it from the main thread: see
        `children.start`.
        """
        try:
            if self._file:
                self._held.enter_context(owning(self._file.with_suffix(".lock"), "the engine"))
                self._end_left_behind(say)
            self._run()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Everything acknowledged is in the file already."""
        if self._process is not None:
            children.end(self._process, (signal.SIGTERM,), STOP_S)
            self._process = None
        self._held.close()

    def _end_left_behind(self, say: Callable[[str], None]) -> None:
        """We hold the file, so no such process has a living parent."""
        left = children.left_behind("temporal", self._works_here)
        if left:
            children.end_left_behind(left, signal.SIGTERM, STOP_S)
            say("ended an engine that an earlier run had left behind")

    def _works_here(self, process: psutil.Process) -> bool:
        return str(self._file) in process.cmdline()

    def _run(self) -> None:
        for port in (self._port, self._ui_port):
            if not is_free(port):  # Otherwise another's server would answer for ours.
                raise PortTaken(f"port {port} is taken, so the engine cannot start; choose another --port-base")
        since = self._log.stat().st_size if self._log.exists() else 0
        self._process = children.start(
            self._command(), log=self._log, end_signal=signal.SIGTERM, environment=ENVIRONMENT
        )
        if not children.wait_until(self._serves, self._process, START_S):
            words = children.last_words(self._log, since)
            raise lost_to_another(self._port, "temporal", words) or EngineTrouble(
                f"the embedded engine did not start{': ' + words if words else ''}; its log is {self._log}"
            )

    def _command(self) -> list[str]:
        command = [
            program(), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(self._port),
            "--ui-port", str(self._ui_port), "--namespace", self._namespace, "--log-level", "warn",
            "--disable-config-file", "--disable-config-env", "--ui-disable-news-fetch",
            # Timers fire at once instead of up to a second late.
            "--dynamic-config-value", 'history.timerProcessorMaxTimeShift="1ms"',
        ]  # fmt: skip
        if self._file:
            # With these the file is as quick as memory, and a crash of the machine still loses nothing acknowledged
            # to us but the last moments, which the facts in Postgres bring back.
            command += ["--db-filename", str(self._file), "--sqlite-pragma", "journal_mode=WAL"]
            command += ["--sqlite-pragma", "synchronous=NORMAL"]
        if self._codec_endpoint:
            command += ["--ui-codec-endpoint", self._codec_endpoint]
        for name, kind in SEARCH_ATTRIBUTES.items():
            command += ["--search-attribute", f"{name}={kind}"]
        return command

    def _serves(self) -> bool:
        for port in (self._port, self._ui_port):
            with socket.socket() as probe:
                probe.settimeout(0.5)
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    return False
        health = subprocess.run(  # noqa: S603 - our own command
            [
                program(), "operator", "namespace", "describe", "--address", self.address, self._namespace,
                "--disable-config-file", "--disable-config-env",
            ],
            check=False, capture_output=True, cwd="/", env={"HOME": "/"},
        )  # fmt: skip
        return health.returncode == 0


def program() -> str:
    """The engine's program beside this Python, else on the path."""
    beside = Path(sys.executable).parent / "temporal"
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise EngineTrouble("the program `temporal` is missing; `make test` and `make demo` install it")
    return found
