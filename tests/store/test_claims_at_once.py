"""However many agents try at once, one wins; and the database itself forbids what must not happen."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from receivables.ports import Claim, Claimed, InDoubt, NotBefore, Skipped, TouchRequest
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from tests.store.asking import claimed, send
from tests.store.told import (
    NOON,
    after,
    case_of,
    karen,
    paid,
    posted,
    texts,
)

# --- many at once ---------------------------------------------------------------------------------------------------


async def test_of_sixteen_agents_writing_to_one_person_exactly_one_wins(touches, pool):
    balances = [f"b{n}" for n in range(16)]
    await FactBook(pool).keep([posted(balance) for balance in balances], NOON)
    for day in range(100):
        now = after(weeks=day)
        requests = [send(balance, n=day, now=now) for balance in balances]
        claims = await asyncio.gather(*(touches.claim(request) for request in requests))
        winners = [request for request, claim in zip(requests, claims, strict=True) if isinstance(claim, Claimed)]
        assert len(winners) == 1, day
        assert all(isinstance(claim, (Claimed, NotBefore)) for claim in claims)
        await touches.accepted(winners[0].step.touch_id, "SM", now, "hash")


async def test_of_sixteen_people_sharing_a_phone_exactly_one_is_written_to(touches, pool):
    people = [karen(f"shared{n}", texts("+13125550166")) for n in range(16)]
    await FactBook(pool).keep([posted(f"s{n}", guarantor=person) for n, person in enumerate(people)], NOON)
    for day in range(100):
        now = after(weeks=day)
        requests = [
            send(f"s{n}", n=day, now=now, to="+13125550166",
                 case=case_of(f"s{n}", posted(f"s{n}"), guarantor=person))
            for n, person in enumerate(people)
        ]  # fmt: skip
        claims = await asyncio.gather(*(touches.claim(request) for request in requests))
        assert sum(isinstance(claim, Claimed) for claim in claims) == 1, day
        assert sum(isinstance(claim, NotBefore) for claim in claims) == 15, day


async def test_the_same_touch_tried_by_sixteen_at_once_is_claimed_once(touches):
    for n in range(50):
        request = send(n=n, now=after(weeks=n))
        claims = await asyncio.gather(*(touches.claim(request) for _ in range(16)))
        assert sum(isinstance(claim, Claimed) for claim in claims) == 1
        assert sum(isinstance(claim, InDoubt) for claim in claims) == 15


async def test_a_payment_stored_before_a_claim_always_stops_it(touches, pool):
    facts, cases = FactBook(pool), PostgresCaseBook(pool)
    for n in range(60):
        balance = f"race{n}"
        guarantor = karen(f"race{n}", texts(f"+131255502{n:02d}"))
        await facts.keep([posted(balance, guarantor=guarantor)], NOON)
        case = case_of(balance, posted(balance), guarantor=guarantor)
        request = send(balance, to=f"+131255502{n:02d}", case=case)
        stored: list[float] = []

        async def pay(balance: str = balance, stored: list[float] = stored) -> None:
            await facts.keep([paid(f"pay.{balance}", 215_00, balance)], NOON)
            stored.append(asyncio.get_running_loop().time())

        async def claim_after(request: TouchRequest = request, stored: list[float] = stored) -> tuple[bool, Claim]:
            known = bool(stored)
            return known, await touches.claim(request)

        _, (known, claim) = await asyncio.gather(pay(), claim_after())
        assert not (known and isinstance(claim, Claimed))
        assert isinstance(await touches.claim(request), Skipped)
    assert cases


# --- what the database itself forbids -----------------------------------------------------------------------------------

INSERT = """
    INSERT INTO touches (balance, guarantor, claimed_at, tried_at, resolved_at, local_day, outreach, touch_id, status,
        message, channel, value, provider_id, text_hash, proof)
    SELECT b.id, b.guarantor, now(), now(), now(), $1, true, $2, 'accepted', 'm', 'sms', $3, 'SM', 'h', '{}'
    FROM balances b"""


@pytest.mark.parametrize(
    ("day", "touch_id", "value", "constraint"),
    [
        (5, "one", "+2", "touches_one_of_a_kind"),
        (2, "two", "+1", "touches_daily_guarantor"),
    ],
)
async def test_the_database_itself_refuses_a_second_touch(touches, pool, day, touch_id, value, constraint):
    await pool.execute(INSERT, NOON.date().replace(day=2), "one", "+1")
    with pytest.raises(asyncpg.UniqueViolationError, match=constraint):
        await pool.execute(INSERT, NOON.date().replace(day=day), touch_id, value)


async def test_the_database_itself_refuses_an_accepted_touch_without_proof(touches, pool):
    await claimed(touches, send())
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("UPDATE touches SET status = 'accepted', resolved_at = now()")
