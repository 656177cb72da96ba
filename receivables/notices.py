"""What a person must look at that no case asked about: money or words that fit no balance, books that do not agree."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import StringConstraints

from receivables.case import State
from receivables.money import Cents
from receivables.people import OpaqueId

NoticeKind = Literal[
    "books_differ", "stray_message", "foreign_money", "unknown_money", "setup", "unreadable", "credit_due",
    "refund_refused", "debit_ratio", "letters_waiting",
]  # fmt: skip
NOTICE_KINDS: frozenset[str] = frozenset(get_args(NoticeKind))
NoticeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
OPERATOR = "operator"
"""Stands for the practice where none can be told: whoever runs the system looks at it."""


SUGGESTIONS: dict[NoticeKind, str] = {
    "books_differ": "Compare both books, book what is missing in the one that is wrong, and finish this with `done`.",
    "stray_message": "See whether the sender is a patient under another number or address.",
    "foreign_money": "Enter it by hand in the practice's ledger at its worth in dollars, or give it back.",
    "unknown_money": "Find the payment at the card processor and book it where it belongs.",
    "credit_due": "Give it back to who paid it with `collect refund` (`collect credits` lists all).",
    "refund_refused": "See why at the card processor; if need be give the credit back by check (`collect refund`).",
    "debit_ratio": "Find out why so many debits come back; until it is mended offer cards only, and tell your bank.",
    "letters_waiting": "Print them with `collect letters print`, mail them, and finish this with `done`.",
    "setup": "Look into the vendor's console: the sender or the texts are not set up as they should be.",
    "unreadable": "The stored webhook holds the rest; whoever runs the system can read it there.",
}
"""What to do, unless the notice itself knows better."""


class Notice(State):
    """A staff task that no case waits for: it may belong to a balance, or to the practice as a whole."""

    notice_id: NoticeId
    """The task's id within the practice: the same notice again opens no second task."""
    practice_id: OpaqueId
    kind: NoticeKind
    summary: str
    """Sentences without names, numbers or addresses."""
    suggestion: str = ""
    balance_id: OpaqueId | None = None
    cents: Cents = Cents(0)
    """How much money it is about, without a sign; it places the task among the others."""
