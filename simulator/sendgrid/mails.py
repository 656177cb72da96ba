"""E-mails as SendGrid keeps them: records, suppression lists and signed event posts; the routes are elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from simulator.clock import Clock
from simulator.secrets import Keys
from simulator.webhooks import Callback, Sender

EVENTS_PATH = "/webhooks/sendgrid/events"
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""Non-2xx answers are tried again within a rolling day."""
SUPPRESSIONS = {
    "bounces": "Bounced Address",
    "spam_reports": "Spam Reporting Address",
    "unsubscribes": "Unsubscribed Address",
    "blocks": "",
    "invalid_emails": "Invalid",
}
"""List name to the reason a mail to an address on it is dropped with; an empty reason drops nothing."""
OUTCOMES = ("delivered", "bounce", "blocked", "deferred", "spam_report")


@dataclass
class Mail:
    """One e-mail to one address. `status` is the latest delivery event, `message_id` the X-Message-Id."""

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    at: datetime
    status: str = "processed"
    arguments: dict[str, str] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    asm_group_id: int | None = None
    reply_to: str = ""


class Mails:
    """Every e-mail of the account. `heard` is told of each mail that reaches an inbox."""

    def __init__(self, clock: Clock, sender: Sender, keys: Keys) -> None:
        self.all: list[Mail] = []
        self.received: list[dict[str, str]] = []
        """What patients wrote back."""
        self.suppressed: dict[str, dict[str, datetime]] = {name: {} for name in SUPPRESSIONS}
        self.set_by_hand: dict[str, str] = {}
        self.outcome_of: Callable[[str], str] = lambda address: "delivered"
        self.heard: Callable[[Mail], None] = lambda mail: None
        self._clock = clock
        self._sender = sender
        self._keys = keys
        self._batch: list[dict[str, Any]] = []
        self._requests = 0
        self._event_number = 0

    def new_message_id(self) -> str:
        """An X-Message-Id, 22 characters like the vendor's."""
        self._requests += 1
        digest = hashlib.sha256(f"mail {self._requests}".encode()).digest()
        return base64.urlsafe_b64encode(digest)[:22].decode()

    def accept(self, mail: Mail) -> None:
        """Takes a mail for delivery; its events follow by themselves."""
        self.all.append(mail)
        self._clock.agenda.at(self._clock.now, "an e-mail travels", partial(self._travel, mail))

    async def _travel(self, mail: Mail) -> None:
        reason = next((why for name, why in SUPPRESSIONS.items() if why and mail.to in self.suppressed[name]), None)
        if reason is not None:
            self.report(mail, "dropped", reason=reason, status="5.0.0")
            return
        self.report(mail, "processed")
        outcome = self.set_by_hand.get(mail.to) or self.outcome_of(mail.to)
        if outcome == "bounce":
            self.suppress("bounces", mail.to)
            self.report(mail, "bounce", type="bounce", status="5.1.1", reason="550 5.1.1 unknown mailbox",
                        bounce_classification="Invalid Address")  # fmt: skip
        elif outcome == "blocked":
            self.report(mail, "bounce", type="blocked", status="4.7.0", reason="421 4.7.0 try again later",
                        bounce_classification="Reputation")  # fmt: skip
        elif outcome == "deferred":
            self.report(mail, "deferred", response="451 4.3.0 try again later", attempt="1")
        else:
            self.report(mail, "delivered", response="250 2.0.0 OK", ip="192.0.2.10", tls=1)
            self.heard(mail)
            if outcome == "spam_report":
                self.complain(mail)

    def complain(self, mail: Mail) -> None:
        """The recipient marks the mail as spam: reported, and later mails are dropped."""
        self.suppress("spam_reports", mail.to)
        self.report(mail, "spamreport")

    def unsubscribe(self, mail: Mail) -> None:
        """The recipient uses the vendor's unsubscribe link."""
        self.suppress("unsubscribes", mail.to)
        self.report(mail, "unsubscribe")

    def set_outcome(self, address: str, outcome: str) -> None:
        """What becomes of mails to an address from now on; ValueError lists the words."""
        if outcome not in OUTCOMES:
            raise ValueError(f"outcome: one of {', '.join(OUTCOMES)}")
        self.set_by_hand[address.lower()] = outcome

    def suppress(self, name: str, address: str) -> None:
        """Puts an address on a list; LookupError when there is no such list."""
        if name not in self.suppressed:
            raise LookupError(f"there is no suppression list of that name; there are {', '.join(SUPPRESSIONS)}")
        self.suppressed[name][address] = self._clock.now

    def report(self, mail: Mail, event: str, **details: str | int) -> None:
        """One event; events of the same moment leave as one signed array."""
        if event in ("processed", "delivered", "bounce", "deferred", "dropped"):
            mail.status = event
        self._event_number += 1
        number = hashlib.sha256(f"event {self._event_number}".encode()).digest()
        about: dict[str, Any] = {
            "email": mail.to, "timestamp": int(self._clock.now.timestamp()), "event": event,
            "sg_event_id": base64.urlsafe_b64encode(number)[:22].decode(),
            "sg_message_id": f"{mail.message_id}.recvd-simulated-0", "smtp-id": f"<{mail.message_id}@simulated>",
        }  # fmt: skip
        if mail.categories:
            about["category"] = mail.categories
        if mail.asm_group_id is not None:
            about["asm_group_id"] = mail.asm_group_id
        self._batch.append(mail.arguments | about | details)
        if len(self._batch) == 1:
            self._clock.agenda.at(self._clock.now, "e-mail events leave", self._post_batch)

    async def _post_batch(self) -> None:
        batch, self._batch = self._batch, []
        body = json.dumps(batch, separators=(",", ":")).encode() + b"\r\n"
        self.post(EVENTS_PATH, body, "application/json")

    def post(self, target: str, body: bytes, content_type: str) -> None:
        """Sends a signed post to the product."""
        self._sender.send(Callback("sendgrid", target, body, partial(self._headers, content_type), RETRIES))

    def _headers(self, content_type: str, url: str, raw: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        return {
            "Content-Type": content_type,
            "X-Twilio-Email-Event-Webhook-Signature": self._keys.sign_for_sendgrid(stamp.encode() + raw),
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        }
