"""Reads the texts out of a TwiML answer; nothing else of TwiML is played."""

from __future__ import annotations

from xml.etree import ElementTree


def replies_in(document: bytes) -> list[str]:
    """The bodies of the Message verbs, in order; an answer that is no TwiML holds none."""
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - the product under test is trusted
    except ElementTree.ParseError:
        return []
    return ["".join(verb.itertext()).strip() for verb in root.iter("Message")]
