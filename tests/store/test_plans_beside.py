"""Plans of one person's balances know of each other: as news, in reminders, and never asking two questions at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from receivables.case import Case, Stage
from receivables.contact import Kin
from receivables.facts import PlanBeside
from receivables.money import Cents
from receivables.people import Channel
from receivables.plans.plan import Plan
from receivables.plans.steps import PlanWords
from receivables.plans.terms import Due
from receivables.ports import Claimed, NotBefore
from receivables.steps import SendMessage
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.threads import Thread, Threads
from tests.store.asking import send, sent
from tests.store.told import NOON, PHONE, after, case_of, decision, karen, posted, wrote

DUE = Due(number=2, amount_cents=Cents(80_00), due_on=date(2026, 3, 16))


def planned(balance_id: str = "b1", **more: Any) -> Case:
    plan = Plan(
        plan_id=f"{balance_id}.plan.1", installments=[DUE], agreed_at=NOON, agreed_by="reply", **more
    )  # fmt: skip
    return case_of(balance_id, posted(balance_id)).model_copy(update={"plan": plan})


@pytest.fixture
async def cases(touches, pool) -> PostgresCaseBook:
    """Two balances of one guarantor, and one of somebody else; a plan runs on the first."""
    await FactBook(pool).keep([posted("b2"), posted("b9", guarantor=karen("g9"))], NOON)
    book = PostgresCaseBook(pool)
    await book.record(planned(), decision(stage=Stage.on_plan))
    return book


async def test_a_new_balance_hears_of_the_plan_that_pays_another_once_and_of_its_end(cases):
    heard = [posted("b2").fact_id]
    (news,) = await cases.news("p1", "b2", heard)
    assert isinstance(news, PlanBeside)
    assert (news.other_balance_id, news.plan_id, news.running, news.installments) == ("b1", "b1.plan.1", True, [DUE])
    heard.append(news.fact_id)
    assert await cases.news("p1", "b2", heard) == []
    await cases.record(planned(status="cancelled"), decision(stage=Stage.outreach, at=after(hours=1)))
    (news,) = await cases.news("p1", "b2", heard)
    assert isinstance(news, PlanBeside)
    assert not news.running
    assert await cases.news("p1", "b2", [*heard, news.fact_id]) == []
    assert [one.kind for one in await cases.news("p1", "b2", [])] == ["balance_posted"], "an old plan is no news"


async def test_new_terms_and_what_they_go_with_are_news_and_strangers_hear_nothing(cases):
    await cases.record(planned(revision=2, joins="b2"), decision(stage=Stage.on_plan, at=after(hours=1)))
    (news,) = await cases.news("p1", "b2", [posted("b2").fact_id, "beside.b1.plan.1.1.on"])
    assert isinstance(news, PlanBeside)
    assert news.joins == "b2"
    assert await cases.news("p1", "b1", [posted().fact_id]) == []
    assert await cases.news("p1", "b9", [posted("b9").fact_id]) == []


def reminder(balance_id: str, day: date, cents: int = 80_00, card: str = "") -> SendMessage:
    due = Due(number=2, amount_cents=Cents(cents), due_on=day)
    return SendMessage(
        touch_id=f"p1.{balance_id}.plan_reminder.1", message="plan_reminder", channel=Channel.sms,
        plan=PlanWords(about=due, dues=[due], card=card),
    )  # fmt: skip


@pytest.mark.parametrize(("day", "together"), [(date(2026, 3, 16), True), (date(2026, 3, 17), False)])
async def test_one_days_payments_are_reminded_of_in_one_message(touches, cases, day, together):
    other = reminder("b2", day, 30_00, "Visa 4242")
    await cases.record(case_of("b2", posted("b2")), decision(other, stage=Stage.on_plan, act_at=after(hours=1)))
    request = send().model_copy(update={"step": reminder("b1", date(2026, 3, 16))})
    claim = await touches.claim(request)
    assert isinstance(claim, Claimed)
    kin = Kin(
        balance_id="b2", touch_id="p1.b2.plan_reminder.1", message="plan_reminder", outstanding_cents=Cents(30_00),
        card="Visa 4242",
    )  # fmt: skip
    assert claim.family == ([kin] if together else [])


async def test_a_second_question_about_a_plan_waits_for_the_answer_to_the_first(touches, cases, pool):
    await sent(touches, send("b1", message="plan_terms", outreach=False, case=case_of("b1", posted())))
    asking = send("b2", now=after(days=4), message="plan_join", case=case_of("b2", posted("b2")))
    claim = await touches.claim(asking)
    assert isinstance(claim, NotBefore)
    assert "waits for its answer" in claim.because
    assert claim.moment == after(days=7)
    assert isinstance(await touches.claim(asking.model_copy(update={"now": after(days=8)})), Claimed)


async def test_an_answered_question_is_no_obstacle(touches, cases, pool):
    await sent(touches, send("b1", message="plan_terms", outreach=False, case=case_of("b1", posted())))
    await FactBook(pool).keep([wrote("no thanks", balance_id="b1", at=after(days=1))], after(days=1))
    asking = send("b2", now=after(days=4), message="plan_join", case=case_of("b2", posted("b2")))
    assert isinstance(await touches.claim(asking), Claimed)


async def test_a_yes_belongs_to_the_balance_whose_terms_were_asked_about_last(touches, cases, pool):
    await sent(touches, send("b2", case=case_of("b2", posted("b2"))))
    offered = send("b1", now=after(days=8), message="plan_terms", outreach=False, case=case_of("b1", posted()))
    await sent(touches, offered)
    assert await Threads(pool).of_contact(Channel.sms, PHONE) == [Thread("p1", "b1", "g1")]
    await FactBook(pool).keep([wrote("YES", "yes", balance_id=None, at=after(days=8))], after(days=8))
    about = await pool.fetchval("SELECT body ->> 'about_balance_id' FROM facts WHERE fact_id = 'yes'")
    assert about == "b1"
