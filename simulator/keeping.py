"""Keeps the whole world in a file, so that it goes on where it was after the system was stopped or killed."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import pickle
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from simulator.clock import Failure, describe
from simulator.moments import read_moment, write_moment
from simulator.world import World, client

HERE = Path(__file__).resolve().parent
LOOK_EVERY_S = 1.0
AT_MOST_A_SHARE_OF = 20
"""Writing takes at most one twentieth of the time."""
MADE_ANEW: dict[str, Any] = {"AsyncClient": client, "Lock": asyncio.Lock, "Event": asyncio.Event}
"""What belongs to a process and not to the world: each is replaced by a fresh one."""


class Kept:
    """A world's file. Only this program writes it, and only for the same code: a pickle is not a format."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._code = fingerprint()

    def load(self) -> tuple[World | None, datetime | None]:
        """The world as it was kept, and its moment; the moment alone when this program has changed since."""
        if not self._path.exists():
            return None, None
        head, _, body = self._path.read_bytes().partition(b"\n")
        said = json.loads(head)
        if said["code"] != self._code:
            return None, read_moment(said["now"], "now")
        world: World = _Reader(io.BytesIO(body)).load()
        world.clock.participants.clear()  # Their addresses may be others now; they join again.
        world.clock.touched = True
        return world, world.clock.now

    def save(self, world: World) -> None:
        """The file is complete or not there: a cut in between leaves the one before."""
        into = io.BytesIO()
        try:
            _Writer(into, protocol=5).dump(world)
        except (pickle.PicklingError, TypeError, AttributeError) as fault:  # Somebody planned a function in a function.
            world.clock.failures.append(Failure(write_moment(world.clock.now), f"keeping the world: {describe(fault)}"))
            return
        draft = self._path.with_suffix(".draft")
        draft.touch(mode=0o600)
        head = json.dumps({"code": self._code, "now": write_moment(world.clock.now)}).encode()
        draft.write_bytes(head + b"\n" + into.getvalue())
        draft.rename(self._path)

    async def keep(self, world: World) -> None:
        """For ever: saves soon after something has changed, and never while an act is half done."""
        saved, rest = -1, LOOK_EVERY_S
        while True:
            await asyncio.sleep(rest)
            if world.changes == saved or world.clock.acting:
                continue
            saved, began = world.changes, time.monotonic()
            self.save(world)
            rest = max(LOOK_EVERY_S, (time.monotonic() - began) * AT_MOST_A_SHARE_OF)


def fingerprint() -> str:
    """Of the program that can read the file."""
    every = hashlib.sha256(sys.version.encode())
    for source in sorted(HERE.rglob("*.py")):
        every.update(source.read_bytes())
    return every.hexdigest()


class _Writer(pickle.Pickler):
    def persistent_id(self, thing: Any) -> tuple[str, int] | None:
        kind = type(thing)
        if kind in (httpx.AsyncClient, asyncio.Lock, asyncio.Event):
            return kind.__name__, id(thing)
        return None

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, ec.EllipticCurvePrivateKey):
            der = thing.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            return _signer, (der,)
        return NotImplemented


def _signer(der: bytes) -> Any:
    return serialization.load_der_private_key(der, None)


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._made: dict[tuple[str, int], Any] = {}

    def persistent_load(self, pid: Any) -> Any:
        if pid not in self._made:
            self._made[pid] = MADE_ANEW[pid[0]]()
        return self._made[pid]


async def stop(task: asyncio.Task[None]) -> None:
    """End a task that runs for ever."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
