"""Whose words stand in a letter: the writer's own, what they quote, or a machine's; what is meant is read elsewhere."""

from __future__ import annotations

import re
from email.message import Message

import quotequail

LINES = 400
"""More lines than anybody writes in answer; what lies below is left out, since looking for quotes takes its time."""
LINE = 2_000
SIGNATURE = re.compile(
    r"^(--\s?|_{2,}|(sent|get) (from|outlook for) .{1,40}|(enviado|obtener) (desde|outlook para) .{1,40})$",
    re.IGNORECASE,
)
"""Where what a mail program adds by itself begins."""


MACHINE_NAMES = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?([+.=-].*)?|auto-?reply)@", re.IGNORECASE
)


def by_machine(headers: Message, sender: str, envelope_sender: str | None) -> bool:
    """True for bounces, absence notes and lists (RFC 3834): nobody wrote them, and nobody answers them.

    `envelope_sender` is empty for bounces, None when it was not told.
    """
    submitted = headers.get("Auto-Submitted", "no").strip().lower()
    return (
        not submitted.startswith("no")
        or any(name in headers for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Failed-Recipients"))
        or headers.get("Precedence", "").strip().lower() in {"bulk", "junk", "list", "auto_reply"}
        or headers.get("X-Auto-Response-Suppress", "").strip().lower() in {"all", "oof", "autoreply"}
        or headers.get_content_type() == "multipart/report"
        or headers.get("Return-Path", "").strip() == "<>"
        or envelope_sender == ""
        or bool(MACHINE_NAMES.match(sender))
    )


def own_words(body: str) -> str:
    """What the writer wrote above or below the message they answer; nothing of a mere quotation is left.

    Our own words would otherwise be read as theirs: every message of ours names PLAN, YES and how to stop.
    """
    lines = [line[:LINE].rstrip() for line in body.splitlines()[:LINES]]
    found = quotequail.unwrap("\n".join(lines))
    parts = [found.get("text_top", ""), found.get("text_bottom", "")] if found else ["\n".join(lines)]
    return "\n".join(words for part in parts if (words := _unsigned(_unmarked(part)))).strip()


def _unmarked(part: str) -> str:
    return "\n".join(line for line in part.splitlines() if not line.lstrip().startswith(">"))


def _unsigned(part: str) -> str:
    kept: list[str] = []
    for line in part.strip().splitlines():
        if SIGNATURE.match(line.strip()) and any(kept):
            break
        kept.append(line)
    return "\n".join(kept).strip()
