"""Reads what Twilio tells us, texts from patients and delivery reports, into facts; nothing is sent or stored here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from integrations.hearing import (
    Asked,
    Delivered,
    Heard,
    Known,
    Problem,
    Progress,
    Silenced,
    Whose,
    addressees,
    own_id,
    thread_at,
)
from integrations.twilio.errors import POINT_OF, said_by
from receivables.facts import AnyFact, ConsentRecorded, ContactStopped, DeliveryFailed, ReplyReceived
from receivables.people import Channel, PointStatus
from receivables.reading.silence import asks_to_stop
from receivables.redacted import without_card_numbers
from receivables.spoken import NOTHING_BUT_FILES

SOURCE = "twilio"
TOUCH = "touch"
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
"""Alone in a text, any case: Twilio blocks the pair by itself (rules.md 6), and we never write there again."""
START_WORDS = frozenset({"START", "UNSTOP"})
"""Alone in a text they end a block (rules.md 6). YES does too, but may mean a plan: the conversation tells."""
AGREED_TO = "keyword-start-1"
"""Which words START answers: the provider's own text after a STOP, which names it."""
RANK = {
    "accepted": 1, "scheduled": 1, "queued": 2, "sending": 3, "sent": 4, "canceled": 5,
    "delivered": 6, "undelivered": 6, "failed": 6, "read": 7,
}  # fmt: skip
"""Reports come in any order: a message only moves forward."""
FAILED = {"undelivered", "failed"}
LAST = ("delivered", "undelivered", "failed", "read", "canceled")
"""After one of these nothing more is said."""
LAST_KEYS = tuple(f"status.{{}}.{status}" for status in LAST)
"""Under what a last report on a text is kept, with its id in the place of the braces."""


def taken_in(address: str, headers: Mapping[str, str], body: bytes, auth_token: str) -> Delivered | None:
    """A form as it is kept, or None when Twilio did not sign it for this public address (with its query).

    Header names in small letters. The touch id moves from the query into the kept form, and card numbers are taken out
    of what a patient wrote (R-35).
    """
    if not verify(address, body, headers.get("x-twilio-signature", ""), auth_token):
        return None
    pairs = [(key, without_card_numbers(value) if key == "Body" else value) for key, value in _pairs(body)]
    touches = [(key, value) for key, value in parse_qsl(urlsplit(address).query) if key == TOUCH]
    return Delivered(inbox_key(body), urlencode([*pairs, *touches]).encode())


def verify(address: str, body: bytes, signature: str, auth_token: str) -> bool:
    """True when Twilio signed this raw form for this address; blank fields and repeated keys count.

    The address is built from the configured public base with path and query, never from the request, since a proxy
    changes it.
    """
    return bool(RequestValidator(auth_token).validate(address, _Fields(body), signature))


def inbox_key(body: bytes) -> str:
    """The same for the same text or report, however often it comes."""
    form = _form(body)
    sid, status = form.get("MessageSid"), form.get("MessageStatus")
    if not sid:
        return f"unknown.{hashlib.sha256(body).hexdigest()}"
    return f"status.{sid}.{status}" if status else f"sms.{sid}"


def asked(body: bytes) -> Asked:
    """The touch a report is about, or the number a text came from."""
    form = _form(body)
    if "MessageStatus" in form:
        return Asked(touches=frozenset({form[TOUCH]} if form.get(TOUCH) else ()))
    return Asked(points=frozenset({(Channel.sms, form.get("From", ""))}))


def facts_of(body: bytes, at: datetime, known: Known) -> Heard:
    """The facts in one stored form; `at` is when it reached us, because Twilio's forms carry no time.

    ValueError when the form is neither a text nor a report.
    """
    form = _form(body)
    if not form.get("MessageSid"):
        raise ValueError("MessageSid: the form has none, so it is neither a text nor a delivery report")
    return _report(form, at, known) if "MessageStatus" in form else _text(form, at, known)


def _text(form: dict[str, str], at: datetime, known: Known) -> Heard:
    """A text goes to everyone who shares the number at this practice: silence for all is the safe side."""
    practice_id, point = known.lines.get(form.get("To", "")), (Channel.sms, form.get("From", ""))
    thread = thread_at(practice_id, known.written_about.get(point, ()))
    people = addressees(practice_id, known.points.get(point, ()), thread)
    if not people:
        return _stranger(form, practice_id)
    about = thread.balance_id if thread else None
    if len(people) == 1 and people[0].guarantor_id and _starts(form):
        return Heard(facts=[_agreed(form, at, people[0])])
    return Heard(facts=[_said(form, at, one, place, about) for place, one in enumerate(people)])


def _stranger(form: dict[str, str], practice_id: str | None) -> Heard:
    """A text from a number without an open balance. A wish to stop holds for whatever is posted there later (R-6)."""
    stop = _stops(form) or asks_to_stop(form.get("Body", ""))
    sentence = (
        "A number that owes nothing here asked for no more texts. It is not texted again, whatever is posted later."
        if stop else "A text came from a number that belongs to no patient of this practice."
    )  # fmt: skip
    problem = Problem("stray_message", f"{SOURCE}.{form['MessageSid']}", sentence, practice_id)
    silenced = [Silenced(Channel.sms, form["From"], PointStatus.opted_out)] if stop and form.get("From") else []
    return Heard(problems=[problem], silenced=silenced)


def _stops(form: dict[str, str]) -> bool:
    """By the vendor's own account, or by the words it blocks the pair at."""
    return form.get("OptOutType", "").upper() == "STOP" or form.get("Body", "").strip().upper() in STOP_WORDS


def _starts(form: dict[str, str]) -> bool:
    """By the words that mean nothing else; the vendor's account of a YES is left to the conversation."""
    word = form.get("Body", "").strip().upper()
    return word in START_WORDS or (form.get("OptOutType", "").upper() == "START" and word != "YES")


def _agreed(form: dict[str, str], at: datetime, one: Whose) -> AnyFact:
    """The one person of this number asks for texts again; where several share it a person asks who it was."""
    return ConsentRecorded(
        fact_id=f"{SOURCE}.{form['MessageSid']}.start", at=at, source=SOURCE, practice_id=one.practice_id,
        balance_id=one.balance_id, guarantor_id=one.guarantor_id, channel=Channel.sms, value=form["From"],
        purposes=["billing", "care"], given_at=at, means="text", wording_version=AGREED_TO,
    )  # fmt: skip


def _said(form: dict[str, str], at: datetime, one: Whose, place: int, about: str | None) -> AnyFact:
    body = without_card_numbers(form.get("Body", ""))
    sid = form["MessageSid"]
    head: dict[str, Any] = {
        "at": at, "source": SOURCE, "practice_id": one.practice_id, "balance_id": one.balance_id,
        "guarantor_id": one.guarantor_id, "channel": Channel.sms,
    }  # fmt: skip
    if _stops(form):
        return ContactStopped(fact_id=own_id(f"{SOURCE}.{sid}.stop", place), **head)
    pictures = int(form["NumMedia"]) if form.get("NumMedia", "").isdecimal() else 0
    if not body.strip() and pictures:
        body = NOTHING_BUT_FILES["sms"]
    return ReplyReceived(
        fact_id=own_id(f"{SOURCE}.{sid}", place), text=body, about_balance_id=about, files=pictures, **head
    )


def _report(form: dict[str, str], at: datetime, known: Known) -> Heard:
    status, touch_id = form["MessageStatus"], form.get(TOUCH, "")
    whose = known.touches.get(touch_id)
    if whose is None:
        sentence = "A delivery report came for a text that is not on record."
        practice_id = known.lines.get(form.get("From", ""))
        return Heard(problems=[Problem("setup", f"{SOURCE}.{form['MessageSid']}.report", sentence, practice_id)])
    heard = Heard(progress=[Progress(touch_id, form["MessageSid"], status, RANK.get(status, 0), at)])
    if status in FAILED:
        said = said_by(_code(form), known.rules, at.date())
        word, because = said or ("passing", "The text could not be delivered.")
        heard.facts.append(
            DeliveryFailed(
                fact_id=f"{SOURCE}.{form['MessageSid']}.failed", at=at, source=SOURCE, practice_id=whose.practice_id,
                balance_id=whose.balance_id, guarantor_id=whose.guarantor_id, touch_id=touch_id, channel=Channel.sms,
                status=POINT_OF.get(word), because=because,
            )
        )  # fmt: skip
        if word in ("content", "configuration"):
            heard.problems.append(
                Problem("setup", f"{SOURCE}.{form['MessageSid']}.failed", because, whose.practice_id, whose.balance_id)
            )
    return heard


def _code(form: dict[str, str]) -> int:
    code = form.get("ErrorCode", "")
    return int(code) if code.isdecimal() else 0


class _Fields(dict[str, list[str]]):
    """A form in which a key may stand several times, in the shape the SDK's validator understands."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        for key, value in _pairs(body):
            self.setdefault(key, []).append(value)

    def getlist(self, key: str) -> list[str]:
        """All values of a key."""
        return self[key]


def _form(body: bytes) -> dict[str, str]:
    return dict(_pairs(body))


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
