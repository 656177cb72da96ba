"""Text messages as Twilio keeps them: records, their life, opt-outs and signed callbacks; the routes are elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl, urldefrag, urlencode

import httpx

from simulator.clock import Clock
from simulator.secrets import Keys
from simulator.twilio.outcomes import DELIVERED, ERROR_TEXTS, FAILED_CODES, Numbers
from simulator.twilio.twiml import replies_in
from simulator.webhooks import Callback, Sender

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
INBOUND_PATH = "/webhooks/twilio/sms"
STATUS_PATH = "/webhooks/twilio/status"
RETRIES = (timedelta(seconds=15),)
"""One more attempt, and only when no connection was made; after that the callback is lost."""


@dataclass
class Text:
    """One message. `status` moves only forward; `sent` is None until the carrier has it."""

    sid: str
    direction: str
    sender: str
    to: str
    body: str
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    service_sid: str | None = None
    callback: str | None = None
    error_code: int | None = None

    @property
    def segments(self) -> int:
        """How many parts the text travels in: 160 characters, or 153 a part when there are several."""
        alone, joined = (160, 153) if self.body.isascii() else (70, 67)
        return 1 if len(self.body) <= alone else math.ceil(len(self.body) / joined)


class Texts:
    """Every text of the account. `heard` is told of each text that reaches a handset."""

    def __init__(self, clock: Clock, sender: Sender, keys: Keys, numbers: Numbers) -> None:
        self.all: dict[str, Text] = {}
        self.stopped: set[tuple[str, str]] = set()
        """(sender or service, recipient) pairs that Twilio blocks."""
        self.numbers = numbers
        self.heard: Callable[[Text], None] = lambda text: None
        self.last_line: str = "+13125550100"
        """The number patients write to: the one the practice last wrote from."""
        self._clock = clock
        self._sender = sender
        self._keys = keys

    def accept(self, sender: str, to: str, body: str, service_sid: str | None, callback: str | None) -> Text:
        """Takes a text for delivery; its status callbacks follow by themselves."""
        now = self._clock.now
        status = "accepted" if service_sid else "queued"
        text = Text(self._sid(), "outbound-api", sender, to, body, status, now, now, None, service_sid, callback)
        self.all[text.sid] = text
        if sender:
            self.last_line = sender
        self._clock.agenda.at(now, "a text travels", partial(self._travel, text))
        return text

    async def _travel(self, text: Text) -> None:
        if text.status == "canceled":
            return
        outcome = self.numbers.outcome_of(text.to, text.sid)
        if text.service_sid:
            self._move(text, "queued")
        if outcome in FAILED_CODES:
            self._move(text, "failed", outcome)
            return
        text.sent = self._clock.now
        self._move(text, "sent")
        if outcome == DELIVERED:
            self._move(text, "delivered")
            self.heard(text)
        else:
            self._move(text, "undelivered", outcome)

    def _move(self, text: Text, status: str, error_code: int | None = None) -> None:
        text.status, text.updated, text.error_code = status, self._clock.now, error_code
        fields = {
            "MessageSid": text.sid, "SmsSid": text.sid, "MessageStatus": status, "SmsStatus": status, "To": text.to,
            "From": text.sender, "AccountSid": self._keys.twilio_account_sid, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        if text.service_sid:
            fields["MessagingServiceSid"] = text.service_sid
        if error_code is not None:
            fields |= {"ErrorCode": str(error_code), "ErrorMessage": ERROR_TEXTS.get(error_code, "")}
        if status in ("delivered", "undelivered"):
            fields["RawDlrDoneDate"] = self._clock.now.strftime("%y%m%d%H%M")
        if text.callback:
            self._sender.send(self._signed(text.callback, fields))

    def arrive(self, sender: str, body: str, to: str | None = None) -> Text:
        """A patient writes; Twilio applies its own keywords and tells the product."""
        now = self._clock.now
        line = to or self._line_of(sender)
        text = Text(self._sid(), "inbound", sender, line, body, "received", now, now, now)
        self.all[text.sid] = text
        self._apply_keyword(line, sender, body)
        fields = {
            "ToCountry": "US", "ToState": "IL", "ToCity": "CHICAGO", "ToZip": "60601", "FromCountry": "US",
            "FromState": "IL", "FromCity": "", "FromZip": "", "SmsMessageSid": text.sid, "SmsSid": text.sid,
            "MessageSid": text.sid, "AccountSid": self._keys.twilio_account_sid, "SmsStatus": "received",
            "From": sender, "To": line, "Body": body, "NumMedia": "0", "NumSegments": str(text.segments),
            "ApiVersion": "2010-04-01",
        }  # fmt: skip
        on_answer = partial(self._say_what_is_answered, line, sender)
        self._sender.send(self._signed(INBOUND_PATH, fields, on_answer=on_answer))
        return text

    async def _say_what_is_answered(self, line: str, patient: str, answer: httpx.Response) -> None:
        for reply in replies_in(answer.content):
            self.accept(line, patient, reply, None, None)

    def _line_of(self, patient: str) -> str:
        """The number this patient was last written from."""
        theirs = [text for text in self.all.values() if text.to == patient and text.sender]
        return theirs[-1].sender if theirs else self.last_line

    def _apply_keyword(self, line: str, patient: str, body: str) -> None:
        word = body.strip().upper()
        if word in STOP_WORDS:
            self.stopped.add((line, patient))
        elif word in START_WORDS:
            self.stopped.discard((line, patient))

    def _signed(
        self, target: str, fields: dict[str, str], on_answer: Callable[[httpx.Response], Awaitable[None]] | None = None
    ) -> Callback:
        return Callback(
            "twilio", target, urlencode(fields).encode(), self._headers, only_when_unreachable=True,
            retries=RETRIES, on_answer=on_answer,
        )  # fmt: skip

    def _headers(self, url: str, body: bytes) -> dict[str, str]:
        signature = sign(self._keys.twilio_auth_token, url, parse_qsl(body.decode(), keep_blank_values=True))
        return {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "X-Twilio-Signature": signature}

    def _sid(self) -> str:
        return "SM" + hashlib.md5(f"text {len(self.all)}".encode(), usedforsecurity=False).hexdigest()


def sign(token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """X-Twilio-Signature of a form post: HMAC-SHA1 over the address without fragment and the sorted fields."""
    text = urldefrag(url).url + "".join(key + value for key, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
