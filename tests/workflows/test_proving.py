"""The nightly proof on a real Temporal server: it is patient while somebody is away, and then it tells a person."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from temporalio.client import Client

from activities.proving import Proving
from receivables.errors import Refused, TryLater
from receivables.policy import Policy, Practice
from receivables.ports import LedgerReading
from receivables.proof import LedgerEntry, Movement, Payout, Proof, ProofOrder, Totals, Window, next_night, window_of
from receivables.proof_ports import Shown
from starter.proofs import Proofs, keep_schedules
from worker.deployment import deployment, make_current
from worker.leaving import LeavingWorker
from worker.nights import Nights
from workflows.contract import RECONCILE_PRACTICE, proof_id
from workflows.reconcile_practice import ReconcilePractice

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@dataclass
class Town:
    """Everybody who holds books, as ten-line fakes."""

    faults: list[Exception] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    proven: list[Window] = field(default_factory=list)
    watched: list[str] = field(default_factory=list)

    async def now(self) -> datetime:
        return NOON

    def policy(self, practice_id: str) -> Policy:
        return Policy()

    def practice(self, practice_id: str) -> Practice:
        return Practice(
            practice_id=practice_id, name="Lakeside", phone="+13125550100", time_zone="America/Chicago", state="IL",
            postal_address="1 Main St", email="desk@example.org", sms_from="+13125550101", statement_name="LAKESIDE",
        )  # fmt: skip

    async def movements(self, since: datetime) -> AsyncIterator[Sequence[Movement]]:
        yield []
        yield []

    async def payouts(self, since: datetime) -> AsyncIterator[Sequence[Payout]]:
        yield []

    async def paid_out(self, payout: str) -> AsyncIterator[Sequence[Movement]]:
        yield []

    async def balances_of(self, practice_id: str, now: datetime) -> list[LedgerReading] | None:
        if self.faults:
            raise self.faults.pop(0)
        return None

    async def entries_of(self, practice_id: str, since: datetime) -> list[LedgerEntry] | None:
        return None

    async def closed_until(self, practice_id: str) -> date | None:
        return None

    async def oldest_standing(self, practice_id: str) -> datetime | None:
        return None

    async def could_not(self, practice_id: str, now: datetime, because: str) -> None:
        self.told.append(because)

    async def watch(self, practice, policy, now: datetime) -> int:
        self.watched.append(practice.time_zone)
        return 0

    async def prove(self, practice_id: str, now: datetime, window: Window, processor, shown: Shown) -> Proof:
        for pages in (processor.movements(now), processor.payouts(now), processor.paid_out("po_1")):
            assert {len(page) async for page in pages} == {0}
        self.proven.append(window)
        return Proof(practice_id=practice_id, at=now, window=window, totals=Totals())


async def proven(client: Client, town: Town, **order: float) -> Proof:
    queue = f"q{uuid4().hex}"
    work = Proving(town, town, town, lambda _: town, town).prove_books
    async with LeavingWorker(
        client, task_queue=queue, workflows=[ReconcilePractice], activities=[work],
        deployment_config=deployment("1", queue),
    ):  # fmt: skip
        await make_current(client, "1", queue)
        if not order:
            return await Proofs(client, queue).prove("p1", NOON)
        return await client.execute_workflow(
            RECONCILE_PRACTICE, ProofOrder(practice_id="p1", pause_seconds=0.01, tells=True, **order),
            id=f"reconcile:{queue}", task_queue=queue, result_type=Proof,
        )  # fmt: skip


async def test_books_that_can_be_read_are_compared_once(client: Client) -> None:
    town = Town()
    proof = await proven(client, town)
    assert proof.agrees
    assert [(one.since, one.until) for one in town.proven] == [(NOON - timedelta(days=35), NOON - timedelta(hours=6))]


async def test_a_request_does_not_wait_for_somebody_who_is_away(client: Client) -> None:
    town = Town(faults=[TryLater("The practice's system is away.")] * 3)
    proof = await proven(client, town)
    assert (proof.could_not, proof.agrees, town.told) == ("The practice's system is away.", False, [])


async def test_the_night_is_patient_and_succeeds_when_they_are_back(client: Client) -> None:
    town = Town(faults=[TryLater("away")] * 5)
    proof = await proven(client, town, tries=3)
    assert proof.agrees
    assert (len(town.proven), town.told) == (1, [])


async def test_when_the_night_is_over_a_person_is_told_once(client: Client) -> None:
    town = Town(faults=[Refused("A posting file was changed by hand.")] * 2)
    proof = await proven(client, town, tries=2)
    assert proof.could_not == "A posting file was changed by hand."
    assert town.told == ["A posting file was changed by hand."]


async def test_each_practice_has_one_schedule_on_its_own_clock_and_a_changed_hour_is_taken_up(client: Client) -> None:
    town, practice_id = Town(), f"p{uuid4().hex[:8]}"
    for _ in range(2):
        await keep_schedules(client, "q", town, [practice_id])
    schedule = (await client.get_schedule_handle(proof_id(practice_id, "nightly")).describe()).schedule
    assert schedule.spec.time_zone_name == "America/Chicago"
    assert [one.start for one in schedule.spec.calendars[0].hour] == [2]


async def test_in_a_simulated_world_each_night_comes_once() -> None:
    nights: list[datetime] = []

    async def prove(practice_id: str, at: datetime) -> Proof:
        nights.append(at)
        return await Town().prove(practice_id, at, Window(since=at, until=at), Town(), Shown())

    clock = Nights(Town(), ["p1"], prove)
    first = datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert await clock.settle(NOON) == first
    assert await clock.settle(first - timedelta(minutes=1)) == first
    assert await clock.settle(first) == first + timedelta(days=1)
    assert await clock.settle(first + timedelta(days=3)) == first + timedelta(days=4)
    assert nights == [first, first + timedelta(days=1)]
    assert await Nights(Town(), [], prove).settle(NOON) is None
    weekly = Nights(Town(), ["p1"], prove, nights_apart=7)
    assert await weekly.settle(NOON) == first
    assert await weekly.settle(first) == datetime(2026, 3, 10, 7, tzinfo=UTC), "two o'clock, in summer time by then"


def test_a_night_is_two_oclock_on_the_practices_clock_the_weeks_the_clock_changes_too() -> None:
    assert next_night(NOON, "America/Chicago", 2) == datetime(2026, 3, 3, 8, tzinfo=UTC)
    spring = datetime(2026, 3, 8, 3, tzinfo=UTC)
    assert next_night(spring, "America/Chicago", 2) == datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert next_night(datetime(2026, 3, 8, 8, tzinfo=UTC), "America/Chicago", 2) == datetime(2026, 3, 9, 7, tzinfo=UTC)
    autumn = datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert next_night(autumn, "America/Chicago", 1) == datetime(2026, 11, 1, 6, tzinfo=UTC)


def test_a_window_reaches_back_to_the_oldest_difference_that_stands() -> None:
    assert window_of(NOON, 35, 6, NOON - timedelta(days=3)).since == NOON - timedelta(days=35)
    assert window_of(NOON, 35, 6, NOON - timedelta(days=90)).since == NOON - timedelta(days=91)
