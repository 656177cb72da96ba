"""Inbound Parse: an e-mail of a patient posted to the product as a multipart form, signed like an event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.clock import Clock
from simulator.sendgrid.mails import Mails

INBOUND_PATH = "/webhooks/sendgrid/inbound"
PRACTICE_ADDRESS = "billing@example.org"


@dataclass(frozen=True)
class Letter:
    """What somebody, or their mail program, writes."""

    text: str = ""
    html: str = ""
    charset: str = "UTF-8"
    """Of the words; the vendor passes them on as they came and names it."""
    headers: Sequence[str] = ()
    """More header lines, such as `Auto-Submitted: auto-replied`."""
    files: Sequence[tuple[str, str]] = ()
    """Names and contents of what is attached."""


def letter_of(body: Mapping[str, object]) -> Letter:
    """From JSON. ValueError names a field that cannot be meant."""
    headers, files, charset = body.get("headers", []), body.get("files", []), str(body.get("charset", "UTF-8"))
    if not isinstance(headers, list) or not all(isinstance(line, str) and ":" in line for line in headers):
        raise ValueError("headers: a list of lines such as 'Auto-Submitted: auto-replied'")
    if not isinstance(files, list) or not all(isinstance(file, dict) and file.get("name") for file in files):
        raise ValueError("files: a list of objects with name and content")
    try:
        "".encode(charset)
    except LookupError:
        raise ValueError("charset: this character set is not known") from None
    attached = [(str(file["name"]), str(file.get("content", ""))) for file in files]
    return Letter(str(body.get("text", "")), str(body.get("html", "")), charset, headers, attached)


def reply_by_email(mails: Mails, clock: Clock, address: str, letter: Letter) -> str:
    """A patient answers the latest e-mail they got; gives the Message-ID of the answer."""
    theirs = [mail for mail in mails.all if mail.to == address]
    latest = theirs[-1] if theirs else None
    subject = f"Re: {latest.subject.removeprefix('Re: ')}" if latest else "Your message"
    to = (latest.reply_to or latest.sender) if latest else PRACTICE_ADDRESS
    number = len(mails.received) + 1
    message_id = f"<reply-{number:06d}@mail.example.com>"
    mails.received.append({"from": address, "to": to, "subject": subject, "text": letter.text})
    in_reply_to = f"In-Reply-To: <{latest.message_id}@simulated>\n" if latest else ""
    stamp = clock.now.strftime("%a, %d %b %Y %H:%M:%S +0000")
    more = "".join(f"{line}\n" for line in letter.headers)
    charsets = dict.fromkeys(("to", "from", "subject"), "UTF-8")
    words = {name: value for name, value in (("text", letter.text), ("html", letter.html)) if value}
    fields = {
        "headers": f"Message-ID: {message_id}\nDate: {stamp}\n{in_reply_to}{more}From: {address}\nTo: {to}\n"
        f"Subject: {subject}\n",
        "dkim": "{@example.com : pass}", "SPF": "pass", "to": to, "from": address, "subject": subject,
        "envelope": json.dumps({"to": [to], "from": address}), "sender_ip": "192.0.2.20",
        "attachments": str(len(letter.files)), "spam_score": "0.1", "spam_report": "",
        "charsets": json.dumps(charsets | dict.fromkeys(words, letter.charset)),
    }  # fmt: skip
    content_type, body = multipart(fields, words, letter)
    mails.post(INBOUND_PATH, body, content_type)
    return message_id


def multipart(fields: Mapping[str, str], words: Mapping[str, str], letter: Letter) -> tuple[str, bytes]:
    """Content type and body of a form: fields in UTF-8, words in their own character set, files as they are."""
    boundary = "simulated" + hashlib.sha256(json.dumps(fields).encode()).hexdigest()[:24]
    parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields.items()]
    parts += [_part(boundary, f'name="{name}"', value.encode(letter.charset)) for name, value in words.items()]
    parts += [
        _part(boundary, f'name="attachment{place}"; filename="{name}"', content.encode())
        for place, (name, content) in enumerate(letter.files, 1)
    ]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def _part(boundary: str, named: str, value: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n\r\n"
    return head.encode() + value + b"\r\n"
