"""The processes of a running system: starts each, waits until it answers, and ends them together in reverse order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from runtime.children import ends_with_parent, last_words
from runtime.ports import lost_to_another

READY_WITHIN_S = 60.0
GRACE_S = 20.0


class DidNotStart(Exception):
    """A process ended or stayed silent while starting; the message says where its log is."""


@dataclass
class Processes:
    """Children of `collect up`, each with a log of its own under the data folder."""

    root: Path
    logs: Path
    environment: dict[str, str]
    _running: list[tuple[str, asyncio.subprocess.Process]] = field(default_factory=list)

    async def start(self, name: str, *arguments: str, health: str | None = None) -> None:
        """Run `python -m <name>` and wait until it answers at its health address, and nobody else does.

        PortTaken when its port went to another program meanwhile, DidNotStart when it does not start otherwise.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            since = log.tell()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", name, *arguments, cwd=self.root, env={**os.environ, **self.environment},
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGTERM),
            )  # fmt: skip
        self._running.append((name, process))
        if health:
            await self._wait_for(name, process, health, since)

    async def _wait_for(self, name: str, process: asyncio.subprocess.Process, health: str, since: int) -> None:
        log, port = self.logs / f"{name}.log", urlsplit(health).port or 80
        deadline = time.monotonic() + READY_WITHIN_S
        async with httpx.AsyncClient(timeout=2) as http:
            while time.monotonic() < deadline:
                if process.returncode is not None:
                    lost = lost_to_another(port, name, last_words(log, since))
                    raise lost or DidNotStart(f"{name} ended while starting; see {log}")
                try:
                    if (await http.get(health)).is_success and listens(process.pid, port):
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)
        raise DidNotStart(f"{name} did not become ready; see {log}")

    async def first_to_end(self) -> str:
        """The name of the first process that ends by itself."""
        waits = {asyncio.create_task(process.wait()): name for name, process in self._running}
        done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()
        return waits[done.pop()]

    async def stop(self) -> None:
        """Ask each to end, the latest first; one that does not within the grace period is killed."""
        for _, process in reversed(self._running):
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                try:
                    await asyncio.wait_for(process.wait(), GRACE_S)
                except TimeoutError:
                    process.kill()
                    await process.wait()
        self._running.clear()


def listens(pid: int, port: int) -> bool:
    """True when it is this process that takes connections there, and not a stranger who answers as well."""
    try:
        found = psutil.Process(pid).net_connections("inet")
    except psutil.Error:  # It has ended.
        return False
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in found)
