"""What a page is told of a plan: what was reported a moment ago, and what its case knows beside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from receivables.facts import ANY_FACT, AnyFact
from receivables.plans.page import InForce
from runtime.policy_files import PolicyFiles
from starter.plan_desk import PlanDesk
from store.case_book import PostgresCaseBook

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)
CARD = {"customer_id": "cus_1", "payment_method_id": "pm_1", "brand": "visa", "last4": "4242"}
PLAN = {
    "plan_id": "b1.plan.1", "installments": [{"number": 1, "amount_cents": 100_00, "due_on": "2026-03-16"}],
    "agreed_at": NOON.isoformat(), "agreed_by": "page",
}  # fmt: skip


def fact(kind: str, minutes: float, **fields: Any) -> AnyFact:
    at = NOON + timedelta(minutes=minutes)
    return ANY_FACT.validate_python(
        {"kind": kind, "fact_id": f"{kind}.{minutes}", "at": at, "practice_id": "lakeside", "balance_id": "b1"} | fields
    )


POSTED = fact(
    "balance_posted", 0, patient_responsibility_cents=100_00, service_date="2026-02-20",
    guarantor={"guarantor_id": "g1", "first_name": "Karen"},
)  # fmt: skip


def mandate(minutes: float, **more: Any) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minutes)
    return {"plan_id": "b1.plan.1", "card": CARD, "authorization": "seti_1", "since": at.isoformat()} | more


class World:
    """Case book and clock."""

    def __init__(self) -> None:
        self.facts: list[AnyFact] = [POSTED]
        self.recorded: dict[str, Any] | None = None
        policies = PolicyFiles(Path(__file__).parents[2] / "practices")
        self.desk = PlanDesk(cast(PostgresCaseBook, self), policies, self)

    async def now(self) -> datetime:
        return NOON

    async def news(self, *_: Any) -> list[AnyFact]:
        return self.facts

    async def plan(self, *_: str) -> dict[str, Any] | None:
        return self.recorded

    async def in_force(self) -> InForce:
        shown = (await self.desk.look("lakeside", "b1")).in_force
        assert shown is not None
        return shown


@pytest.fixture
def world() -> World:
    return World()


async def test_before_there_is_a_plan_its_choices_are_told(world: World) -> None:
    look = await world.desk.look("lakeside", "b1")
    assert look.in_force is None
    assert look.choices


async def test_a_plan_that_was_set_up_is_told_with_its_card_and_tries(world: World) -> None:
    pending = {"plan_id": "b1.plan.1", "installment": 1, "number": 1, "at": NOON.isoformat(), "outcome": "pending"}
    world.recorded = {"plan": PLAN, "mandate": mandate(1), "attempts": [pending]}
    shown = await world.in_force()
    assert shown.charging
    assert shown.lefts[0].on_its_way


async def test_a_card_put_on_file_a_moment_ago_is_shown_before_its_case_has_heard_of_it(world: World) -> None:
    world.recorded = {"plan": PLAN, "mandate": None, "attempts": []}
    assert not (await world.in_force()).charging
    world.facts.append(fact("card_enrolled", 5, plan_id="b1.plan.1", card=CARD, authorization="seti_1"))
    assert (await world.in_force()).charging
    world.recorded |= {"mandate": mandate(1, stopped_at=NOON.isoformat())}
    assert (await world.in_force()).charging, "it was authorized after the stop"


async def test_a_stop_counts_wherever_it_was_said(world: World) -> None:
    enrolled = fact("card_enrolled", 1, plan_id="b1.plan.1", card=CARD, authorization="seti_1")
    world.facts.append(enrolled)
    world.recorded = {"plan": PLAN, "mandate": mandate(1, stopped_at=NOON.isoformat()), "attempts": []}
    assert not (await world.in_force()).charging, "by text"
    world.recorded = {"plan": PLAN, "mandate": mandate(1), "attempts": []}
    world.facts.append(fact("autopay_stopped", 2, plan_id="b1.plan.1"))
    assert not (await world.in_force()).charging, "on the page"
