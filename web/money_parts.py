"""What the web process is given to show books, months and evidence, as Protocols; everything is made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from receivables.credits import Credit
from receivables.evidence import EvidencePack
from receivables.month import ClosedAlready, Month
from receivables.policy import Policy, Practice
from receivables.proof import Proof
from receivables.refunds import NotRefundable, Refund, RefundWish


class Packs(Protocol):
    """The evidence about a task's balance."""

    async def pack(self, task_id: str, now: datetime) -> EvidencePack | None:
        """None where there is no such task about a balance."""
        ...


class CreditQueue(Protocol):
    """What is owed back to patients."""

    async def of(self, practice: Practice, policy: Policy, now: datetime) -> Sequence[Credit]:
        """The oldest first."""
        ...


class Refunding(Protocol):
    """Credits that are given back."""

    async def ask(self, practice_id: str, balance_id: str, wish: RefundWish) -> Refund | NotRefundable | None:
        """Keep a person's word and carry it out; None when there is no such balance."""
        ...

    async def of(self, practice_id: str, balance_id: str) -> Sequence[Refund]:
        """A balance's refunds, the latest first."""
        ...


class Months(Protocol):
    """Months of the sub-ledger."""

    async def month(self, practice_id: str, first: date) -> Month:
        """From its first day."""
        ...

    async def close(self, practice_id: str, time_zone: str, first: date) -> Month | ClosedAlready:
        """Close it for good."""
        ...


class Auditing(Protocol):
    """Proofs of the books on request."""

    practice_ids: Sequence[str]
    """Whose books there are."""

    async def prove(self, practice_id: str | None) -> Sequence[Proof]:
        """Of one practice, or of all."""
        ...
