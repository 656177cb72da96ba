"""What is needed of those who hold the money: the practice's own ledger and the card processor, as Protocols."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Protocol

from pydantic import Field

from receivables.case import State
from receivables.facts import Moment
from receivables.money import Cents
from receivables.together import Share


class LedgerReading(State):
    """What the practice's system says about a balance now."""

    balance_id: str
    outstanding_cents: Cents
    collectable: bool = True
    hold_reasons: list[str] = Field(default_factory=list)
    read_at: Moment


class Posting(State):
    """One patient payment (negative: its reversal) for the practice's ledger."""

    practice_id: str
    balance_id: str
    external_id: str
    """Our payment's fact id."""
    amount_cents: Cents
    paid_at: Moment
    where: str
    booked_on: date | None = None
    """The day it is to stand on, by the practice's own clock: the day it was paid, or the first open one after it."""


class Note(State):
    """A sentence for the practice's own people, beside a balance in their ledger."""

    practice_id: str
    balance_id: str
    external_id: str
    text: str


class PracticeLedger(Protocol):
    """A practice-management system, as far as its adapter's capabilities reach."""

    reads_balances: bool
    """False for file-based practices: their balance is what was reported last."""

    async def read_balance(self, practice_id: str, balance_id: str, now: datetime) -> LedgerReading | None:
        """None when the system does not know the balance; TryLater when it cannot be read now."""
        ...

    async def find_posting(self, posting: Posting) -> str | None:
        """The system's own reference of this posting, None when it certainly is not there."""
        ...

    async def post(self, posting: Posting) -> str:
        """The system's reference; BooksClosed, Refused, TryLater or CannotKnow otherwise."""
        ...

    async def note(self, note: Note) -> None:
        """Write a note beside a balance once, however often it is asked for; nothing where there is no place for notes.

        Errors as with `post`.
        """
        ...


class PostingBook(Protocol):
    """The life of each posting: pending, sending, unknown, accepted, confirmed, failed, needs_human."""

    async def begin(self, posting: Posting, now: datetime) -> Literal["new", "in_doubt", "confirmed", "needs_human"]:
        """Insert it or find it, and mark it as being sent; the answer says what was known before."""
        ...

    async def late_for(self, posting: Posting) -> date | None:
        """The day it stands on in our own books, where it came too late for a month that is closed; else None."""
        ...

    async def books_closed(self, practice_id: str, until: date) -> None:
        """The practice's own books are closed up to a day: from now on ours are as well."""
        ...

    async def confirmed(self, posting: Posting, reference: str, now: datetime, because: str = "") -> None:
        """Seen in the practice's ledger; `because` says why it stands on another day than its own."""
        ...

    async def uncertain(self, posting: Posting) -> None:
        """The answer was lost."""
        ...

    async def needs_human(self, posting: Posting, because: str) -> None:
        """Refused for good."""
        ...


class Checkout(Protocol):
    """A hosted page where a card is entered; no card number ever reaches us."""

    async def begin(self, order: CheckoutOrder) -> CheckoutPage:
        """Open a hosted page for one amount. The same idempotency key answers with the same page."""
        ...

    async def expire(self, session_id: str) -> None:
        """Close a page nobody should pay on any more; one that was used stays as it is."""
        ...


class CheckoutOrder(State):
    """What the vendor is told: opaque ids and an amount, nothing clinical and no name (R-24)."""

    practice_id: str
    balance_id: str
    amount_cents: Cents
    statement_name: str
    return_url: str
    cancel_url: str
    language: str
    idempotency_key: str
    shares: list[Share] = Field(default_factory=list)
    """What each balance gets when several are paid at once; empty: all of it is this balance's."""
    cards_only: bool = False
    """True: no bank debit is offered, since too many of the practice's come back (R-31)."""


class CheckoutPage(State):
    """Where to send the patient."""

    session_id: str
    url: str
