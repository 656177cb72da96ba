"""Makes a whole practice: its people, and the mornings on which their balances post."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.clock import Clock
from simulator.patients.crowd import Crowd
from simulator.patients.people import Debt, Person, make_people
from simulator.practice.system import PracticeSystem

MOST_BALANCES = 5_000


class Practices:
    """The practices made so far, by id."""

    def __init__(self, clock: Clock, practice: PracticeSystem, crowd: Crowd) -> None:
        self.people: dict[str, list[Person]] = {}
        self._clock = clock
        self._practice = practice
        self._crowd = crowd

    def make(
        self, practice_id: str, balances: int, seed: int, climate: str, post_over_days: int, time_zone: str
    ) -> list[Person]:
        """People with their balances, each posting on a weekday between 9:00 and 11:00 local within the days.

        ValueError names the wrong argument. Errors leave the world as it was.
        """
        if practice_id in self.people:
            raise ValueError("practice_id: this practice is in the world already")
        if not 1 <= balances <= MOST_BALANCES:
            raise ValueError(f"balances: between 1 and {MOST_BALANCES}")
        if post_over_days < 1:
            raise ValueError("post_over_days: at least 1")
        zone = _zone(time_zone)
        taken = sum(len(people) for people in self.people.values())
        today = self._clock.now.astimezone(zone).date()
        people = make_people(practice_id, balances, seed, climate, taken, today)
        mornings = weekday_mornings(self._clock.now.astimezone(zone), post_over_days)
        dice = Random(f"posting {seed} {practice_id}")
        self.people[practice_id] = people
        self._crowd.zone = zone
        for person in people:
            self._crowd.join(person)
            for place, debt in enumerate(person.debts):
                debt.posts_at = later_today(dice.choice(mornings), dice)
                self._plan(practice_id, person, place, debt, time_zone)
        return people

    def _plan(self, practice_id: str, person: Person, place: int, debt: Debt, time_zone: str) -> None:
        if debt.posts_at is not None:
            act = partial(self._post, practice_id, person, place, debt, time_zone)
            self._clock.agenda.at(debt.posts_at, "a balance posts", act)

    async def _post(self, practice_id: str, person: Person, place: int, debt: Debt, time_zone: str) -> None:
        now = self._clock.now
        self._practice.post_balance(posted_event(practice_id, person, debt, now, time_zone))
        self._crowd.pays_alone(person, place, now)


def weekday_mornings(start: datetime, days: int) -> list[datetime]:
    """9:00 local of each weekday from the start on, not before it; the next weekday when there is none."""
    mornings: list[datetime] = []
    day = start.replace(hour=9, minute=0, second=0, microsecond=0)
    if day < start:
        day += timedelta(days=1)
    last = start + timedelta(days=days)
    while day <= last or not mornings:
        if day.weekday() < 5:
            mornings.append(day)
        day += timedelta(days=1)
    return mornings


def later_today(morning: datetime, dice: Random) -> datetime:
    """A moment in the two hours after 9:00, on a whole five minutes."""
    return morning + timedelta(minutes=5 * dice.randint(0, 24))


def posted_event(practice_id: str, person: Person, debt: Debt, now: datetime, time_zone: str) -> dict[str, Any]:
    """The `balance_posted` event of one balance."""
    sms = {"channel": "sms", "value": person.phone, "consent": person.sms_consent}
    email = {"channel": "email", "value": person.email, "consent": person.email_consent}
    return {
        "practice_id": practice_id, "balance_id": debt.balance_id, "posted_at": now.isoformat(),
        "patient_responsibility_cents": debt.responsibility_cents, "insurance_paid_cents": debt.insurance_paid_cents,
        "service_date": (now - timedelta(days=debt.service_days_before)).date().isoformat(), "claim_status": "final",
        "visit_kind": "visit",
        "guarantor": {
            "guarantor_id": person.guarantor_id, "first_name": person.first_name, "language": "en",
            "time_zone": time_zone, "contact_points": [sms, email],
        },
        "patient": {"patient_id": person.guarantor_id.replace("-g", "-p"), "first_name": person.patient_name},
        "history": person.history,
    }  # fmt: skip


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("time_zone: use an IANA name such as America/Chicago") from None
