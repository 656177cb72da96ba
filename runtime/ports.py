"""Chooses the network ports of an embedded system: fixed ones when asked, the usual ones when free, else the next.

A port is chosen some moments before a server takes it. On a busy machine somebody else can be quicker: another system
of ours is kept from it by a claim, and a stranger is noticed, so that the start can choose anew (`lost_to_another`).
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Collection
from dataclasses import astuple, dataclass

from runtime.trouble import Trouble

USUAL = {"web": 8080, "temporal": 7233, "temporal_ui": 8233, "postgres": 5433, "simulator": 8084, "worker": 8085}
"""In the order of `--port-base`: web N, Temporal N+1, its UI N+2, Postgres N+3, simulator N+4, worker N+5."""
CALLED = {
    "web": "the web", "temporal": "Temporal", "temporal_ui": "the Temporal UI", "postgres": "the database",
    "simulator": "the simulator", "worker": "the worker",
}  # fmt: skip
STEPS = 200
"""So far above its usual port a part is still looked for by people; then any free one will do."""
ANY = range(10_000, 30_000)
"""Below those that systems hand to outgoing connections, any of which may be using a port at the wrong moment: even the
one that knocks at a server of ours which is just starting again."""
_claims: dict[int, int] = {}
"""Of each port that this process has chosen, the open file that says so."""


class PortTaken(Trouble):
    """A port cannot be had, or went to somebody else before it was used; the message names it."""


@dataclass(frozen=True)
class Ports:
    """One port for each part, all on loopback."""

    web: int
    temporal: int
    temporal_ui: int
    postgres: int
    simulator: int
    worker: int


def choose(base: int | None = None, parts: Collection[str] = tuple(USUAL)) -> tuple[Ports, list[str]]:
    """The ports, and a sentence for each of `parts` that is not the usual one. PortTaken when a fixed one is not free.

    `parts` are those that will listen; the others have a number each, and nobody looks whether it is free.
    """
    if base is not None:
        return _fixed(base, parts), []
    chosen: dict[str, int] = {}
    for name, usual in USUAL.items():  # Each is claimed at once.
        chosen[name] = _next_free(usual, {*chosen.values(), *USUAL.values()} - {usual})
    said = [
        f"port {USUAL[name]} is taken, so {CALLED[name]} uses {port}"
        for name, port in chosen.items()
        if port != USUAL[name] and name in parts
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
    """A port nobody listens on now, claimed for as long as this process lives."""
    while True:
        port = ANY[secrets.randbelow(len(ANY))]
        if is_free(port) and _claim(port):
            return port


def let_go(ports: Ports) -> None:
    """Others may choose these again."""
    for port in astuple(ports):
        claim = _claims.pop(port, None)
        if claim is not None:
            os.close(claim)


def lost_to_another(port: int, name: str, words: str) -> PortTaken | None:
    """The trouble to raise when a server's last words are that somebody else had taken its port, else None."""
    if any(sign in words.lower() for sign in ("address already in use", "could not create any tcp/ip sockets")):
        return PortTaken(f"port {port} was taken by another program while {CALLED[name]} was starting")
    return None


def _claim(port: int) -> bool:
    """False when another process has chosen this port and not used it yet. The claim ends with the process.

    A name on Linux needs no file and no right, and is known to the same processes as the port itself. Elsewhere there
    are no claims, and a port that is lost is chosen anew.
    """
    if sys.platform != "linux":
        return True
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0collect-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims[port] = claim.detach()
    return True


def _fixed(base: int, parts: Collection[str]) -> Ports:
    if not 1 <= base <= 65_535 - len(USUAL):
        raise PortTaken(f"--port-base {base} leaves no room; choose one from 1024 to {65_535 - len(USUAL)}")
    fixed = {name: base + offset for offset, name in enumerate(USUAL)}
    for name, port in fixed.items():
        if name in parts and not is_free(port):
            why = "may be used by root only" if port < 1024 else "is taken"
            raise PortTaken(f"port {port} for {CALLED[name]} {why}; choose another --port-base")
    for port in fixed.values():  # So that no other chooses them; whoever fixes a port has it all the same.
        _claim(port)
    return Ports(**fixed)


def _next_free(usual: int, spoken_for: Collection[int]) -> int:
    """Counting upward keeps the port near the one people know."""
    near = (port for port in range(usual, usual + STEPS) if port not in spoken_for and is_free(port) and _claim(port))
    return next(near, None) or any_free()
