"""What it costs to ask whether somebody may be written to, to write it, and to rehearse a policy over everybody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from integrations.templates.writer import TemplateWriter
from receivables.case import Case
from receivables.facts import BalancePosted
from receivables.fold import open_case
from receivables.people import Channel
from receivables.policy import Policy
from receivables.ports import Claimed, TouchRequest
from receivables.rehearse import next_steps
from receivables.steps import SendMessage
from runtime.policy_files import PolicyFiles
from starter.bench.figures import Measured, beside, percentile
from starter.bench.lives import BEGIN
from starter.bench.people import PRACTICE, posting
from starter.bench.real_practice import PRACTICES, WellRegistered
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from starter.bench.words import LINK, written_words
from starter.rehearsal import Rehearsal
from store.fact_book import FactBook
from store.histories import Histories
from store.pool import Pool, open_pool
from store.touch_book import PostgresTouchBook

CLAIMANTS = 16
BATCH = 500
BARE_TABLE = """
    CREATE TABLE bare_touches (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, touch_id text NOT NULL UNIQUE,
        guarantor text NOT NULL, day date NOT NULL, proof jsonb NOT NULL, UNIQUE (guarantor, day))
"""
BARE_INSERT = "INSERT INTO bare_touches (touch_id, guarantor, day, proof) VALUES ($1, $2, $3, '{}')"
FLOOR = "one insert into a table with the same two unique keys, by as many at once"
ROUND_TRIPS = "as many statements that do nothing, in a transaction and after it, on the same connections"
IN_MEMORY = "the same balances folded from facts in memory and decided under both policies; nothing is read"


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Claims and bare inserts in alternation, each person once a round, a week apart; then words, then a rehearsal."""
    pool = await open_pool(await servers.database(), min_size=CLAIMANTS, max_size=CLAIMANTS)
    policies = WellRegistered(PRACTICES)
    touches, writer = PostgresTouchBook(pool, policies), TemplateWriter(PRACTICES, policies)
    claims: list[tuple[float, float]] = []
    gaps: list[tuple[float, float]] = []
    try:
        await pool.execute(BARE_TABLE)
        bills = await _post(pool, max(scale.claims, scale.rehearsed))
        cases = [open_case(bill) for bill in bills]
        for turn in range(scale.rounds):
            asked = [_asked(case, turn, policies) for case in cases[: scale.claims]]
            bare = await _rate(asked, lambda one: _insert(pool, one))
            claims.append((await _rate(asked, lambda one: _claim(touches, one)), bare))
            taken = percentile(await _to_the_courier(touches, writer, policies, cases, turn), 0.99) * 1000
            gaps.append((taken, percentile(await _bare_round_trips(pool), 0.99) * 1000))
        rehearsed = [
            (await _rehearse(pool, policies, scale.rehearsed), _decided(bills, policies)) for _ in range(scale.rounds)
        ]
    finally:
        await pool.close()
    return Measured(
        figures=[
            beside(f"contact: claims, {CLAIMANTS} at once", "1/s", *zip(*claims, strict=True), floor_is=FLOOR,
                   target=0.1, at_most=False),
            beside("contact: claim to courier, p99", "ms", *zip(*gaps, strict=True), floor_is=ROUND_TRIPS, target=15,
                   note="claim, words, last look; one at a time"),
            written_words(writer, policies, cases, scale),
            beside(f"contact: a policy rehearsed over {scale.rehearsed} cases", "s", *zip(*rehearsed, strict=True),
                   floor_is=IN_MEMORY, target=4, note="read from Postgres, folded anew, decided under both policies"),
        ]
    )  # fmt: skip


async def _post(pool: Pool, count: int) -> list[BalancePosted]:
    bills = [posting(number, BEGIN) for number in range(count)]
    for start in range(0, count, BATCH):
        await FactBook(pool).keep(bills[start : start + BATCH], BEGIN)
    return bills


def _asked(case: Case, turn: int, policies: PolicyFiles, again: int = 0) -> TouchRequest:
    assert case.guarantor is not None
    point = case.guarantor.point(Channel.sms)
    assert point is not None
    now = BEGIN + timedelta(weeks=1 + 2 * turn + again, hours=3)
    touch_id = f"{PRACTICE}.{case.balance_id}.first_notice.{turn}.{again}"
    step = SendMessage(touch_id=touch_id, message="first_notice", channel=Channel.sms)
    return TouchRequest(
        case=case, step=step, to=point.value, now=now, policy=policies.policy(PRACTICE), because=["It is measured."],
        ledger_knows_it=False,
    )  # fmt: skip


async def _rate(asked: Sequence[TouchRequest], do: Callable[[TouchRequest], Awaitable[None]]) -> float:
    waiting = iter(asked)

    async def one_after_the_other() -> None:
        for one in waiting:
            await do(one)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(CLAIMANTS)))
    return len(asked) / (time.perf_counter() - began)


async def _insert(pool: Pool, one: TouchRequest) -> None:
    await pool.execute(BARE_INSERT, one.step.touch_id, one.case.balance_id, one.now.date())


async def _claim(touches: PostgresTouchBook, one: TouchRequest) -> None:
    answer = await touches.claim(one)
    assert isinstance(answer, Claimed), answer


async def _to_the_courier(
    touches: PostgresTouchBook, writer: TemplateWriter, policies: PolicyFiles, cases: Sequence[Case], turn: int
) -> list[float]:
    """Seconds from asking to the moment the provider would be called."""
    practice, took = policies.practice(PRACTICE), []
    for case in cases[:BATCH]:
        one = _asked(case, turn, policies, again=1)
        began = time.perf_counter()
        await _claim(touches, one)
        message = writer.write(case, one.step, practice, LINK, one.to)
        assert await touches.last_look(one.step.touch_id, {"template_version": message.template}) is None
        took.append(time.perf_counter() - began)
    return took


async def _bare_round_trips(pool: Pool) -> list[float]:
    """Seconds for a transaction of a lock, a survey and an insert, and one look after it, were there nothing to do."""
    took = []
    for _ in range(BATCH):
        began = time.perf_counter()
        async with pool.acquire() as connection, connection.transaction():
            for _ in range(3):
                await connection.fetchval("SELECT 1")
        await pool.fetchval("SELECT 1")
        took.append(time.perf_counter() - began)
    return took


def _drafts(policies: PolicyFiles) -> tuple[Policy, Policy]:
    return policies.policy(PRACTICE), policies.draft(PRACTICE, {"contact": {"window_local": "10:00-18:00"}})


def _decided(bills: Sequence[BalancePosted], policies: PolicyFiles) -> float:
    practice, drafts, now = policies.practice(PRACTICE), _drafts(policies), BEGIN + timedelta(minutes=1)
    began = time.perf_counter()
    for bill in bills:
        next_steps(open_case(bill), drafts, practice, now)
    return time.perf_counter() - began


async def _rehearse(pool: Pool, policies: PolicyFiles, count: int) -> float:
    rehearsal = Rehearsal(policies.practice(PRACTICE), _drafts(policies), BEGIN + timedelta(minutes=1))
    began = time.perf_counter()
    changes = await rehearsal.of_open_cases(Histories(pool).of_open(PRACTICE))
    assert len(changes) >= count, "every open case is rehearsed"
    return time.perf_counter() - began
