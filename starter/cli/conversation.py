"""Prints a conversation for people: who said what, in order, and how the patient's words were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starter.cli.printing import local, out

CHANNELS = {"sms": "text", "email": "e-mail", "letter": "letter"}


def told(lines: Iterable[Mapping[str, Any]], zone: str = "UTC", asked_about: str | None = None) -> None:
    """One message after the other on the clock of a zone; the one that a task is about is marked."""
    for line in lines:
        channel = CHANNELS.get(line["channel"], line["channel"])
        moment = local(line["at"], zone)
        out.print(f"  {moment}  {_speaker(line)} ({channel}): {_words(line)}", soft_wrap=True, markup=False)
        if line.get("understood"):
            mark = "  <- this is what is asked about" if asked_about and line["fact_id"] == asked_about else ""
            how = f" {line['how']}" if line["how"] else ""
            out.print(f"      Read as: {line['understood']}.{how}{mark}", soft_wrap=True, markup=False)


def _speaker(line: Mapping[str, Any]) -> str:
    if line["who"] == "patient":
        return "They"
    kind = line["message"].replace("_", " ")
    return f"We, {kind}" if line["arrived"] else f"We, {kind}, perhaps not delivered"


def _words(line: Mapping[str, Any]) -> str:
    files = f" [{line['files']} files came with it, not opened]" if line.get("files") else ""
    if line["who"] == "patient" and not line["text"]:
        return f"[the word STOP, or one like it]{files}" if line.get("understood") else f"[nothing in words]{files}"
    return " ".join(line["text"].split()) + files if line["text"] else "[its words were not kept]"
