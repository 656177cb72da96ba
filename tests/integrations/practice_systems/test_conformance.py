"""What every practice system's adapter promises, tried on each of them; a new system is one line in `opened`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import get_args

import pytest

from integrations.practice_systems.registry import SYSTEMS, Connection, Ledgers
from receivables.errors import BooksClosed, Refused, UnknownPractice
from receivables.money import Cents
from receivables.policy import Practice
from receivables.ports import Posting, PracticeLedger
from runtime.policy_files import PolicyFiles
from tests.integrations.world import Still, World

KEY = "practice-simulated-0001"
PAID_AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
PRACTICE_OF = {"posting_file": "harbor_dental", "simulated": "lakeside"}
NUMBERS = count(1)


@pytest.fixture(params=sorted(SYSTEMS))
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def ledgers(world: World, policies: PolicyFiles, clock: Still, tmp_path: Path) -> AsyncIterator[Ledgers]:
    opened = Ledgers(Connection(policies, clock, tmp_path, base_url=world.url, api_key=KEY))
    yield opened
    await opened.close()


@pytest.fixture
def ledger(ledgers: Ledgers, system: str) -> PracticeLedger:
    return ledgers.of(PRACTICE_OF[system])


@pytest.fixture
def balance(world: World, system: str) -> str:
    """A balance of 215 dollars that the practice's system knows."""
    balance_id = f"conf{next(NUMBERS)}"
    world.tell(
        "/_/practice/balances", practice_id=PRACTICE_OF[system], balance_id=balance_id,
        patient_responsibility_cents=215_00, service_date="2026-02-20",
        guarantor={"guarantor_id": f"g{balance_id}", "first_name": "Karen", "contact_points": []},
    )  # fmt: skip
    return balance_id


def posting(system: str, balance: str, amount: int = 100_00, name: str = "pi_1") -> Posting:
    return Posting(
        practice_id=PRACTICE_OF[system], balance_id=balance, external_id=f"stripe.{balance}.{name}",
        amount_cents=Cents(amount), paid_at=PAID_AT, where="page",
    )  # fmt: skip


async def test_a_payment_that_was_posted_is_found_under_our_id(
    ledger: PracticeLedger, system: str, balance: str
) -> None:
    payment = posting(system, balance)
    assert await ledger.find_posting(payment) is None
    reference = await ledger.post(payment)
    assert reference
    assert await ledger.find_posting(payment) == reference


async def test_another_payment_of_the_same_amount_is_not_taken_for_it(
    ledger: PracticeLedger, system: str, balance: str
) -> None:
    await ledger.post(posting(system, balance))
    assert await ledger.find_posting(posting(system, balance, name="pi_2")) is None


async def test_money_given_back_is_posted_as_a_negative_amount(
    ledger: PracticeLedger, system: str, balance: str
) -> None:
    await ledger.post(posting(system, balance))
    back = posting(system, balance, -40_00, "re_1")
    assert await ledger.find_posting(back) is None
    reference = await ledger.post(back)
    assert await ledger.find_posting(back) == reference


async def test_the_same_id_with_another_amount_is_for_a_person_to_look_at(
    ledger: PracticeLedger, system: str, balance: str
) -> None:
    await ledger.post(posting(system, balance))
    with pytest.raises(Refused):
        await ledger.find_posting(posting(system, balance, 99_00))


async def test_a_ledger_that_reads_balances_shows_our_posting_and_one_that_does_not_says_so(
    ledger: PracticeLedger, system: str, balance: str, clock: Still
) -> None:
    assert ledger.reads_balances == SYSTEMS[system].reads_balances
    await ledger.post(posting(system, balance))
    reading = await ledger.read_balance(PRACTICE_OF[system], balance, clock.moment)
    if not ledger.reads_balances:
        assert reading is None
        return
    assert reading is not None
    assert (reading.outstanding_cents, reading.collectable) == (115_00, True)


async def test_a_balance_nobody_knows_reads_as_none(ledger: PracticeLedger, system: str, clock: Still) -> None:
    assert await ledger.read_balance(PRACTICE_OF[system], "unknown", clock.moment) is None


async def test_what_was_posted_stands_in_the_books_that_are_shown_as_a_whole(
    ledgers: Ledgers, system: str, balance: str, clock: Still
) -> None:
    books, practice_id = ledgers.of(PRACTICE_OF[system]), PRACTICE_OF[system]
    await books.post(posting(system, balance))
    await books.post(posting(system, balance, -40_00, "re_1"))
    entries = await books.entries_of(practice_id, clock.moment - timedelta(days=1)) or []
    mine = {one.external_id: int(one.amount_cents) for one in entries if f".{balance}." in one.external_id}
    assert mine == {f"stripe.{balance}.pi_1": 100_00, f"stripe.{balance}.re_1": -40_00}
    later = await books.entries_of(practice_id, clock.moment + timedelta(days=400)) or []
    assert not [one for one in later if f".{balance}." in one.external_id]
    shown = await books.balances_of(practice_id, clock.moment)
    assert (shown is not None) == SYSTEMS[system].reads_balances
    assert {one.balance_id: int(one.outstanding_cents) for one in shown or []}.get(balance, 155_00) == 155_00


def test_each_practice_gets_its_own_systems_ledger_opened_once(ledgers: Ledgers) -> None:
    assert ledgers.of("lakeside") is ledgers.of("lakeside")
    assert ledgers.of("lakeside") is not ledgers.of("harbor_dental")
    with pytest.raises(UnknownPractice):
        ledgers.of("nowhere")


def test_the_registry_and_the_practice_file_name_the_same_systems() -> None:
    assert set(SYSTEMS) == set(get_args(Practice.model_fields["ledger"].annotation)) == set(PRACTICE_OF)


async def test_books_that_are_closed_say_up_to_when_and_take_the_money_on_the_next_open_day(
    ledgers: Ledgers, system: str, world: World
) -> None:
    """A practice of its own: a lock is never taken back."""
    books = ledgers.of(PRACTICE_OF[system])
    if not SYSTEMS[system].reads_balances:
        assert await books.closed_until(PRACTICE_OF[system]) is None, "a file says nothing of closed books"
        return
    assert await books.closed_until("p.locked") is None
    world.tell(
        "/_/practice/balances", practice_id="p.locked", balance_id="conf.locked", patient_responsibility_cents=215_00,
        service_date="2026-02-20", guarantor={"guarantor_id": "g.locked", "first_name": "Karen", "contact_points": []},
    )  # fmt: skip
    world.tell("/_/practice/lock-date", practice_id="p.locked", until="2026-03-05")
    assert await books.closed_until("p.locked") == date(2026, 3, 5)
    payment = posting(system, "conf.locked").model_copy(update={"practice_id": "p.locked", "booked_on": PAID_AT.date()})
    with pytest.raises(BooksClosed) as closed:
        await books.post(payment)
    assert closed.value.until == date(2026, 3, 5)
    assert await books.find_posting(payment) is None
    assert await books.post(payment.model_copy(update={"booked_on": date(2026, 3, 6)}))
