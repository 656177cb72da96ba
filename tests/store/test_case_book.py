"""What a case has decided and heard is remembered outside the engine, and nothing on its way is overlooked."""

from __future__ import annotations

import pytest

from receivables.case import HANDLED_FACTS_KEPT, Case, CloseReason, Stage
from receivables.facts import StaffNote
from receivables.ports import LedgerReading
from receivables.steps import Close, SendMessage
from store.case_book import PostgresCaseBook, UnknownBalanceError
from store.fact_book import FactBook
from store.inbox import Inbox
from store.pool import Pool
from tests.store.told import NOON, after, case_of, decision, paid, posted, stopped, wrote

TEXT = SendMessage(touch_id="p1.b1.first_notice.1", message="first_notice", channel="sms")


@pytest.fixture
async def cases(pool: Pool) -> PostgresCaseBook:
    await FactBook(pool).keep([posted()], NOON)
    return PostgresCaseBook(pool)


async def test_news_is_what_the_case_has_not_folded_in_yet_without_the_patients_words(cases, pool):
    await FactBook(pool).keep([paid(cents=10_00), wrote("thanks, paid the rest")], NOON)
    news = await cases.news("p1", "b1", [posted().fact_id])
    assert [fact.fact_id for fact in news] == ["pay1", "reply1"]
    assert news[1].text == ""
    assert await cases.news("p1", "b1", [posted().fact_id, "pay1", "reply1"]) == []
    assert await cases.news("p1", "nobody", []) == []


async def test_news_that_was_recorded_but_whose_answer_was_lost_is_news_again(cases):
    await cases.record(case_of("b1", posted()), decision())
    assert [fact.fact_id for fact in await cases.news("p1", "b1", [])] == [posted().fact_id]


async def test_a_long_life_does_not_hear_its_oldest_payments_again(cases, pool):
    payments = [paid(f"pay{n}", 1_00) for n in range(HANDLED_FACTS_KEPT + 20)]
    await FactBook(pool).keep(payments, NOON)
    handled = [posted(), *payments]
    early, late = handled[:100], handled[-HANDLED_FACTS_KEPT:]
    await cases.record(case_of("b1", *early), decision(at=after(hours=1)))
    await cases.record(case_of("b1", *late), decision(at=after(hours=2)))
    await FactBook(pool).keep([paid("newest", 5_00)], after(hours=3))
    news = await cases.news("p1", "b1", [fact.fact_id for fact in late])
    assert [fact.fact_id for fact in news] == ["newest"]


async def test_a_decision_is_kept_once_until_it_changes(cases, pool):
    case = case_of("b1", posted())
    await cases.record(case, decision())
    await cases.record(case, decision(at=after(hours=1)))
    assert await pool.fetchval("SELECT count(*) FROM decisions") == 1
    await cases.record(case, decision(TEXT, at=after(hours=2), act_at=after(hours=2), because="It is two o'clock."))
    await cases.record(case, decision(at=after(hours=3)))
    rows = await pool.fetch("SELECT step, because FROM decisions ORDER BY id")
    assert [row["step"]["kind"] for row in rows] == ["wait", "send_message", "wait"]
    assert rows[1]["step"]["message"] == "first_notice"
    assert rows[1]["because"] == ["It is two o'clock."]


async def test_a_decision_about_a_balance_nobody_posted_is_refused(cases):
    with pytest.raises(UnknownBalanceError):
        await cases.record(case_of("nobody"), decision())


async def test_a_closed_case_can_be_reopened_from_what_was_kept(cases, pool):
    case = case_of("b1", posted(), paid()).model_copy(update={"close_reason": CloseReason.paid})
    await cases.record(case, decision(at=NOON))
    assert await cases.state("p1", "b1") is None
    await cases.record(case, decision(Close(reason=CloseReason.paid), stage=Stage.closed, at=after(hours=1)))
    assert await cases.state("p1", "b1") == case
    await cases.record(case, decision(at=after(hours=2)))
    assert await cases.state("p1", "b1") is None
    assert await pool.fetchval("SELECT state FROM cases") is None


async def test_cases_fall_due_in_the_order_of_their_moments(cases, pool):
    await FactBook(pool).keep([posted("b2"), posted("b3"), posted("b4")], NOON)
    assert await cases.next_due() is None
    await cases.record(case_of("b1"), decision(act_at=after(hours=2)))
    await cases.record(case_of("b2"), decision(act_at=after(hours=1)))
    await cases.record(case_of("b3"), decision())
    closing = decision(Close(reason=CloseReason.paid), stage=Stage.closed, act_at=NOON)
    await cases.record(case_of("b4"), closing)
    assert await cases.next_due() == after(hours=1)
    assert await cases.due(after(minutes=59)) == []
    assert await cases.due(after(hours=2)) == [("p1", "b2"), ("p1", "b1")]


async def test_the_world_is_settled_only_when_every_fact_is_heard_and_every_webhook_read(cases, pool):
    facts, inbox = FactBook(pool), Inbox(pool)
    assert await cases.unsettled() == 1
    await cases.record(case_of("b1", posted()), decision())
    assert await cases.unsettled() == 0
    await facts.keep([paid()], NOON)
    await inbox.keep("stripe", "evt_1", b"{}", {}, NOON)
    assert await cases.unsettled() == 2
    [row] = await inbox.unread(10)
    await inbox.read(row.id)
    [delivery] = [one for one in await facts.undelivered(10) if one.fact.fact_id == "pay1"]
    await facts.delivered([delivery])
    assert await cases.unsettled() == 1
    await facts.undeliverable(delivery, "The engine lost this balance.")
    assert await cases.unsettled() == 0


async def test_a_fact_the_case_heard_by_itself_is_not_delivered_a_second_time(cases, pool):
    await cases.record(case_of("b1", posted()), decision())
    assert await FactBook(pool).undelivered(10) == []


async def test_news_tells_what_we_know_of_the_contact_points_by_now(cases, pool):
    await FactBook(pool).keep([stopped()], NOON)
    [told, _] = await cases.news("p1", "b1", [])
    assert [point.status.value for point in told.guarantor.contact_points] == ["opted_out", "usable"]


async def test_an_older_reading_of_the_ledger_never_replaces_a_newer_one(cases, pool):
    for hours, cents in ((1, 100_00), (0, 215_00), (2, 90_00)):
        await cases.ledger_read(
            LedgerReading(balance_id="b1", outstanding_cents=cents, read_at=after(hours=hours)), "p1"
        )
    assert await pool.fetchval("SELECT outstanding_cents FROM ledger_readings") == 90_00


async def test_words_nobody_wrote_cannot_be_read(cases, pool):
    await FactBook(pool).keep([StaffNote(fact_id="note", at=NOON, practice_id="p1", balance_id="b1", text="x")], NOON)
    with pytest.raises(LookupError):
        await cases.reply_text("p1", "note")
    with pytest.raises(LookupError):
        await cases.reply_text("p2", "reply1")


async def test_a_case_keeps_its_whole_state_in_few_bytes(cases, pool):
    case = case_of("b1", *[paid(f"pay{n}") for n in range(100)])
    await cases.record(case, decision(Close(reason=CloseReason.withdrawn), stage=Stage.closed))
    assert isinstance(await cases.state("p1", "b1"), Case)
    assert await pool.fetchval("SELECT length(state) FROM cases") < 1000
