"""A practice's number sends no more in a minute and in a day than the carriers take, whoever asks and however many at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from receivables.contact import Wish
from receivables.ports import Claim, Claimed, NotBefore, TouchRequest
from receivables.rule_rows import SenderLimit
from receivables.rulebook import Rulebook
from store.fact_book import FactBook
from store.touch_book import PostgresTouchBook
from tests.store.asking import Policies, answer, claimed, send
from tests.store.told import NOON, after, case_of, karen, mails, posted, texts, wrote

A_MINUTE = 20
"""Texts, of three parts each, at one part a second."""


def rules(per_day: int = 1_000) -> Rulebook:
    return Rulebook(
        sender_limits=(
            SenderLimit(
                id="US.sender_test", jurisdiction="US", practice_types=["medical"], campaign="sole_proprietor",
                effective_from=date(2026, 1, 1), source="a test", reviewer="product", reviewed_on=date(2026, 1, 2),
                next_review=date(2027, 1, 1), version=1, parts_per_second=1, parts_per_day=per_day,
            ),
        )
    )  # fmt: skip


def person(number: int):
    return karen(f"g{number}", texts(f"+1312555{1000 + number}"), mails(f"p{number}@example.com"))


def paced(request: TouchRequest, per_day: int = 1_000) -> TouchRequest:
    return request.model_copy(update={"policy": request.policy.under(rules(per_day))})


def wish(number: int, now: datetime = NOON, per_day: int = 1_000, to: str = "") -> TouchRequest:
    case = case_of(f"b{number}", posted(f"b{number}", guarantor=person(number)))
    return paced(send(f"b{number}", now, to=to or f"+1312555{1000 + number}", case=case), per_day)


async def owing(pool, count: int) -> list[PostgresTouchBook]:
    """As many people as said, and two machines."""
    await FactBook(pool).keep([posted(f"b{n}", guarantor=person(n)) for n in range(count)], NOON)
    return [PostgresTouchBook(pool, Policies()) for _ in range(2)]


async def all_at_once(books: list[PostgresTouchBook], asked: dict[int, datetime], per_day: int = 1_000) -> dict[int, Claim]:
    answers = await asyncio.gather(
        *(books[n % 2].claim(wish(n, now, per_day)) for n, now in asked.items())
    )
    return dict(zip(asked, answers, strict=True))


async def test_of_fifty_texts_in_one_minute_as_many_leave_as_are_carried_and_each_other_gets_its_minute(pool):
    books = await owing(pool, 50)
    answers = await all_at_once(books, dict.fromkeys(range(50), NOON))
    gone = [n for n, one in answers.items() if isinstance(one, Claimed)]
    wait = {n: one for n, one in answers.items() if isinstance(one, NotBefore)}
    assert (len(gone), len(wait)) == (A_MINUTE, 30)
    assert Counter(one.moment for one in wait.values()) == {after(minutes=1): 20, after(minutes=2): 10}
    assert {one.because for one in wait.values()} == {
        "The practice's number sends 20 texts a minute at most (US.sender_test v1): it waits its turn."
    }
    assert await pool.fetchval("SELECT count(*) FROM unsent") == 30, "why nothing left yet is kept"
    for minute in (1, 2):
        due = {n: one.moment for n, one in wait.items() if one.moment == after(minutes=minute)}
        assert all(isinstance(one, Claimed) for one in (await all_at_once(books, due)).values())
    assert await pool.fetchval("SELECT count(*) FROM touches") == 50


async def test_when_the_day_is_used_up_the_next_text_waits_for_the_carriers_midnight_and_the_persons_morning(pool):
    books = await owing(pool, 40)
    moments = {n: after(minutes=n // 15) for n in range(40)}
    answers = await all_at_once(books, moments, per_day=100)
    wait = [one for one in answers.values() if isinstance(one, NotBefore)]
    assert len(answers) - len(wait) == 33, "a hundred parts are thirty-three texts of three"
    assert {one.moment for one in wait} == {datetime(2026, 3, 3, 9, tzinfo=ZoneInfo("America/Chicago"))}
    assert "33 texts a day at most" in wait[0].because
    held = next(n for n, one in answers.items() if isinstance(one, NotBefore))
    assert isinstance(await books[0].claim(wish(held, after(hours=21), per_day=100)), Claimed)


async def test_an_answer_takes_a_place_and_waits_for_none_and_an_email_takes_none(pool):
    books = await owing(pool, 30)
    await all_at_once(books, dict.fromkeys(range(A_MINUTE), NOON))
    await FactBook(pool).keep([wrote("PLAN", balance_id="b25")], NOON)
    case = case_of("b25", posted("b25", guarantor=person(25)), wrote("PLAN", balance_id="b25"))
    assert isinstance(await books[0].claim(wish(26)), NotBefore)
    await claimed(books[0], paced(answer("b25", to="+13125551025", case=case)))
    mail = wish(27, to="p27@example.com")
    agreed = karen("g27", texts("+13125551027"), mails("p27@example.com", texts().consent))
    await FactBook(pool).keep([posted("b27", guarantor=agreed, at=after(seconds=1))], after(seconds=1))
    heard = case_of("b27", posted("b27", guarantor=person(27)), posted("b27", guarantor=agreed, at=after(seconds=1)))
    await claimed(books[0], mail.model_copy(update={"case": heard}))


async def test_a_sibling_agents_text_shares_the_number_and_another_practices_does_not(pool):
    class Paced(Policies):
        def policy(self, practice_id: str):
            return super().policy(practice_id).under(rules())

    books = await owing(pool, 30)
    await all_at_once(books, dict.fromkeys(range(A_MINUTE), NOON))
    sibling = PostgresTouchBook(pool, Paced())
    asked = Wish.model_validate(
        {
            "touch_id": "voice.1", "practice_id": "p1", "guarantor_id": "g28", "agent": "voice",
            "message": "voice_callback", "channel": "sms", "because": ["A call was missed."],
        }
    )  # fmt: skip
    answered = await sibling.ask(asked, NOON)
    assert isinstance(answered, NotBefore)
    assert answered.moment == after(minutes=1)
    assert isinstance(await sibling.ask(asked, answered.moment), Claimed)


async def test_a_clock_that_is_behind_another_machines_takes_its_place_in_the_later_minute(pool):
    books = await owing(pool, 30)
    await all_at_once(books, dict.fromkeys(range(A_MINUTE), after(minutes=1)))
    late = await books[0].claim(wish(29, NOON))
    assert isinstance(late, NotBefore)
    assert late.moment - NOON == timedelta(minutes=1)
