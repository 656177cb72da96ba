"""Asks Twilio Lookup what kind of line a number is and whether it has changed hands; nothing is remembered."""

from __future__ import annotations

import asyncio
from datetime import date

from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from twilio.rest.lookups.v2.phone_number import PhoneNumberInstance

from integrations.twilio.courier import TIMEOUT_S
from integrations.twilio.http import TwilioOverHttp
from receivables.errors import TryLater
from receivables.line_ports import Line, Number, Reassigned

LINES: dict[str, Line] = {
    "mobile": "mobile", "nonFixedVoip": "mobile", "fixedVoip": "mobile", "personal": "mobile",
    "landline": "landline", "tollFree": "landline", "premium": "landline", "sharedCost": "landline", "uan": "landline",
    "voicemail": "landline", "pager": "landline",
}  # fmt: skip
"""Twilio's types in ours; a type that is not here says nothing, and the text is tried."""

REASSIGNED: dict[str, Reassigned] = {"yes": "yes", "no": "no"}
"""Twilio's answer out of the FCC's database; `no_data_available` says nothing, like an error of this part alone."""
NOT_SUBSCRIBED = (400, 403)
"""How a part that the account may not ask for is refused."""


class TwilioLookup:
    """`line_ports.LineLookup`. Only the number and a day are sent. `base_url` points the real SDK at a stand-in."""

    def __init__(self, account_sid: str, auth_token: str, *, base_url: str | None = None) -> None:
        self._client = Client(account_sid, auth_token, http_client=TwilioOverHttp(base_url, TIMEOUT_S))

    async def look(self, number: str, verified_on: date | None) -> Number:
        """The kind of line, and whether the number was reassigned since that day (not asked when None).

        Every fault is TryLater: a look costs little and changes nothing. An account without the second part still
        gets the first.
        """
        return await asyncio.to_thread(self._look, number, verified_on)

    def _look(self, number: str, verified_on: date | None) -> Number:
        try:
            found = self._fetch(number, verified_on)
        except (TwilioException, RequestException, ValueError):
            raise TryLater("The number could not be looked up.") from None
        if found.valid is False:
            return Number("invalid")
        line = LINES.get(_part(found.line_type_intelligence, "type"), "unknown")
        if verified_on is None:
            return Number(line)
        return Number(line, REASSIGNED.get(_part(found.reassigned_number, "is_number_reassigned"), "unknown"))

    def _fetch(self, number: str, verified_on: date | None) -> PhoneNumberInstance:
        asked = self._client.lookups.v2.phone_numbers(number)
        if verified_on is not None:
            try:
                return asked.fetch(
                    fields="line_type_intelligence,reassigned_number", last_verified_date=f"{verified_on:%Y%m%d}"
                )
            except TwilioRestException as refusal:
                if refusal.status not in NOT_SUBSCRIBED:
                    raise
        return asked.fetch(fields="line_type_intelligence")


def _part(answer: object, name: str) -> str:
    """A word of one part of the answer; a part that was not answered has none."""
    return str(answer.get(name) or "") if isinstance(answer, dict) else ""
