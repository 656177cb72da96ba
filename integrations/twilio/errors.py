"""Twilio's errors in the words of the trade; the one place where its codes are known."""

from __future__ import annotations

import requests
from twilio.base.exceptions import TwilioException
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from receivables.errors import CannotKnow, Refused, TryLater
from receivables.people import PointStatus

REFUSALS = {
    21610: ("opted_out", "The recipient has opted out of texts."),
    21211: ("bad_number", "The phone number does not exist."),
    21614: ("bad_number", "The phone number cannot receive texts."),
    21612: ("bad_number", "Texts cannot be carried to this phone number."),
    21408: ("bad_number", "Texts to this phone number's country are not permitted."),
    21635: ("landline", "The phone number is a landline."),
    30003: ("unreachable", "The phone was switched off or out of reach."),
    30005: ("bad_number", "The phone number is not in use."),
    30006: ("landline", "The phone number is a landline or cannot be reached by texts."),
    30007: ("content", "The carrier filtered the text; the number's registration and the wording must be checked."),
    30034: ("configuration", "The practice's number is not registered with the carriers."),
    30863: ("configuration", "The carriers forbid texts for third-party debt; the sender must be the practice."),
    30943: ("configuration", "The carriers forbid texts for third-party debt; the sender must be the practice."),
    21602: ("content", "The text is empty."),
    21617: ("content", "The text is too long."),
    21603: ("configuration", "The practice has no sending number."),
    21606: ("configuration", "The practice's sending number is not one of the account's."),
    21212: ("configuration", "The practice's sending number is not valid."),
    21609: ("configuration", "The address for delivery reports is not valid; set the public address of the web."),
}
"""Twilio's code to the port's code and a sentence for the record (vendors.md 3.4)."""

POINT_OF = {
    "opted_out": PointStatus.opted_out, "landline": PointStatus.landline, "bad_number": PointStatus.dead,
}  # fmt: skip
"""What the phone number has become; every other fault passes and leaves it usable."""

BUSY_CODES = {20429, 20003, 20005, 20008}
"""Too many requests, and account-level trouble (credentials, suspension) that a person mends while the text waits."""
BUSY_STATUSES = {401, 403, 429, 503}


def meaning(fault: Exception) -> CannotKnow | TryLater | Refused:
    """What a failed request to create a text means. Nothing of the provider's own wording is kept."""
    if isinstance(fault, TwilioException):
        return _of_answer(int(getattr(fault, "status", 0) or 0), int(getattr(fault, "code", 0) or 0))
    if isinstance(fault, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return TryLater("The text provider could not be reached.")
    if isinstance(fault, requests.ConnectionError) and _never_connected(fault):
        return TryLater("The text provider could not be reached.")
    return CannotKnow("The text provider did not answer; the text may have been taken.")


def _of_answer(status: int, code: int) -> CannotKnow | TryLater | Refused:
    if code in REFUSALS:
        word, because = REFUSALS[code]
        return Refused(because, word)
    if status in BUSY_STATUSES or code in BUSY_CODES:
        return TryLater(f"The text provider takes nothing just now (answer {status}).")
    if 400 <= status < 500:
        return Refused(f"The text provider refused the text (code {code or status}).", "content")
    return CannotKnow(f"The text provider failed while taking the text (answer {status}).")


def _never_connected(fault: requests.ConnectionError) -> bool:
    inner = fault.args[0] if fault.args else None
    return isinstance(getattr(inner, "reason", inner), NewConnectionError | ConnectTimeoutError)
