"""Asks Twilio for what its webhooks never brought, texts and last reports: it does not send a refused one again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from integrations.hearing import Delivered
from integrations.twilio.http import TwilioOverHttp
from integrations.twilio.inbound import LAST, TOUCH, inbox_key
from receivables.errors import TryLater
from receivables.redacted import without_card_numbers

TIMEOUT_S = 10.0
GONE = 404


class TwilioReceived:
    """What Twilio has received for the practices' numbers."""

    def __init__(
        self, account_sid: str, auth_token: str, lines: Sequence[str], *, base_url: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:  # fmt: skip
        self._client = Client(account_sid, auth_token, http_client=TwilioOverHttp(base_url, timeout_s))
        self._lines = tuple(lines)

    async def since(self, moment: datetime) -> list[Delivered]:
        """Every text to our numbers since then, as its webhook would have been kept. TryLater when Twilio is away."""
        return await asyncio.to_thread(self._since, moment)

    def _since(self, moment: datetime) -> list[Delivered]:
        try:
            return [
                _as_webhook(text.sid, text.from_ or "", line, text.body or "", text.num_media or "0")
                for line in self._lines
                for text in self._client.messages.stream(to=line, date_sent_after=moment, page_size=200)
                if text.direction == "inbound"
            ]
        except (TwilioException, RequestException, ValueError):
            raise TryLater("The text provider could not be asked what it has received.") from None


class TwilioReports:
    """What became of our texts."""

    def __init__(
        self, account_sid: str, auth_token: str, *, base_url: str | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._client = Client(account_sid, auth_token, http_client=TwilioOverHttp(base_url, timeout_s))

    async def last_on(self, touch_id: str, sid: str) -> Delivered | None:
        """The last report on a text as its webhook would have been kept; None while there is none. TryLater when away.

        A text that Twilio no longer has is one that nothing more is said about.
        """
        return await asyncio.to_thread(self._last_on, touch_id, sid)

    def _last_on(self, touch_id: str, sid: str) -> Delivered | None:
        try:
            text = self._client.messages(sid).fetch()
        except TwilioRestException as fault:
            if fault.status == GONE:
                return None
            raise TryLater("The text provider could not be asked what became of a text.") from None
        except (TwilioException, RequestException, ValueError):
            raise TryLater("The text provider could not be asked what became of a text.") from None
        if text.status not in LAST:
            return None
        form = {
            "MessageSid": sid, "MessageStatus": str(text.status), "ErrorCode": str(text.error_code or ""),
            "From": text.from_ or "", "To": text.to or "", TOUCH: touch_id,
        }  # fmt: skip
        kept = urlencode(form).encode()
        return Delivered(inbox_key(kept), kept)


def _as_webhook(sid: str, sender: str, line: str, body: str, media: str) -> Delivered:
    form = {"MessageSid": sid, "From": sender, "To": line, "Body": without_card_numbers(body), "NumMedia": media}
    kept = urlencode(form).encode()
    return Delivered(inbox_key(kept), kept)
