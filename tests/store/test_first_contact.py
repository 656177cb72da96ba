"""A text and an e-mail that are one contact: each is claimed, together they count once, and nothing else slips through."""

from __future__ import annotations

import asyncio

import pytest

from receivables.contact import Agent, Silence, Wish
from receivables.people import Channel
from receivables.ports import Claimed, NotBefore, Skipped, TouchRequest
from receivables.steps import SendMessage
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.silences import Silences
from tests.store.asking import reason, send, sent
from tests.store.told import EMAIL, NOON, after, case_of, decision, paid, posted, stopped, wrote

FIRST = "p1.b1.first_notice.1"


def beside(minutes: float = 1, of: str = FIRST, n: str = "", **more: object) -> TouchRequest:
    request = send(to=EMAIL, now=after(minutes=minutes), **more)  # type: ignore[arg-type]
    step = request.step.model_copy(update={"touch_id": f"{of}.beside{n}", "beside": of})
    return request.model_copy(update={"step": step})


async def test_the_second_message_is_claimed_with_its_own_proof_and_the_two_count_once(touches, pool):
    await sent(touches, send())
    await sent(touches, beside())
    rows = await pool.fetch("SELECT touch_id, channel, status, beside IS NOT NULL AS second FROM touches ORDER BY id")
    assert [tuple(row) for row in rows] == [
        (FIRST, "sms", "accepted", False), (f"{FIRST}.beside", "email", "accepted", True),
    ]  # fmt: skip
    week = send(now=after(days=4), message="follow_up")
    assert isinstance(await touches.claim(week), Claimed), "two in seven days: the first contact was one of them"
    proof = await pool.fetchval("SELECT proof FROM touches WHERE message = 'follow_up'")
    assert proof["touches_7d"] == 1


async def test_each_address_still_keeps_its_own_count(touches, pool):
    await sent(touches, send())
    await sent(touches, beside())
    late = await touches.claim(send(to=EMAIL, now=after(hours=3), n=9))
    assert isinstance(late, NotBefore)
    assert await pool.fetchval("SELECT count(*) FROM touches WHERE value = $1 AND outreach", EMAIL) == 1


async def test_a_contact_has_two_messages_at_most_whoever_asks_at_once(touches):
    await sent(touches, send())
    answers = await asyncio.gather(*(touches.claim(beside(n=f"{n}")) for n in range(5)), return_exceptions=True)
    assert sum(isinstance(answer, Claimed) for answer in answers) == 1


@pytest.mark.parametrize("of", ["p1.b1.never.1", "p1.b9.first_notice.1"])
async def test_nothing_passes_the_caps_by_naming_a_message_that_has_not_just_left(touches, of):
    refused = await touches.claim(beside(of=of))
    assert isinstance(refused, Skipped)
    assert "has not just left" in reason(refused)


async def test_hours_later_or_on_the_same_channel_or_with_other_words_it_is_no_part_of_the_contact(touches):
    await sent(touches, send())
    for late in (beside(minutes=130), beside(message="follow_up")):
        assert "has not just left" in reason(await touches.claim(late))
    again = beside()
    text = again.step.model_copy(update={"channel": Channel.sms})
    same = again.model_copy(update={"step": text, "to": send().to})
    assert "has not just left" in reason(await touches.claim(same))


async def test_a_stop_a_payment_a_reply_or_a_silence_between_the_two_holds_the_second(touches, pool):
    await sent(touches, send())
    facts = FactBook(pool)
    quiet = Silence(since=NOON, channel="email", because="A wrong amount.", who="MK")
    await Silences(pool).silence(quiet)
    assert isinstance(await touches.claim(beside()), NotBefore)
    await Silences(pool).release(quiet, "MK", after(minutes=1))
    for news in (stopped(channel=Channel.email), wrote("hello", at=after(minutes=1)), paid()):
        await facts.keep([news], after(minutes=1))
        assert isinstance(await touches.claim(beside(minutes=2)), Skipped)


async def test_another_agent_finds_the_day_taken_by_the_pair(touches, pool):
    await FactBook(pool).keep([posted()], NOON)
    await sent(touches, send())
    await sent(touches, beside())
    wish = Wish(
        touch_id="p1.staff.g1.1", practice_id="p1", guarantor_id="g1", agent=Agent.staff, message="staff_text",
        channel=Channel.sms, because=["A word."],
    )  # fmt: skip
    assert isinstance(await touches.ask(wish, after(hours=1)), NotBefore)


async def test_the_second_message_speaks_of_the_same_balances_at_what_they_owe_by_then(touches, pool):
    facts, cases = FactBook(pool), PostgresCaseBook(pool)
    await facts.keep([posted("b2", cents=20_00), posted("b3", cents=30_00)], NOON)
    for other in ("b2", "b3"):
        step = SendMessage(touch_id=f"p1.{other}.first_notice.1", message="first_notice", channel=Channel.sms)
        await cases.record(case_of(other, posted(other)), decision(step, act_at=NOON))
    first = await touches.claim(send())
    assert isinstance(first, Claimed)
    assert [kin.balance_id for kin in first.family] == ["b2", "b3"]
    await touches.accepted(FIRST, "SM", NOON, "hash")
    await facts.keep([paid("pay2", cents=20_00, balance_id="b2"), paid("pay3", cents=5_00, balance_id="b3")], after(minutes=1))
    second = await touches.claim(beside(minutes=2))
    assert isinstance(second, Claimed)
    assert [(kin.balance_id, kin.outstanding_cents) for kin in second.family] == [("b3", 25_00)]
