"""What the nightly proof needs of those who hold money or records, as Protocols; no implementation lives here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Protocol

from receivables.case import State
from receivables.money_ports import LedgerReading
from receivables.policy import Policy, Practice
from receivables.proof import LedgerEntry, Movement, Payout, Proof, Window


class ProcessorBooks(Protocol):
    """The card processor's own record."""

    def movements(self, since: datetime) -> AsyncIterator[Sequence[Movement]]:
        """Every movement since a moment, a page at a time; TryLater or CannotKnow when it cannot be read whole."""
        ...


    def payouts(self, since: datetime) -> AsyncIterator[Sequence[Payout]]:
        """What was brought to the bank since a moment, a page at a time."""
        ...

    def paid_out(self, payout: str) -> AsyncIterator[Sequence[Movement]]:
        """Every movement that one payout holds, whosoever's money it is."""
        ...


class PracticeBooks(Protocol):
    """A practice's own ledger, read as a whole; every adapter says what it can show."""

    async def balances_of(self, practice_id: str, now: datetime) -> list[LedgerReading] | None:
        """All balances it shows; None when this system cannot be asked. TryLater when it is away."""
        ...

    async def entries_of(self, practice_id: str, since: datetime) -> list[LedgerEntry] | None:
        """Our postings that were written since a moment; None when this system cannot show them."""
        ...

    async def closed_until(self, practice_id: str) -> date | None:
        """The last day of its closed books; None where all are open, or this system does not say."""
        ...


class Shown(State):
    """What the practice's own system shows; None is what it cannot show."""

    balances: list[LedgerReading] | None = None
    entries: list[LedgerEntry] | None = None
    closed_until: date | None = None
    """Up to which day its books are closed."""


class ProofBook(Protocol):
    """Our records: compares them with what others show, and remembers what did not agree."""

    async def oldest_standing(self, practice_id: str) -> datetime | None:
        """When the money of the oldest unexplained difference moved."""
        ...

    async def could_not(self, practice_id: str, now: datetime, because: str) -> None:
        """Nobody's money could be compared this time: a person is told, once a day."""
        ...

    async def watch(self, practice: Practice, policy: Policy, now: datetime) -> int:
        """Open a task for each credit whose clock has come, and for each limit of returned debits that is crossed."""
        ...

    async def prove(
        self, practice_id: str, now: datetime, window: Window, processor: ProcessorBooks, shown: Shown
    ) -> Proof:
        """Compare everything, open one task for each new difference, note those that are gone."""
        ...
