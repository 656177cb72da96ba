"""What staff says a reply means: kept once, replaced with the first on record, exported with what was known then."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from receivables.facts import ReplyUnderstood
from receivables.people import Channel
from receivables.reading.correction import Correction
from starter.reading.corpus import of_gold
from starter.reading.corrected import line_of
from store.conversations import Conversations
from store.fact_book import FactBook
from store.reply_corrections import Kept, ReplyCorrections, SeveralPractices
from tests.store.told import NOON, after, posted, stopped, wrote

PAID = Correction(intent="already_paid", slots={"amount_cents": 50_00, "date": "2026-03-01"})
STOP = Correction(intent="opt_out", intents=["already_paid"])


@pytest.fixture
async def book(pool) -> ReplyCorrections:
    await FactBook(pool).keep([posted(), wrote("I paid 50 yesterday", at=after(days=2))], NOON)
    return ReplyCorrections(pool)


async def corrected(book: ReplyCorrections, right: Correction, who: str = "MK", **fields):
    return await book.correct("reply1", fields.pop("practice_id", None), right, who, "v1", after(days=3))


async def test_the_same_correction_twice_changes_nothing_whoever_makes_it(book, pool):
    assert await corrected(book, PAID) == Kept("p1", new=True, replaces=False)
    assert await corrected(book, PAID, who="JD") == Kept("p1", new=False, replaces=False)
    assert await pool.fetchval("SELECT array_agg(who) FROM reply_corrections") == ["MK"]


async def test_another_correction_counts_and_the_first_stays_on_record_for_good(book, pool):
    await corrected(book, PAID)
    assert await corrected(book, STOP, who="JD") == Kept("p1", new=True, replaces=True)
    (one,) = await book.list()
    assert (one.correction, one.who) == (STOP, "JD")
    assert await corrected(book, PAID) == Kept("p1", new=True, replaces=True)
    assert await pool.fetchval("SELECT count(*) FROM reply_corrections") == 3
    for change in ("UPDATE reply_corrections SET who = 'x'", "DELETE FROM reply_corrections"):
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            await pool.execute(change)


async def test_only_replies_are_corrected_and_a_shared_name_needs_its_practice(book, pool):
    assert await book.correct("none", None, PAID, "MK", "v1", NOON) is None
    assert await book.correct(posted().fact_id, None, PAID, "MK", "v1", NOON) is None
    elsewhere = wrote("Hello").model_copy(update={"practice_id": "p2"})
    await FactBook(pool).keep([posted(practice_id="p2"), elsewhere], NOON)
    assert await corrected(book, PAID) == SeveralPractices(["p1", "p2"])
    assert await corrected(book, PAID, practice_id="p2") == Kept("p2", new=True, replaces=False)
    assert [one.text for one in await book.list("p2")] == ["Hello"]
    assert await book.list("p1") == []


async def test_a_stop_that_was_missed_holds_for_every_agent_when_the_correction_is_kept_and_its_balance_hears_of_it(book, pool):
    assert await pool.fetch("SELECT * FROM stops") == []
    await corrected(book, STOP)
    assert await pool.fetchval("SELECT array_agg(guarantor_id || ' ' || channel) FROM stops") == ["g1 sms"]
    waiting = [(one.balance_id, one.fact.kind) for one in await FactBook(pool).undelivered(10)]
    assert waiting[-2:] == [("b1", "reading_corrected"), ("b1", "contact_stopped")]
    await corrected(book, STOP)
    assert len([one for one in await pool.fetch("SELECT * FROM facts") if one["kind"] == "reading_corrected"]) == 1


async def test_lists_go_on_behind_the_last_one(book, pool):
    await FactBook(pool).keep([wrote(f"reply {n}", f"more{n}", at=after(days=2)) for n in range(3)], NOON)
    for name in ("reply1", "more0", "more1", "more2"):
        await book.correct(name, None, PAID, "MK", "v1", after(days=3))
    first = await book.list(limit=2)
    rest = await book.list(after=first[-1].id)
    assert [one.fact_id for one in (*first, *rest)] == ["reply1", "more0", "more1", "more2"]


async def said(pool, offer_cents: list[int] | None = None, days: int = 1, message: str = "first_notice") -> None:
    """A message of ours and the decision behind it, as the store has them."""
    step = {"kind": "send_message", "touch_id": f"t{days}", "message": message}
    if offer_cents:
        step["offer"] = {"installments": len(offer_cents), "each_cents": offer_cents}
    balance, guarantor = await pool.fetchrow("SELECT id, guarantor FROM balances WHERE balance_id = 'b1'")
    await pool.execute(
        "INSERT INTO past_decisions (balance, decided_at, outstanding_cents, rule, step, because) VALUES ($1, $2, 21500, 'x', $3, '')",
        balance, after(days=days), step,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO touches (balance, guarantor, claimed_at, tried_at, resolved_at, local_day, outreach, touch_id, status, message,"
        " channel, value, provider_id, text_hash, words, proof) VALUES ($1, $2, $3, $3, $3, ($3::timestamptz)::date, true, $4, 'accepted', $5, 'sms', 'v',"
        " 'p', 'h', 'Hi Karen', '{}')",
        balance, guarantor, after(days=days), f"t{days}", message,
    )  # fmt: skip


async def test_a_line_carries_what_was_known_and_said_when_the_reply_came(book, pool):
    await said(pool, [107_50, 107_50])
    await said(pool, [71_67, 71_67, 71_66], days=3, message="plan_offer")  # after the reply
    await corrected(book, PAID)
    (one,) = await book.list()
    line = line_of(one, "America/Chicago")
    assert line["context"] == {
        "last_outbound": "balance_reminder", "balance_cents": 215_00, "text": "Hi Karen",
        "offer": {"installments": 2, "amount_cents": 107_50, "frequency": "monthly"},
    }  # fmt: skip
    assert line["now"] == after(days=2).astimezone(ZoneInfo("America/Chicago")).isoformat()
    assert line["corrected"] == {"at": after(days=3).astimezone(UTC).isoformat(), "who": "MK", "reader": "v1"}
    example = of_gold(line)
    assert (example.labels, example.text) == (["already_paid"], "I paid 50 yesterday")
    assert example.slots == {"amount_cents": 50_00, "date": [["2026-03-01", "2026-03-01"]]}
    assert example.situation.offer is not None


async def test_an_offer_that_was_taken_or_is_for_another_amount_is_not_open_and_a_plan_is(book, pool):
    await said(pool, [50_00, 50_00])
    await corrected(book, PAID)
    (one,) = await book.list()
    assert one.offer_cents == one.plan_cents == []
    await said(pool, [107_50, 107_50], days=1.5)
    (one,) = await book.list()
    assert one.offer_cents == [107_50, 107_50]
    dues = [{"number": n, "amount_cents": 107_50, "due_on": f"2026-0{n + 3}-01"} for n in (1, 2)]
    await pool.execute(
        "INSERT INTO plan_log (balance, at, revision, beyond_down, total_cents, sampled, practice_id, plan_id, agreed_by, approved_by,"
        " change, policy_version, payments, because) SELECT id, $1, 1, 2, 21500, false, 'p1', 'plan1', 'reply', 'policy', '', 'v', $2, '{}'"
        " FROM balances",
        after(days=1.8), dues,
    )  # fmt: skip
    (one,) = await book.list()
    assert (one.offer_cents, one.plan_cents) == ([], [107_50, 107_50])
    assert line_of(one, "UTC")["context"]["active_plan"]["installments"] == 2


async def test_who_had_stopped_our_texts_before_is_told(book, pool):
    await corrected(book, PAID)
    assert "opted_out" not in line_of((await book.list())[0], "UTC")["context"]
    await FactBook(pool).keep([stopped()], NOON)
    assert line_of((await book.list())[0], "UTC")["context"]["opted_out"] is True


async def test_a_card_number_is_in_no_line(pool):
    await FactBook(pool).keep([posted(), wrote("use 4242 4242 4242 4242", at=after(days=2))], NOON)
    book = ReplyCorrections(pool)
    await corrected(book, PAID)
    assert "4242" not in str(line_of((await book.list())[0], "UTC"))


async def test_a_correction_names_the_reader_that_made_the_reading_not_the_one_at_work_when_it_was_corrected(book, pool):
    await corrected(book, PAID)
    assert [one.reader for one in await book.list()] == ["v1"]
    await Conversations(pool).keep_reading(
        ReplyUnderstood(
            fact_id="read.reply1", at=after(days=2), practice_id="p1", balance_id="b1", reply_fact_id="reply1",
            channel=Channel.sms, intent="unclear", action="answer_question", reader="older",
        )
    )  # fmt: skip
    await corrected(book, STOP)
    assert [one.reader for one in await book.list()] == ["older"]
