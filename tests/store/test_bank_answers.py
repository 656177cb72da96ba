"""A task about a bank's question is over when the bank has closed all it asked about the balance."""

from __future__ import annotations

from receivables.case import Case
from receivables.facts import DisputeClosed, DisputeRaised
from receivables.steps import AskStaff
from store.fact_book import FactBook
from store.pool import Pool
from store.task_book import PostgresTaskBook
from tests.store.told import NOON, after, posted


def raised(dispute: str) -> DisputeRaised:
    return DisputeRaised(fact_id=dispute, at=NOON, practice_id="p1", balance_id="b1", about="chargeback")


def closed(dispute: str) -> DisputeClosed:
    return DisputeClosed(
        fact_id=f"{dispute}.closed", at=NOON, practice_id="p1", balance_id="b1", dispute_fact_id=dispute, outcome="won"
    )


async def test_a_task_ends_with_the_last_open_dispute_and_one_that_somebody_took_up_is_only_told(pool: Pool):
    book, tasks = FactBook(pool), PostgresTaskBook(pool)
    await book.keep([posted("b1"), raised("d1"), raised("d2")], NOON)
    case = Case(practice_id="p1", balance_id="b1")
    for number in (1, 2):
        step = AskStaff(task_id=f"b1.chargeback.{number}", task_kind="chargeback", summary="The bank asks.")
        await tasks.open(case, step, NOON)
    await tasks.claim("p1:b1.chargeback.2", "MK", NOON)
    await book.keep([closed("d1")], after(days=1))
    assert [task.status for task in await tasks.list("p1")] == ["open", "claimed"]
    await book.keep([closed("d2")], after(days=2))
    first, second = await tasks.list("p1")
    assert (first.status, first.outcome, first.resolved_by, first.note) == ("resolved", "done", "agent", "The bank has closed it: won.")
    assert (second.status, second.claimed_by, second.note) == ("claimed", "MK", "The bank has closed it: won.")
