"""Ten thousand claims of all agents, hundreds at once, over two months: no cap is passed, and each answer is kept."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from receivables.contact import Wish
from receivables.ports import Claim, Claimed, NotBefore, Skipped
from store.fact_book import FactBook
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, send
from tests.store.told import NOON, case_of, karen, mails, posted, stopped, texts

PEOPLE, ROUNDS, AT_ONCE = 60, 50, 200
AGENTS = ("no_show", "front_desk", "voice", "staff")
SEED = 4


def phone(person: int) -> str:
    """Every third person shares a phone with the next one."""
    return f"+1312555{1000 + person - (person % 3 == 1):04d}"


async def test_ten_thousand_claims_of_all_agents_pass_no_cap_and_lose_no_answer(pool):
    dice = random.Random(SEED)
    touches = PostgresTouchBook(pool, Policies())
    people = [karen(f"g{n}", texts(phone(n)), mails(f"p{n}@example.com")) for n in range(PEOPLE)]
    bills = [posted(f"b{n}.{k}", guarantor=person) for n, person in enumerate(people) for k in range(2)]
    await FactBook(pool).keep(bills, NOON)
    silent = [stopped(f"stop{n}", f"g{n}", None) for n in range(0, PEOPLE, 10)]
    await FactBook(pool).keep(silent, NOON)
    answers: Counter[str] = Counter()

    async def ask(now: datetime, number: int) -> None:
        person = dice.randrange(PEOPLE)
        touch_id, claim = await _claimed_by_somebody(touches, dice.choice(("case", *AGENTS)), person, now, number)
        answers[claim.kind] += 1
        if isinstance(claim, Claimed):
            if dice.random() < 0.1:
                await touches.refused(touch_id, "The provider is away.")
                answers["freed"] += 1
            else:
                await touches.accepted(touch_id, "SM", now, "hash")
        else:
            assert isinstance(claim, (NotBefore, Skipped))
            assert claim.because

    for round_ in range(ROUNDS):
        now = NOON + timedelta(hours=round_ * 30)
        await asyncio.gather(*(ask(now, round_ * AT_ONCE + n) for n in range(AT_ONCE)))
    asked = ROUNDS * AT_ONCE
    assert sum(count for kind, count in answers.items() if kind != "freed") == asked
    kept = await pool.fetchval("SELECT sum(times) FROM unsent")
    assert answers["claimed"] + kept == asked, "every answer is kept"
    await _no_cap_is_passed(pool)
    assert answers["claimed"] > PEOPLE
    assert not await pool.fetchval("SELECT count(*) FROM touches t JOIN guarantors g ON g.id = t.guarantor "
                                   "JOIN stops s USING (practice_id, guarantor_id)")  # fmt: skip


async def _claimed_by_somebody(
    touches: PostgresTouchBook, who: str, person: int, now: datetime, number: int
) -> tuple[str, Claim]:
    if who == "case":
        balance = f"b{person}.{number % 2}"
        guarantor = karen(f"g{person}", texts(phone(person)), mails(f"p{person}@example.com"))
        bill = posted(balance, guarantor=guarantor)
        heard = [bill, stopped(f"stop{person}", f"g{person}", None)]
        request = send(balance, now=now, n=number, to=phone(person), case=case_of(balance, *heard, guarantor=guarantor))
        return request.step.touch_id, await touches.claim(request)
    wish = Wish.model_validate(
        {
            "touch_id": f"{who}.{number}", "practice_id": "p1", "guarantor_id": f"g{person}", "agent": who,
            "message": who, "channel": "sms", "because": ["An agent wants to."], "purposes": ["care"],
        }
    )  # fmt: skip
    return wish.touch_id, await touches.ask(wish, now)


async def _no_cap_is_passed(pool) -> None:
    rows = await pool.fetch("SELECT guarantor, value, tried_at FROM touches WHERE status <> 'refused' AND outreach")
    for subject in ("guarantor", "value"):
        by: dict[object, list[datetime]] = {}
        for row in rows:
            by.setdefault(row[subject], []).append(row["tried_at"])
        for moments in by.values():
            moments.sort()
            assert all(later - earlier >= timedelta(hours=72) for earlier, later in pairwise(moments))
            for first in moments:
                assert sum(first <= moment < first + timedelta(days=30) for moment in moments) <= 6
                assert sum(first - timedelta(days=7) < moment <= first for moment in moments) <= 2
