"""Asks Twilio Lookup what kind of line a number is; vendor words end here, and nothing is remembered."""

from __future__ import annotations

import asyncio

from requests import RequestException
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from integrations.twilio.courier import TIMEOUT_S
from integrations.twilio.http import TwilioOverHttp
from receivables.errors import TryLater
from receivables.line_ports import Line

LINES: dict[str, Line] = {
    "mobile": "mobile", "nonFixedVoip": "mobile", "fixedVoip": "mobile", "personal": "mobile",
    "landline": "landline", "tollFree": "landline", "premium": "landline", "sharedCost": "landline", "uan": "landline",
    "voicemail": "landline", "pager": "landline",
}  # fmt: skip
"""Twilio's types in ours; a type that is not here says nothing, and the text is tried."""


class TwilioLookup:
    """`line_ports.LineLookup`. `base_url` points the real SDK at a stand-in."""

    def __init__(self, account_sid: str, auth_token: str, *, base_url: str | None = None) -> None:
        self._client = Client(account_sid, auth_token, http_client=TwilioOverHttp(base_url, TIMEOUT_S))

    async def line(self, number: str) -> Line:
        """The kind of line. Every fault is TryLater: a look costs little and changes nothing."""
        return await asyncio.to_thread(self._line, number)

    def _line(self, number: str) -> Line:
        try:
            found = self._client.lookups.v2.phone_numbers(number).fetch(fields="line_type_intelligence")
        except (TwilioException, RequestException, ValueError):
            raise TryLater("The number could not be looked up.") from None
        if found.valid is False:
            return "invalid"
        return LINES.get((found.line_type_intelligence or {}).get("type") or "", "unknown")
