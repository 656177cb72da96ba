"""Facts are brought to many cases at once, to each in its order, and one that cannot be reached holds up nobody."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from receivables.facts import PaymentRecorded
from receivables.money import Cents
from starter.delivery import Postman
from starter.relay import Relay
from store.fact_book import Delivery

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


def delivery(balance: str, number: int) -> Delivery:
    fact = PaymentRecorded(
        fact_id=f"{balance}.{number}",
        at=NOON,
        practice_id="p1",
        balance_id=balance,
        amount_cents=Cents(1_00),
        paid_at=NOON,
    )
    return Delivery((int(balance[1:]), number), "p1", balance, fact)


class Facts:
    """What waits, and what became of it."""

    def __init__(self, waiting: list[Delivery]) -> None:
        self.waiting = waiting
        self.done: list[list[Delivery]] = []
        self.back: list[Delivery] = []

    async def undelivered(self, limit: int) -> list[Delivery]:
        return self.waiting[:limit]

    async def delivered(self, deliveries: list[Delivery]) -> None:
        self.done.append(deliveries)

    async def put_back(self, deliveries: list[Delivery]) -> None:
        self.back += deliveries


class Engine:
    """Takes signals a little later, some never."""

    def __init__(self, *away: str) -> None:
        self.away = away
        self.told: list[str] = []
        self.at_once = self.most = 0

    def get_workflow_handle(self, workflow_id: str) -> Any:
        return Handle(self, workflow_id.rsplit(":", 1)[1])


class Handle:
    def __init__(self, engine: Engine, balance: str) -> None:
        self.engine, self.balance = engine, balance

    async def signal(self, _: str, fact: PaymentRecorded) -> None:
        engine = self.engine
        engine.at_once += 1
        engine.most = max(engine.most, engine.at_once)
        await asyncio.sleep(0.01)
        engine.at_once -= 1
        if self.balance in engine.away:
            raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
        engine.told.append(fact.fact_id)


def postman(engine: Engine, facts: Facts) -> Postman:
    return Postman(engine, "queue", facts, None, None)  # type: ignore[arg-type]


async def test_several_cases_are_told_at_once_and_each_in_the_order_of_its_facts() -> None:
    facts = Facts([delivery(f"b{case}", number) for number in range(4) for case in range(10)])
    engine = Engine()
    assert await postman(engine, facts).round() == 40
    assert 2 <= engine.most <= 16
    for case in range(10):
        assert [told for told in engine.told if told.startswith(f"b{case}.")] == [f"b{case}.{n}" for n in range(4)]
    assert [len(noted) for noted in facts.done] == [40], "what became of them is noted once"


async def test_a_case_that_cannot_be_reached_hands_back_its_own_facts_and_the_others_are_delivered() -> None:
    facts = Facts([delivery("b1", 1), delivery("b2", 1), delivery("b2", 2), delivery("b3", 1)])
    engine = Engine("b2")
    with pytest.raises(RPCError):
        await postman(engine, facts).round()
    assert sorted(one.fact.fact_id for one in facts.done[0]) == ["b1.1", "b3.1"]
    assert [one.fact.fact_id for one in facts.back] == ["b2.1", "b2.2"]


async def test_a_relay_that_rests_begins_at_once_when_it_is_woken() -> None:
    rounds: list[float] = []

    async def work() -> int:
        rounds.append(asyncio.get_running_loop().time())
        return 0

    relay, stop = Relay(work, rest_s=60.0), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))
    await asyncio.sleep(0.05)
    relay.woken.set()
    await asyncio.sleep(0.05)
    assert len(rounds) == 2
    stop.set()
    await asyncio.wait_for(running, 10.0)


async def test_a_relay_in_trouble_is_not_hurried() -> None:
    tries = 0

    async def work() -> int:
        nonlocal tries
        tries += 1
        raise ConnectionError

    relay, stop = Relay(work), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))
    for _ in range(50):
        relay.woken.set()
        await asyncio.sleep(0.001)
    assert tries <= 2
    stop.set()
    await asyncio.wait_for(running, 10.0)
