"""Chooses the network ports of an embedded system: fixed ones when asked, the usual ones when free, else the next."""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass

from runtime.trouble import Trouble

USUAL = {"web": 8080, "temporal": 7233, "temporal_ui": 8233, "postgres": 5433, "simulator": 8084, "worker": 8085}
"""In the order of `--port-base`: web N, Temporal N+1, its UI N+2, Postgres N+3, simulator N+4, worker N+5."""
CALLED = {
    "web": "the web", "temporal": "Temporal", "temporal_ui": "the Temporal UI", "postgres": "the database",
    "simulator": "the simulator", "worker": "the worker",
}  # fmt: skip
STEPS = 200
"""So far above its usual port a part is still looked for by people; then any free one will do."""


class PortTaken(Trouble):
    """A port that was asked for cannot be had; the message names it."""


@dataclass(frozen=True)
class Ports:
    """One port for each part, all on loopback."""

    web: int
    temporal: int
    temporal_ui: int
    postgres: int
    simulator: int
    worker: int


def choose(base: int | None = None) -> tuple[Ports, list[str]]:
    """The ports, and a sentence for each that is not the usual one. PortTaken when a fixed one cannot be had."""
    if base is not None:
        return _fixed(base), []
    chosen: dict[str, int] = {}
    for name, usual in USUAL.items():
        chosen[name] = _next_free(usual, {*chosen.values(), *USUAL.values()} - {usual})
    said = [
        f"port {USUAL[name]} is taken, so {CALLED[name]} uses {port}"
        for name, port in chosen.items()
        if port != USUAL[name]
    ]
    return Ports(**chosen), said


def is_free(port: int) -> bool:
    """True when a server could listen there on loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fixed(base: int) -> Ports:
    if not 1 <= base <= 65_535 - len(USUAL):
        raise PortTaken(f"--port-base {base} leaves no room; choose one from 1024 to {65_535 - len(USUAL)}")
    fixed = {name: base + offset for offset, name in enumerate(USUAL)}
    for name, port in fixed.items():
        if not is_free(port):
            why = "may be used by root only" if port < 1024 else "is taken"
            raise PortTaken(f"port {port} for {CALLED[name]} {why}; choose another --port-base")
    return Ports(**fixed)


def _next_free(usual: int, spoken_for: Collection[int]) -> int:
    """Counting upward keeps the port near the one people know."""
    near = (port for port in range(usual, usual + STEPS) if port not in spoken_for and is_free(port))
    return next(near, None) or any_free()
