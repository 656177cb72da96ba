"""What no case asked about reaches a person once, with or without a balance, and is finished like any task."""

from __future__ import annotations

from receivables.money import Cents
from receivables.notices import OPERATOR, Notice
from store.fact_book import FactBook
from store.notice_book import PostgresNoticeBook, settled_within
from store.pool import Pool
from store.task_book import Noted, OnlyDone, PostgresTaskBook, TakenBy
from tests.store.told import NOON, after, posted


def notice(notice_id: str = "foreign_money.pi_1", practice_id: str = "p1", **more: object) -> Notice:
    given = {"kind": "foreign_money", "summary": "Money moved in 'eur'.", "suggestion": "Enter it by hand."} | more
    return Notice.model_validate({"notice_id": notice_id, "practice_id": practice_id, **given})


async def test_the_same_notice_opens_one_task_and_needs_no_balance(pool: Pool):
    notices, tasks = PostgresNoticeBook(pool), PostgresTaskBook(pool)
    assert await notices.tell(notice(cents=Cents(20_00)), NOON)
    assert not await notices.tell(notice(cents=Cents(99_00)), after(hours=1))
    [task] = await tasks.list("p1")
    assert (task.id, task.balance_id, task.expected_cents, task.status) == (
        "p1:foreign_money.pi_1", None, 20_00, "open",
    )  # fmt: skip


async def test_a_notice_about_a_balance_names_it_and_one_about_nobodys_balance_stays_with_the_practice(pool: Pool):
    await FactBook(pool).keep([posted()], NOON)
    notices, tasks = PostgresNoticeBook(pool), PostgresTaskBook(pool)
    await notices.tell(notice("a", balance_id="b1"), NOON)
    await notices.tell(notice("b", balance_id="never-posted"), NOON)
    await notices.tell(notice("c", OPERATOR, kind="unreadable"), NOON)
    assert {task.task_id: task.balance_id for task in await tasks.list()} == {"a": "b1", "b": None, "c": None}


async def test_a_notice_is_claimed_and_finished_with_done_and_no_case_hears_of_it(pool: Pool):
    await FactBook(pool).keep([posted()], NOON)
    facts, tasks = FactBook(pool), PostgresTaskBook(pool)
    await facts.delivered(await facts.undelivered(10))
    await PostgresNoticeBook(pool).tell(notice("a", balance_id="b1"), NOON)
    assert (await tasks.claim("p1:a", "MK", NOON)).claimed_by == "MK"
    assert await tasks.resolve("p1:a", "write_off", "MK", NOON) == OnlyDone("foreign_money")
    assert await tasks.resolve("p1:a", "done", "MK", NOON, note="entered by hand") == Noted("a")
    assert await tasks.resolve("p1:a", "done", "MK", NOON) == Noted("a")
    assert isinstance(await tasks.resolve("p1:a", "done", "AB", NOON), TakenBy)
    assert await facts.undelivered(10) == []


async def test_what_is_over_is_noted_and_finished_unless_a_person_is_at_it(pool: Pool):
    notices, tasks = PostgresNoticeBook(pool), PostgresTaskBook(pool)
    for one in ("free", "taken", "answered"):
        await notices.tell(notice(one), NOON)
    await tasks.claim("p1:taken", "MK", NOON)
    await tasks.resolve("p1:answered", "done", "MK", NOON, note="mine")
    async with pool.acquire() as connection:
        for one in ("free", "taken", "answered"):
            await settled_within(connection, "p1", one, "It is gone.", after(days=1))
    found = {task.task_id: (task.status, task.resolved_by, task.note) for task in await tasks.list()}
    assert found == {
        "free": ("resolved", "agent", "It is gone."),
        "taken": ("claimed", None, "It is gone."),
        "answered": ("resolved", "MK", "mine"),
    }
