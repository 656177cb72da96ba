"""The one clock of the simulated world and the loop that moves it; what happens on the way stands in the agenda."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from simulator.agenda import Act, Agenda
from simulator.moments import read_moment, write_moment

SETTLE_SECONDS = 600.0
"""Real seconds a participant may take to become quiet after one moment."""
KNOCKS = 5
ROUNDS_AT_ONE_MOMENT = 2_000
"""More rounds than this without time moving means that somebody reports work which never gets done."""


class BackwardsError(ValueError):
    """Time only moves forward: choose a moment that is not before now."""


class ParticipantError(RuntimeError):
    """A system that lives on this clock did not answer; the message says which and why."""


@dataclass
class Failure:
    """Something in the simulated world broke; shown at `/_/violations`."""

    at: str
    what: str


class Clock:
    """`now` is virtual and in UTC. Time moves only through `advance`, one caller at a time."""

    def __init__(self, start: datetime, agenda: Agenda, http: httpx.AsyncClient) -> None:
        self.now = start
        self.agenda = agenda
        self.participants: list[str] = []
        self.failures: list[Failure] = []
        self.touched = True
        """Whether anything reached the product since the participants were last quiet."""
        self.acting = False
        """Something is half done at this moment."""
        self._http = http
        self._lock = asyncio.Lock()
        self._wake = asyncio.Event()
        agenda.on_change = self._wake.set

    def later(self, after: timedelta, label: str, act: Act) -> None:
        """Plans an act some time from now."""
        self.agenda.at(self.now + after, label, act)

    def join(self, url: str) -> None:
        """Registers a participant's settle address; the same address twice is one participant."""
        if url not in self.participants:
            self.participants.append(url)
        self.touched = True

    async def advance(self, to: datetime) -> int:
        """Moves time to `to`, everything due on the way in order; answers how many moments time stood at.

        Errors: BackwardsError, ParticipantError (time then stays where it was reached).
        """
        async with self._lock:
            if to < self.now:
                raise BackwardsError(BackwardsError.__doc__)
            self.touched = True  # the product may have been spoken to directly since the last time
            moments = 0
            while True:
                moments += 1
                theirs = await self._settle()
                upcoming = [due for due in (theirs, self.agenda.next_due()) if due is not None and due <= to]
                if not upcoming:
                    self.now = to
                    return moments
                self.now = max(self.now, min(upcoming))

    async def happen(self) -> None:
        """Does what is due now without moving time and without waiting for the participants."""
        async with self._lock:
            await self._do_due()

    async def pump(self) -> None:
        """For ever: does what becomes due now while nobody moves time, so that callbacks follow by themselves."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due = self.agenda.next_due()
            if due is not None and due <= self.now:
                await self.happen()

    async def _settle(self) -> datetime | None:
        """Everything due now, here and at the participants, until all are quiet; their next moment, or None."""
        theirs: datetime | None = self._theirs
        for _ in range(ROUNDS_AT_ONE_MOMENT):
            await self._do_due()
            if self.touched or (theirs is not None and theirs <= self.now):
                self.touched = False
                theirs = self._theirs = await self._ask_participants()
            due = self.agenda.next_due()
            quiet = due is None or due > self.now
            if quiet and not self.touched and (theirs is None or theirs > self.now):
                return theirs
        now = write_moment(self.now)
        raise ParticipantError(f"something is still due at {now} after {ROUNDS_AT_ONE_MOMENT} rounds")

    _theirs: datetime | None = None

    async def _do_due(self) -> None:
        while (entry := self.agenda.take_due(self.now)) is not None:
            self.acting = True
            try:
                await entry.act()
            except Exception as broken:  # noqa: BLE001 - one broken act must not stop the world; it is reported
                self.failures.append(Failure(write_moment(self.now), f"{entry.label}: {describe(broken)}"))
            finally:
                self.acting = False

    async def _ask_participants(self) -> datetime | None:
        answers = [await self._ask(url) for url in self.participants]
        return min((due for due in answers if due is not None), default=None)

    async def _ask(self, url: str) -> datetime | None:
        """One participant's next moment. It is asked several times, since it may be starting again."""
        trouble = ""
        for knock in range(KNOCKS):
            try:
                answer = await self._http.post(url, json={"now": write_moment(self.now)}, timeout=SETTLE_SECONDS)
                if answer.status_code == 200:
                    next_due = answer.json().get("next_due")
                    return None if next_due is None else read_moment(next_due, "next_due")
                trouble = f"it answered {answer.status_code}"
            except httpx.TransportError as unreachable:
                trouble = type(unreachable).__name__
            except ValueError as unreadable:
                raise ParticipantError(f"the participant at {url} gave an unreadable answer: {unreadable}") from None
            await asyncio.sleep(0.2 * (knock + 1))
        raise ParticipantError(f"the participant at {url} could not be settled at {write_moment(self.now)}: {trouble}")


def describe(broken: Exception) -> str:
    """The kind of an exception and where it arose, without its text, which may hold personal data."""
    place = broken.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" at {place.tb_frame.f_code.co_qualname}:{place.tb_lineno}"
    return f"{type(broken).__name__}{where}"
