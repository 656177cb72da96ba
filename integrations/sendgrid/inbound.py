"""Reads SendGrid's event reports into facts; nothing is sent or stored here."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sendgrid import EventWebhook

from integrations.hearing import Asked, Delivered, Heard, Known, Problem, Progress, Silenced, Whose, own_id
from receivables.facts import AnyFact, ContactStopped, DeliveryFailed
from receivables.people import Channel, PointStatus

SOURCE = "sendgrid"
TOUCH = "touch"
TOLERANCE_S = 600
"""The vendor's verifier never looks at the age. A replay changes nothing here; an old report is refused anyway."""
RANK = {"processed": 1, "deferred": 2, "dropped": 3, "bounce": 3, "delivered": 3}
"""Reports come in any order: a message only moves forward. Opens are never acted upon: machines open mail."""
STOPS = {"unsubscribe", "group_unsubscribe"}
DROPPED = {
    "bounced address": PointStatus.bounced,
    "invalid": PointStatus.bounced,
    "spam reporting address": PointStatus.complained,
    "unsubscribed address": PointStatus.opted_out,
}
BECAUSE = {
    PointStatus.bounced: "The e-mail address does not exist or takes no mail.",
    PointStatus.complained: "The recipient reported an e-mail as spam.",
    PointStatus.opted_out: "The recipient has unsubscribed from e-mails.",
    None: "The e-mail was not taken for the moment.",
}
"""Our own sentences: the provider's reasons often repeat the address."""


def taken_in(headers: Mapping[str, str], body: bytes, public_key: str, now_s: float) -> Delivered | None:
    """A batch as it is kept, or None when the signature is not good. Header names in small letters."""
    signature = headers.get("x-twilio-email-event-webhook-signature", "")
    timestamp = headers.get("x-twilio-email-event-webhook-timestamp", "")
    good = verify(body, signature, timestamp, public_key, now_s=now_s)
    return Delivered(inbox_key(body), body) if good else None


def verify(
    body: bytes, signature: str, timestamp: str, public_key: str, *, now_s: float, tolerance_s: int = TOLERANCE_S
) -> bool:
    """True when SendGrid signed this raw body within the tolerance. `now_s` is real unix time in seconds."""
    if not (timestamp.isdecimal() and len(timestamp) <= 12) or abs(now_s - int(timestamp)) > tolerance_s:
        return False
    try:
        key = EventWebhook(public_key).public_key
        # The SDK's own check takes text only, while e-mails come in any character set.
        key.verify(base64.b64decode(signature), timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def inbox_key(body: bytes) -> str:
    """The same for the same batch; a report that comes again in another batch is known by its fact's id."""
    return hashlib.sha256(body).hexdigest()


def asked(body: bytes) -> Asked:
    """The touches the events are about, and the addresses of events without one."""
    events = _events(body)
    return Asked(
        touches=frozenset(str(event[TOUCH]) for event in events if event.get(TOUCH)),
        points=frozenset((Channel.email, _address(event)) for event in events if not event.get(TOUCH)),
    )


def facts_of(body: bytes, at: datetime, known: Known) -> Heard:
    """The facts in one stored batch. ValueError when it is not a list of events.

    `at` stands in for an event's own time where that is missing.
    """
    heard = Heard()
    for event in _events(body):
        people = _people(event, known)
        if not people:
            _nobodys(event, heard)
            continue
        when = _when(event, at)
        heard.facts.extend(fact for place, one in enumerate(people) if (fact := _fact(event, one, when, place)))
        if event.get(TOUCH) and event.get("event") in RANK:
            heard.progress.append(
                Progress(
                    str(event[TOUCH]), str(event.get("sg_message_id", "")).split(".")[0], str(event["event"]),
                    RANK[event["event"]], when,
                )
            )  # fmt: skip
    return heard


def _nobodys(event: Mapping[str, Any], heard: Heard) -> None:
    """An event about an address that owes nothing here: what it says of the address holds for later all the same."""
    if not _matters(event):
        return
    sentence = "An e-mail event came for an address or message that is not on record."
    heard.problems.append(Problem("stray_message", f"{SOURCE}.{_event_id(event)}", sentence))
    status, address = _status_of(event), _address(event)
    if status is not None and address:
        heard.silenced.append(Silenced(Channel.email, address, status))


def _fact(event: Mapping[str, Any], one: Whose, when: datetime, place: int) -> AnyFact | None:
    if not _matters(event):
        return None
    status = _status_of(event)
    head: dict[str, Any] = {
        "fact_id": own_id(f"{SOURCE}.{_event_id(event)}", place), "at": when, "source": SOURCE,
        "practice_id": one.practice_id, "balance_id": one.balance_id, "guarantor_id": one.guarantor_id,
        "channel": Channel.email,
    }  # fmt: skip
    if status is PointStatus.opted_out:
        return ContactStopped(**head | {"balance_id": None if one.guarantor_id else one.balance_id})
    touch_id = str(event[TOUCH]) if event.get(TOUCH) else None
    return DeliveryFailed(**head, touch_id=touch_id, status=status, because=BECAUSE[status])


def _matters(event: Mapping[str, Any]) -> bool:
    """True for events that change a case."""
    return event.get("event") in {"bounce", "dropped", "spamreport"} | STOPS


def _status_of(event: Mapping[str, Any]) -> PointStatus | None:
    """What the address has become; None for a passing fault."""
    kind = event.get("event")
    if kind == "bounce":
        return None if event.get("type") == "blocked" else PointStatus.bounced
    if kind == "dropped":
        return DROPPED.get(str(event.get("reason", "")).strip().lower())
    if kind == "spamreport":
        return PointStatus.complained
    return PointStatus.opted_out


def _people(event: Mapping[str, Any], known: Known) -> list[Whose]:
    if event.get(TOUCH):
        whose = known.touches.get(str(event[TOUCH]))
        return [whose] if whose else []
    return list(known.points.get((Channel.email, _address(event)), ()))


def _event_id(event: Mapping[str, Any]) -> str:
    given = "".join(sign for sign in str(event.get("sg_event_id", "")) if sign.isalnum() or sign in "-_.")[:80]
    return given or hashlib.sha256(json.dumps(event, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _when(event: Mapping[str, Any], at: datetime) -> datetime:
    stamp = event.get("timestamp")
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) and not isinstance(stamp, bool) else at


def _address(event: Mapping[str, Any]) -> str:
    return str(event.get("email", "")).strip().lower()


def _events(body: bytes) -> list[dict[str, Any]]:
    events = json.loads(body)
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise ValueError("the body is not a list of events")
    return events
