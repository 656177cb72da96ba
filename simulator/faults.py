"""Injected vendor faults: which are in force and whom they hit; the vendors' own error bodies are written here too."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.clock import Clock
from simulator.moments import read_moment

VENDORS = ("twilio", "sendgrid", "stripe", "practice")
REQUEST_KINDS = ("error_500", "error_429", "timeout_before", "timeout_after_accept", "outage")
CALLBACK_KINDS = ("duplicate_callbacks", "reorder_callbacks", "lost_callbacks", "late_callbacks")
HELD_SECONDS = 30.0
"""Real seconds a request hangs unless the fault says otherwise; longer than any client here waits."""
LATE_HOURS = 24.0
"""Virtual hours a callback is late unless the fault says otherwise."""


@dataclass
class Fault:
    """One fault. It ends after `left` hits or at `until` (virtual), whichever comes first; None is without limit."""

    vendor: str
    kind: str
    left: int | None = None
    until: datetime | None = None
    path: str = ""
    method: str = ""
    about: str = ""
    """Words of the request: a number, an address, a balance. Others' requests are left alone."""
    seconds: float = HELD_SECONDS
    copies: int = 2
    hits: int = 0
    hours: float = LATE_HOURS

    def as_json(self) -> dict[str, Any]:
        """What `GET /_/faults` shows."""
        return {"vendor": self.vendor, "kind": self.kind, "left": self.left, "path": self.path, "hits": self.hits}


class Faults:
    """All faults in force; each hit is counted where it strikes."""

    def __init__(self, clock: Clock) -> None:
        self.active: list[Fault] = []
        self._clock = clock

    def add(self, wish: dict[str, Any]) -> Fault:
        """Puts a fault in force from JSON. ValueError names the field and what it may be."""
        kinds = REQUEST_KINDS + CALLBACK_KINDS
        if wish.get("vendor") not in VENDORS:
            raise ValueError(f"vendor: one of {', '.join(VENDORS)}")
        if wish.get("kind") not in kinds:
            raise ValueError(f"kind: one of {', '.join(kinds)}")
        until = read_moment(wish["until"], "until") if wish.get("until") else None
        count = wish.get("count", None if until or wish["kind"] == "outage" else 1)
        if count is not None and (not isinstance(count, int) or count < 1):
            raise ValueError("count: a whole number from 1")
        fault = Fault(
            wish["vendor"], wish["kind"], count, until, str(wish.get("path", "")), str(wish.get("method", "")).upper(),
            str(wish.get("about", "")), float(wish.get("seconds", HELD_SECONDS)), int(wish.get("copies", 2)),
            hours=float(wish.get("hours", LATE_HOURS)),
        )  # fmt: skip
        self.active.append(fault)
        return fault

    def hit(
        self, vendor: str, kinds: tuple[str, ...], path: str = "", method: str = "", said: str = ""
    ) -> Fault | None:
        """The first fault that strikes here, counted; None when all is well. `said` is what the request holds."""
        for fault in self.active:
            if fault.vendor != vendor or fault.kind not in kinds or fault.path not in path or fault.about not in said:
                continue
            if fault.method not in ("", method) or fault.left == 0:
                continue
            if fault.until is not None and self._clock.now >= fault.until:
                continue
            fault.left = None if fault.left is None else fault.left - 1
            fault.hits += 1
            return fault
        return None

    def copies(self, vendor: str) -> int:
        """How often the vendor sends its next callback; never when it is lost."""
        if self.hit(vendor, ("lost_callbacks",)) is not None:
            return 0
        fault = self.hit(vendor, ("duplicate_callbacks",))
        return fault.copies if fault else 1

    def swaps(self, vendor: str) -> bool:
        """Whether the vendor's next callback is overtaken by the one after it: every second one is held back."""
        fault = self.hit(vendor, ("reorder_callbacks",))
        return fault is not None and fault.hits % 2 == 1

    def lateness(self, vendor: str) -> timedelta:
        """By how much of virtual time the vendor's next callback is late."""
        fault = self.hit(vendor, ("late_callbacks",))
        return timedelta(hours=fault.hours) if fault else timedelta(0)


async def hang(request: Request, seconds: float) -> None:
    """Holds a request for some real seconds, or until the caller hangs up."""
    for _ in range(max(1, int(seconds * 10))):
        if await request.is_disconnected():
            return
        await asyncio.sleep(min(0.1, seconds))


def refusal(vendor: str, status: int) -> Response:
    """A vendor's own words for being broken (500, 503) or busy (429)."""
    busy = status == 429
    text = "Too many requests" if busy else "The service is unavailable"
    if vendor == "twilio":
        code = 20429 if busy else 20500
        return JSONResponse({"code": code, "message": text, "more_info": "", "status": status}, status)
    if vendor == "stripe":
        error = {"type": "invalid_request_error" if busy else "api_error", "message": text}
        return JSONResponse({"error": error | ({"code": "rate_limit"} if busy else {})}, status)
    if vendor == "sendgrid":
        return JSONResponse({"errors": [{"message": text, "field": None, "help": None}]}, status)
    return JSONResponse({"error": text}, status, headers={"Retry-After": "1"} if busy else {})
