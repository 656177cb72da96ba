"""The simulated world put together: clock, vendors, practice system, patients; the HTTP around it is in app."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from simulator.agenda import Agenda
from simulator.clock import Clock
from simulator.faults import Faults
from simulator.moments import write_moment
from simulator.patients.browser import Browser
from simulator.patients.calls import Callers
from simulator.patients.crowd import Crowd
from simulator.patients.posting import Practices
from simulator.practice.system import PracticeSystem
from simulator.secrets import Keys
from simulator.sendgrid.mails import Mails
from simulator.stripe.account import Account
from simulator.twilio.outcomes import Numbers
from simulator.twilio.texts import Texts
from simulator.webhooks import Product, Sender


def client() -> httpx.AsyncClient:
    """For speaking with the product."""
    limits = httpx.Limits(max_connections=50, max_keepalive_connections=20, keepalive_expiry=4)
    return httpx.AsyncClient(timeout=30, limits=limits, trust_env=False)


class World:
    """Everything that is not the product. One per process."""

    def __init__(self, start: datetime, seed: int, keys: Keys, echoes: bool = False) -> None:
        self.http = client()
        self.keys = keys
        self.product = Product()
        self.clock = Clock(start, Agenda(), self.http)
        self.faults = Faults(self.clock)
        self.sender = Sender(self.clock, self.product, self.faults, self.http)
        self.texts = Texts(self.clock, self.sender, keys, Numbers())
        self.mails = Mails(self.clock, self.sender, keys)
        self.stripe = Account(self.clock, self.sender, keys)
        self.practice = PracticeSystem(self.clock, self.sender, keys, echoes)
        self.browsing = client()
        self.browser = Browser(self.browsing, self.product)
        self.crowd = Crowd(self.clock, self.texts, self.mails, self.practice, self.browser, seed)
        self.callers = Callers(self.clock, self.crowd, self.practice)
        self.practices = Practices(self.clock, self.practice, self.crowd)
        self.seed = seed
        self.requests = 0
        """That may have changed something."""

    @property
    def changes(self) -> int:
        """A number that is another one after anything has happened."""
        return self.requests + self.clock.agenda.written + len(self.sender.attempts) + int(self.clock.now.timestamp())

    def messages(self, to: str | None) -> list[dict[str, Any]]:
        """Every text and e-mail that the vendors accepted, oldest first."""
        texts = [
            {
                "id": text.sid, "channel": "sms", "from": text.sender, "to": text.to, "subject": None,
                "body": text.body,
                "at": write_moment(text.created), "status": text.status, "error_code": text.error_code,
            }
            for text in self.texts.all.values()
            if text.direction != "inbound" and to in (None, text.to)
        ]  # fmt: skip
        mails = [
            {
                "id": mail.message_id, "channel": "email", "from": mail.sender, "to": mail.to, "subject": mail.subject,
                "body": mail.text or mail.html, "html": mail.html, "at": write_moment(mail.at), "status": mail.status,
                "headers": mail.headers,
            }
            for mail in self.mails.all
            if to is None or mail.to == to.lower()
        ]  # fmt: skip
        return sorted([*texts, *mails], key=lambda message: str(message["at"]))

    def violations(self) -> list[dict[str, str]]:
        """What went wrong inside this world itself; empty when all is well."""
        return [vars(failure) for failure in self.clock.failures]
