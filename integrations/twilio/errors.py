"""Twilio's errors in the words of the trade; what each code means is a reviewed row, read here and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import requests
from twilio.base.exceptions import TwilioException
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from receivables.errors import CannotKnow, Refused, TryLater
from receivables.people import PointStatus
from receivables.rulebook import Rulebook

ALWAYS = {21610: ("opted_out", "The recipient has opted out of texts.")}
"""What no row changes: the provider's block is a revocation (R-9). All other codes are rows in practices/_rules."""


def said_by(code: int, rules: Rulebook, day: date) -> tuple[str, str] | None:
    """A code in the port's word and a sentence for the record (vendors.md 3.4); None for one that says nothing."""
    if code in ALWAYS:
        return ALWAYS[code]
    row = rules.carrier_code(code, day)
    return (row.means, row.words) if row else None


POINT_OF = {
    "opted_out": PointStatus.opted_out, "landline": PointStatus.landline, "bad_number": PointStatus.dead,
}  # fmt: skip
"""What the phone number has become; every other fault passes and leaves it usable."""

BUSY_CODES = {20429, 20003, 20005, 20008}
"""Too many requests, and account-level trouble (credentials, suspension) that a person mends while the text waits."""
BUSY_STATUSES = {401, 403, 429, 503}


def meaning(fault: Exception, rules: Rulebook) -> CannotKnow | TryLater | Refused:
    """What a failed request to create a text means. Nothing of the provider's own wording is kept."""
    if isinstance(fault, TwilioException):
        return _of_answer(int(getattr(fault, "status", 0) or 0), int(getattr(fault, "code", 0) or 0), rules)
    if isinstance(fault, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return TryLater("The text provider could not be reached.")
    if isinstance(fault, requests.ConnectionError) and _never_connected(fault):
        return TryLater("The text provider could not be reached.")
    return CannotKnow("The text provider did not answer; the text may have been taken.")


def _of_answer(status: int, code: int, rules: Rulebook) -> CannotKnow | TryLater | Refused:
    known = said_by(code, rules, datetime.now(UTC).date())
    if known is not None:
        word, because = known
        return Refused(because, word)
    if status in BUSY_STATUSES or code in BUSY_CODES:
        return TryLater(f"The text provider takes nothing just now (answer {status}).")
    if 400 <= status < 500:
        return Refused(f"The text provider refused the text (code {code or status}).", "content")
    return CannotKnow(f"The text provider failed while taking the text (answer {status}).")


def _never_connected(fault: requests.ConnectionError) -> bool:
    inner = fault.args[0] if fault.args else None
    return isinstance(getattr(inner, "reason", inner), NewConnectionError | ConnectTimeoutError)
