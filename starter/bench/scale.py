"""How much is measured: the full size, and a quick one that only shows that everything can be measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Counts; more of each narrows the spread and takes longer."""

    rounds: int
    lives: int = 40
    open_balances: int = 5_000
    fact_batches: int = 20
    remittance_claims: int = 5_000
    webhooks: int = 3_000
    latency_s: float = 15.0
    cached_balances: int = 300
    wake_ups: int = 60
    replays: int = 20
    due_together: int = 1_000
    claims: int = 3_000
    rendered: int = 10_000
    rehearsed: int = 10_000
    random_lives: int = 2_000
    drain_lead_s: float = 75.0
    """From the first posting to the moment all are due; opening them has to fit in."""


def scale(rounds: int, *, quick: bool) -> Scale:
    """The full size, or one that ends within a minute and whose rates mean little."""
    if not quick:
        return Scale(rounds)
    return Scale(
        rounds, lives=8, open_balances=1_000, fact_batches=3, remittance_claims=500, webhooks=300, latency_s=2.0,
        cached_balances=100, wake_ups=10, replays=4, due_together=40, drain_lead_s=8.0,
        claims=200, rendered=300, rehearsed=500, random_lives=100,
    )  # fmt: skip
