"""Compares what the processor, our records and the practice's ledger say of the same money; it mends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import asyncpg

from receivables.money import Cents
from receivables.ports import LedgerReading
from receivables.proof import Difference, DifferenceKind, LedgerEntry, Movement, Totals, Window
from store.joint_movements import as_recorded
from store.pool import Pool
from store.queries import queries

PROCESSOR = "stripe."
"""How the fact ids of money begin that the card processor moved."""


A_DAY = timedelta(days=1)
"""A posting is confirmed after it was written: at the edge of a window only the later moment may lie inside."""


class Reconciliation:
    """One practice's money, compared to the cent."""

    def __init__(self, pool: Pool, practice_id: str) -> None:
        self._pool = pool
        self._practice = practice_id
        self._sql = queries("reconciliation")
        self.processor_cents = Cents(0)
        """What the processor moved for this practice, once its movements have been compared."""

    async def with_processor(self, pages: AsyncIterator[Sequence[Movement]], window: Window) -> list[Difference]:
        """Compare page by page, so that memory holds one page and the names of what was seen."""
        found: list[Difference] = []
        named: list[str] = []
        async for page in pages:
            mine = [one for one in page if one.practice_id in {"", self._practice}]
            mine = await as_recorded(self._pool, self._practice, mine)
            named += [one.fact_id for one in mine]
            ours = (one for one in mine if one.practice_id)
            self.processor_cents = sum((one.amount_cents for one in ours), self.processor_cents)
            rows = await self._pool.fetch(
                self._sql["processor_money"], self._practice, [one.fact_id for one in mine],
                [one.balance_id for one in mine], [one.amount_cents for one in mine], [one.at for one in mine],
                window.until,
            )  # fmt: skip
            found += [self._processor(row) for row in rows]
        rows = await self._pool.fetch(
            self._sql["our_money"], self._practice, PROCESSOR, window.since, window.until, named
        )
        return found + [self._ours_alone(row) for row in rows]

    async def with_postings(self, window: Window) -> list[Difference]:
        """Compare our money with its postings. Money younger than the window may still be on its way."""
        unposted = await self._pool.fetch(self._sql["unposted"], self._practice, window.until)
        baseless = await self._pool.fetch(self._sql["postings_without_money"], self._practice)
        return [*map(self._unposted, unposted), *map(self._baseless, baseless)]

    async def with_ledger(
        self, balances: Sequence[LedgerReading] | None, entries: Sequence[LedgerEntry] | None, since: datetime
    ) -> list[Difference]:
        """Compare with what the practice's own system shows; what it cannot show is not compared."""
        found: list[Difference] = []
        if entries is not None:
            rows = await self._pool.fetch(
                self._sql["ledger_entries"], self._practice, [one.external_id for one in entries],
                [one.amount_cents for one in entries], since + A_DAY,
            )  # fmt: skip
            found += map(self._entry, rows)
        if balances is not None:
            rows = await self._pool.fetch(
                self._sql["ledger_balances"], self._practice, [one.balance_id for one in balances],
                [one.outstanding_cents for one in balances], [one.read_at for one in balances],
            )  # fmt: skip
            found += map(self._ledger, rows)
        return found

    async def totals(self) -> Totals:
        """Control totals of all time, and of the processor's window."""
        [row] = await self._pool.fetch(self._sql["totals"], self._practice)
        sums = {name: Cents(cents) for name, cents in row.items()}
        return Totals(processor_cents=self.processor_cents, **sums)

    # --- in words ------------------------------------------------------------------------------------------------

    def _processor(self, row: asyncpg.Record) -> Difference:
        theirs, ours = Cents(row["theirs_cents"]), row["ours_cents"]
        if ours is None:
            sentence = f"The processor {_moved(theirs)} that is not in our records."
            return self._found("not_recorded", row, row["fact_id"], -theirs, sentence)
        if ours != theirs:
            sentence = f"The processor {_moved(theirs)}, we recorded {Cents(ours).as_dollars()}."
        else:
            sentence = f"The processor {_moved(theirs)} for another balance than we recorded it for."
        return self._found("recorded_otherwise", row, row["fact_id"], Cents(ours - theirs), sentence)

    def _ours_alone(self, row: asyncpg.Record) -> Difference:
        ours = Cents(row["ours_cents"])
        sentence = f"We recorded {ours.as_dollars()} that the processor does not report."
        return self._found("not_at_processor", row, row["fact_id"], ours, sentence)

    def _unposted(self, row: asyncpg.Record) -> Difference:
        ours, theirs = Cents(row["ours_cents"]), row["theirs_cents"]
        if row["state"] == "confirmed":
            words = f"{Cents(theirs).as_dollars()} was posted to the practice's ledger for {ours.as_dollars()}."
            return self._found("not_posted", row, row["fact_id"], Cents(ours - theirs), words)
        state = (row["state"] or "not begun").replace("_", " ")
        words = f"{ours.as_dollars()} has not been seen in the practice's ledger (posting: {state})."
        return self._found("not_posted", row, row["fact_id"], ours, words)

    def _baseless(self, row: asyncpg.Record) -> Difference:
        theirs = Cents(row["theirs_cents"])
        words = f"{theirs.as_dollars()} was posted to the practice's ledger without a payment in our records."
        return self._found("posted_without_money", row, row["external_id"], -theirs, words)

    def _entry(self, row: asyncpg.Record) -> Difference:
        ours = Cents(row["ours_cents"])
        if row["times"] is None:
            words = f"{ours.as_dollars()} was in the practice's ledger and is not there any more."
            return self._found("gone_from_ledger", row, row["external_id"], ours, words)
        theirs = Cents(row["theirs_cents"])
        often = "twice" if row["times"] == 2 else f"{row['times']} times"
        words = (
            f"The practice's ledger shows a payment of {ours.as_dollars()} {often}, {theirs.as_dollars()} in all."
            if row["times"] > 1
            else f"The practice's ledger shows a payment of {ours.as_dollars()} as {theirs.as_dollars()}."
        )
        return self._found("ledger_otherwise", row, row["external_id"], ours - theirs, words)

    def _ledger(self, row: asyncpg.Record) -> Difference:
        ours, theirs = Cents(row["ours_cents"]), Cents(row["theirs_cents"])
        words = f"The practice's ledger shows {_stands(theirs)} where our records come to {_stands(ours)}."
        return self._found("ledger_differs", row, "", ours - theirs, words)

    def _found(
        self, kind: DifferenceKind, row: asyncpg.Record, reference: str, cents: Cents, sentence: str
    ) -> Difference:
        return Difference(
            kind=kind, practice_id=self._practice, balance_id=row["balance_id"], reference=reference, cents=cents,
            sentence=sentence, at=row.get("at"),
        )  # fmt: skip


def _stands(cents: Cents) -> str:
    """What a balance comes to, as people say it."""
    if cents == 0:
        return "nothing owed"
    return f"{cents.as_dollars()} owed" if cents > 0 else f"a credit of {Cents(-cents).as_dollars()}"


def _moved(cents: Cents) -> str:
    return f"took {cents.as_dollars()}" if cents >= 0 else f"gave back {Cents(-cents).as_dollars()}"
