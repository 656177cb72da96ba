"""Inbound Parse: an e-mail of a patient posted to the product as a multipart form, signed like an event."""

from __future__ import annotations

import hashlib
import json

from simulator.clock import Clock
from simulator.sendgrid.mails import Mails

INBOUND_PATH = "/webhooks/sendgrid/inbound"
PRACTICE_ADDRESS = "billing@example.org"


def reply_by_email(mails: Mails, clock: Clock, address: str, text: str) -> str:
    """A patient answers the latest e-mail they got; gives the Message-ID of the answer."""
    theirs = [mail for mail in mails.all if mail.to == address]
    latest = theirs[-1] if theirs else None
    subject = f"Re: {latest.subject.removeprefix('Re: ')}" if latest else "Your message"
    to = (latest.reply_to or latest.sender) if latest else PRACTICE_ADDRESS
    number = len(mails.received) + 1
    message_id = f"<reply-{number:06d}@mail.example.com>"
    mails.received.append({"from": address, "to": to, "subject": subject, "text": text})
    in_reply_to = f"In-Reply-To: <{latest.message_id}@simulated>\n" if latest else ""
    stamp = clock.now.strftime("%a, %d %b %Y %H:%M:%S +0000")
    fields = {
        "headers": f"Message-ID: {message_id}\nDate: {stamp}\n{in_reply_to}From: {address}\nTo: {to}\n"
        f"Subject: {subject}\n",
        "dkim": "{@example.com : pass}", "SPF": "pass", "to": to, "from": address, "subject": subject, "text": text,
        "envelope": json.dumps({"to": [to], "from": address}), "sender_ip": "192.0.2.20", "attachments": "0",
        "charsets": json.dumps({"to": "UTF-8", "from": "UTF-8", "subject": "UTF-8", "text": "UTF-8"}),
        "spam_score": "0.1", "spam_report": "",
    }  # fmt: skip
    content_type, body = multipart(fields)
    mails.post(INBOUND_PATH, body, content_type)
    return message_id


def multipart(fields: dict[str, str]) -> tuple[str, bytes]:
    """Content type and body of a multipart form of texts."""
    boundary = "simulated" + hashlib.sha256(json.dumps(fields).encode()).hexdigest()[:24]
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return f"multipart/form-data; boundary={boundary}", ("".join(parts) + f"--{boundary}--\r\n").encode()
