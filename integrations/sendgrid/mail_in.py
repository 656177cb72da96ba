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

from integrations.card_numbers import without_card_numbers
from integrations.hearing import Asked, Delivered, Heard, Known, Problem, Silenced, Whose, only_at, own_id
from integrations.sendgrid.inbound import SOURCE, verify
from receivables.facts import AnyFact, ContactStopped, ReplyReceived
from receivables.keywords import asks_to_stop
from receivables.people import Channel, PointStatus

LONGEST = 20_000
"""Characters of a reply that are kept."""
STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "OPT OUT", "CANCEL"})
FORWARDED = re.compile(
    r"^\s*(-{2,}\s*(original message|mensaje original)|_{10,}|(from|de)\s*:[^\n]+@)", re.IGNORECASE | re.MULTILINE
)
"""Where the message that is answered stands below, unmarked."""
INTRODUCED = re.compile(
    r"^\s*(on|el)\b[^\n]*\d[^\n]*(\n[^\n]+)?\b(wrote|escribió)\s*:\s*$", re.IGNORECASE | re.MULTILINE
)
"""The line above a marked quote: "On 3 March, the practice wrote:"."""
WRITTEN_BY_MACHINE = re.compile(
    r"^(auto-submitted:\s*(?!no\b)\S|x-autoreply:|x-autorespond:|precedence:\s*(bulk|junk|auto_reply))",
    re.IGNORECASE | re.MULTILINE,
)


def taken_in(headers: Mapping[str, str], body: bytes, public_key: str, now_s: float) -> Delivered | None:
    """An e-mail as it is kept, or None when the signature is not good. Header names in small letters.

    Kept are sender, addressee, subject and the patient's own words, without card numbers (R-35) and attachments.
    """
    signature = headers.get("x-twilio-email-event-webhook-signature", "")
    timestamp = headers.get("x-twilio-email-event-webhook-timestamp", "")
    if not verify(body, signature, timestamp, public_key, now_s=now_s):
        return None
    fields = _fields(headers.get("content-type", ""), body)
    mail = message_from_string(fields.get("headers", ""))
    letter = {
        "from": parseaddr(fields.get("from", ""))[1].lower(),
        "to": parseaddr(fields.get("to", ""))[1].lower(),
        "subject": without_card_numbers(fields.get("subject", ""))[:LONGEST],
        "text": without_card_numbers(own_words(fields))[:LONGEST],
        "spf": fields.get("SPF", "").lower(),
        "machine": bool(WRITTEN_BY_MACHINE.search(fields.get("headers", ""))),
        "id": hashlib.sha256((mail.get("Message-ID") or "").strip().encode() or body).hexdigest()[:32],
    }
    return Delivered(f"mail.{letter['id']}", json.dumps(letter).encode())


def asked(body: bytes) -> Asked:
    """Whose address it is."""
    return Asked(points=frozenset({(Channel.email, _letter(body)["from"])}))


def facts_of(body: bytes, at: datetime, known: Known) -> Heard:
    """The reply, for everyone at this practice who shares the address. ValueError when nothing of ours was kept.

    A machine's answer ("out of office") is nobody's reply. A sender whose own domain denies it sent the mail is shown
    to staff and not believed.
    """
    letter = _letter(body)
    if letter["machine"]:
        return Heard()
    if letter["spf"].startswith("fail"):
        return Heard(problems=[_problem(letter, known, "An e-mail's sender could not be verified; it was not read.")])
    people = only_at(known.lines.get(letter["to"]), known.points.get((Channel.email, letter["from"]), ()))
    if not people:
        return _stranger(letter, known)
    return Heard(facts=[_said(letter, at, one, place) for place, one in enumerate(people)])


def _stranger(letter: Mapping[str, Any], known: Known) -> Heard:
    """An e-mail from an address without an open balance; a wish to stop holds for whatever is posted later (R-6)."""
    if not (_stops(letter) or asks_to_stop(letter["text"])):
        sentence = "An e-mail came from an address that belongs to no patient of this practice."
        return Heard(problems=[_problem(letter, known, sentence)])
    sentence = "An address that owes nothing here asked for no more e-mails. It is not written to again."
    silenced = Silenced(Channel.email, letter["from"], PointStatus.opted_out)
    return Heard(problems=[_problem(letter, known, sentence)], silenced=[silenced])


def _problem(letter: Mapping[str, Any], known: Known, sentence: str) -> Problem:
    return Problem("stray_message", f"{SOURCE}.mail.{letter['id']}", sentence, known.lines.get(letter["to"]))


def _stops(letter: Mapping[str, Any]) -> bool:
    return bool(letter["text"].strip(" .!\n").upper() in STOP_WORDS)


def own_words(fields: Mapping[str, str]) -> str:
    """What the patient wrote, above or below the quoted message; the subject when nothing else was written.

    Our own words would otherwise be read as theirs: every message of ours names PLAN, YES and how to stop.
    """
    text = fields.get("text") or _plain(fields.get("html", ""))
    lines = text.splitlines()
    unmarked = [line for line in lines if not line.lstrip().startswith(">")]
    written = FORWARDED.split("\n".join(unmarked), maxsplit=1)[0]
    introduction = INTRODUCED.search(written)
    if introduction:
        below = written[introduction.end() :] if len(unmarked) < len(lines) else ""
        written = written[: introduction.start()].strip() or below
    subject = re.sub(r"^\s*((re|aw|rv|fwd?)\s*:\s*)+", "", fields.get("subject", ""), flags=re.IGNORECASE)
    return written.strip() or subject.strip()


def _said(letter: Mapping[str, Any], at: datetime, one: Whose, place: int) -> AnyFact:
    head: dict[str, Any] = {
        "at": at, "source": SOURCE, "practice_id": one.practice_id, "balance_id": one.balance_id,
        "guarantor_id": one.guarantor_id, "channel": Channel.email,
    }  # fmt: skip
    if _stops(letter):
        return ContactStopped(fact_id=own_id(f"{SOURCE}.mail.{letter['id']}.stop", place), **head)
    return ReplyReceived(fact_id=own_id(f"{SOURCE}.mail.{letter['id']}", place), text=letter["text"], **head)


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
    """The words of an e-mail without a text part; its quoted part is cut as far as mail programs mark it."""
    written = re.split(r"<blockquote|<div[^>]+class=\"?gmail_quote", html, maxsplit=1, flags=re.IGNORECASE)[0]
    spoken = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", written)
    broken = re.sub(r"(?i)<(br|/p|/div)\b[^>]*>", "\n", spoken)
    return unescape(re.sub(r"<[^>]+>", " ", broken)).strip()
