"""Gives credits back: keeps a person's word, has the card processor do it, and looks after what got no answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from receivables.errors import CannotKnow, Refused, TryLater, UnknownPractice
from receivables.facts import PaymentReversed
from receivables.notices import SUGGESTIONS, Notice
from receivables.ports import Clock, PolicyBook
from receivables.refunds import (
    CardRefunds,
    GivenBack,
    NotGiven,
    NotRefundable,
    Refund,
    RefundOrder,
    RefundPart,
    RefundWish,
    not_theirs,
)
from store.notice_book import PostgresNoticeBook
from store.refunds import Refunds
from store.task_book import PostgresTaskBook

log = structlog.get_logger()
AGAIN_AFTER = timedelta(minutes=1)
"""When the processor's answer is lost: by then it has ended what it was doing."""
GONE = "Nothing is owed back any more: the patient's share has gone up since."


class RefundDesk:
    """One desk for the API, which asks, and for the relay's watch, which follows up."""

    def __init__(  # noqa: PLR0917 - each of another kind
        self, book: Refunds, cards: CardRefunds, tasks: PostgresTaskBook, notices: PostgresNoticeBook, clock: Clock,
        policies: PolicyBook, ring: Callable[[], None] = lambda: None,
    ) -> None:
        """`ring` wakes the relay where it runs in another process."""
        self._book = book
        self._cards = cards
        self._tasks = tasks
        self._notices = notices
        self._clock = clock
        self._policies = policies
        self._ring = ring

    async def of(self, practice_id: str, balance_id: str) -> list[Refund]:
        """A balance's refunds, the latest first."""
        return await self._book.of(practice_id, balance_id)

    async def ask(self, practice_id: str, balance_id: str, wish: RefundWish) -> Refund | NotRefundable | None:
        """Keep the wish and carry it out; None when there is no such balance.

        What comes back says of each part whether it left. While an answer of the processor is missing a part is
        `asked`: nothing has to be repeated, and repeating changes nothing.
        """
        try:
            practice, policy = self._policies.practice(practice_id), self._policies.policy(practice_id)
        except UnknownPractice:
            return None
        if (forbidden := not_theirs(wish, practice.roles)) is not None:
            return forbidden
        most = policy.credits.refund_most
        asked = await self._book.ask(practice_id, balance_id, wish, await self._clock.now(), most)
        if not isinstance(asked, Refund):
            return asked
        return await self._carry_out(asked)

    async def round(self) -> int:
        """What nobody has had an answer about is asked again; how many parts were settled."""
        settled = 0
        for practice_id, refund_id in await self._book.doubtful(await self._clock.now() - AGAIN_AFTER):
            before = await self._book.find(practice_id, refund_id)
            after = await self._carry_out(before)
            settled += _open(before) - _open(after)
            for part in after.parts:
                if part.state == "refused" and before.parts[part.place - 1].state == "asked":
                    await self._tell(after, part)
        return settled

    async def _carry_out(self, refund: Refund) -> Refund:
        for part in refund.parts:
            if part.state == "asked":
                await self._part(refund, part)
        settled = await self._book.find(refund.practice_id, refund.refund_id)
        if not settled.open and not settled.came_to_nothing and settled.cents == settled.credit_cents:
            await self._finish_tasks(settled)
        self._ring()
        return settled

    async def _part(self, refund: Refund, part: RefundPart) -> None:
        order = RefundOrder(
            practice_id=refund.practice_id, balance_id=refund.balance_id, refund_id=refund.refund_id, place=part.place,
            payment_fact_id=part.payment_fact_id, reference=part.reference, cents=part.cents,
        )  # fmt: skip
        now = await self._clock.now()
        await self._book.tried(order, now)
        try:
            outcome = await self._outcome(order)
        except (TryLater, CannotKnow, Refused) as fault:
            log.warning("a refund got no answer and is looked after", fault=type(fault).__name__)
            return
        if isinstance(outcome, NotGiven):
            await self._book.refused(order, outcome.because)
        else:
            await self._book.made(order, _fact(order, outcome), now)

    async def _outcome(self, order: RefundOrder) -> GivenBack | NotGiven:
        """The processor's record first: what may have been made is not decided anew."""
        if (known := await self._cards.outcome_of(order)) is not None:
            return known
        if not await self._book.still_owed(order):
            return NotGiven(because=GONE)
        return await self._cards.give_back(order)

    async def _finish_tasks(self, refund: Refund) -> None:
        """The question about this credit is answered; one that somebody else has taken up stays theirs."""
        note, now = f"{refund.cents.as_dollars()} given back ({refund.how}): {refund.because}", await self._clock.now()
        for task in await self._book.tasks(refund.practice_id, refund.balance_id):
            await self._tasks.resolve(task, "done", refund.who, now, note=note)

    async def _tell(self, refund: Refund, part: RefundPart) -> None:
        """Nobody is looking any more when it is refused this late."""
        words = f"A refund of {part.cents.as_dollars()} did not leave. {part.because} The credit stands."
        notice = Notice(
            notice_id=f"{refund.refund_id}.{part.place}"[:128], practice_id=refund.practice_id, kind="refund_refused",
            summary=words, suggestion=SUGGESTIONS["refund_refused"], balance_id=refund.balance_id, cents=part.cents,
        )  # fmt: skip
        await self._notices.tell(notice, await self._clock.now())


def _open(refund: Refund) -> int:
    return sum(part.state == "asked" for part in refund.parts)


def _fact(order: RefundOrder, given: GivenBack) -> PaymentReversed:
    """As the processor's own event tells it, so that it counts once, whoever is first."""
    return PaymentReversed(
        fact_id=given.reversal_fact_id, at=given.at, source="stripe",
        practice_id=order.practice_id, balance_id=order.balance_id, payment_fact_id=order.payment_fact_id,
        amount_cents=order.cents, why="refund",
    )  # fmt: skip
