"""Batches of whole lives, the real and the minimal, driven alike; what they cost is read by whoever calls."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory

from starter.bench.engine_work import SETTLE_S, all_of, until, working
from starter.bench.minimal_life import MinimalLife, Nothing
from starter.bench.people import PRACTICE, payment, posting
from starter.bench.real_practice import RealPractice
from workflows.contract import workflow_id

CONTACTS = 2
BEGIN = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""A Monday morning in Chicago; the first message leaves at two."""
REAL_NUDGES, MINIMAL_NUDGES = CONTACTS, CONTACTS - 1
"""The minimal life makes its first contact at once: it rests once less than a balance that waits for its hour."""
APART = timedelta(days=28)
"""Batches begin so far apart that no cap of one batch reaches into the next, always on a Monday at that hour."""


class DifferentLives(Exception):
    """The real lives did not do what the minimal ones do, so the two cannot be compared."""


@dataclass
class MinimalPractice:
    """Minimal lives and how far each has come."""

    client: Client
    queue: str
    done: Counter[str] = field(default_factory=Counter)

    async def live(self, count: int) -> list[str]:
        """Whole lives from start to end; their workflow ids."""
        ids = [f"minimal-{uuid4().hex}" for _ in range(count)]
        await self.open(ids, CONTACTS)
        for contact in range(1, CONTACTS):
            await self.come_to(ids, contact)
            await all_of(self.client.get_workflow_handle(one).signal("time_passed") for one in ids)
        await self.come_to(ids, CONTACTS)
        await all_of(self.client.get_workflow_handle(one).signal("payment_received") for one in ids)
        await all_of(self.client.get_workflow_handle(one).result() for one in ids)
        return ids

    async def open(self, ids: Sequence[str], contacts: int) -> None:
        """Start them."""
        await all_of(
            self.client.start_workflow(MinimalLife.run, contacts, id=one, task_queue=self.queue) for one in ids
        )

    async def come_to(self, ids: Sequence[str], contacts: int) -> None:
        """Until each has made so many contacts and rests again."""

        async def there() -> bool:
            return all(self.done[one] >= contacts for one in ids)

        await until(there)
        await asyncio.sleep(SETTLE_S)


@asynccontextmanager
async def minimal_practice(client: Client) -> AsyncIterator[MinimalPractice]:
    """With a worker of its own."""
    practice = MinimalPractice(client, f"minimal-{uuid4().hex}")

    def count(life: str) -> None:
        practice.done[life] += 1

    async with working(client, practice.queue, [MinimalLife], [Nothing(count).nothing]):
        yield practice


async def live_really(practice: RealPractice, numbers: Sequence[int], begin: datetime) -> list[str]:
    """Posted, texted, unanswered, e-mailed, paid, posted to the practice, closed; the workflow ids.

    DifferentLives when they did not make the contacts the minimal lives make.
    """
    before, practice.clock.moment = practice.outside.accepted, begin
    await practice.desk.report([posting(number, begin) for number in numbers])
    for _ in range(CONTACTS):
        due = await practice.settle()
        await asyncio.sleep(SETTLE_S)
        practice.clock.moment = due or begin
    await practice.settle()
    await asyncio.sleep(SETTLE_S)
    contacts = (practice.outside.accepted - before) / len(numbers)
    if contacts != CONTACTS:
        raise DifferentLives(f"{contacts:.2f} contacts a life instead of {CONTACTS}; see policy and clock of the bench")
    await practice.desk.report([payment(number, practice.clock.moment) for number in numbers])
    await practice.settle()
    ids = [workflow_id(PRACTICE, f"b{number}") for number in numbers]
    await all_of(practice.client.get_workflow_handle(one).result() for one in ids)
    return ids


@dataclass(frozen=True)
class Counted:
    """What one life left in the engine."""

    events: int
    actions: int


async def history(client: Client, workflow: str) -> WorkflowHistory:
    """All its events."""
    return await client.get_workflow_handle(workflow).fetch_history()


def counted(story: WorkflowHistory, nudges: int) -> Counted:
    """Events and billable actions of a life.

    A nudge and the cancelling of the timer it overtakes stand for a timer that fires: one event and no action. Markers
    cost one action for each workflow task that has any.
    """
    kinds = Counter(EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in story.events)
    marked = {
        event.marker_recorded_event_attributes.workflow_task_completed_event_id
        for event in story.events
        if event.HasField("marker_recorded_event_attributes")
    }
    actions = (
        kinds["WORKFLOW_EXECUTION_STARTED"] + kinds["ACTIVITY_TASK_SCHEDULED"] + kinds["TIMER_STARTED"]
        + kinds["WORKFLOW_EXECUTION_SIGNALED"] - nudges + kinds["UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"] + len(marked)
    )  # fmt: skip
    return Counted(sum(kinds.values()) - kinds["TIMER_CANCELED"], actions)
