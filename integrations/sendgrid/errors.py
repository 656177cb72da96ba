"""SendGrid's errors in the words of the trade; the one place where its answers to sending are judged."""

from __future__ import annotations

import json
from urllib.error import URLError

from python_http_client.exceptions import HTTPError

from receivables.errors import CannotKnow, Refused, TryLater

BUSY_STATUSES = {401, 403, 408, 429, 500, 503}
"""SendGrid answered that it did not take the mail: busy, broken, or credentials that a person mends meanwhile."""


def meaning(fault: Exception) -> CannotKnow | TryLater | Refused:
    """What a failed Mail Send means. Nothing of the provider's own wording is kept: it may hold the address."""
    if isinstance(fault, HTTPError):
        return _of_answer(int(fault.status_code), bytes(fault.body or b""))
    if isinstance(fault, URLError):
        # urllib wraps what goes wrong before the whole request was written; later faults come bare.
        return TryLater("The e-mail provider could not be reached.")
    return CannotKnow("The e-mail provider did not answer; the message may have been taken.")


def _of_answer(status: int, body: bytes) -> CannotKnow | TryLater | Refused:
    if status in BUSY_STATUSES:
        return TryLater(f"The e-mail provider takes nothing just now (answer {status}).")
    if status >= 500:
        # A gateway's answer (502, 504): the service behind it may have taken the mail all the same.
        return CannotKnow(f"The e-mail provider's gateway failed (answer {status}).")
    if any(field.startswith("personalizations") and ".to" in field for field in _fields(body)):
        return Refused("The e-mail provider does not accept the address.", "bad_address")
    return Refused(f"The e-mail provider refused the message (answer {status}).", "content")


def _fields(body: bytes) -> list[str]:
    try:
        errors = json.loads(body)["errors"]
        return [str(error.get("field") or "") for error in errors]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
