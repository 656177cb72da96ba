"""One difference is one task, however often it is found; when it is gone that is noted, and when it is back it is told."""

from __future__ import annotations

from datetime import date

import pytest

from receivables.money import Cents
from receivables.proof import Movement, Payout, Proof, window_of
from receivables.proof_ports import Shown
from store.fact_book import FactBook
from store.pool import Pool
from store.proof_book import PostgresProofBook
from store.task_book import PostgresTaskBook
from tests.store.test_reconciliation import Processor, moved, shows
from tests.store.told import NOON, after, paid, posted


class Nightly:
    """A practice with one balance whose payment the processor may or may not know."""

    def __init__(self, pool: Pool) -> None:
        self.book, self.tasks = PostgresProofBook(pool), PostgresTaskBook(pool)
        self.sent: list[tuple[Payout, list[Movement]]] = []

    async def night(self, number: int, *movements, shown: Shown | None = None) -> Proof:
        now = after(days=number)
        window = window_of(now, 35, 6, await self.book.oldest_standing("p1"))
        processor = Processor(movements, self.sent)
        return await self.book.prove("p1", now, window, processor, shown or Shown())

    async def opened(self) -> list[tuple[str, str | None]]:
        return [(task.status, task.note) for task in await self.tasks.list("p1") if task.kind == "books_differ"]


@pytest.fixture
async def nightly(pool: Pool) -> Nightly:
    at_the_desk = paid("stripe.pi_1", 50_00).model_copy(update={"in_practice_ledger": True})
    await FactBook(pool).keep([posted("b1"), at_the_desk], NOON)
    return Nightly(pool)


async def test_the_same_difference_on_three_nights_is_one_task(nightly):
    passes = [await nightly.night(number) for number in (1, 2, 3)]
    assert [(one.opened, one.gone, one.unexplained) for one in passes] == [(1, 0, 1), (0, 0, 1), (0, 0, 1)]
    [task] = await nightly.tasks.list("p1")
    assert (task.balance_id, task.expected_cents, task.status) == ("b1", 50_00, "open")
    assert passes[2].standing[0].task_id == task.task_id


async def test_a_difference_that_is_gone_is_noted_and_its_task_finished(nightly):
    await nightly.night(1)
    gone = await nightly.night(2, moved())
    assert (gone.gone, gone.unexplained, gone.agrees) == (1, 0, True)
    assert await nightly.opened() == [
        ("resolved", "The difference was gone when the books were compared on 2026-03-04 at 18:00 UTC.")
    ]


async def test_a_difference_that_is_back_is_told_again(nightly):
    for number, movements in enumerate([[], [moved()], [], []], start=1):
        last = await nightly.night(number, *movements)
    assert last.unexplained == 1
    assert sorted(status for status, _ in await nightly.opened()) == ["open", "resolved"]


async def test_a_difference_that_changes_is_another_one(nightly):
    await nightly.night(1, moved(cents=50_01))
    changed = await nightly.night(2, moved(cents=50_02))
    assert (changed.opened, changed.gone, changed.unexplained) == (1, 1, 1)


async def test_what_a_person_has_explained_stands_and_is_not_asked_again(nightly):
    await nightly.night(1)
    [task] = await nightly.tasks.list("p1")
    await nightly.tasks.resolve(task.id, "done", "MK", after(days=1), note="refunded by hand")
    later = await nightly.night(2)
    assert (later.opened, later.unexplained, later.explained, later.agrees) == (0, 0, 1, True)
    assert later.standing[0].explained


async def test_an_unexplained_difference_is_looked_at_again_however_long_ago_the_money_moved(nightly):
    await nightly.night(1)
    much_later = await nightly.night(60)
    assert much_later.window.since < NOON
    assert much_later.unexplained == 1
    assert (await nightly.night(61, moved())).gone == 1


async def test_an_explained_difference_older_than_the_window_is_not_taken_for_gone(nightly):
    await nightly.night(1)
    [task] = await nightly.tasks.list("p1")
    await nightly.tasks.resolve(task.id, "done", "MK", after(days=1))
    assert (await nightly.night(60)).explained == 1


async def test_entries_that_do_not_come_to_what_the_facts_come_to_are_found(nightly, pool):
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("UPDATE entries SET cents = cents + 7 WHERE kind = 1")
    proof = await nightly.night(1, moved())
    assert [(one.kind, one.cents, one.sentence) for one in proof.standing] == [
        ("entries_astray", 7, "The entries of the sub-ledger come to $165.07, its facts to $165.")
    ]


async def test_a_pass_that_cannot_read_everything_keeps_nothing(nightly, pool):
    processor = Processor([moved(cents=1)], breaks=True)
    with pytest.raises(ConnectionError):
        await nightly.book.prove("p1", after(days=1), window_of(after(days=1), 35, 6, None), processor, Shown())
    assert await nightly.opened() == []
    assert await pool.fetchval("SELECT count(*) FROM proofs") == 0


async def test_books_that_cannot_be_read_are_told_once_a_day(nightly):
    for hours in (1, 2, 30):
        await nightly.book.could_not("p1", after(hours=hours), "The processor is away.")
    assert len(await nightly.opened()) == 2


async def test_each_pass_leaves_its_totals(nightly, pool):
    await nightly.night(1, moved(), shown=Shown(balances=[shows(165_00)]))
    row = await pool.fetchrow("SELECT paid_cents, processor_cents, unexplained FROM proofs")
    assert tuple(row) == (50_00, 50_00, 0)




async def test_the_nightly_pass_learns_up_to_when_the_practice_has_closed_its_books(nightly, pool):
    await nightly.night(1, moved(), shown=Shown(closed_until=date(2026, 3, 15)))
    assert await pool.fetchval("SELECT locked_until FROM calendars WHERE practice_id = 'p1'") == date(2026, 3, 15)


# --- payouts -------------------------------------------------------------------------------------------------------------


def payout(cents: int, status: str = "paid", reference: str = "po_1") -> Payout:
    return Payout.model_validate({"reference": reference, "amount_cents": cents, "at": after(days=2), "status": status})


def charged(cents: int, fee: int, fact_id: str = "stripe.pi_1") -> Movement:
    return moved(fact_id, cents).model_copy(update={"fee_cents": Cents(fee)})


@pytest.fixture
async def by_card(pool: Pool) -> Nightly:
    await FactBook(pool).keep([posted("b1"), paid("stripe.pi_1", 50_00)], NOON)
    return Nightly(pool)


async def settled(nightly: Nightly) -> tuple[int, int, int]:
    totals = (await nightly.night(3, charged(50_00, 1_75))).totals
    return int(totals.in_transit_cents), int(totals.settled_cents), int(totals.fee_cents)


async def kinds(nightly: Nightly) -> list[tuple[str, int]]:
    proof = await nightly.night(3, charged(50_00, 1_75))
    return [(one.kind, int(one.cents)) for one in proof.standing if one.kind.startswith("payout")]


async def test_a_payout_that_arrived_settles_what_it_holds_once(by_card):
    assert await settled(by_card) == (50_00, 0, 0)
    by_card.sent = [(payout(48_25, "on_its_way"), [charged(50_00, 1_75)])]
    assert await settled(by_card) == (50_00, 0, 0)
    by_card.sent = [(payout(48_25), [charged(50_00, 1_75)])]
    for _ in range(2):
        assert await settled(by_card) == (0, 48_25, 1_75)
    assert await kinds(by_card) == []


async def test_a_payout_may_hold_other_business_and_the_processors_own_charges(by_card):
    own = Movement(reference="txn_9", amount_cents=Cents(-10_00), at=NOON)
    other = moved("stripe.pi_7", 100_00, "", "")
    by_card.sent = [(payout(138_25), [charged(50_00, 1_75), own, other])]
    assert await kinds(by_card) == []
    assert await settled(by_card) == (0, 48_25, 1_75)


async def test_a_payout_that_does_not_come_to_what_it_holds_is_a_difference_until_it_does(by_card):
    by_card.sent = [(payout(40_00), [charged(50_00, 1_75)])]
    assert await kinds(by_card) == [("payout_differs", 8_25)]
    by_card.sent = [(payout(48_25), [charged(50_00, 1_75)])]
    assert await kinds(by_card) == []


async def test_what_a_failed_payout_had_settled_is_in_transit_again_until_a_later_payout_brings_it(by_card):
    arrived, failed = payout(48_25), payout(48_25, "failed")
    came_back = Movement(reference="txn_b", amount_cents=Cents(48_25), at=after(days=3), returned_payout="po_1")
    by_card.sent = [(arrived, [charged(50_00, 1_75)])]
    assert await settled(by_card) == (0, 48_25, 1_75)
    by_card.sent = [(failed, [charged(50_00, 1_75)])]
    for _ in range(2):
        assert await settled(by_card) == (48_25, 0, 1_75)
    assert await kinds(by_card) == [("payout_failed", 48_25)]
    by_card.sent = [(payout(48_25, reference="po_2"), [came_back]), (failed, [charged(50_00, 1_75)])]
    for _ in range(2):
        assert await settled(by_card) == (0, 48_25, 1_75)
    assert await kinds(by_card) == [("payout_failed", 48_25)], "a person still has to look at the bank details"
    second = payout(48_25, "failed", "po_2")
    by_card.sent = [(second, [came_back]), (failed, [charged(50_00, 1_75)])]
    assert await settled(by_card) == (48_25, 0, 1_75), "money that came back twice"


async def test_a_failure_and_the_payout_that_makes_up_for_it_may_be_heard_of_at_once(by_card):
    by_card.sent = [(payout(48_25), [charged(50_00, 1_75)])]
    await settled(by_card)
    came_back = Movement(reference="txn_b", amount_cents=Cents(48_25), at=after(days=3), returned_payout="po_1")
    by_card.sent = [(payout(48_25, reference="po_2"), [came_back]), (payout(48_25, "failed"), [charged(50_00, 1_75)])]
    for _ in range(2):
        assert await settled(by_card) == (0, 48_25, 1_75)


async def test_a_payout_the_bank_sent_back_is_told_to_the_practice_it_concerns(by_card):
    by_card.sent = [
        (payout(48_25, "failed"), [charged(50_00, 1_75)]), (payout(9_00, "failed", "po_2"), [moved("x", 9_00, "", "")]),
        (payout(9_00, "paid", "po_3"), [moved("x", 8_00, "", "")]),
    ]  # fmt: skip
    assert await kinds(by_card) == [("payout_failed", 48_25)]
    assert await settled(by_card) == (50_00, 0, 0)
