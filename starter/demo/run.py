"""Lives the days: starts a system, makes a town, moves the clock evening by evening, and gathers what came of it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from receivables.money import Cents
from starter import system as systems
from starter.demo.coordinator import Coordinator
from starter.demo.invariants import Record, by_balance, judged
from starter.demo.segment_table import segments_of
from starter.demo.vendor import Cards
from starter.running import Running

PRACTICE = "lakeside"
ZONE = ZoneInfo("America/Chicago")
START = datetime(2026, 3, 2, 8, 0, tzinfo=ZONE)
POST_OVER_DAYS = 14
MORNING, EVENING = 10, 20
PROVEN = "processor, records and practice's ledger agreed to the cent every night"


@dataclass(frozen=True)
class Wish:
    """What the demonstration was asked for."""

    balances: int
    days: int
    seed: int
    world: str
    data_dir: Path
    stay: bool


@dataclass
class Outcome:
    """What came of it."""

    wish: Wish
    running: Running
    record: Record
    cases: list[dict[str, Any]]
    baseline: dict[str, Any]
    coordinator: Coordinator
    plans: list[dict[str, Any]]
    """The latest terms of each plan, from the product's log of plans."""
    given_up: set[str]
    """Balances whose plan was given to a person because payments did not come."""
    segments: dict[str, str]
    """Of each balance that was written to: its segment, as its first touch says."""
    took_s: float
    broken: dict[str, list[str]] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """True when no invariant was broken."""
        return not any(self.broken.values())


async def run(wish: Wish, err: Console, show: Callable[[Outcome], None]) -> Outcome:
    """The whole demonstration; `show` is called while the system still runs."""
    started = time.monotonic()
    upping = systems.Wish(data_dir=wish.data_dir, simulated=True, virtual_start=START, seed=wish.seed)
    async with systems.system(upping, lambda sentence: err.print(f"[dim]{sentence}[/dim]")) as up:
        running = up.running
        assert running.simulator
        headers = {"Authorization": f"Bearer {running.token}"}
        async with (
            httpx.AsyncClient(base_url=running.web, headers=headers, timeout=60) as web,
            httpx.AsyncClient(base_url=running.simulator, timeout=600) as world,
        ):
            coordinator = Coordinator(web, world, PRACTICE)
            cards = Cards(world, wish.seed)
            await _live(wish, world, coordinator, cards, err)
            outcome = await _gather(wish, running, web, world, coordinator, cards, time.monotonic() - started)
            outcome.broken = judged(outcome.record) | {PROVEN: await _proven(web)}
            show(outcome)
            if wish.stay:
                await _until_stopped()
        return outcome


async def _live(wish: Wish, world: httpx.AsyncClient, coordinator: Coordinator, cards: Cards, err: Console) -> None:
    town = {
        "practice_id": PRACTICE, "balances": wish.balances, "seed": wish.seed, "world": wish.world,
        "post_over_days": POST_OVER_DAYS, "time_zone": str(ZONE),
    }  # fmt: skip
    made = (await world.post("/_/world", json=town)).raise_for_status().json()
    days = POST_OVER_DAYS + wish.days
    with Progress(
        TextColumn("[bold]{task.description}"), BarColumn(bar_width=30), TimeElapsedColumn(), console=err
    ) as progress:
        bar = progress.add_task("Day 0", total=days)
        for number in range(days + 1):
            day = START + timedelta(days=number)
            await _to(world, day.replace(hour=MORNING))
            if day.weekday() < 5:
                await coordinator.work(day)
            await _to(world, day.replace(hour=EVENING))
            await cards.bad_days()
            await _say(progress, bar, number, world, made["patient_responsibility_cents"], coordinator)


async def _to(world: httpx.AsyncClient, moment: datetime) -> None:
    answer = await world.post("/_/clock/advance", json={"to": moment.isoformat()})
    if answer.is_error:
        raise systems.DidNotStart(f"the clock could not move on: {answer.text[:300]}")


async def _say(  # noqa: PLR0917 - one line of words from everything
    progress: Progress, bar: TaskID, number: int, world: httpx.AsyncClient, posted_cents: int, coordinator: Coordinator
) -> None:
    """One line in words, every day; the terminal keeps only the latest."""
    ledger = (await world.get("/_/ledger", params={"practice": PRACTICE})).json()
    paid = sum(int(one["amount_cents"]) for one in ledger["payments"])
    words = (
        f"Day {number}: {len(ledger['balances'])} balances posted, {Cents(paid).as_dollars()} of "
        f"{Cents(posted_cents).as_dollars()} collected, {coordinator.calls} calls"
    )
    progress.update(bar, completed=number, description=words)


async def _gather(  # noqa: PLR0917 - everything is gathered here
    wish: Wish, running: Running, web: httpx.AsyncClient, world: httpx.AsyncClient, coordinator: Coordinator,
    cards: Cards, took_s: float,
) -> Outcome:  # fmt: skip
    people = (await world.get("/_/people", params={"practice": PRACTICE})).json()
    record = Record(
        messages=(await world.get("/_/messages")).json()["messages"],
        balances=by_balance((await world.get("/_/ledger", params={"practice": PRACTICE})).json()),
        payments=(await world.get("/_/payments")).json()["payments"],
        people=people["people"],
        stops=await _stops(world),
        violations=(await world.get("/_/violations")).json()["violations"],
        zone=ZONE,
        replies=[
            *(deed for deed in people["deeds"] if deed["deed"] in {"reply", "plan_agreed"}),
            *(call for call in (await world.get("/_/calls")).json()["calls"] if call["outcome"] == "plan_agreed"),
            *approvals(people["people"], coordinator.approved),
        ],
        vendor=await cards.seen(_stopped_autopay(people)),
    )
    cases = (await web.get("/v1/cases", params={"practice_id": PRACTICE, "limit": 1000})).json()["cases"]
    baseline = (await world.get("/_/baseline", params={"practice": PRACTICE, "seed": wish.seed})).json()
    terms = (await web.get("/v1/plans", params={"practice_id": PRACTICE, "limit": 1000})).json()["plans"]
    plans = list({one["plan_id"]: one for one in reversed(terms)}.values())
    given_up = {task["balance_id"] for task in await _tasks(web) if task["kind"] == "plan_broken"}
    segments = await segments_of(web, cases)
    return Outcome(wish, running, record, cases, baseline, coordinator, plans, given_up, segments, took_s)


def approvals(people: Sequence[dict[str, Any]], approved: Sequence[tuple[str, datetime]]) -> list[dict[str, Any]]:
    """Whose plan the coordinator approved, and when: its terms in writing are an answer too."""
    owes = {debt["balance_id"]: one["guarantor_id"] for one in people for debt in one["balances"]}
    return [{"guarantor_id": owes[balance_id], "at": at.isoformat()} for balance_id, at in approved]


def _stopped_autopay(people: dict[str, Any]) -> dict[str, datetime]:
    """By balance, from what the patients did."""
    debts = {one["guarantor_id"]: one["balances"] for one in people["people"]}
    return {
        debt["balance_id"]: datetime.fromisoformat(deed["at"])
        for deed in people["deeds"] if deed["deed"] == "autopay_stopped"
        for debt in debts[deed["guarantor_id"]]
    }  # fmt: skip


async def _proven(web: httpx.AsyncClient) -> list[str]:
    """What the system's own proof of the books leaves unexplained, at the end and after every night before."""
    answer = await web.post("/v1/audits", json={"practice_id": PRACTICE})
    [proof] = answer.raise_for_status().json()["proofs"]
    ever = [task["summary"] for task in await _tasks(web) if task["kind"] == "books_differ"]
    return [*([proof["could_not"]] if proof["could_not"] else []), *ever]


async def _tasks(web: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await web.get("/v1/tasks", params={"practice_id": PRACTICE, "limit": 1000})
    tasks: list[dict[str, Any]] = answer.raise_for_status().json()["tasks"]
    return tasks


async def _stops(world: httpx.AsyncClient) -> dict[str, datetime]:
    """Who texted STOP, read from the stand-in's message list as its real counterpart would give it."""
    keys = (await world.get("/_/keys")).json()["twilio"]
    account = f"/2010-04-01/Accounts/{keys['account_sid']}/Messages.json"
    answer = await world.get(account, params={"PageSize": 1000}, auth=(keys["account_sid"], keys["auth_token"]))
    stops: dict[str, datetime] = {}
    for text in answer.raise_for_status().json()["messages"]:
        if text["direction"] == "inbound" and text["body"].strip().upper() == "STOP":
            stops[text["from"]] = parsedate_to_datetime(text["date_created"])
    return stops


async def _until_stopped() -> None:
    stop = asyncio.Event()
    for how in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(how, stop.set)
    await stop.wait()
