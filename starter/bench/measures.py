"""All that can be measured, by name, and one run over it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from starter.bench import (
    books,
    burst,
    contact,
    engine,
    facts,
    latency,
    life,
    plan_life,
    plans,
    random_lives,
    reading,
    residence,
    storage,
    webhooks,
)
from starter.bench.figures import Machine, Measured, this_machine
from starter.bench.scale import Scale
from starter.bench.servers import Servers

MEASURES: dict[str, Callable[[Servers, Scale], Awaitable[Measured]]] = {
    "life": life.measure,
    "storage": storage.measure,
    "engine": engine.measure,
    "facts": facts.measure,
    "webhooks": webhooks.measure,
    "latency": latency.measure,
    "residence": residence.measure,
    "burst": burst.measure,
    "contact": contact.measure,
    "books": books.measure,
    "plans": plans.measure,
    "plan-life": plan_life.measure,
    "reading": reading.measure,
    "random-lives": random_lives.measure,
}


class Report(Measured):
    """One run."""

    machine: Machine
    rounds: int
    quick: bool
    failed: dict[str, str]
    """Measures that could not be taken, and the kind of fault."""


async def run(
    names: Collection[str], scale: Scale, *, quick: bool, say: Callable[[str], None], running: Servers
) -> Report:
    """Take the measures one after the other; one that fails is named and the others go on."""
    report = Report(figures=[], machine=this_machine(), rounds=scale.rounds, quick=quick, failed={})
    for name in names:
        say(f"measuring {name}")
        try:
            found = await MEASURES[name](running, scale)
        except Exception as fault:  # noqa: BLE001 - one figure less is no reason to lose the others
            report.failed[name] = f"{type(fault).__name__}: {fault}"
            continue
        report.figures.extend(found.figures)
        report.charts.extend(found.charts)
    return report
