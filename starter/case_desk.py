"""The one door for facts: whoever reports one, it is checked, kept and answered here; delivery comes afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from receivables.facts import AnyFact
from receivables.ports import Clock, PolicyBook
from store.fact_book import FactBook
from workflows.contract import workflow_id


@dataclass(frozen=True)
class Receipt:
    """What became of one reported fact."""

    fact_id: str
    case_ids: list[str]
    """`practice:balance` of every case it reaches; empty while no balance is known for it."""
    new: bool
    """False when this fact was reported before: nothing changed."""


class CaseDesk:
    """Takes facts in, once each."""

    def __init__(
        self, facts: FactBook, policies: PolicyBook, clock: Clock, ring: Callable[[], None] = lambda: None
    ) -> None:
        """`ring` wakes the relay where it runs in another process."""
        self._ring = ring
        self._facts = facts
        self._policies = policies
        self._clock = clock

    async def report(self, facts: Sequence[AnyFact]) -> list[Receipt]:
        """Keep all facts or none. UnknownPractice names a practice that is not configured; nothing is kept then.

        The answer means that the facts are durable. The cases hear of them within moments, and any message that
        is being sent meanwhile sees them already, because it reads the same rows when it claims its touch.
        """
        for practice_id in {fact.practice_id for fact in facts}:
            self._policies.practice(practice_id)
        kept = await self._facts.keep(facts, await self._clock.now())
        self._ring()
        return [
            Receipt(
                fact_id=entry.fact_id,
                case_ids=[case_id(entry.practice_id, balance_id) for balance_id in entry.balance_ids],
                new=entry.new,
            )
            for entry in kept
        ]


def case_id(practice_id: str, balance_id: str) -> str:
    """A case's id in the API: `practice:balance`."""
    return workflow_id(practice_id, balance_id).removeprefix("balance:")
