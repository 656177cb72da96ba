"""The product in one process: real store, activities, postman and workflow; only what is outside it is a stand-in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client

from activities.charging import Charging
from activities.deciding import Deciding
from activities.freshness import Freshness
from activities.messaging import Messaging
from activities.plan_decisions import PlanDecisions
from activities.plans import Plans
from activities.posting import PracticePosting
from activities.replies import Replies
from activities.staff import Staff
from integrations.reply_reader.reader import TrainedReader
from integrations.templates.writer import TemplateWriter
from receivables.cards.card import CardOnFile
from receivables.cards.ports import Charged, ChargeOrder, ChargeOutcome, Declined, EnrollOrder
from receivables.case import Case
from receivables.money import Cents
from receivables.people import Channel
from receivables.policy import Practice
from receivables.ports import CheckoutPage, LedgerReading, Message, Note, Posting
from receivables.steps import Decision
from runtime.policy_files import PolicyFiles
from starter.bench.engine_work import CACHED, all_of, until, working
from starter.bench.people import OWED, nudge
from starter.case_desk import CaseDesk
from starter.delivery import Postman
from store.bell import Bell
from store.case_book import PostgresCaseBook
from store.charge_book import PostgresChargeBook
from store.conversations import Conversations
from store.fact_book import FactBook
from store.plan_log import PostgresPlanLog
from store.pool import Pool, open_pool
from store.posting_book import PostgresPostingBook
from store.task_book import PostgresTaskBook
from store.touch_book import PostgresTouchBook
from workflows.collect_balance import CollectBalance
from workflows.contract import workflow_id

PRACTICES = Path(__file__).resolve().parents[2] / "practices"
POOL = 10


@dataclass
class HandClock:
    """Stands still, or runs from a moment on."""

    moment: datetime
    since: float | None = None

    async def now(self) -> datetime:
        """The moment it is set to, and what has passed since it was let run."""
        return self.moment + timedelta(seconds=time.monotonic() - self.since if self.since is not None else 0)


class WellRegistered(PolicyFiles):
    """The shipped policies, for numbers that may send the most: what is measured is ours, not the carriers'."""

    def practice(self, practice_id: str) -> Practice:
        """As its file says, but for the registration."""
        return super().practice(practice_id).model_copy(update={"campaign": "score_75_and_above"})


@dataclass
class Outside:
    """Couriers and the practice's system: they accept at once, since their HTTP is nobody's figure here."""

    clock: HandClock
    accepted: int = 0
    reads_balances: bool = True
    owed: Cents = OWED
    posted: Counter[str] = field(default_factory=Counter)
    """Cents by balance."""

    async def send(self, message: Message) -> str:
        """Taken."""
        self.accepted += 1
        return f"id.{message.touch_id}"

    async def find(self, message: Message, since: datetime) -> str | None:  # noqa: ARG002 - the port's
        """Nothing is ever in doubt."""
        return None

    async def read_balance(self, practice_id: str, balance_id: str, now: datetime) -> LedgerReading | None:  # noqa: ARG002
        """Everybody owes the same at first."""
        left = Cents(self.owed - self.posted[balance_id])
        return LedgerReading(balance_id=balance_id, outstanding_cents=left, read_at=now)

    async def find_posting(self, posting: Posting) -> str | None:  # noqa: ARG002 - the port's
        """Nothing is ever in doubt."""
        return None

    async def post(self, posting: Posting) -> str:
        """Posted."""
        self.posted[posting.balance_id] += posting.amount_cents
        return f"ref.{posting.external_id}"

    async def note(self, note: Note) -> None:
        """Nobody reads it."""


class Card:
    """The card processor: the first try of every plan is refused as one without money is, every other is taken."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock

    async def enroll(self, order: EnrollOrder) -> CheckoutPage:
        """Nobody opens a page here: cards come as facts."""
        raise NotImplementedError

    async def forget(self, card: CardOnFile) -> None:
        """Nothing is kept."""

    async def charge(self, order: ChargeOrder) -> ChargeOutcome:
        """Answered at once."""
        now = await self._clock.now()
        if (order.installment, order.attempt) == (1, 1):
            return Declined(reason="insufficient_funds", again="later", at=now)
        return Charged(reference=f"pi.{order.idempotency_key}", at=now)

    async def outcome_of(self, order: ChargeOrder) -> ChargeOutcome | None:  # noqa: ARG002 - the port's
        """Nothing is ever in doubt."""
        return None


class WatchedCases(PostgresCaseBook):
    """Tells whoever measures that a decision is stored."""

    recorded: Callable[[Case, Decision], None]

    async def record(self, case: Case, decision: Decision) -> int:
        """Stored first, told then."""
        newest = await super().record(case, decision)
        self.recorded(case, decision)
        return newest


@dataclass
class RealPractice:
    """What a measurement works with."""

    client: Client
    pool: Pool
    clock: HandClock
    outside: Outside
    cases: WatchedCases
    facts: FactBook
    desk: CaseDesk
    postman: Postman
    bell: Bell
    nudges: int = 0
    _resting: dict[tuple[str, str], datetime] = field(default_factory=dict)

    async def settle(self) -> datetime | None:
        """Deliver what was reported, wake what is due, wait for quiet; the moment the next case is due."""
        await until(self._is_quiet)
        return await self.cases.next_due()

    def watch(self, also: Callable[[Case, Decision], None] | None = None) -> None:
        """Keep track of who rests until when; `also` is told of every stored decision."""

        def recorded(case: Case, decision: Decision) -> None:
            key = (case.practice_id, case.balance_id)
            self._resting.pop(key, None)
            if decision.act_at and decision.act_at > decision.decided_at:
                self._resting[key] = decision.act_at
            if also:
                also(case, decision)

        self.cases.recorded = recorded

    async def _is_quiet(self) -> bool:
        while await self.postman.round():
            pass
        now = await self.clock.now()
        due = await self.cases.due(now)
        await all_of(self._wake(case, now) for case in due if case in self._resting)
        return not due and not await self.cases.unsettled()

    async def _wake(self, case: tuple[str, str], now: datetime) -> None:
        """Once: the count of nudges is part of the figure."""
        del self._resting[case]
        self.nudges += 1
        await self.client.get_workflow_handle(workflow_id(*case)).signal("time_passed", nudge(case[1], now))


@asynccontextmanager
async def real_practice(
    client: Client, database: str, moment: datetime, queue: str,
    *, cached: int = CACHED, deciding: type[Deciding] = Deciding, rings: bool = False,
) -> AsyncIterator[RealPractice]:  # fmt: skip
    """Everything wired as the worker does it, over a new database."""
    pool = await open_pool(database, min_size=POOL, max_size=POOL)
    clock, policies = HandClock(moment), WellRegistered(PRACTICES)
    outside, cases, facts, bell = Outside(clock), WatchedCases(pool), FactBook(pool), Bell(pool)
    practice = RealPractice(
        client, pool, clock, outside, cases, facts,
        CaseDesk(facts, policies, clock, bell.ring if rings else lambda: None),
        Postman(client, queue, facts, cases, clock), bell,
    )  # fmt: skip
    practice.watch()
    try:
        decider = deciding(clock, policies, cases, plans=PlanDecisions(policies, PostgresPlanLog(pool)))
        async with working(
            client, queue, [CollectBalance], _activities(decider, pool, cases, policies, outside), as_the_product=True,
            cached=cached,
        ):  # fmt: skip
            yield practice
    finally:
        await pool.close()


def _activities(
    deciding: Deciding, pool: Pool, cases: PostgresCaseBook, policies: PolicyFiles, outside: Outside
) -> list[Callable[..., Any]]:
    couriers: Mapping[Channel, Outside] = {Channel.sms: outside, Channel.email: outside}
    messaging = Messaging(
        deciding, Freshness(cases, lambda _: outside), PostgresTouchBook(pool, policies),
        TemplateWriter(PRACTICES, policies), couriers, "https://pay.example.com",
    )  # fmt: skip
    reader = TrainedReader(lambda one: policies.practice(one).time_zone)
    posting = PracticePosting(deciding, PostgresPostingBook(pool), lambda _: outside)
    return [
        deciding.decide,
        messaging.send_message,
        messaging.offer_plan,
        Plans(deciding, PostgresPlanLog(pool), lambda _: outside).create_plan,
        Charging(deciding, Card(outside.clock), PostgresChargeBook(pool), posting).charge_installment,
        Replies(deciding, cases, FactBook(pool), reader, Conversations(pool)).read_reply,
        posting.post_to_practice,
        Staff(deciding, PostgresTaskBook(pool)).ask_staff,
    ]
