"""Chooses the network ports of an embedded system: fixed ones when asked, the usual ones when free, else any."""

from __future__ import annotations

import socket
from dataclasses import dataclass

USUAL = {"web": 8080, "temporal": 7233, "temporal_ui": 8233, "postgres": 5433, "simulator": 8084, "worker": 8085}


class PortTaken(Exception):
    """A port that was asked for is in use; the message names it."""


@dataclass(frozen=True)
class Ports:
    """One port for each part."""

    web: int
    temporal: int
    temporal_ui: int
    postgres: int
    simulator: int
    worker: int


def choose(base: int | None = None) -> tuple[Ports, list[str]]:
    """The ports, and a sentence for each that is not the usual one. PortTaken when a fixed one is in use.

    With a base N: web N, Temporal N+1, its UI N+2, Postgres N+3, simulator N+4, worker N+5.
    """
    if base is not None:
        fixed = {name: base + offset for offset, name in enumerate(USUAL)}
        for name, port in fixed.items():
            if not _free(port):
                raise PortTaken(f"port {port} for {name} is taken; choose another --port-base")
        return Ports(**fixed), []
    chosen = {name: port if _free(port) else _any() for name, port in USUAL.items()}
    said = [f"port {USUAL[name]} is taken, so {name} uses {port}" for name, port in chosen.items() if port != USUAL[name]]
    return Ports(**chosen), said


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _any() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
