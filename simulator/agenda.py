"""What is going to happen in the simulated world, in the order it happens; moving time is the clock's business."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

Act = Callable[[], Awaitable[None]]
"""A method with its arguments (`functools.partial`), never a function within a function: those can't be kept."""


@dataclass(order=True)
class Entry:
    """One thing that will happen at `due`; entries of the same moment happen in the order they were written down."""

    due: datetime
    order: int
    label: str = field(compare=False)
    act: Act = field(compare=False)


class Agenda:
    """A queue of entries. `on_change` is called when something is added, so that whoever moves time may look."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self.written = 0
        """How many entries there have been."""
        self.on_change: Callable[[], None] = lambda: None

    def at(self, due: datetime, label: str, act: Act) -> None:
        """Writes an act down. `label` names the kind of act in a failure report and holds no personal data."""
        self.written += 1
        heapq.heappush(self._entries, Entry(due, self.written, label, act))
        self.on_change()

    def next_due(self) -> datetime | None:
        """The moment of the next entry, or None when nothing is planned."""
        return self._entries[0].due if self._entries else None

    def take_due(self, now: datetime) -> Entry | None:
        """Removes and returns the first entry that is due at `now`, or None."""
        if self._entries and self._entries[0].due <= now:
            return heapq.heappop(self._entries)
        return None

    def __len__(self) -> int:
        return len(self._entries)
