"""The sender of signed callbacks: attempts, retries in virtual time, duplicates, order; signing is each vendor's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import httpx

from simulator.clock import Clock
from simulator.faults import Faults
from simulator.moments import write_moment

REORDERED_BY = timedelta(minutes=1)


class Product:
    """Where the system under test listens. `public_url` is what stands in its links; both without a final slash."""

    url: str | None = None
    public_url: str | None = None

    def address(self, target: str) -> str | None:
        """The public form of a path or full address; None while nobody has said where the product is."""
        base = self.public_url or self.url
        if not target.startswith("/"):
            return target
        return None if base is None else base + target

    def reach(self, link: str) -> str:
        """A link of the product as it can be opened from here: the public base is exchanged for the real one."""
        if self.url and self.public_url and link.startswith(self.public_url):
            return self.url + link.removeprefix(self.public_url)
        return link


@dataclass(frozen=True)
class Callback:
    """One callback. `target` is a path at the product or a full address; `sign` gives the headers of an attempt."""

    vendor: str
    target: str
    body: bytes
    sign: Callable[[str, bytes], dict[str, str]]
    retries: tuple[timedelta, ...] = ()
    only_when_unreachable: bool = False
    """True for vendors that try again only when no connection was made."""
    on_answer: Callable[[httpx.Response], Awaitable[None]] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Attempt:
    """What became of one attempt; `status` is None when no answer came."""

    at: str
    vendor: str
    path: str
    status: int | None


class Sender:
    """Delivers callbacks through the agenda, so that they are ordered with everything else."""

    def __init__(self, clock: Clock, product: Product, faults: Faults, http: httpx.AsyncClient) -> None:
        self.attempts: list[Attempt] = []
        self.lost = 0
        self._clock = clock
        self._product = product
        self._faults = faults
        self._http = http

    def send(self, callback: Callback, after: timedelta = timedelta(0)) -> None:
        """Plans the delivery `after` from now, as often and as late as the injected faults say."""
        delay = after + (REORDERED_BY if self._faults.swaps(callback.vendor) else timedelta(0))
        delay += self._faults.lateness(callback.vendor)
        for _ in range(self._faults.copies(callback.vendor)):
            self._plan(callback, delay, callback.retries)

    def _plan(self, callback: Callback, after: timedelta, retries: tuple[timedelta, ...]) -> None:
        due, label = self._clock.now + after, f"callback of {callback.vendor}"
        self._clock.agenda.at(due, label, partial(self._attempt, callback, retries))

    async def _attempt(self, callback: Callback, retries: tuple[timedelta, ...]) -> None:
        url = self._product.address(callback.target)
        if url is None:
            return
        self._clock.touched = True
        answer = await self._post(callback, url)
        path = httpx.URL(url).path
        self.attempts.append(
            Attempt(write_moment(self._clock.now), callback.vendor, path, answer.status_code if answer else None)
        )
        if answer is not None and answer.is_success:
            if callback.on_answer is not None:
                await callback.on_answer(answer)
        elif retries and (answer is None or not callback.only_when_unreachable):
            self._plan(callback, retries[0], retries[1:])
        else:
            self.lost += 1

    async def _post(self, callback: Callback, url: str) -> httpx.Response | None:
        try:
            headers = callback.sign(url, callback.body)
            return await self._http.post(self._product.reach(url), content=callback.body, headers=headers, timeout=15)
        except httpx.TransportError:
            return None
