"""Lives one balance on a real Temporal server in the small world, moving time and telling facts by hand."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from small_world import SmallWorld
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from receivables.facts import AnyFact, BalancePosted, PaymentRecorded, TimePassed
from receivables.fold import open_case
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, Guarantor, PaymentHistory
from runtime.sandbox import sandbox
from worker.deployment import deployment, make_current
from worker.leaving import LeavingWorker
from workflows import search_attributes
from workflows.collect_balance import CollectBalance
from workflows.contract import COLLECT_BALANCE, SIGNAL_OF, Life, workflow_id

KEY = {"test": b"k" * 32}
_numbers = itertools.count(1)


class Living:
    """A running life and its small world."""

    def __init__(self, client: Client, world: SmallWorld, task_queue: str) -> None:
        self.client, self.world, self.task_queue = client, world, task_queue
        self.handle: WorkflowHandle[Any, Any]
        self.nudges = 0
        self.unhurried = False
        """True: time stands still until the engine has taken in everything, as it does between two real moments."""

    async def posted(self, cents: int = 47_00, *, continue_every: int = 0, **more: Any) -> None:
        fact = posting(cents, self.world.moment, **more)
        self.world.stored.append(fact)
        life = Life(case=open_case(fact), continue_every=continue_every)
        self.handle = await self.client.start_workflow(
            COLLECT_BALANCE, life, id=workflow_id("p7", fact.balance_id), task_queue=self.task_queue,
            search_attributes=search_attributes.at_start("p7", cents, self.world.moment), static_summary="A balance",
        )  # fmt: skip
        self.balance_id = fact.balance_id
        await self.quiet()

    async def tell(self, fact: AnyFact, *, stored: bool = True) -> None:
        if stored:
            self.world.stored.append(fact)
        await self.taken_in()
        await self.handle.signal(SIGNAL_OF[fact.kind], fact)
        await self.quiet()

    async def until(self, moment: datetime) -> None:
        """Live through every moment that is due on the way."""
        while True:
            due = self.world.decisions[-1].act_at
            await self.taken_in()
            if due is None or due > moment or self.world.decisions[-1].step.kind == "close":
                self.world.moment = moment
                return
            self.world.moment = max(due, self.world.moment)
            seen = len(self.world.decisions)
            await self.nudge()
            await self._until(lambda seen=seen: len(self.world.decisions) > seen)
            await self.quiet()

    async def nudge(self) -> None:
        now = self.world.moment
        self.nudges += 1
        await self.handle.signal(
            "time_passed", TimePassed(fact_id="time", at=now, practice_id="p7", balance_id=self.balance_id)
        )

    async def taken_in(self) -> None:
        """In an unhurried life: until the engine has nothing under way."""
        if self.unhurried:
            await self._until_async(self._nothing_under_way)

    async def _nothing_under_way(self) -> bool:
        told = (await self.handle.describe()).raw_description
        return not told.pending_activities and not told.HasField("pending_workflow_task")

    async def quiet(self) -> None:
        """Until the latest decision rests: nothing is due and nothing is unheard."""
        handled = (
            {fact.fact_id for fact in self.world.stored if fact.balance_id == self.balance_id}
            if hasattr(self, "balance_id")
            else set()
        )
        await self._until(lambda: self._rests(handled))

    def _rests(self, handled: set[str]) -> bool:
        if not self.world.decisions:
            return False
        last = self.world.decisions[-1]
        heard = self.world.heard >= handled
        return heard and (
            last.step.kind == "close"
            or (last.act_at is not None and last.act_at > self.world.moment)
            or (last.step.kind == "wait" and last.act_at is None)
        )

    async def _until(self, condition: Any) -> None:
        for _ in range(3000):
            if condition():
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"the life did not come to rest: {self.world.decisions[-1:]}")

    async def _until_async(self, condition: Any) -> None:
        for _ in range(600):
            if await condition():
                return
            await asyncio.sleep(0.025)
        raise AssertionError("the life did not come to this")

    async def paid(self, cents: int, fact_id: str | None = None) -> None:
        now = self.world.moment
        await self.tell(
            PaymentRecorded(
                fact_id=fact_id or f"pay.{next(_numbers)}", at=now, practice_id="p7", balance_id=self.balance_id,
                amount_cents=Cents(cents), paid_at=now, where="page",
            )
        )  # fmt: skip

    async def events(self) -> Counter[str]:
        """How many history events of each kind the whole chain of runs holds."""
        counts: Counter[str] = Counter()
        async for run in self.client.list_workflows(f"WorkflowId = '{self.handle.id}'"):
            history = await self.client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
            counts.update(EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events)
        return counts


def posting(cents: int, at: datetime, **more: Any) -> BalancePosted:
    number = f"{next(_numbers)}x{uuid4().hex[:6]}"
    given: dict[str, Any] = {
        "guarantor": Guarantor(
            guarantor_id=f"g{number}", first_name="Sarah", time_zone="America/Chicago",
            contact_points=[
                ContactPoint(channel=Channel.sms, value="+13125550142", consent=Consent.granted),
                ContactPoint(channel=Channel.email, value="sarah@example.com", consent=Consent.granted),
            ],
        ),
        "history": PaymentHistory(days_to_pay=[20, 31, 28]),
    }  # fmt: skip
    return BalancePosted(
        fact_id=f"post.{number}", at=at, practice_id="p7", balance_id=f"b{number}",
        patient_responsibility_cents=Cents(cents), insurance_paid_cents=Cents(cents * 3),
        service_date=date(2026, 2, 20), **(given | more),
    )  # fmt: skip


@asynccontextmanager
async def living(client: Client, world: SmallWorld | None = None) -> AsyncIterator[Living]:
    """A worker for one life, as the product's own runs it."""
    world = world or SmallWorld()
    task_queue = f"t{uuid4().hex}"
    async with LeavingWorker(
        client, task_queue=task_queue, workflows=[CollectBalance], activities=world.activities(),
        workflow_runner=sandbox(), deployment_config=deployment("1", task_queue),
    ):  # fmt: skip
        await make_current(client, "1", task_queue)
        yield Living(client, world, task_queue)
