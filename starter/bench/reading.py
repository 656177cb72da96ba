"""What reading a reply costs, and how often it is right on replies the reader never saw, beside its rules alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import replace

import psutil

from integrations.reply_reader.classifier import Classifier
from integrations.reply_reader.meaning import encoder
from integrations.reply_reader.understanding import understand
from receivables.reading.evidence import gather
from receivables.reading.intents import ACTIONS
from receivables.reading.judgement import judge
from starter.bench.figures import Figure, Measured, alone
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from starter.reading.corpus import HELD_OUTS, Example, lines
from starter.reading.judging import Judged, figures, judged

FEWER_ARE_BETTER = frozenset(("false opt-outs", "false signs of safety", "abstains"))


async def measure(_: Servers, scale: Scale) -> Measured:
    """Times, memory and accuracy; no server takes part."""
    before = psutil.Process().memory_info().rss
    loads = [_load() for _ in range(scale.rounds)]
    classifier = loads[-1][1]
    memory = (psutil.Process().memory_info().rss - before) / 1e6
    replies = [one for path in HELD_OUTS for one in lines(path)]
    rounds = [_times(replies, classifier) for _ in range(scale.rounds)]
    return Measured(
        figures=[
            alone("reading one reply, p50", "ms", [statistics.median(times) for times in rounds]),
            alone("reading one reply, p99", "ms", [statistics.quantiles(times, n=100)[98] for times in rounds]),
            alone(
                "replies read in a second", "1/s", [1000 * len(times) / sum(times) for times in rounds], at_most=False
            ),
            alone("loading the reader", "ms", [took for took, _ in loads], 1000),
            alone("memory the reader takes", "MB", [memory], note="phrases are loaded before and not counted"),
            *_accuracy(judged(replies, classifier), [_by_rules(one) for one in replies]),
        ]
    )


def _load() -> tuple[float, Classifier]:
    encoder.cache_clear()
    began = time.perf_counter()
    classifier = Classifier()
    return (time.perf_counter() - began) * 1000, classifier


def _times(replies: Sequence[Example], classifier: Classifier) -> list[float]:
    found = []
    for one in replies:
        began = time.perf_counter()
        understand(one.text, one.situation, classifier)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _by_rules(example: Example) -> Judged:
    """The same reply with no classifier: what no phrase knows is unclear."""
    evidence = gather(example.text, example.situation.means)
    reading = judge(evidence, example.situation, dict.fromkeys(ACTIONS, 0.0) | {"unclear": 0.01})
    return Judged(example, replace(reading, action=ACTIONS[reading.intent], abstain=False))


def _accuracy(read: Sequence[Judged], by_rules: Sequence[Judged]) -> list[Figure]:
    rules = figures(by_rules)
    return [
        alone(f"{name} on held-out replies", "%", [100 * share], at_most=name in FEWER_ARE_BETTER,
              note=f"rules alone: {100 * rules[name]:.1f} %")
        for name, share in figures(read).items()
    ]  # fmt: skip
