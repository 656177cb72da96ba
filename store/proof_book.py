"""Remembers what did not agree: one task for each difference, however often it is found, and a note when it is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from receivables.money import Cents
from receivables.notices import SUGGESTIONS, Notice
from receivables.policy import Policy, Practice
from receivables.proof import Difference, Proof, Standing, Window
from receivables.proof_ports import ProcessorBooks, Shown
from store.credits import Credits
from store.debits import Debits
from store.notice_book import settled_within, tell_within
from store.payout_book import PayoutBook
from store.pool import Connection, Pool
from store.queries import queries
from store.reconciliation import Reconciliation
from store.sub_ledger import SubLedger

SHOWN_AT_MOST = 200
"""Differences in one answer; all of them have their tasks."""


class PostgresProofBook:
    """`proof_ports.ProofBook`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._ledger = SubLedger(pool)
        self._sql = queries("proof_book")

    async def oldest_standing(self, practice_id: str) -> datetime | None:
        """When the money of the oldest unexplained difference moved."""
        moment: datetime | None = await self._pool.fetchval(self._sql["oldest_standing"], practice_id)
        return moment

    async def could_not(self, practice_id: str, now: datetime, because: str) -> None:
        """Nothing was compared: a person is told, once a day."""
        notice = Notice(
            notice_id=f"books.unread.{now:%Y-%m-%d}", practice_id=practice_id, kind="books_differ",
            summary=f"The books could not be compared. {because}",
            suggestion="See why it does not answer; `collect audit` compares again.",
        )  # fmt: skip
        async with self._pool.acquire() as connection:
            await tell_within(connection, notice, now)

    async def watch(self, practice: Practice, policy: Policy, now: datetime) -> int:
        """A task for each credit whose clock has come, and for each limit of returned debits that is crossed."""
        opened = await Credits(self._pool).watch(practice, policy, now)
        return opened + await Debits(self._pool).watch(practice, policy.rules, now)

    async def prove(
        self, practice_id: str, now: datetime, window: Window, processor: ProcessorBooks, shown: Shown
    ) -> Proof:
        """Compare everything; then, in one transaction, keep what was found and what is gone.

        A pass that cannot read everything raises before any difference is kept; payouts are booked as they are read.
        """
        if shown.closed_until is not None:
            await self._ledger.follow(practice_id, shown.closed_until)
        books = Reconciliation(self._pool, practice_id)
        found = [
            *await books.with_processor(processor.movements(window.since), window),
            *await PayoutBook(self._pool, practice_id).compare(processor, window.since, now),
            *await books.with_postings(window),
            *await books.with_ledger(shown.balances, shown.entries, window.since),
            *map(partial(_astray, practice_id), await self._ledger.astray(practice_id)),
        ]
        sums = await self._ledger.sums(practice_id)
        totals = (await books.totals()).model_copy(update=sums._asdict())
        proof = Proof(practice_id=practice_id, at=now, window=window, totals=totals)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(self._sql["lock"], practice_id)
            return await self._keep(connection, proof, found)

    async def _keep(self, connection: Connection, proof: Proof, found: Sequence[Difference]) -> Proof:
        practice_id, now, totals = proof.practice_id, proof.at, proof.totals
        seen = [await self._note(connection, difference, now) for difference in found]
        gone = await connection.fetch(
            self._sql["gone"], practice_id, [row_id for row_id, _ in seen], now, proof.window.since
        )
        for row in gone:
            words = f"The difference was gone when the books were compared on {now:%Y-%m-%d at %H:%M} UTC."
            await settled_within(connection, practice_id, row["task_id"], words, now)
        [counts] = await connection.fetch(self._sql["counts"], practice_id)
        standing = await connection.fetch(self._sql["standing"], practice_id, SHOWN_AT_MOST)
        proof = proof.model_copy(update={
            "opened": sum(opened for _, opened in seen), "gone": len(gone), "unexplained": counts["unexplained"],
            "explained": counts["explained"],
            "standing": [Standing(**row | {"cents": Cents(row["cents"])}) for row in map(dict, standing)],
        })  # fmt: skip
        await connection.execute(
            self._sql["passed"], practice_id, now, proof.window.since, proof.opened, proof.gone, proof.unexplained,
            proof.explained, totals.processor_cents, totals.paid_cents, totals.taken_back_cents, totals.posted_cents,
        )  # fmt: skip
        return proof

    async def _note(self, connection: Connection, one: Difference, now: datetime) -> tuple[int, bool]:
        """The difference's row, and whether a task was opened for it."""
        key = (one.practice_id, one.kind, one.balance_id, one.reference, one.cents)
        known = await connection.fetchrow(self._sql["look"], *key)
        if known is not None and known["gone_at"] is None:
            await connection.execute(self._sql["seen"], known["id"], now, one.sentence)
            return known["id"], False
        task_id = _task_id(one, known["times"] + 1 if known else 1)
        await tell_within(connection, _notice(one, task_id), now)
        if known is not None:
            await connection.execute(self._sql["again"], known["id"], now, task_id, one.sentence)
            return known["id"], True
        row_id = await connection.fetchval(self._sql["insert"], *key, one.sentence, one.at, now, task_id)
        return row_id, True


def _astray(practice_id: str, found: tuple[str, Cents, Cents]) -> Difference:
    balance_id, by_entries, by_facts = found
    words = f"The entries of the sub-ledger come to {by_entries.as_dollars()}, its facts to {by_facts.as_dollars()}."
    return Difference(
        kind="entries_astray", practice_id=practice_id, balance_id=balance_id, reference="",
        cents=by_entries - by_facts, sentence=words,
    )  # fmt: skip


def _task_id(one: Difference, times: int) -> str:
    words = f"{one.kind}:{one.balance_id}:{one.reference}:{one.cents}"
    return f"books.{one.kind}.{hashlib.sha256(words.encode()).hexdigest()[:16]}.{times}"


def _notice(one: Difference, task_id: str) -> Notice:
    return Notice(
        notice_id=task_id, practice_id=one.practice_id, kind="books_differ", summary=one.sentence,
        suggestion=SUGGESTIONS["books_differ"], balance_id=one.balance_id or None, cents=Cents(abs(one.cents)),
    )  # fmt: skip
