"""Ten thousand lives of money whose posting is killed, unanswered or refused for a while at every point: each cent stands once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from stories import PRACTICE
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.contract import Errand
from activities.deciding import Deciding
from activities.posting import PracticePosting
from receivables.case import Case
from receivables.decide import decide
from receivables.errors import BooksClosed, CannotKnow, TryLater
from receivables.facts import AnyFact
from receivables.fold import fold
from receivables.money_ports import Posting
from receivables.policy import Policy, Practice
from receivables.steps import Decision, PostToPractice
from tests.store.money_lives import MoneyLife, told
from tests.store.told import NOON

LIVES, SEEDS = 2_500, 4
POLICY, LATER = Policy(), NOON + timedelta(days=30)
CLOSED = date(2026, 3, 5)


class Killed(Exception):
    """The worker died here."""


@dataclass
class Outside:
    """The practice's ledger, which has no idempotency, and our posting book; anything may go wrong at each call."""

    random: Random
    moment: datetime = LATER
    rows: list[tuple[str, int, date]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    reads_balances = False

    def _perhaps(self, *faults: Exception) -> None:
        if self.random.random() < 0.25:
            fault = self.random.choice(faults)
            self.hits[type(fault).__name__] += 1
            raise fault

    # Clock, policies, cases
    async def now(self) -> datetime:
        return self.moment

    def practice(self, practice_id: str) -> Practice:
        return PRACTICE

    def policy(self, practice_id: str) -> Policy:
        return POLICY

    async def news(self, practice_id: str, balance_id: str, handled: Collection[str]) -> list[AnyFact]:
        return []

    async def record(self, case: Case, decision: Decision) -> None:
        self._perhaps(Killed())

    # PracticeLedger
    async def find_posting(self, posting: Posting) -> str | None:
        self._perhaps(TryLater("away"), Killed())
        return next((name for name, *_ in self.rows if name == posting.external_id), None)

    async def post(self, posting: Posting) -> str:
        self._perhaps(TryLater("away"), CannotKnow("lost before"), Killed())
        assert posting.booked_on is not None
        if posting.booked_on <= CLOSED:
            raise BooksClosed(CLOSED)
        self.rows.append((posting.external_id, int(posting.amount_cents), posting.booked_on))
        self._perhaps(CannotKnow("lost after"), Killed())
        return posting.external_id

    # PostingBook
    async def begin(self, posting: Posting, now: datetime) -> str:
        self._perhaps(Killed())
        known = self.states.setdefault(posting.external_id, "new")
        self.states[posting.external_id] = known if known == "confirmed" else "in_doubt"
        return known

    async def late_for(self, posting: Posting) -> date | None:
        return None

    async def books_closed(self, practice_id: str, until: date) -> None:
        self._perhaps(Killed())

    async def confirmed(self, posting: Posting, reference: str, now: datetime, because: str = "") -> None:
        self._perhaps(Killed())
        self.states[posting.external_id] = "confirmed"
        self._perhaps(Killed())

    async def uncertain(self, posting: Posting) -> None:
        self._perhaps(Killed())

    async def needs_human(self, posting: Posting, because: str) -> None:
        raise AssertionError("nothing here is refused for good")


async def posted(case: Case, outside: Outside, posting: PracticePosting) -> Case:
    """As the workflow does it: the step until it is done, its facts folded in, and the next one, however long it takes."""
    now = LATER
    for _ in range(1_000):
        decision = decide(case, POLICY, PRACTICE, now)
        if not isinstance(decision.step, PostToPractice):
            if not case.delayed:
                return case
            now = outside.moment = max(now, min(delay.until for delay in case.delayed.values()))
            continue
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, attempt=outside.random.choice((1, 2, 3)))
        try:
            turn = await environment.run(posting.post_to_practice, Errand(case=case, step=decision.step))
        except (Killed, ApplicationError):
            continue
        for fact in turn.facts:
            case = fold(case, fact)
    raise AssertionError("the posting never comes to an end")


def heard(lives: Sequence[MoneyLife], random: Random) -> dict[str, list[AnyFact]]:
    by_balance: dict[str, list[AnyFact]] = {}
    for fact in told(list(lives), random):
        by_balance.setdefault(fact.balance_id or "", []).append(fact)
    return by_balance


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_whatever_dies_processor_case_and_practice_ledger_end_equal(seed: int) -> None:
    random = Random(seed)
    lives = [MoneyLife(random, f"b{number}").live() for number in range(LIVES)]
    facts, hits = heard(lives, random), Counter[str]()
    for life in lives:
        outside = Outside(random)
        posting = PracticePosting(Deciding(outside, outside, outside), outside, lambda _, one=outside: one)
        case = Case(practice_id="p1", balance_id=life.balance_id)
        for fact in facts[life.balance_id]:
            case = await posted(fold(case, fact), outside, posting)
        moved = sum(int(movement.amount_cents) for movement in life.movements) + life.desk_cents
        names = [name for name, *_ in outside.rows]
        assert len(set(names)) == len(names), "posted twice"
        assert sum(cents for _, cents, _ in outside.rows) == moved == life.paid == int(case.paid_cents)
        assert all(day > CLOSED for *_, day in outside.rows), "posted into a closed period"
        assert case.outstanding_cents == life.net
        assert not case.delayed
        hits += outside.hits
    assert min(hits[name] for name in ("Killed", "CannotKnow", "TryLater")) > LIVES / 4, "too little went wrong"
