"""What goes wrong in the database is told without repeating what it was about."""

from __future__ import annotations

import asyncpg
import pytest

from store.fact_book import FactBook
from store.pool import Pool
from tests.store.told import NOON, PHONE, posted, wrote


async def test_an_error_of_the_database_never_repeats_a_patients_words_or_number(pool: Pool):
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await FactBook(pool).keep([posted(), wrote("my dog died").model_copy(update={"kind": "gossip"})], NOON)
    assert "facts_kind" in str(refused.value)
    assert "dog" not in repr(refused.value) + str(refused.value)
    await pool.execute("INSERT INTO suppressions VALUES (now(), 'sms', $1, 'dead')", PHONE)
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await pool.fetchval("INSERT INTO suppressions VALUES (now(), 'sms', $1, 'dead') RETURNING 1", PHONE)
    assert PHONE not in str(refused.value)
