"""Ten-line fakes of what plans need: a card that answers as told, the book of charges, and the plan log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from receivables.cards.card import CardOnFile
from receivables.cards.ports import Charged, ChargeOrder, ChargeOutcome, Declined, EnrollOrder
from receivables.facts import AnyFact
from receivables.plans.ports import PlanDecided, PlanEntry, YearlyLine
from receivables.ports import CheckoutPage


@dataclass
class SmallVault:
    """`CardVault`, `ChargeBook` and `PlanLog` in memory; `stored` is the small world's own list of facts."""

    stored: list[AnyFact]
    now: Any
    answers: list[str | Exception] = field(default_factory=list)
    """What the card says, charge by charge; "charged" when nothing is said. An exception comes after the charge."""
    money: dict[str, int] = field(default_factory=dict)
    """Cents taken, by the key of the try."""
    begun: dict[str, ChargeOrder] = field(default_factory=dict)
    log: dict[tuple[str, int], PlanEntry] = field(default_factory=dict)
    told: dict[str, PlanDecided] = field(default_factory=dict)
    known_above_four: int = 0

    async def enroll(self, order: EnrollOrder) -> CheckoutPage:
        raise NotImplementedError

    async def forget(self, card: CardOnFile) -> None:
        raise NotImplementedError

    async def charge(self, order: ChargeOrder) -> ChargeOutcome:
        known = await self.outcome_of(order)
        if known is not None:
            return known
        answer = self.answers.pop(0) if self.answers else "charged"
        if answer == "soft":
            return Declined(reason="insufficient_funds", again="later", at=await self.now())
        self.money[order.idempotency_key] = int(order.amount_cents)
        if isinstance(answer, Exception):
            raise answer
        return Charged(reference=f"pi.{order.idempotency_key}", at=await self.now())

    async def outcome_of(self, order: ChargeOrder) -> ChargeOutcome | None:
        key = order.idempotency_key
        return Charged(reference=f"pi.{key}", at=await self.now()) if key in self.money else None

    async def in_doubt(self, practice_id: str, plan_id: str) -> ChargeOrder | None:
        return next((order for order in self.begun.values() if order.plan_id == plan_id), None)

    async def begin(self, order: ChargeOrder, now: datetime, most_refusals: int, most_in_a_day: int = 10) -> bool:
        self.begun[order.idempotency_key] = order
        return True

    async def settled(self, order: ChargeOrder, outcome: str, facts: Sequence[AnyFact], now: datetime) -> None:
        self.begun.pop(order.idempotency_key, None)
        self.stored += facts

    async def never_left(self, order: ChargeOrder) -> None:
        self.begun.pop(order.idempotency_key, None)

    async def record(self, entry: PlanEntry, line: YearlyLine | None = None) -> int | None:
        if line is not None and self.known_above_four >= line.most:
            return self.known_above_four
        self.log[entry.plan_id, entry.revision] = entry
        return None

    async def decided(self, line: PlanDecided) -> None:
        assert self.told.setdefault(line.name, line) == line, "one decision told in two ways"
