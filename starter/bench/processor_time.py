"""How much processor time a piece of work took, by process; wall time is only noted beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Spent:
    """Between two readings."""

    wall_s: float
    cpu_ms: Mapping[str, float]
    """By the name the process was given; `us` is this one."""

    @property
    def total_ms(self) -> float:
        """Of all processes."""
        return sum(self.cpu_ms.values())


class Stopwatch:
    """Started when made."""

    def __init__(self, pids: Mapping[str, int | None]) -> None:
        self._pids = {"us": os.getpid(), **{name: pid for name, pid in pids.items() if pid}}
        self._cpu = self._read()
        self._began = time.perf_counter()

    def spent(self) -> Spent:
        """Since it was made."""
        wall = time.perf_counter() - self._began
        now = self._read()
        return Spent(wall, {name: (now[name] - self._cpu[name]) * 1000 for name in now})

    def _read(self) -> dict[str, float]:
        return {name: time.process_time() if name == "us" else _with_children(pid) for name, pid in self._pids.items()}


def _with_children(pid: int) -> float:
    """Seconds of a server and all it started; what ended meanwhile is counted by its parent."""
    root = psutil.Process(pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
        if process.pid == pid:
            total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total
