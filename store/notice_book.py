"""Opens tasks that no case waits for, each once, and notes when what they were about is over."""

from __future__ import annotations

from datetime import datetime

from receivables.notices import Notice
from store.pool import Connection, Pool
from store.queries import queries
from store.task_book import SERVICE_TIME, SERVICE_TIME_OTHERWISE, priority


class PostgresNoticeBook:
    """`ports.NoticeBook`. They are listed, claimed and finished like every task, in the task book."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tell(self, notice: Notice, now: datetime) -> bool:
        """Open it once; False when this notice was there before."""
        async with self._pool.acquire() as connection:
            return await tell_within(connection, notice, now)


async def tell_within(connection: Connection, notice: Notice, now: datetime) -> bool:
    """`tell` as a part of a transaction that has more to do."""
    opened = await connection.fetchval(
        queries("notice_book")["open"], notice.practice_id, notice.balance_id, notice.notice_id, now,
        now + SERVICE_TIME.get(notice.kind, SERVICE_TIME_OTHERWISE), notice.cents, priority(notice.cents, now),
        notice.kind, notice.summary, notice.suggestion,
    )  # fmt: skip
    return opened is not None


async def settled_within(connection: Connection, practice_id: str, notice_id: str, words: str, now: datetime) -> None:
    """It is over: noted on the task, which is finished unless a person has taken it up."""
    await connection.execute(queries("notice_book")["settled"], practice_id, notice_id, words, now)
