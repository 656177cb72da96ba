"""Stripe's events: recorded, listed and sent, signed, to the product and to registered endpoints."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import timedelta
from functools import partial

from simulator.secrets import Keys
from simulator.stripe.store import API_VERSION, Obj, Store
from simulator.webhooks import Callback, Sender

WEBHOOK_PATH = "/webhooks/stripe"
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 300, 600, 720, 720, 720, 720))
"""Growing pauses, up to about three days as in live mode."""


class Events:
    """Makes an event of each change of an object."""

    def __init__(self, store: Store, sender: Sender, keys: Keys) -> None:
        self._store = store
        self._sender = sender
        self._keys = keys
        self.request_id: str | None = None
        self.idempotency_key: str | None = None

    def report(self, kind: str, about: Obj, previous: Obj | None = None) -> Obj:
        """Records an event about the object as it is now and plans its delivery."""
        data: Obj = {"object": json.loads(json.dumps(about))}
        if previous is not None:
            data["previous_attributes"] = previous
        event = self._store.add({
            "id": self._store.new_id("evt"), "object": "event", "api_version": API_VERSION,
            "created": self._store.now(), "data": data, "livemode": False, "pending_webhooks": 1,
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key}, "type": kind,
        })  # fmt: skip
        self.resend(event)
        return event

    def resend(self, event: Obj) -> None:
        """Sends an event (again) to everyone who wants it."""
        body = json.dumps(event, indent=2).encode()
        self._send(WEBHOOK_PATH, body, self._keys.stripe_webhook_secret)
        for endpoint in self._store.all("webhook_endpoint"):
            if {"*", event["type"]} & set(endpoint["enabled_events"]):
                self._send(endpoint["url"], body, endpoint["secret"])

    def _send(self, target: str, body: bytes, secret: str) -> None:
        self._sender.send(Callback("stripe", target, body, partial(_headers, secret), RETRIES))


def _headers(secret: str, url: str, raw: bytes) -> dict[str, str]:
    return {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": sign(secret, raw)}


def sign(secret: str, body: bytes) -> str:
    """The Stripe-Signature header at the real present second."""
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"
