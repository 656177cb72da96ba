"""Open balances and past ones as their facts, messages and tasks tell them."""

from __future__ import annotations

from receivables.case import Stage
from receivables.steps import AskStaff
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.histories import Histories
from store.task_book import PostgresTaskBook
from tests.store.asking import send, sent
from tests.store.told import NOON, after, case_of, decision, paid, posted, wrote


async def told(stream) -> dict[str, list[str]]:
    return {facts[0].balance_id: [fact.kind for fact in facts] async for facts in stream}


async def test_an_open_balance_is_told_with_its_messages_and_tasks_in_order(touches, pool):
    await sent(touches, send(now=after(minutes=1)))
    call = AskStaff(task_id="b1.call.1", task_kind="call", summary="Not answered.")
    await PostgresTaskBook(pool).open(case_of("b1"), call, after(days=15))
    await FactBook(pool).keep([wrote("hello", at=after(days=2))], after(days=2))
    assert await told(Histories(pool).of_open("p1")) == {
        "b1": ["balance_posted", "message_sent", "reply_received", "task_opened"]
    }
    assert await told(Histories(pool).of_open("p2")) == {}


async def test_history_is_what_came_from_outside_since_a_day(touches, pool):
    await sent(touches, send(now=after(minutes=1)))
    await FactBook(pool).keep([posted("b2", at=after(days=5)), paid("pay", 215_00, "b1", after(days=6))], NOON)
    book = Histories(pool)
    assert await told(book.since("p1", NOON)) == {
        "b1": ["balance_posted", "payment_recorded"], "b2": ["balance_posted"],
    }  # fmt: skip
    assert await told(book.since("p1", after(days=1))) == {"b2": ["balance_posted"]}
    closed = case_of("b2", posted("b2", at=after(days=5)))
    from receivables.case import CloseReason
    from receivables.steps import Close

    await PostgresCaseBook(pool).record(closed, decision(Close(reason=CloseReason.withdrawn), stage=Stage.closed))
    assert set(await told(book.of_open("p1"))) == {"b1"}
