"""Ready-made data folders for tests of the embedded database: creating one takes a second, copying one does not."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import psutil

from runtime.embedded_postgres import EmbeddedPostgres
from runtime.ports import any_free

ROOT = Path(__file__).parents[2]


def copied(cluster: Path, folder: Path, port: int | None = None, *, throwaway: bool = True) -> EmbeddedPostgres:
    """A server over a copy of a stopped one's data."""
    shutil.copytree(cluster / "postgres", folder / "postgres")
    shutil.copy(cluster / "postgres.password", folder / "postgres.password")
    return EmbeddedPostgres(folder / "postgres", port or any_free(), folder / "postgres.log", throwaway=throwaway)


async def asked(server: EmbeddedPostgres, question: str) -> object:
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def power_cut(pid: int) -> None:
    """Server and sessions end at once, and nobody clears anything away."""
    server = psutil.Process(pid)
    gone = [server, *server.children(recursive=True)]
    for process in gone:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(gone, 10)


def program(text: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python program of a few lines, run from the checkout."""
    return subprocess.Popen(
        [sys.executable, "-c", text, *arguments], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
