"""The two weekends on which clocks change, where places next to each other do not change together."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from calendar_desk import Calendar, Person
from conftest import desk_of, system_in
from test_fixtures import STEADY

PHOENIX, DENVER, CHICAGO, NEW_YORK = "America/Phoenix", "America/Denver", "America/Chicago", "America/New_York"


class Place(NamedTuple):
    """Where somebody lives, where their number was given out, and every clock that may be theirs."""

    area: str
    postal_code: str
    state: str
    zones: tuple[str, str]


PLACES = {
    "Phoenix": Place("602", "85004", "AZ", (PHOENIX, PHOENIX)),
    "Kayenta": Place("928", "86033", "AZ", (PHOENIX, DENVER)),
    "Tell City": Place("812", "47586", "IN", (CHICAGO, NEW_YORK)),
    "Gary": Place("317", "46402", "IN", (CHICAGO, NEW_YORK)),
    "Panama City": Place("850", "32401", "FL", (CHICAGO, NEW_YORK)),
}
"""Kayenta lies in the Navajo Nation. Gary is on Chicago's clock alone; its person has kept an Indianapolis number."""

SPRING = {
    "Phoenix": ("2026-03-07 20:30", "2026-03-08 20:30", "2026-03-09 10:00"),
    "Kayenta": ("2026-03-07 20:30", "2026-03-09 08:00", "2026-03-09 10:00"),  # From Sunday on 20:30 is 21:30 in Denver.
    "Tell City": ("2026-03-08 08:00", "2026-03-09 08:00", "2026-03-09 10:00"),
    "Gary": ("2026-03-08 08:00", "2026-03-09 08:00", "2026-03-09 10:00"),
    "Panama City": ("2026-03-08 08:00", "2026-03-09 08:00", "2026-03-09 09:00"),
}
AUTUMN = {
    "Phoenix": ("2026-10-31 20:30", "2026-11-01 20:30", "2026-11-02 10:00"),
    "Kayenta": ("2026-11-01 08:00", "2026-11-01 20:30", "2026-11-02 10:00"),  # Until Sunday 20:30 is 21:30 in Denver.
    "Tell City": ("2026-11-01 08:00", "2026-11-02 08:00", "2026-11-02 10:00"),
    "Gary": ("2026-11-01 08:00", "2026-11-02 08:00", "2026-11-02 10:00"),
    "Panama City": ("2026-11-01 08:00", "2026-11-02 08:00", "2026-11-02 09:00"),
}
"""On the western clock: what answers 20:30 on Saturday, what answers 20:30 on Sunday, and the first text of a bill that
was posted on Saturday night. Nobody has reviewed Arizona and Indiana: their first hour is the strictest state's."""


@pytest.fixture
def begun(friday: str) -> Iterator[Calendar]:
    """A system of its own that begins on that day: the changes are dates, and nobody waits eight months for one."""
    with tempfile.TemporaryDirectory(prefix="collect-system-") as folder:
        for running in system_in(Path(folder), at=f"{friday}T15:00:00+0000"):
            yield from desk_of(running)


@pytest.mark.parametrize(("friday", "expected"), [("2026-03-06", SPRING), ("2026-10-30", AUTUMN)])
def test_on_the_night_the_clocks_change_every_clock_that_may_be_theirs_permits_what_leaves(
    begun: Calendar, friday: str, expected: dict[str, tuple[str, str, str]]
) -> None:
    calendar, day0 = begun, datetime.fromisoformat(friday).day
    writing = {place: living(calendar, place) for place in PLACES}
    until(calendar, friday, 0, "18:00", CHICAGO)
    they_write(calendar, friday, 1, writing, "Who is this?")
    posted = {place: living(calendar, place) for place in PLACES}
    they_write(calendar, friday, 2, writing, "How can I pay this?")
    until(calendar, friday, 3, "18:00", CHICAGO)
    for place, moments in expected.items():
        zones = PLACES[place].zones
        first, *answers = sent(calendar, writing[place])
        told = [f"{moment.astimezone(ZoneInfo(zones[0])):%F %R}" for moment in [*answers, *sent(calendar, posted[place])]]
        assert told == list(moments), place
        assert first.day == day0
        for moment in [first, *answers, *sent(calendar, posted[place])]:
            assert all(8 <= moment.astimezone(ZoneInfo(zone)).hour < 21 for zone in zones), place
        for who in (writing[place], posted[place]):
            proofs = [entry["proof"] for entry in calendar.timeline(who) if entry["kind"] == "touch"]
            assert {tuple(proof["zones"]) for proof in proofs} == {tuple(dict.fromkeys(zones))}


def living(calendar: Calendar, name: str) -> Person:
    """Somebody there who owes $60; no zone is on file, it comes from the address and the number together."""
    place, who = PLACES[name], calendar.person(name.split(maxsplit=1)[0])
    who.phone = f"+1{place.area}{who.phone[5:]}"
    only = {
        "contact_points": [{"channel": "sms", "value": who.phone, "consent": "granted"}], "time_zone": None,
        "postal_code": place.postal_code, "state": place.state,
    }  # fmt: skip
    calendar.posted(who, 60_00, history=STEADY, guarantor=only)
    return who


def until(calendar: Calendar, friday: str, days: int, clock: str, zone: str) -> None:
    there = datetime.fromisoformat(f"{friday}T{clock}") + timedelta(days=days)
    calendar.to(there.replace(tzinfo=ZoneInfo(zone)))


def they_write(calendar: Calendar, friday: str, days: int, writing: dict[str, Person], words: str) -> None:
    """Everybody writes at half past eight in the evening on the western of their clocks."""
    for zone in (CHICAGO, PHOENIX):
        until(calendar, friday, days, "20:30", zone)
        for place, who in writing.items():
            if PLACES[place].zones[0] == zone:
                calendar.reply(who, words)


def sent(calendar: Calendar, who: Person) -> list[datetime]:
    return [datetime.fromisoformat(message["at"]).astimezone(UTC) for message in calendar.messages(who)]
