"""A calendar to play lives on: virtual days on the running system, spoken to only over its own addresses."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from holidays import country_holidays

CHICAGO = ZoneInfo("America/Chicago")
HOLIDAYS = country_holidays("US", years=range(2026, 2060))
ORDINARY = (0, 1, 2, 3, 4, 7, 14, 21, 22)
"""Days of a calendar on which it may expect words: none of them is a holiday."""
_numbers = itertools.count(10)
"""The numbers before belong to the practices."""


@dataclass
class Person:
    """A guarantor with one balance, as a scenario sees them."""

    name: str
    phone: str
    email: str
    balance_id: str
    guarantor_id: str
    practice_id: str = "lakeside"

    @property
    def case_id(self) -> str:
        return f"{self.practice_id}:{self.balance_id}"


@dataclass
class Calendar:
    """Drives virtual time and plays the outside world."""

    web: httpx.Client
    world: httpx.Client
    zone: ZoneInfo = CHICAGO
    _day0: datetime = field(default_factory=lambda: datetime(2026, 3, 2, tzinfo=CHICAGO))

    # --- time ----------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return datetime.fromisoformat(self.world.get("/_/clock").json()["now"]).astimezone(self.zone)

    def to(self, moment: datetime) -> None:
        answer = self.world.post("/_/clock/advance", json={"to": moment.isoformat()}, timeout=300)
        assert answer.is_success, answer.text

    def start(self, weekday: int = 0, hour: int = 9, minute: int = 0) -> datetime:
        """Move to the next such weekday (0 = Monday) and call it day 0."""
        now = self.now()
        day = now.date() + timedelta(days=(weekday - now.weekday()) % 7 or 7)
        while any(day + timedelta(days=number) in HOLIDAYS for number in ORDINARY):
            day += timedelta(days=7)  # Nobody is written to on a holiday: the calendars tell of ordinary weeks.
        self._day0 = datetime.combine(day, datetime.min.time(), self.zone)
        return self.day(0, f"{hour:02d}:{minute:02d}")

    def day(self, number: int, clock: str) -> datetime:
        """Move to a time of day on day `number`, local to the practice."""
        hour, minute = map(int, clock.split(":"))
        moment = (self._day0 + timedelta(days=number)).replace(hour=hour, minute=minute)
        self.to(moment)
        return moment

    @property
    def today(self) -> date:
        return self.now().date()

    # --- people and facts ----------------------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        n = next(_numbers)
        area = ("312", "773", "708", "630", "847")[n // 100 % 5]
        return Person(
            name=name, phone=f"+1{area}5550{100 + n % 100}", email=f"{name.lower()}{n}@example.com",
            balance_id=f"b{int(time.time()) % 100000}x{n}", guarantor_id=f"g{int(time.time()) % 100000}x{n}",
        )  # fmt: skip

    def posted(self, who: Person, cents: int, **more: Any) -> dict[str, Any]:
        """The practice's system posts a balance: its ledger has it, and its webhook tells us."""
        guarantor = {
            "guarantor_id": who.guarantor_id, "first_name": who.name, "time_zone": "America/Chicago", "state": "IL",
            "contact_points": [
                {"channel": "sms", "value": who.phone, "consent": more.pop("sms_consent", "granted")},
                {"channel": "email", "value": who.email, "consent": more.pop("email_consent", "granted")},
            ],
        } | more.pop("guarantor", {})  # fmt: skip
        fact = {
            "practice_id": who.practice_id, "balance_id": who.balance_id, "patient_responsibility_cents": cents,
            "insurance_paid_cents": cents * 3, "service_date": (self.today - timedelta(days=20)).isoformat(),
            "claim_status": "final", "visit_kind": "visit", "guarantor": guarantor,
            "patient": {"patient_id": f"p.{who.guarantor_id}", "first_name": who.name}, "history": {},
        } | more  # fmt: skip
        answer = self.world.post("/_/practice/balances", json=fact)
        assert answer.is_success, answer.text
        self.settle()
        return fact

    def settle(self) -> None:
        answer = self.world.post("/_/clock/settle", timeout=120)
        assert answer.is_success, answer.text

    def report(self, **fact: Any) -> httpx.Response:
        answer = self.web.post("/v1/facts", json=fact)
        assert answer.status_code == 202, answer.text
        self.settle()
        return answer

    def reply(self, who: Person, text: str, **to: str) -> None:
        assert self.world.post(f"/_/patients/{who.phone}/reply", json={"text": text} | to).is_success
        self.settle()

    def pay(self, who: Person, cents: int, link: str) -> None:
        answer = self.world.post(
            f"/_/patients/{who.phone}/pay", json={"link": link, "amount_cents": cents, "card": "4242424242424242"},
            timeout=60,
        )  # fmt: skip
        assert answer.is_success, answer.text
        self.settle()

    # --- what a person would look at -----------------------------------------------------------------------------

    def messages(self, who: Person) -> list[dict[str, Any]]:
        """Texts and e-mails the vendors accepted for this person, oldest first."""
        found = [*self._messages(who.phone), *self._messages(who.email)]
        return sorted(found, key=lambda message: message["at"])

    def _messages(self, to: str) -> list[dict[str, Any]]:
        answer = self.world.get("/_/messages", params={"to": to}).json()
        return list(answer["messages"] if isinstance(answer, dict) else answer)

    def case(self, who: Person) -> dict[str, Any]:
        return dict(self.web.get(f"/v1/cases/{who.case_id}").json())

    def timeline(self, who: Person) -> list[dict[str, Any]]:
        return list(self.web.get(f"/v1/cases/{who.case_id}/timeline").json()["timeline"])

    def tasks(self, who: Person, status: str = "open") -> list[dict[str, Any]]:
        tasks = self.web.get(
            "/v1/tasks", params={"status": status, "practice_id": who.practice_id, "limit": 1000}
        ).json()["tasks"]
        return [task for task in tasks if task["balance_id"] == who.balance_id]

    def ledger(self, who: Person) -> dict[str, Any]:
        ledger = self.world.get("/_/ledger", params={"practice": who.practice_id}).json()
        return next(one for one in ledger["balances"] if one["balance_id"] == who.balance_id)

    def violations(self) -> list[dict[str, Any]]:
        """What went wrong in the outside world itself."""
        return list(self.world.get("/_/violations").json()["violations"])

    def local(self, moment: str) -> datetime:
        return datetime.fromisoformat(moment).astimezone(self.zone)
