"""Which practice systems there are and what each can do: one line per system, no system's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from integrations.practice_systems.posting_file.ledger import PostingFileLedger
from integrations.practice_systems.simulated.ledger import SimulatedLedger
from receivables.ports import Clock, PolicyBook, PracticeLedger
from receivables.proof_ports import PracticeBooks


@dataclass(frozen=True)
class Connection:
    """All that any system's adapter may need to be opened; each takes what it knows."""

    policies: PolicyBook
    clock: Clock
    data_dir: Path
    base_url: str = ""
    api_key: str = field(default="", repr=False)


class Ledger(PracticeLedger, PracticeBooks, Protocol):
    """What every adapter is: it reads, finds and posts, and shows its books as far as the system does."""


@runtime_checkable
class Closing(Protocol):
    """An adapter that holds connections."""

    async def close(self) -> None:
        """Let go of them."""
        ...


@dataclass(frozen=True)
class System:
    """A system and its capabilities (K23): what is False is done by a person or known from reports alone."""

    open: Callable[[Connection], Ledger]
    reads_balances: bool
    pushes_events: bool
    confirms_postings: bool
    """True when a posting can be seen in the practice's ledger afterwards; a file only shows that it was written."""


SYSTEMS: dict[str, System] = {
    "posting_file": System(
        lambda it: PostingFileLedger(it.data_dir, it.policies, it.clock), False, False, False
    ),
    "simulated": System(lambda it: SimulatedLedger(it.base_url, it.api_key), True, True, True),
}  # fmt: skip
"""The names are those of `ledger` in practices/*/practice.yaml."""


class Ledgers:
    """Each practice's own ledger, opened once per system: `Ledgers(connection).of` is what activities are given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._open: dict[str, Ledger] = {}

    def of(self, practice_id: str) -> Ledger:
        """The ledger of a practice; UnknownPractice when there is no such practice."""
        name = self._connection.policies.practice(practice_id).ledger
        if name not in self._open:
            self._open[name] = SYSTEMS[name].open(self._connection)
        return self._open[name]

    async def close(self) -> None:
        """Let go of every connection that was opened."""
        for ledger in self._open.values():
            if isinstance(ledger, Closing):
                await ledger.close()
        self._open.clear()
