"""A thousand balances due at the same local hour: how they are spread, and how fast the engine works them off."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from temporalio.client import Client

from activities.deciding import Deciding
from receivables.case import Case
from receivables.fold import open_case
from receivables.steps import Decision
from runtime.policy_files import PolicyFiles
from starter.bench.engine_work import PATIENCE_S, until
from starter.bench.figures import Chart, Figure, Measured, alone, percentile
from starter.bench.lives import BEGIN
from starter.bench.people import posting
from starter.bench.real_practice import PRACTICES, HandClock, real_practice
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from store.case_book import PostgresCaseBook
from store.pool import open_pool

TOGETHER = 1_000
DUE_AT = BEGIN + timedelta(hours=5)
PERCENTILES = {"p50": 0.5, "p99": 0.99}
COMPRESSED = 60
"""Minutes of the spread become seconds, so that a quarter of an hour can be watched."""


class TooSlow(Exception):
    """The balances were not open when their hour came, so that nothing came due together."""


class AtOnceDeciding(Deciding):
    """Without any spread: what would happen to a thousand balances at two o'clock."""

    def consider(self, case: Case, now: datetime) -> Decision:
        """The product's decision, unspread."""
        decision = super().consider(case, now)
        decision.spread_seconds = 0
        return decision


class CompressedDeciding(Deciding):
    """With the product's spread, sixty times quicker."""

    def consider(self, case: Case, now: datetime) -> Decision:
        """The product's decision, its spread in seconds instead of minutes."""
        decision = super().consider(case, now)
        decision.spread_seconds //= COMPRESSED
        return decision


@dataclass(frozen=True)
class Drained:
    """Of each message, in seconds: after the common hour, and after its own moment."""

    since_hour: list[float]
    late: list[float]

    def by_second(self) -> Counter[int]:
        """How many left in each second after the hour."""
        return Counter(int(max(0.0, moment)) for moment in self.since_hour)


async def measure(servers: Servers, scale: Scale) -> Measured:
    """The spread of a thousand decisions, and drains of both kinds in alternation."""
    spread, client = await _spread(servers), await servers.client()
    together: list[Drained] = []
    apart: list[Drained] = []
    for _ in range(scale.rounds):
        together.append(await _drain(servers, client, scale, AtOnceDeciding))
        apart.append(await _drain(servers, client, scale, CompressedDeciding))
    count = scale.due_together
    return Measured(
        figures=[
            _evenness(spread),
            alone("burst: worked off, all at one instant", "1/s", [count / max(one.since_hour) for one in together],
                  at_most=False, note=f"{count} messages"),
            *_lateness("all at one instant", together), *_lateness("spread", apart),
        ],
        charts=[
            _chart(f"{TOGETHER} balances due at 14:00, by minute", spread, "14:{:02d}"),
            _chart(f"{count} timers at one instant, worked off by second", together[-1].by_second(), "{:d} s"),
            _chart(f"{count} timers spread over 15 s instead of 15 min, worked off by second", apart[-1].by_second(),
                   "{:d} s"),
        ],
    )  # fmt: skip


async def _spread(servers: Servers) -> Counter[int]:
    """How many are due in each minute after the hour, by the product's own decisions."""
    pool = await open_pool(await servers.database())
    deciding = Deciding(HandClock(BEGIN), PolicyFiles(PRACTICES), PostgresCaseBook(pool))
    await pool.close()
    decisions = [deciding.consider(open_case(posting(one, BEGIN)), BEGIN) for one in range(TOGETHER)]
    assert {decision.act_at for decision in decisions} == {DUE_AT}, "all of them are due at the same hour"
    return Counter(decision.spread_seconds // 60 for decision in decisions)


def _evenness(minutes: Counter[int]) -> Figure:
    """Twice the even share in one minute would be a burst again."""
    note = f"of {TOGETHER}, over {max(minutes)} minutes; the target is twice the even share"
    twice = round(2 * TOGETHER / max(minutes))
    return alone("burst: due in the fullest minute", "", [max(minutes.values())], twice, note=note)


async def _drain(servers: Servers, client: Client, scale: Scale, deciding: type[Deciding]) -> Drained:
    """Messages accepted since they were due. The clock runs, and strikes two while real timers wait."""
    began = DUE_AT - timedelta(seconds=scale.drain_lead_s)
    database, queue = await servers.database(), f"r{uuid4().hex}"
    async with real_practice(client, database, began, queue, deciding=deciding) as product:
        sent: dict[str, float] = {}
        spread: dict[str, int] = {}

        def recorded(case: Case, decision: Decision) -> None:
            if case.touches:
                sent.setdefault(case.balance_id, time.monotonic())
            else:
                spread[case.balance_id] = decision.spread_seconds or spread.get(case.balance_id, 0)

        async def all_sent() -> bool:
            return len(sent) >= scale.due_together

        product.watch(recorded)
        product.clock.since = time.monotonic()
        hour = product.clock.since + scale.drain_lead_s
        await product.desk.report([posting(one, BEGIN) for one in servers.numbers(scale.due_together)])
        await product.settle()
        if time.monotonic() > hour:
            raise TooSlow(f"opening {scale.due_together} balances took longer than {scale.drain_lead_s:.0f} s")
        await until(all_sent, PATIENCE_S + scale.drain_lead_s)
    late = [sent[balance] - hour - spread[balance] for balance in sent]
    return Drained([moment - hour for moment in sent.values()], late)


def _lateness(how: str, rounds: Sequence[Drained]) -> list[Figure]:
    """Of the message after its own timer."""
    return [
        alone(f"burst: late, {how}, {name}", "s", [max(0.0, percentile(one.late, share)) for one in rounds])
        for name, share in PERCENTILES.items()
    ]


def _chart(title: str, counts: Counter[int], label: str) -> Chart:
    return Chart(title=title, bars=[(label.format(one), counts[one]) for one in range(max(counts) + 1)])
