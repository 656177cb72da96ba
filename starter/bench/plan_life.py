"""The life of a plan of four payments with one refusal and one reply: events, billable actions, bytes of history."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import mean
from uuid import uuid4

from temporalio.client import Client, WorkflowHistory

from receivables.cards.card import CardOnFile
from receivables.cards.facts import CardEnrolled
from receivables.facts import BalancePosted, ReplyReceived
from receivables.money import Cents
from receivables.people import Channel, PaymentHistory
from starter.bench.engine_work import SETTLE_S, all_of, history_bytes
from starter.bench.figures import Figure, Measured, alone
from starter.bench.lives import BEGIN, Counted, counted, history
from starter.bench.people import PRACTICE, posting
from starter.bench.real_practice import RealPractice, real_practice
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from workflows.contract import workflow_id

ACTIONS_AT_MOST = 34
BARE = "a bare workflow of that shape: 26 actions, 123 events, 15 KB"
OWED = Cents(320_00)
PAYMENTS, REFUSALS = 4, 1
LIVES = 5
"""Of each round: they do not differ but in the length of their ids."""
APART = timedelta(weeks=52)
"""Rounds begin so far apart that each sees the same season, on a Monday at that hour."""
ANSWERED_AFTER = timedelta(minutes=30)
MOMENTS_AT_MOST = 60
"""A life that is not over by then is another life."""
CHARGED = """
    SELECT count(*) FILTER (WHERE state = 'charged') AS charged, count(*) FILTER (WHERE state = 'declined') AS refused
    FROM charges WHERE plan_id = ANY ($1::text[])
"""


class AnotherPlan(Exception):
    """The lives did not make the payments the figure is of, so it would say nothing."""


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Batches of whole lives on the embedded engine and embedded Postgres, counted from their histories."""
    client = await servers.client()
    found: list[tuple[Counted, float]] = []
    async with real_practice(client, await servers.database(), BEGIN, f"plans-{uuid4().hex}") as practice:
        practice.outside.owed = OWED
        for turn in range(scale.rounds):
            ids = await _live(practice, servers.numbers(min(LIVES, scale.lives)), BEGIN + APART * turn)
            found.append(await _left_behind(client, ids))
    return Measured(figures=_figures(found))


async def _live(practice: RealPractice, numbers: Sequence[int], begin: datetime) -> list[str]:
    """Posted, offered four payments, agreed to by a reply, a card put on file, refused once, paid; the workflow ids.

    AnotherPlan when they did not pay four times after one refusal.
    """
    practice.clock.moment = begin
    await practice.desk.report([_in_parts(number, begin) for number in numbers])
    await _next(practice)  # The first message leaves at its hour, with the offer.
    now = await _later(practice)
    await practice.desk.report([_yes(number, now) for number in numbers])
    now = await _later(practice)
    await practice.desk.report([_card(number, now) for number in numbers])
    for _ in range(MOMENTS_AT_MOST):
        if not await _next(practice):
            break
    plans = [_plan(number) for number in numbers]
    row = await practice.pool.fetchrow(CHARGED, plans)
    made = (row["charged"] / len(numbers), row["refused"] / len(numbers)) if row else (0, 0)
    if made != (PAYMENTS, REFUSALS):
        raise AnotherPlan(f"{made[0]:.2f} payments, {made[1]:.2f} refusals a life; see policy and clock of the bench")
    ids = [workflow_id(PRACTICE, f"b{number}") for number in numbers]
    await all_of(practice.client.get_workflow_handle(one).result() for one in ids)
    return ids


async def _next(practice: RealPractice, until: datetime | None = None) -> bool:
    """Let everything come to rest, then go to the moment the next case is due; False when none is, or not `until`."""
    due = await practice.settle()
    await asyncio.sleep(SETTLE_S)
    if due is None or (until is not None and due > until):
        practice.clock.moment = until or practice.clock.moment
        return False
    practice.clock.moment = max(due, practice.clock.moment)
    return True


async def _later(practice: RealPractice) -> datetime:
    """Half an hour on, through every moment that is due on the way; that moment."""
    until = practice.clock.moment + ANSWERED_AFTER
    while await _next(practice, until):
        pass
    return until


async def _left_behind(client: Client, ids: Sequence[str]) -> tuple[Counted, float]:
    """The most events and actions of a life, and its bytes on average."""
    stories = [await history(client, one) for one in ids]
    found = [counted(one, _nudges(one)) for one in stories]
    sizes = [await history_bytes(client, one) for one in ids]
    return Counted(max(one.events for one in found), max(one.actions for one in found)), mean(sizes)


def _nudges(story: WorkflowHistory) -> int:
    return sum(
        event.workflow_execution_signaled_event_attributes.signal_name == "time_passed" for event in story.events
    )


def _figures(found: Sequence[tuple[Counted, float]]) -> list[Figure]:
    return [
        alone("plan-life: billable actions", "", [one.actions for one, _ in found], ACTIONS_AT_MOST, note=BARE),
        alone("plan-life: events", "", [one.events for one, _ in found]),
        alone("plan-life: history, encrypted", "bytes", [size for _, size in found]),
    ]


def _in_parts(number: int, at: datetime) -> BalancePosted:
    """$320 owed by somebody slow who is only texted, so that the first message offers four payments of $80."""
    told = posting(number, at)
    phone = [point for point in told.guarantor.contact_points if point.channel is Channel.sms]
    return told.model_copy(
        update={
            "patient_responsibility_cents": OWED, "history": PaymentHistory(days_to_pay=[60, 75, 52]),
            "guarantor": told.guarantor.model_copy(update={"contact_points": phone}),
        }
    )  # fmt: skip


def _yes(number: int, at: datetime) -> ReplyReceived:
    return ReplyReceived(
        fact_id=f"reply.{number}", at=at, practice_id=PRACTICE, balance_id=f"b{number}", channel=Channel.sms,
        text="YES",
    )  # fmt: skip


def _card(number: int, at: datetime) -> CardEnrolled:
    card = CardOnFile(customer_id=f"cus_{number}", payment_method_id=f"pm_{number}", brand="visa", last4="4242")
    return CardEnrolled(
        fact_id=f"card.{number}", at=at, practice_id=PRACTICE, balance_id=f"b{number}", plan_id=_plan(number),
        card=card,
    )  # fmt: skip


def _plan(number: int) -> str:
    return f"b{number}.plan.1"
