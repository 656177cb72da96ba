"""How fast terms of payment plans are judged: pure arithmetic on days and cents, beside splitting an amount alone."""

from __future__ import annotations

from datetime import date
from itertools import count, islice
from time import perf_counter

from receivables.money import Cents
from receivables.plans.offers import Situation, answer
from receivables.plans.policy import PlanSection
from receivables.plans.terms import Slots
from starter.bench.figures import Measured, beside
from starter.bench.scale import Scale
from starter.bench.servers import Servers

ASKED = 4_000
TIMES_THE_SPLIT = 60.0
"""A judged wish writes four days and four records; splitting an amount writes four numbers."""
TODAY = date(2026, 3, 2)
WISHES = (
    Slots(amount_cents=Cents(50_00), frequency="monthly"), Slots(installments=6), Slots(date=date(2026, 4, 2)),
    Slots(installments=4), Slots(amount_cents=Cents(80_00), installments=4),
)  # fmt: skip


async def measure(servers: Servers, scale: Scale) -> Measured:  # noqa: ARG001 - it needs no server
    """Alternated rounds in this process; nothing is waited for."""
    pairs = [(_judged(), _split()) for _ in range(scale.rounds)]
    figure = beside(
        "plans: a wish judged", "us", [judged for judged, _ in pairs], [split for _, split in pairs],
        floor_is="the same amounts split into four", target=TIMES_THE_SPLIT,
        note=f"{1_000_000 / min(judged for judged, _ in pairs):,.0f} a second",
    )  # fmt: skip
    return Measured(figures=[figure])


def _judged() -> float:
    situations = [
        Situation(owed=Cents(100_00 + cents), today=TODAY, rules=RULES, payer="slow", clean=False)
        for cents in islice(count(), ASKED)
    ]
    began = perf_counter()
    for number, situation in enumerate(situations):
        answer(WISHES[number % len(WISHES)], situation)
    return (perf_counter() - began) / ASKED * 1_000_000


def _split() -> float:
    began = perf_counter()
    for cents in range(ASKED):
        Cents(100_00 + cents).split(4)
    return (perf_counter() - began) / ASKED * 1_000_000


RULES = PlanSection()
