"""Carries text messages to Twilio, once each; what Twilio tells us later is read in inbound.py."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from requests import RequestException
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from integrations.twilio.errors import meaning
from integrations.twilio.http import TwilioOverHttp
from receivables.errors import CannotKnow, Refused
from receivables.ports import Message, PolicyBook

TIMEOUT_S = 10.0
SETTLE_S = 15.0
"""After an unclear answer Twilio may still be taking the text in; its list is believed only after this long."""
CLOCKS_APART = timedelta(minutes=5)
STATUS_PATH = "/webhooks/twilio/status"


class TwilioCourier:
    """The text-message courier (ports.Courier). One instance serves all practices, each with its own number (R-10).

    `base_url` points the real SDK at a stand-in; with a stand-in, which answers at once, `settle_s` may be 0.
    """

    def __init__(
        self, account_sid: str, auth_token: str, policies: PolicyBook, public_base_url: str, *,
        base_url: str | None = None, timeout_s: float = TIMEOUT_S, settle_s: float = SETTLE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._client = Client(account_sid, auth_token, http_client=TwilioOverHttp(base_url, timeout_s))
        self._policies = policies
        self._callback = public_base_url.rstrip("/") + STATUS_PATH
        self._settle_s = settle_s
        self._monotonic = monotonic
        self._unclear: dict[str, float] = {}

    async def send(self, message: Message) -> str:
        """Twilio's message id. Errors as the port says; Twilio has no idempotency key, so nothing is retried here."""
        return await asyncio.to_thread(self._send, message)

    async def find(self, message: Message, since: datetime) -> str | None:
        """Twilio's id of this very text when it was taken in at or after `since`, None when it was not.

        Every fault is CannotKnow: while we cannot look, the text may have left.
        """
        unclear_at = self._unclear.get(message.touch_id)
        if unclear_at is not None and self._monotonic() - unclear_at < self._settle_s:
            raise CannotKnow("The text message may still be on its way into the provider.")
        return await asyncio.to_thread(self._find, message, since)

    def _send(self, message: Message) -> str:
        practice, rules = self._policies.practice(message.practice_id), self._policies.policy(message.practice_id).rules
        most = rules.text_limits(practice.kind, datetime.now(UTC).date()).characters
        if len(message.text) > most:
            raise Refused(f"The text has {len(message.text)} characters; {most} may leave at most.", "content")
        try:
            taken = self._client.messages.create(
                to=message.to, from_=practice.sms_from, body=message.text,
                status_callback=f"{self._callback}?touch={quote(message.touch_id, safe='')}",
            )  # fmt: skip
        except (TwilioException, RequestException, ValueError) as fault:
            raise self._noted(message.touch_id, meaning(fault, rules)) from None
        if not taken.sid:
            raise self._noted(message.touch_id, CannotKnow("The text provider answered without a message id."))
        return str(taken.sid)

    def _find(self, message: Message, since: datetime) -> str | None:
        """Look through the recipient's texts.

        Twilio's message resource does not show the status callback, so the touch is known by its words: they hold
        the balance's own unguessable pay link, and caps allow one text of a kind within the time looked at. The
        creation time is compared here because `DateSent` is empty until a text has left. A trial account puts words
        in front of ours, so ours need only be contained.
        """
        practice = self._policies.practice(message.practice_id)
        wanted, earliest = _plain(message.text), since - CLOCKS_APART
        try:
            for text in self._client.messages.stream(to=message.to, from_=practice.sms_from, page_size=50, limit=500):
                created = text.date_created
                if created is not None and created < earliest:
                    continue
                if wanted in _plain(text.body or "") and text.status != "canceled":
                    self._unclear.pop(message.touch_id, None)
                    return str(text.sid)
        except (TwilioException, RequestException, ValueError):
            raise CannotKnow("The text provider could not be asked whether it has the message.") from None
        self._unclear.pop(message.touch_id, None)
        return None

    def _noted(self, touch_id: str, fault: Exception) -> Exception:
        if isinstance(fault, CannotKnow):
            self._unclear[touch_id] = self._monotonic()
        return fault


def _plain(text: str) -> str:
    return " ".join(text.split())
