"""Answers what a stored webhook refers to: whose number wrote, which balance a message or payment belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from integrations.hearing import Asked, Known, Point, Whose
from receivables.cards.card import CardOnFile
from receivables.people import Channel
from receivables.rulebook import Rulebook
from store.fact_book import FactBook
from store.threads import Threads

AskVendor = Callable[[str], Awaitable[Whose | None]]
"""Whose a payment is, by the card processor's own record of this reference; None when it is not one of ours."""
AskCard = Callable[[str], Awaitable[CardOnFile | None]]
"""Which card an authorisation put on file at the processor; None when it put none there."""


class Lookups:
    """`integrations.hearing.Lookup` over the fact book and the practices' own numbers."""

    def __init__(
        self, facts: FactBook, threads: Threads, lines: Mapping[str, str], ask_vendor: AskVendor, ask_card: AskCard,
        *, rules: Callable[[], Rulebook],
    ) -> None:  # fmt: skip
        self._facts = facts
        self._threads = threads
        self._lines = lines
        self._ask_vendor = ask_vendor
        self._ask_card = ask_card
        self._rules = rules

    async def __call__(self, asked: Asked) -> Known:
        """Everything known about what was asked; what is not known is simply absent."""
        return Known(
            touches={touch: whose for touch in asked.touches if (whose := await self._touch(touch))},
            points={point: await self._people(point) for point in asked.points},
            written_about={point: await self._written_about(point) for point in asked.points},
            threads={token: Whose(*found) for token in asked.threads if (found := await self._threads.of_token(token))},
            payments={payment: whose for payment in asked.payments if (whose := await self._payment(payment))},
            enrolled={one: card for one in asked.enrollments if (card := await self._ask_card(one))},
            served={card: await self._served(card) for card in asked.cards},
            lines=self._lines,
            rules=self._rules(),
        )

    async def _touch(self, touch_id: str) -> Whose | None:
        target = await self._facts.touch_target(touch_id)
        return Whose(target.practice_id, target.balance_id, target.guarantor_id) if target else None

    async def _people(self, point: Point) -> Sequence[Whose]:
        channel, value = point
        people = await self._facts.open_balances_of_contact(Channel(channel), value)
        return [
            Whose(one.practice_id, one.balance_ids[0] if len(one.balance_ids) == 1 else None, one.guarantor_id)
            for one in people
        ]

    async def _written_about(self, point: Point) -> Sequence[Whose]:
        channel, value = point
        return [Whose(*thread) for thread in await self._threads.of_contact(Channel(channel), value)]

    async def _served(self, payment_method_id: str) -> Sequence[Whose]:
        return [Whose(*balance) for balance in await self._facts.balances_of_card(payment_method_id)]

    async def _payment(self, payment_fact_id: str) -> Whose | None:
        balance = await self._facts.balance_of_payment(payment_fact_id)
        if balance:
            return Whose(balance.practice_id, balance.balance_id, shares=balance.shares, back=balance.back)
        # A refund or dispute can be heard of before its payment: the vendor's own record says whose it is.
        return await self._ask_vendor(payment_fact_id.partition(".")[2])
