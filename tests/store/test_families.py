"""Several balances of one person that are due together go as one message, and each of their cases hears of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from receivables.case import Stage
from receivables.contact import Kin
from receivables.facts import MessageSent
from receivables.money import Cents
from receivables.people import Channel
from receivables.ports import Claim, Claimed, InDoubt, NotBefore
from receivables.steps import SendMessage, Wait
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.pay_links import OtherBalance, PayLinks
from tests.store.asking import send
from tests.store.told import NOON, after, case_of, decision, paid, posted


def planned(balance: str, message: str = "first_notice", agent: str = "payment") -> SendMessage:
    return SendMessage(touch_id=f"p1.{balance}.{message}.1", message=message, channel=Channel.sms, agent=agent)


@pytest.fixture
async def cases(touches, pool) -> PostgresCaseBook:
    """Four balances of one guarantor; b2 and b3 are due about now, b4 in a month."""
    await FactBook(pool).keep([posted(f"b{n}", cents=n * 10_00) for n in (2, 3, 4)], NOON)
    book = PostgresCaseBook(pool)
    for balance, at in (("b2", NOON), ("b3", after(hours=48)), ("b4", after(days=30))):
        await _plans(book, balance, planned(balance), at)
    return book


async def _plans(book: PostgresCaseBook, balance: str, step: SendMessage | Wait, at: datetime) -> None:
    await book.record(case_of(balance, posted(balance, cents=int(balance[1:]) * 10_00)), decision(step, act_at=at))


def family(claim: Claim) -> list[str]:
    assert isinstance(claim, (Claimed, InDoubt)), claim
    return [kin.balance_id for kin in claim.family]


async def test_what_is_due_together_is_claimed_together(touches, cases):
    claim = await touches.claim(send())
    assert isinstance(claim, Claimed)
    assert claim.family == [
        Kin(balance_id="b2", touch_id="p1.b2.first_notice.1", message="first_notice", outstanding_cents=Cents(20_00)),
        Kin(balance_id="b3", touch_id="p1.b3.first_notice.1", message="first_notice", outstanding_cents=Cents(30_00)),
    ]


async def test_when_the_provider_takes_it_each_case_hears_that_its_own_message_is_done(touches, cases, pool):
    await touches.claim(send())
    assert await cases.news("p1", "b2", [posted("b2").fact_id]) == []
    await touches.accepted("p1.b1.first_notice.1", "SM1", after(minutes=1), "hash")
    (heard,) = await cases.news("p1", "b2", [posted("b2").fact_id])
    assert isinstance(heard, MessageSent)
    assert (heard.touch_id, heard.carried_by) == ("p1.b2.first_notice.1", "p1.b1.first_notice.1")
    assert await cases.news("p1", "b4", [posted("b4").fact_id]) == []
    await touches.accepted("p1.b1.first_notice.1", "SM1", after(minutes=2), "hash")
    assert await pool.fetchval("SELECT count(*) FROM facts WHERE kind = 'message_sent'") == 2
    assert await pool.fetchval("SELECT count(*) FROM touches") == 1, "one message, counted once"


async def test_while_it_is_on_its_way_the_others_wait(touches, cases):
    await touches.claim(send())
    assert isinstance(await touches.claim(send("b2", case=case_of("b2", posted("b2")))), NotBefore)


async def test_a_try_in_doubt_speaks_of_the_same_balances_as_before(touches, cases, pool):
    first = await touches.claim(send())
    await _plans(cases, "b3", Wait(), after(days=9))
    again = await touches.claim(send(now=after(minutes=5)))
    assert isinstance(again, InDoubt)
    assert family(again) == family(first) == ["b2", "b3"]


async def test_a_refused_message_tells_nobody(touches, cases, pool):
    await touches.claim(send())
    await touches.refused("p1.b1.first_notice.1", "The provider is away.")
    assert await pool.fetchval("SELECT count(*) FROM facts WHERE kind = 'message_sent'") == 0


@pytest.mark.parametrize("why", ["paid", "held", "another kind of message", "a visit", "an answer"])
async def test_what_must_not_be_asked_for_now_is_left_out(touches, cases, pool, why):
    if why == "paid":
        await FactBook(pool).keep([paid("pay2", 20_00, "b2")], NOON)
    elif why == "held":
        await cases.record(case_of("b2", posted("b2")), decision(Wait(), stage=Stage.held))
    elif why == "another kind of message":
        await _plans(cases, "b2", planned("b2", "plan_reminder"), NOON)
    elif why == "a visit":
        await _plans(cases, "b2", planned("b2", "rebooking", "no_show"), NOON)
    request = send()
    if why == "an answer":
        step = request.step.model_copy(update={"message": "answer_help", "reply_fact_id": "r1"})
        request = request.model_copy(update={"outreach": False, "step": step})
    assert "b2" not in family(await touches.claim(request))


async def test_the_page_lists_what_else_is_owed_the_oldest_first(cases, pool):
    links = PayLinks(pool)
    codes = {balance: await links.code_for("p1", balance) for balance in ("b1", "b2", "b3", "b4")}
    await FactBook(pool).keep([paid("pay3", 30_00, "b3")], NOON)
    page = await links.open(codes["b2"])
    assert page is not None
    assert page.others == (
        OtherBalance(codes["b1"], Cents(215_00), "b1", older=True), OtherBalance(codes["b4"], Cents(40_00), "b4")
    )  # fmt: skip
