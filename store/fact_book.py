"""Keeps what was reported, once, and hands it to the balances it concerns; it never judges what a fact means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg

from receivables.facts import AnyFact, BalancePosted, ContactUpdated
from receivables.money import Cents
from receivables.people import Channel, PointStatus
from receivables.together import Share, TakenBack
from store.codes import new_code
from store.fact_rows import PERSONAL, FactRow, Silence, described, fact_of, narrowed, reach, reach_of, row_of
from store.new_balances import keep_new, opening
from store.plain_facts import Kept, are_plain, keep_plain
from store.pool import Connection, Pool
from store.queries import queries
from store.sub_ledger import MONEY, Delivered, book_within, lock_within
from store.threads import addressed
from store.whose import ContactBalances, PaidFor, TouchTarget

LEASE_SECONDS = 30.0
"""How long a relay may be busy with a delivery before another one takes it over."""
STOPS = frozenset(
    {"contact_stopped", "guarantor_deceased", "bankruptcy_filed", "attorney_represents", "confidential_requested"}
)


class Delivery(NamedTuple):
    """A fact on its way to one balance."""

    key: tuple[int, int]
    """The rows it connects: balance and fact."""
    practice_id: str
    balance_id: str
    fact: AnyFact


class FactBook:
    """Facts, persons and balances as they were reported."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("fact_book")

    async def keep(self, facts: Sequence[AnyFact], now: datetime) -> list[Kept]:
        """Store the facts in one transaction, all or none; a repeated (practice, fact id) changes nothing.

        ValueError when money names no balance. Answers in the order of the facts.
        """
        rows = [row_of(fact) for fact in facts]
        if await self._keep_in_one_go(facts, rows, now):
            return [Kept(row.fact_id, row.practice_id, [row.balance_id or ""], True) for row in rows]
        async with self._pool.acquire() as connection, connection.transaction():
            return await keep_within(connection, facts, now, rows)

    async def _keep_in_one_go(self, facts: Sequence[AnyFact], rows: list[FactRow], now: datetime) -> bool:
        """What comes in bulk: false when it is something else, and then nothing was kept."""
        if are_plain(rows):
            return await keep_plain(self._pool, rows, now)
        found = opening(facts, rows)
        return found is not None and await keep_new(self._pool, found, now)

    async def undelivered(self, limit: int) -> list[Delivery]:
        """Up to `limit` facts to be handed to the engine, in order, leased to the caller; reply texts left out."""
        async with self._pool.acquire() as connection:
            leased = await connection.fetch(self._sql["lease"], limit, LEASE_SECONDS)
            facts = await hydrated(connection, [fact_of(row, row["to_balance"]) for row in leased])
        return [
            Delivery((row["balance"], row["fact"]), row["practice_id"], row["to_balance"], fact)
            for row, fact in zip(leased, facts, strict=True)
        ]

    async def delivered(self, deliveries: Iterable[Delivery]) -> None:
        """The engine has taken these."""
        await self._pool.execute(self._sql["delivered"], *_columns([delivery.key for delivery in deliveries], 2))

    async def put_back(self, deliveries: Iterable[Delivery]) -> None:
        """These could not be handed over just now: they are undelivered again at once, not only when the lease ends."""
        await self._pool.execute(self._sql["put_back"], *_columns([delivery.key for delivery in deliveries], 2))

    async def undeliverable(self, delivery: Delivery, because: str) -> None:
        """Give one up, with a reason a person can act on."""
        await self._pool.execute(self._sql["undeliverable"], *delivery.key, because)

    async def open_balances_of_contact(self, channel: Channel, value: str) -> list[ContactBalances]:
        """Everyone reached at this number or address who still has open balances; usually none or one."""
        rows = await self._pool.fetch(self._sql["open_balances_of_contact"], reach(channel, value))
        return [ContactBalances(row["practice_id"], row["guarantor_id"], row["balance_ids"]) for row in rows]

    async def touch_target(self, touch_id: str) -> TouchTarget | None:
        """Whom a touch was meant for, None when there was no such touch."""
        row = await self._pool.fetchrow(self._sql["touch_target"], touch_id)
        return TouchTarget(*row.values()) if row else None

    async def balance_of_payment(self, payment_fact_id: str) -> PaidFor | None:
        """What a payment was recorded for, None when there is no such payment."""
        rows = await self._pool.fetch(self._sql["balance_of_payment"], payment_fact_id)
        if not rows:
            return None
        shares = tuple(Share(row["balance_id"], Cents(row["amount_cents"])) for row in rows if row["part"])
        practice_id = rows[0]["practice_id"]
        back = await self._pool.fetch(self._sql["taken_back"], practice_id, payment_fact_id) if shares else []
        taken = tuple(TakenBack(row["name"], row["place"], Cents(row["cents"]), row["undone"]) for row in back)
        return PaidFor(practice_id, rows[0]["balance_id"], shares, taken)

    async def balances_of_card(self, payment_method_id: str) -> list[tuple[str, str]]:
        """(practice, balance) of every open balance that this card was put on file for, the first one first."""
        rows = await self._pool.fetch(self._sql["balances_of_card"], payment_method_id)
        return [(row["practice_id"], row["balance_id"]) for row in rows]


async def keep_within(
    connection: Connection, facts: Sequence[AnyFact], now: datetime, rows: list[FactRow] | None = None
) -> list[Kept]:
    """`FactBook.keep` as a part of a transaction that has more to do; `rows` where they are made already."""
    if not facts:
        return []
    told = await addressed(connection, facts)
    if rows is None or any(one is not other for one, other in zip(told, facts, strict=True)):
        rows = [row_of(fact) for fact in told]
    return await _Keeping(connection, told, rows, now).run()


async def hydrated(connection: Connection, facts: list[AnyFact]) -> list[AnyFact]:
    """The facts with contact points as we know them to be now: no source overwrites what we have learned."""
    people = described(facts)
    if not people:
        return facts
    points = sorted({point for _, guarantor in people for point in reach_of(guarantor)})
    persons = sorted({(practice_id, guarantor.guarantor_id) for practice_id, guarantor in people})
    rows = await connection.fetch(
        queries("fact_book")["silence"], points, [person[0] for person in persons], [person[1] for person in persons]
    )
    silence = Silence(
        points={row["point"]: (PointStatus(row["status"]), row["since"]) for row in rows if row["status"]},
        stopped={
            (row["practice_id"], row["guarantor_id"], row["channel"]): row["since"]
            for row in rows if row["point"] is None
        },
        agreed={
            (row["practice_id"], row["guarantor_id"], row["point"]): row["since"]
            for row in rows if row["point"] and not row["status"]
        },
    )
    return [narrowed(fact, silence) for fact in facts]


class _Keeping:
    """One transaction of `FactBook.keep`; a set-based statement for each thing to be written."""

    def __init__(self, connection: Connection, facts: Sequence[AnyFact], rows: list[FactRow], now: datetime) -> None:
        self._connection = connection
        self._sql = queries("fact_book")
        self._facts = facts
        self._rows = rows
        self._now = now
        self._ids: dict[int, int] = {}
        """Row id of each new fact, by its place in the list."""
        self._reached: defaultdict[int, list[str]] = defaultdict(list)
        self._money: list[Delivered] = []
        """Facts that have just reached the balance whose money they move."""

    async def run(self) -> list[Kept]:
        await self._lock()
        await self._insert()
        if self._ids:
            added = await self._people_and_balances()
            await self._silence(self._ids.values())
            await self._deliver()
            if added:
                await self._catch_up(added)
            await book_within(self._connection, self._money, frozenset(added))
        known = await self._known_before()
        return [
            Kept(row.fact_id, row.practice_id, self._reached[self._ids[place]], True) if place in self._ids
            else Kept(row.fact_id, row.practice_id, known[row.practice_id, row.fact_id], False)
            for place, row in enumerate(self._rows)
        ]  # fmt: skip

    async def _lock(self) -> None:
        postings = [row.practice_id for row in self._rows if row.kind == "balance_posted"]
        others = [row for row in self._rows if row.kind != "balance_posted"]
        if postings:
            await self._connection.execute(self._sql["lock_mixture" if others else "lock_postings"], postings)
        names = _columns([(row.practice_id, row.balance_id, row.guarantor_id) for row in others], 3)
        if others and not postings:
            await self._connection.execute(self._sql["lock_unknown"], *names)
        moved = [(row.practice_id, row.balance_id or "") for row in self._rows if row.kind in MONEY]
        if moved:
            await lock_within(self._connection, moved)
        if any(_personal(row) for row in others):
            await self._connection.execute(self._sql["lock_persons"], *names)

    async def _insert(self) -> None:
        inserted = await self._connection.fetch(
            self._sql["insert_facts"], self._now, *_columns(self._rows, len(FactRow._fields))
        )
        ids = {(row["practice_id"], row["fact_id"]): row["id"] for row in inserted}
        for place, row in enumerate(self._rows):
            found = ids.pop((row.practice_id, row.fact_id), None)
            if found is not None:
                self._ids[place] = found

    async def _people_and_balances(self) -> list[int]:
        """Ids of the balances that were not known before."""
        people: list[tuple[object, ...]] = []
        postings: dict[tuple[str, str], str] = {}
        for place, fact_row in self._ids.items():
            fact = self._facts[place]
            if isinstance(fact, (BalancePosted, ContactUpdated)):
                person, points = fact.guarantor.guarantor_id, "\n".join(reach_of(fact.guarantor))
                people.append((fact_row, fact.at, fact.practice_id, fact.fact_id, person, points))
            if isinstance(fact, BalancePosted):
                postings[fact.practice_id, fact.balance_id] = fact.guarantor.guarantor_id
        if people:
            await self._connection.execute(self._sql["describe_guarantors"], *_columns(people, 6))
        if not postings:
            return []
        balances = [(*balance, guarantor_id, new_code()) for balance, guarantor_id in sorted(postings.items())]
        rows = await self._connection.fetch(self._sql["insert_balances"], *_columns(balances, 4), self._now)
        return [row["id"] for row in rows if row["new"]]

    async def _silence(self, fact_ids: Iterable[int]) -> None:
        """Stops and failures count for all agents from this transaction on, before any workflow hears of them."""
        kinds = {self._rows[place].kind for place in self._ids}
        ids = list(fact_ids)
        if kinds & STOPS:
            await self._connection.execute(self._sql["write_stops"], ids)
        if "contact_stopped" in kinds:
            await self._connection.execute(self._sql["suppress_stopped"], ids)
        if "consent_recorded" in kinds:
            await self._connection.execute(self._sql["write_consents"], ids)
        if "delivery_failed" in kinds:
            await self._connection.execute(self._sql["suppress_failed"], ids)
        if kinds & {"outreach_resumed", "task_resolved"}:
            await self._connection.execute(self._sql["lift_stops"], ids)
        if "reply_received" in kinds:
            await self._connection.execute(self._sql["note_replies"], ids)
        if "dispute_closed" in kinds:
            await self._connection.execute(self._sql["answered_by_banks"], ids)

    async def _deliver(self) -> None:
        named = [
            (fact_id, row.practice_id, row.balance_id, row.kind)
            for place, fact_id in self._ids.items()
            if (row := self._rows[place]).balance_id is not None
        ]
        if named:
            rows = await self._connection.fetch(self._sql["deliver_named"], *_columns(named, 4))
            self._note(rows)
            money = {fact_id for fact_id, _, _, kind in named if kind in MONEY}
            self._money += [Delivered(row["balance"], row["fact"]) for row in rows if row["fact"] in money]
        personal = [fact_id for place, fact_id in self._ids.items() if _personal(self._rows[place])]
        if personal:
            self._note(await self._connection.fetch(self._sql["deliver_to_persons"], personal))
        homeless = [fact_id for fact_id in self._ids.values() if not self._reached[fact_id]]
        if homeless:
            await self._connection.execute(self._sql["start_waiting"], homeless)

    def _note(self, rows: Iterable[asyncpg.Record]) -> None:
        for row in rows:
            self._reached[row["fact"]].append(row["balance_id"])

    async def _catch_up(self, balances: list[int]) -> None:
        caught = await self._connection.fetch(self._sql["catch_up"], balances)
        if caught:
            self._money += [Delivered(row["balance"], row["fact"]) for row in caught if row["money"]]
            ids = sorted({row["fact"] for row in caught})
            await self._connection.execute(self._sql["stop_waiting"], ids)
            for query in ("write_stops", "suppress_stopped", "suppress_failed", "note_replies"):
                await self._connection.execute(self._sql[query], ids)

    async def _known_before(self) -> dict[tuple[str, str], list[str]]:
        again = [(row.practice_id, row.fact_id) for place, row in enumerate(self._rows) if place not in self._ids]
        if not again:
            return {}
        rows = await self._connection.fetch(self._sql["reached"], *_columns(again, 2))
        return {(row["practice_id"], row["fact_id"]): row["balance_ids"] for row in rows}


def _personal(row: FactRow) -> bool:
    return row.kind in PERSONAL or (row.balance_id is None and row.guarantor_id is not None)


def _columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    """Rows turned into one list per column, as unnest takes them."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
