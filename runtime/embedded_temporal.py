"""A real Temporal server with its Web UI of our own, kept in a file, and quick about it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from runtime import children

SEARCH_ATTRIBUTES = {
    "PracticeId": "Keyword", "CaseStage": "Keyword", "OutstandingCents": "Int", "NextStepAt": "Datetime",
    "NeedsStaff": "Bool",
}  # fmt: skip
START_S = 60.0
STOP_S = 20.0


class EngineTrouble(Exception):
    """The embedded engine did not start; the message says why and where its log is."""


class EmbeddedTemporal:
    """One server over one file (in memory when there is none)."""

    def __init__(
        self, file: Path | None, port: int, ui_port: int, log: Path, *, codec_endpoint: str | None = None,
        namespace: str = "default",
    ) -> None:  # fmt: skip
        self._file = file
        self._port = port
        self._ui_port = ui_port
        self._log = log
        self._codec_endpoint = codec_endpoint
        self._namespace = namespace
        self._pid_file = file.with_suffix(".pid") if file else None
        self._process: subprocess.Popen[bytes] | None = None

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
        """End what an earlier run left behind, start, and wait until it serves. EngineTrouble otherwise."""
        if self._pid_file and self._pid_file.exists():
            text = self._pid_file.read_text().strip()
            if text.isdigit() and children.end_orphan(int(text), "temporal", signal.SIGTERM):
                say("ended an engine that an earlier run had left behind")
        self._process = children.start(self._command(), log=self._log, end_signal=signal.SIGTERM)
        if self._pid_file:
            self._pid_file.write_text(str(self._process.pid))
        if not children.wait_until(self._serves, self._process, START_S):
            self.stop()
            raise EngineTrouble(f"the embedded engine did not start; its log is {self._log}")

    def stop(self) -> None:
        """Everything acknowledged is in the file already."""
        if self._process is not None:
            children.end(self._process, signal.SIGTERM, STOP_S)
            self._process = None
        if self._pid_file:
            self._pid_file.unlink(missing_ok=True)

    def _command(self) -> list[str]:
        command = [
            program(), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(self._port),
            "--ui-port", str(self._ui_port), "--namespace", self._namespace, "--log-level", "warn",
            # Timers fire at once instead of up to a second late.
            "--dynamic-config-value", 'history.timerProcessorMaxTimeShift="1ms"',
        ]  # fmt: skip
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
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
            [program(), "operator", "namespace", "describe", "--address", self.address, self._namespace],
            check=False, capture_output=True, env={**os.environ, "TEMPORAL_CLI_DISABLE_UPDATE_CHECK": "1"},
        )  # fmt: skip
        return health.returncode == 0


def program() -> str:
    """The engine's program beside this Python, else on the path."""
    beside = Path(sys.executable).parent / "temporal"
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise EngineTrouble("the program `temporal` is missing; `make test` and `make demo` install it")
    return found
