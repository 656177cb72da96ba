"""Turns stored vendor webhooks into facts: each vendor's folder knows its own words, the desk takes the facts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog
from pydantic import ValidationError

from receivables.errors import UnknownPractice
from receivables.facts import AnyFact
from starter.case_desk import CaseDesk
from store.inbox import Inbox, InboxRow

log = structlog.get_logger()
Reading = Callable[[bytes, datetime], Awaitable[list[AnyFact]]]
"""The facts in one stored webhook; ValueError when it says nothing we can use."""


class InboxReader:
    """Works through the inbox, oldest first."""

    def __init__(self, inbox: Inbox, desk: CaseDesk, readings: Mapping[str, Reading]) -> None:
        self._inbox = inbox
        self._desk = desk
        self._readings = readings

    async def round(self, limit: int = 200) -> int:
        """Read what is waiting; the number of rows worked through.

        A row that cannot be read is set aside with its reason and never blocks the ones behind it; a fault of the
        database leaves it for the next round.
        """
        rows = await self._inbox.unread(limit)
        for row in rows:
            try:
                facts = await self._readings[row.vendor](row.body, row.received_at)
                if facts:
                    await self._desk.report(facts)
            except (ValueError, KeyError, json.JSONDecodeError, ValidationError, UnknownPractice) as fault:
                log.warning("a webhook could not be read", vendor=row.vendor, row=row.id, fault=type(fault).__name__)
                await self._inbox.unreadable(row.id, _reason(fault))
            else:
                await self._inbox.read(row.id)
        return len(rows)


def _reason(fault: Exception) -> str:
    """Why, without what was in it."""
    if isinstance(fault, ValidationError):
        first = fault.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return type(fault).__name__


__all__ = ["InboxReader", "InboxRow", "Reading"]
