"""Reads e-mails that patients write (Inbound Parse) into facts; nothing is sent or stored here."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.utils import parseaddr
from html import unescape
from typing import Any

from integrations.hearing import (
    Asked,
    Delivered,
    Heard,
    Known,
    Problem,
    Silenced,
    Whose,
    addressees,
    own_id,
    thread_at,
)
from integrations.letters import by_machine, own_words
from integrations.sendgrid.inbound import SOURCE, verify
from receivables.facts import AnyFact, ContactStopped, ReplyReceived
from receivables.people import Channel, PointStatus
from receivables.reading.silence import asks_to_stop
from receivables.redacted import without_card_numbers
from receivables.reported_facts import Letter
from receivables.spoken import NOTHING_BUT_FILES

LONGEST, LONGEST_SUBJECT = 20_000, 200
"""Characters of a reply that are kept."""
MOST_HTML = 200_000
"""Characters of a page that are looked through: what somebody wrote stands above everything their program adds."""
SUBJECT_MARKS = re.compile(r"^\s*((re|aw|rv|fwd?)\s*:\s*)+", re.IGNORECASE)
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "OPT OUT", "CANCEL"})
THREAD = re.compile(r"^r\.([0-9a-f]{20})@")
"""The address our e-mails are answered to."""
MESSAGE_ID = re.compile(r"^<[^<>\s]{1,250}>$")


def taken_in(headers: Mapping[str, str], body: bytes, public_key: str, now_s: float) -> Delivered | None:
    """An e-mail as it is kept, or None when the signature is not good. Header names in small letters.

    Kept are sender, addressee, subject and the patient's own words, without card numbers (R-35) and attachments.
    """
    signature = headers.get("x-twilio-email-event-webhook-signature", "")
    timestamp = headers.get("x-twilio-email-event-webhook-timestamp", "")
    if not verify(body, signature, timestamp, public_key, now_s=now_s):
        return None
    fields = _fields(headers.get("content-type", ""), body)
    head = message_from_string(fields.get("headers", ""))
    sender, envelope = parseaddr(fields.get("from", ""))[1].lower(), _envelope(fields)
    to = [one.lower() for one in envelope.get("to", [])] or [parseaddr(fields.get("to", ""))[1].lower()]
    message_id = (head.get("Message-ID") or "").strip()
    letter = {
        "from": sender,
        "to": to[0],
        "thread": next((found[1] for one in to if (found := THREAD.match(one))), ""),
        "subject": without_card_numbers(fields.get("subject", "")[: 2 * LONGEST_SUBJECT])[:LONGEST_SUBJECT],
        "text": without_card_numbers(_words(fields))[:LONGEST],
        "files": int(fields.get("attachments", "0")) if fields.get("attachments", "0").isdecimal() else 0,
        "spf": fields.get("SPF", "").lower(),
        "machine": by_machine(head, sender, envelope.get("from")),
        "message_id": message_id if MESSAGE_ID.match(message_id) else "",
        "id": hashlib.sha256(message_id.encode() or body).hexdigest()[:32],
    }
    return Delivered(f"mail.{letter['id']}", json.dumps(letter).encode())


def asked(body: bytes) -> Asked:
    """Whose address it is, and which e-mail of ours it answers."""
    letter = _letter(body)
    threads = frozenset({letter["thread"]} if letter.get("thread") else ())
    return Asked(points=frozenset({(Channel.email, letter["from"])}), threads=threads)


def facts_of(body: bytes, at: datetime, known: Known) -> Heard:
    """The reply, for the balance whose e-mail it answers, else for everyone at this practice who shares the address.

    A machine's answer ("out of office") is nobody's reply. A sender whose own domain denies it sent the mail is shown
    to staff and not believed. ValueError when nothing of ours was kept.
    """
    letter = _letter(body)
    if letter["machine"]:
        return Heard()
    if letter["spf"].startswith("fail"):
        return Heard(problems=[_problem(letter, known, "An e-mail's sender could not be verified; it was not read.")])
    answered = known.threads.get(letter.get("thread", ""))
    if answered is not None:
        return Heard(facts=[_said(letter, at, answered, 0, answered.balance_id)])
    practice_id, point = _practice(letter, known), (Channel.email, letter["from"])
    thread = thread_at(practice_id, known.written_about.get(point, ()))
    people = addressees(practice_id, known.points.get(point, ()), thread)
    if not people:
        return _stranger(letter, known)
    about = thread.balance_id if thread else None
    return Heard(facts=[_said(letter, at, one, place, about) for place, one in enumerate(people)])


def _practice(letter: Mapping[str, Any], known: Known) -> str | None:
    """By the address it was sent to, or by the domain that answers come to."""
    to = letter["to"]
    return known.lines.get(to) or known.lines.get("@" + to.partition("@")[2])


def _stranger(letter: Mapping[str, Any], known: Known) -> Heard:
    """An e-mail from an address without an open balance; a wish to stop holds for whatever is posted later (R-6)."""
    if not (_stops(letter) or asks_to_stop(letter["text"])):
        sentence = "An e-mail came from an address that belongs to no patient of this practice."
        return Heard(problems=[_problem(letter, known, sentence)])
    sentence = "An address that owes nothing here asked for no more e-mails. It is not written to again."
    silenced = Silenced(Channel.email, letter["from"], PointStatus.opted_out)
    return Heard(problems=[_problem(letter, known, sentence)], silenced=[silenced])


def _problem(letter: Mapping[str, Any], known: Known, sentence: str) -> Problem:
    return Problem("stray_message", f"{SOURCE}.mail.{letter['id']}", sentence, _practice(letter, known))


def _stops(letter: Mapping[str, Any]) -> bool:
    return bool(letter["text"].strip(" .!\n").upper() in STOP_WORDS)


def _words(fields: Mapping[str, str]) -> str:
    """What the patient wrote; the subject when nothing else was: ours, above files alone, says nothing of theirs."""
    written = own_words(fields.get("text") or _plain(fields.get("html", "")))
    if not written and fields.get("attachments", "0") != "0" and SUBJECT_MARKS.match(fields.get("subject", "")):
        return ""
    return written or re.sub(SUBJECT_MARKS, "", fields.get("subject", "")).strip()


def _said(letter: Mapping[str, Any], at: datetime, one: Whose, place: int, about: str | None) -> AnyFact:
    head: dict[str, Any] = {
        "at": at, "source": SOURCE, "practice_id": one.practice_id, "balance_id": one.balance_id,
        "guarantor_id": one.guarantor_id, "channel": Channel.email,
    }  # fmt: skip
    if _stops(letter):
        return ContactStopped(fact_id=own_id(f"{SOURCE}.mail.{letter['id']}.stop", place), **head)
    subject = re.sub(SUBJECT_MARKS, "", letter.get("subject", "")).strip()
    files = letter.get("files", 0)
    return ReplyReceived(
        fact_id=own_id(f"{SOURCE}.mail.{letter['id']}", place), about_balance_id=about, files=files,
        text=letter["text"] or (NOTHING_BUT_FILES["email"] if files else ""),
        letter=Letter(message_id=letter.get("message_id", ""), subject=subject), **head,
    )  # fmt: skip


def _envelope(fields: Mapping[str, str]) -> dict[str, Any]:
    """Who handed the mail in and for whom, as the receiving server saw it; empty when it is not told."""
    try:
        told = json.loads(fields.get("envelope", ""))
    except ValueError:
        return {}
    to = told.get("to") if isinstance(told, dict) else None
    if not isinstance(to, list) or not all(isinstance(one, str) for one in to):
        return {}
    return {"to": to} | ({"from": told["from"]} if isinstance(told.get("from"), str) else {})


def _letter(body: bytes) -> dict[str, Any]:
    letter = json.loads(body)
    if not isinstance(letter, dict) or not {"from", "to", "text", "spf", "machine", "id"} <= letter.keys():
        raise ValueError("the body is not an e-mail as it is kept")
    return letter


def _fields(content_type: str, body: bytes) -> dict[str, str]:
    """The text fields of a multipart form, each in the character set the vendor names for it."""
    whole = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    raw: dict[str, bytes] = {}
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str) and not part.get_filename():
            raw[name] = bytes(part.get_payload(decode=True) or b"")
    charsets = _charsets(raw.get("charsets", b""))
    return {name: _decoded(value, charsets.get(name, "utf-8")) for name, value in raw.items()}


def _charsets(raw: bytes) -> dict[str, str]:
    try:
        named = json.loads(raw)
    except ValueError:
        return {}
    return {str(name): str(charset) for name, charset in named.items()} if isinstance(named, dict) else {}


def _decoded(value: bytes, charset: str) -> str:
    try:
        return value.decode(charset, "replace")
    except LookupError:
        return value.decode("utf-8", "replace")


def _plain(html: str) -> str:
    """The words of an e-mail without a text part; its quoted part is cut as far as mail programs mark it.

    No pattern looks past the next angle bracket, so that no page takes long.
    """
    written = QUOTE.split(html[:MOST_HTML], maxsplit=1)[0]
    spoken, hidden = [], ""
    for piece in HIDDEN.split(written):
        tag = HIDDEN_TAG.match(piece)
        if tag is None:
            spoken += [] if hidden else [piece]
        elif not hidden and not tag["end"]:
            hidden = tag["name"].lower()
        elif tag["end"] and tag["name"].lower() == hidden:
            hidden = ""
    return unescape(re.sub(r"<[^<>]*>", "", BREAK.sub("\n", "".join(spoken)))).strip()


QUOTE = re.compile(r"<blockquote|<div[^<>]+class=\"?gmail_quote", re.IGNORECASE)
HIDDEN = re.compile(r"(</?(?:style|script|head)\b[^<>]*>)", re.IGNORECASE)
HIDDEN_TAG = re.compile(r"<(?P<end>/?)(?P<name>style|script|head)\b", re.IGNORECASE)
BREAK = re.compile(r"<(?:br|/p|/div|/tr|/td|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
