"""Turns stored vendor webhooks into facts: each vendor's folder knows its own words, the desk takes the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import structlog
from pydantic import ValidationError

from integrations.hearing import Asker, Lookup, Mapper, Problem, Progress, hear
from receivables.errors import UnknownPractice
from receivables.facts import PaymentRecorded, PaymentReversed
from receivables.money import Cents
from receivables.notices import OPERATOR, SUGGESTIONS, Notice
from starter.case_desk import CaseDesk
from store.inbox import Inbox, InboxRow
from store.notice_book import PostgresNoticeBook
from store.touch_book import PostgresTouchBook, UnknownTouchError

log = structlog.get_logger()
TAKEN_IN = 1
"""The rank from which a provider has certainly accepted a message."""


class Vendor(NamedTuple):
    """How one vendor's webhooks are read."""

    asked: Asker
    facts_of: Mapper


class InboxReader:
    """Works through the inbox, oldest first."""

    def __init__(  # noqa: PLR0917 - each of another kind
        self, inbox: Inbox, desk: CaseDesk, touches: PostgresTouchBook, notices: PostgresNoticeBook,
        vendors: Mapping[str, Vendor], lookup: Lookup,
    ) -> None:  # fmt: skip
        self._inbox = inbox
        self._notices = notices
        self._desk = desk
        self._touches = touches
        self._vendors = vendors
        self._lookup = lookup

    async def round(self, limit: int = 200) -> int:
        """Read what is waiting; the number of rows worked through.

        A row that cannot be read is set aside with its reason and never blocks the ones behind it; a fault of the
        database leaves it for the next round.
        """
        rows = await self._inbox.unread(limit)
        for row in rows:
            try:
                await self._read(row)
            except UnknownPractice:
                log.warning("a webhook is about a practice that is not configured", vendor=row.vendor, row=row.id)
                await self._inbox.unreadable(row.id, "The practice it names is not configured.")
                await self._tell(row, await self._of_another_practice(row))
            except (ValueError, KeyError) as fault:
                log.warning("a webhook could not be read", vendor=row.vendor, row=row.id, fault=type(fault).__name__)
                await self._inbox.unreadable(row.id, _reason(fault))
                await self._tell(row, _unreadable(row))
            else:
                await self._inbox.read(row.id)
        return len(rows)

    async def _read(self, row: InboxRow) -> None:
        vendor = self._vendors[row.vendor]
        heard = await hear(row.body, row.received_at, vendor.asked, vendor.facts_of, self._lookup)
        for silenced in heard.silenced:
            await self._touches.point_failed(silenced.value, silenced.channel, silenced.status)
        if heard.facts:
            await self._desk.report(heard.facts)
        for progress in heard.progress:
            await self._note(progress)
        for problem in heard.problems:
            await self._tell(row, problem)

    async def _of_another_practice(self, row: InboxRow) -> Problem:
        """Nothing of it is booked anywhere; where it is money, somebody has to find out whose it is."""
        vendor = self._vendors[row.vendor]
        heard = await hear(row.body, row.received_at, vendor.asked, vendor.facts_of, self._lookup)
        money = [fact for fact in heard.facts if isinstance(fact, PaymentRecorded | PaymentReversed)]
        if not money:
            return _unreadable(row)
        sentence = "Money moved for a practice that is not configured here. Nothing was booked; the webhook is kept."
        cents = sum((fact.amount_cents for fact in money), Cents(0))
        return Problem("unknown_money", money[0].fact_id, sentence, cents=cents)

    async def _tell(self, row: InboxRow, problem: Problem) -> None:
        """A task for a person, once, however often the row is read."""
        notice = Notice(
            notice_id=f"{problem.kind}.{problem.key}"[:128], practice_id=problem.practice_id or OPERATOR,
            kind=problem.kind, summary=problem.sentence, suggestion=SUGGESTIONS[problem.kind],
            balance_id=problem.balance_id, cents=problem.cents or Cents(0),
        )  # fmt: skip
        if await self._notices.tell(notice, row.received_at):
            log.warning("a webhook needs a look", vendor=row.vendor, row=row.id, task=notice.notice_id)

    async def _note(self, progress: Progress) -> None:
        """A report on a message proves that the provider took it, even when its answer to us was lost."""
        if progress.rank < TAKEN_IN:
            return
        try:
            await self._touches.accepted(progress.touch_id, progress.provider_id, progress.at, "")
        except UnknownTouchError:
            log.info("a report on a message that was not claimed here", touch_id=progress.touch_id)


def _unreadable(row: InboxRow) -> Problem:
    return Problem("unreadable", f"inbox.{row.id}", f"A webhook of {row.vendor} could not be read; it is kept.")


def _reason(fault: Exception) -> str:
    """Why, without what was in it."""
    if isinstance(fault, ValidationError):
        first = fault.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return type(fault).__name__
