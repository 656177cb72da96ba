"""The demonstration's coordinator answers tasks as a person would: what was agreed by telephone reaches the agent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx

from starter.demo.coordinator import Coordinator

TERMS = {"installments": 4, "first_due_on": "2026-03-11"}


def practice(kind: str, answered: list[dict[str, Any]]) -> httpx.AsyncClient:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/tasks":
            return httpx.Response(200, json={"tasks": [{"id": "t1", "kind": kind, "balance_id": "b1"}]})
        if request.url.path.endswith("/resolve"):
            answered.append(json.loads(request.content))
        return httpx.Response(200, json={})

    return httpx.AsyncClient(base_url="http://web", transport=httpx.MockTransport(answer))


def town() -> httpx.AsyncClient:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/call"):
            return httpx.Response(200, json={"reached": True, "outcome": "plan_agreed", "terms": TERMS})
        people = [{"phone": "+13125550142", "balances": [{"balance_id": "b1"}]}]
        return httpx.Response(200, json={"people": people})

    return httpx.AsyncClient(base_url="http://town", transport=httpx.MockTransport(answer))


async def worked(kind: str) -> dict[str, Any]:
    answered: list[dict[str, Any]] = []
    async with practice(kind, answered) as web, town() as world:
        await Coordinator(web, world, "lakeside").work(datetime(2026, 3, 9, 15, tzinfo=UTC))
    (body,) = answered
    return body


async def test_a_plan_agreed_by_telephone_is_given_with_its_terms() -> None:
    assert await worked("call") == {"who": "coordinator", "outcome": "plan_agreed", "terms": TERMS}


async def test_a_contested_bill_is_taken_up_again_with_a_reason() -> None:
    body = await worked("dispute")
    assert body["outcome"] == "resume"
    assert body["note"].strip()


async def test_a_plan_that_waits_for_approval_is_approved() -> None:
    assert await worked("plan_approval") == {"who": "coordinator", "outcome": "plan_agreed"}
