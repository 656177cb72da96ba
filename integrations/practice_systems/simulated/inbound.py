"""Reads the simulated practice system's signed events into facts; nothing is sent or stored here."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from integrations.hearing import Asked, Delivered, Heard, Known, Problem
from receivables.facts import REPORTED, ReportedFact

TOLERANCE_S = 300
SOURCE = "simulated"
ADJUSTED_BECAUSE = {"readjudicated": "readjudicated", "corrected": "corrected", "write_off": "write_off"}
PAID_WHERE = {"front_desk": "front_desk", "phone": "phone", "mail": "mail", "portal": "portal", "practice": "practice"}
OWN_WRITING = "interface"
"""Where a payment stands that was written through the interface: ours come back as echoes."""


def taken_in(headers: Mapping[str, str], body: bytes, secret: str, now_s: float) -> Delivered | None:
    """The events as they are kept, or None when the signature is not good. Header names in small letters."""
    timestamp, signature = headers.get("x-practice-timestamp", ""), headers.get("x-practice-signature", "")
    return Delivered(inbox_key(body), body) if verify(body, timestamp, signature, secret, now_s=now_s) else None


def verify(
    body: bytes, timestamp: str, signature: str, secret: str, *, now_s: float, tolerance_s: int = TOLERANCE_S
) -> bool:
    """True when the raw body was signed with the secret within the tolerance. `now_s` is real unix time in seconds."""
    if not (timestamp.isdecimal() and len(timestamp) <= 12) or abs(now_s - int(timestamp)) > tolerance_s:
        return False
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def inbox_key(body: bytes) -> str:
    """The same for the same delivery, however often it is made."""
    return hashlib.sha256(body).hexdigest()


def asked(body: bytes) -> Asked:  # noqa: ARG001 - every vendor is asked
    """Nothing: its events say whom they concern."""
    return Asked()


def facts_of(body: bytes, at: datetime, known: Known) -> Heard:  # noqa: ARG001 - the events carry their own times
    """The facts in `{"events": [...]}`. An event that cannot be used is a problem and does not hold up the others.

    ValueError when the body is no such document.
    """
    document = json.loads(body)
    if not isinstance(document, dict) or not isinstance(document.get("events"), list):
        raise ValueError('events: a body is written {"events": [...]}')
    heard = Heard()
    for place, event in enumerate(document["events"]):
        try:
            fact = _fact_of(event)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in first["loc"][1:])
            heard.problems.append(_unusable(event, f"{place}.{field}: {first['msg']}"))
        except (KeyError, TypeError, AttributeError) as wrong:
            said = f"{type(wrong).__name__}, a field is missing or has the wrong form"
            heard.problems.append(_unusable(event, f"{place}: {said}"))
        except ValueError as wrong:
            heard.problems.append(_unusable(event, f"{place}.type: {wrong}"))
        else:
            if fact is not None:
                heard.facts.append(fact)
    return heard


def _unusable(event: object, said: str) -> Problem:
    """One event that could not be used, named by its place and its own id."""
    written = json.dumps(event, sort_keys=True).encode()
    key = f"{SOURCE}.{hashlib.sha256(written).hexdigest()[:32]}"
    return Problem("unreadable", key, f"An event of the practice's system could not be used: events.{said}")


def _fact_of(event: dict[str, Any]) -> ReportedFact | None:
    mapping = MAPPINGS.get(event["type"])
    if mapping is None:
        raise ValueError(f"this kind of event is not known; known are {', '.join(MAPPINGS)}")
    fields = mapping(event)
    if fields is None:
        return None
    head = {
        "fact_id": f"{SOURCE}.{event['event_id']}", "source": SOURCE, "practice_id": event["practice_id"],
        "balance_id": event["balance_id"],
    }  # fmt: skip
    return REPORTED.validate_python(head | fields)


def _balance_posted(event: dict[str, Any]) -> dict[str, Any]:
    copied = (
        "patient_responsibility_cents", "insurance_paid_cents", "service_date", "claim_status", "visit_kind",
        "collectable", "hold_reasons", "breakdown", "guarantor", "patient", "history",
        "sensitive", "good_faith_estimate_cents", "federal_payer",
    )  # fmt: skip
    fields = {name: event[name] for name in copied if event.get(name) is not None}
    return {"kind": "balance_posted", "at": event["posted_at"]} | fields


def _balance_adjusted(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "balance_adjusted", "at": event["adjusted_at"],
        "patient_responsibility_cents": event["patient_responsibility_cents"],
        "insurance_paid_cents": event.get("insurance_paid_cents"),
        "claim_status": event.get("claim_status", "final"),
        "reason": ADJUSTED_BECAUSE.get(event.get("reason", ""), "restated"),
    }  # fmt: skip


def _payment_recorded(event: dict[str, Any]) -> dict[str, Any] | None:
    """Money the practice took; our own postings come back as echoes and are no new money.

    Money given back is a reversal that names itself, since the system does not say which payment it undoes.
    """
    if event.get("where") == OWN_WRITING:
        return None
    head = {"at": event["paid_at"], "in_practice_ledger": True}
    if event["amount_cents"] < 0:
        return head | {
            "kind": "payment_reversed", "payment_fact_id": f"{SOURCE}.{event['payment_id']}",
            "amount_cents": -event["amount_cents"], "why": "refund",
        }  # fmt: skip
    return head | {
        "kind": "payment_recorded", "amount_cents": event["amount_cents"], "paid_at": event["paid_at"],
        "where": PAID_WHERE.get(event.get("where", ""), "other"), "vendor_reference": event["payment_id"],
    }  # fmt: skip


MAPPINGS: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    "balance_posted": _balance_posted,
    "balance_adjusted": _balance_adjusted,
    "payment_recorded": _payment_recorded,
}
"""The system's kinds of event, each to the fact it means."""
