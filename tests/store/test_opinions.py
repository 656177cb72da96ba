"""What a second reader was asked, said and cost: once a reply, with nothing of the reply's words."""

from __future__ import annotations

import pytest

from receivables.reply_ports import Opinion
from store.fact_book import FactBook
from store.opinions import PostgresOpinionBook
from tests.store.told import NOON, after, posted, wrote

SAID = Opinion(
    outcome="answered", model="any:small", intents=["opt_out"], tokens_in=400, tokens_out=12, cost_microdollars=448, took_ms=310
)  # fmt: skip


@pytest.fixture
async def book(pool) -> PostgresOpinionBook:
    await FactBook(pool).keep([posted(), wrote("hm", at=after(days=2))], NOON)
    return PostgresOpinionBook(pool)


async def test_an_opinion_is_kept_once_a_reply_and_the_first_stays(book) -> None:
    assert await book.opinion_of("p1", "reply1") is None
    await book.keep_opinion("p1", "reply1", SAID, NOON)
    await book.keep_opinion("p1", "reply1", SAID.model_copy(update={"intents": ["unclear"]}), NOON)
    assert await book.opinion_of("p1", "reply1") == SAID


async def test_what_is_no_reply_has_no_opinion(book) -> None:
    await book.keep_opinion("p1", posted().fact_id, SAID, NOON)
    assert await book.spent(NOON) == []


async def test_what_was_spent_is_summed_by_model_and_outcome(book) -> None:
    await book.keep_opinion("p1", "reply1", SAID, NOON)
    (one,) = await book.spent(NOON)
    assert one.model_dump() == {
        "model": "any:small", "outcome": "answered", "asked": 1, "tokens_in": 400, "tokens_out": 12, "cost_microdollars": 448,
    }  # fmt: skip
    assert await book.spent(after(days=1)) == []
