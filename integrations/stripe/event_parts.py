"""Small parts of Stripe's events that all mappings read; no mapping stands here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SOURCE = "stripe"
CURRENCY = "usd"
Thing = Mapping[str, Any]
"""The object an event is about."""
Head = Mapping[str, Any]
"""What every fact of an event has in common: moment, source, practice and balance."""


def id_of(reference: object) -> str:
    """An id that may stand alone or in the object it names."""
    return str(reference.get("id", "")) if isinstance(reference, Mapping) else str(reference or "")


def whole(text: object) -> int | None:
    """A whole number that metadata holds as text; None when it holds none."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() else None
