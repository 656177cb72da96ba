"""What was reported is kept once and reaches the balances it concerns, whatever the order and however often."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from receivables.case import CloseReason, Stage
from receivables.facts import ANY_FACT, AppointmentBooked, DeliveryFailed, GuarantorDeceased, StaffNote
from receivables.people import Channel, Consent, PointStatus
from receivables.steps import Close
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.pool import Pool
from tests.store.told import (
    EMAIL,
    NOON,
    PHONE,
    adjusted,
    after,
    case_of,
    decision,
    karen,
    mails,
    paid,
    posted,
    stopped,
    taken_back,
    texts,
    wrote,
)  # fmt: skip


@pytest.fixture
def book(pool: Pool) -> FactBook:
    return FactBook(pool)


async def owed(pool: Pool, balance_id: str = "b1") -> int:
    cents: int = await pool.fetchval(
        "SELECT responsibility_cents - paid_cents FROM balances b, money_of(b.id) WHERE b.balance_id = $1", balance_id
    )
    return cents


async def on_the_way(book: FactBook) -> list[tuple[str, str]]:
    return [(delivery.balance_id, delivery.fact.fact_id) for delivery in await book.undelivered(100)]


async def test_a_posted_balance_comes_back_as_it_was_reported(book: FactBook):
    fact = posted()
    [kept] = await book.keep([fact], NOON)
    assert kept == (fact.fact_id, "p1", ["b1"], True)
    [delivery] = await book.undelivered(10)
    assert delivery.fact == fact.model_copy(update={"guarantor_id": "g1"})


async def test_every_kind_of_fact_survives_the_database(book: FactBook):
    facts = [
        posted(), adjusted(100_00, after(hours=1)), paid(), taken_back(), wrote("hello"), stopped(),
        DeliveryFailed(fact_id="f1", at=NOON, practice_id="p1", balance_id="b1", channel=Channel.email, because="x"),
        AppointmentBooked(fact_id="a1", at=NOON, practice_id="p1", guarantor_id="g1", starts_at=after(days=9)),
    ]  # fmt: skip
    await book.keep(facts, NOON)
    told = {delivery.fact.fact_id: delivery.fact for delivery in await book.undelivered(100)}
    for fact in facts[1:]:
        expected = fact.model_copy(update={"text": ""}) if fact.kind == "reply_received" else fact
        assert told[fact.fact_id] == expected


async def test_the_same_fact_twice_changes_nothing_but_still_says_which_case_it_reached(book: FactBook, pool: Pool):
    await book.keep([posted(), paid()], NOON)
    again = await book.keep([paid(cents=1_00), posted(), paid()], NOON)
    assert again == [
        ("pay1", "p1", ["b1"], False),
        (posted().fact_id, "p1", ["b1"], False),
        ("pay1", "p1", ["b1"], False),
    ]
    assert await owed(pool) == 0
    assert await pool.fetchval("SELECT count(*) FROM fact_deliveries") == 2


async def test_the_same_fact_twice_in_one_list_counts_once(book: FactBook, pool: Pool):
    kept = await book.keep([posted(), paid(cents=100_00), paid(cents=100_00)], NOON)
    assert [one.new for one in kept] == [True, True, False]
    assert await owed(pool) == 115_00


async def test_the_same_fact_fifty_times_at_once_counts_once(book: FactBook, pool: Pool):
    await book.keep([posted()], NOON)
    kept = await asyncio.gather(*(book.keep([paid(cents=100_00)], NOON) for _ in range(50)))
    assert sum(one.new for [one] in kept) == 1
    assert all(one.balance_ids == ["b1"] for [one] in kept)
    assert await owed(pool) == 115_00


async def test_of_a_list_with_one_bad_row_nothing_is_kept(book: FactBook, pool: Pool):
    homeless = ANY_FACT.validate_python(paid().model_dump() | {"fact_id": "x"}).model_copy(update={"balance_id": None})
    with pytest.raises(ValueError, match="payment_recorded: money belongs to one balance; add its balance_id"):
        await book.keep([posted(), homeless], NOON)
    impossible = paid("y").model_copy(update={"amount_cents": 0})
    with pytest.raises(asyncpg.CheckViolationError):
        await book.keep([posted(), impossible], NOON)
    assert await pool.fetchval("SELECT count(*) FROM facts") == 0
    assert await pool.fetchval("SELECT count(*) FROM balances") == 0


async def test_a_payment_for_an_unknown_balance_waits_for_its_posting(book: FactBook, pool: Pool):
    [early] = await book.keep([paid(cents=15_00)], NOON)
    assert early.balance_ids == []
    assert await book.undelivered(10) == []
    await book.keep([posted("b2", guarantor=karen("g2", texts("+13125550143")))], NOON)
    assert await on_the_way(book) == [("b2", posted("b2").fact_id)]
    await book.keep([posted()], NOON)
    assert await on_the_way(book) == [("b1", posted().fact_id), ("b1", "pay1")]
    assert await owed(pool) == 200_00
    assert not await pool.fetchval("SELECT bool_or(waiting) FROM facts")


async def test_a_posting_comes_before_what_was_reported_with_it(book: FactBook):
    await book.keep([paid(), posted()], NOON)
    assert await on_the_way(book) == [("b1", posted().fact_id), ("b1", "pay1")]


async def test_a_payment_racing_its_posting_is_never_left_waiting(book: FactBook, pool: Pool):
    for turn in range(60):
        balance = f"race{turn}"
        await asyncio.gather(
            book.keep([paid(f"pay.{balance}", 1_00, balance)], NOON),
            book.keep([posted(balance), posted(f"{balance}.b")] if turn % 2 else [posted(balance)], NOON),
            book.keep([paid(f"other.{balance}", 2_00, balance), posted(f"{balance}.c")], NOON),
        )
        assert await owed(pool, balance) == 212_00
    assert not await pool.fetchval("SELECT bool_or(waiting) FROM facts")


async def test_a_fact_about_the_person_reaches_all_their_open_balances(book: FactBook, pool: Pool):
    await book.keep([posted("b1"), posted("b2"), posted("other", guarantor=karen("g2"))], NOON)
    await close(pool, "b2")
    [kept] = await book.keep([wrote("STOP that", balance_id=None)], NOON)
    assert kept.balance_ids == ["b1"]
    [died] = await book.keep([GuarantorDeceased(fact_id="d", at=NOON, practice_id="p1", balance_id="b2")], NOON)
    assert set(died.balance_ids) == {"b1", "b2"}


async def test_a_message_from_somebody_who_owes_nothing_any_more_reaches_their_latest_balance(
    book: FactBook, pool: Pool
):
    await book.keep([posted("b1"), posted("b2")], NOON)
    await close(pool, "b1")
    await close(pool, "b2")
    [kept] = await book.keep([wrote("I paid twice!", balance_id=None)], NOON)
    assert kept.balance_ids == ["b2"]


async def test_a_balance_posted_after_the_guarantor_died_hears_of_it_at_once(book: FactBook):
    died = GuarantorDeceased(fact_id="died", at=NOON, practice_id="p1", guarantor_id="g1")
    await book.keep([posted("b1"), died], NOON)
    await book.keep([posted("b2")], NOON)
    assert ("b2", "died") in await on_the_way(book)


async def test_a_death_and_a_new_balance_at_the_same_moment_always_meet(book: FactBook, pool: Pool):
    for turn in range(40):
        guarantor = karen(f"race{turn}", texts())
        await book.keep([posted(f"old{turn}", guarantor=guarantor)], NOON)
        died = GuarantorDeceased(fact_id=f"died{turn}", at=NOON, practice_id="p1", guarantor_id=f"race{turn}")
        await asyncio.gather(book.keep([died], NOON), book.keep([posted(f"new{turn}", guarantor=guarantor)], NOON))
        heard = await pool.fetchval(
            "SELECT count(*) FROM fact_deliveries d JOIN facts f ON f.id = d.fact WHERE f.fact_id = $1", f"died{turn}"
        )
        assert heard == 2


async def test_a_stop_from_an_unknown_person_silences_the_balance_posted_later(book: FactBook):
    await book.keep([stopped()], NOON)
    await book.keep([posted()], NOON)
    deliveries = await book.undelivered(10)
    assert [delivery.fact.fact_id for delivery in deliveries] == [posted().fact_id, "stop1"]
    assert statuses(deliveries[0].fact) == {PHONE: PointStatus.opted_out, EMAIL: PointStatus.usable}


async def test_the_source_can_only_narrow_what_we_have_learned_about_a_number(book: FactBook):
    await book.keep([posted("b1"), stopped()], NOON)
    failed = DeliveryFailed(
        fact_id="f", at=NOON, practice_id="p1", guarantor_id="g1", channel=Channel.email, status=PointStatus.bounced,
        because="comes back",
    )  # fmt: skip
    await book.keep([failed], NOON)
    await book.keep([posted("b2", guarantor=karen("g1", texts(), mails(EMAIL.upper())))], NOON)
    told = next(
        delivery.fact for delivery in await book.undelivered(10) if delivery.fact.fact_id == posted("b2").fact_id
    )
    assert statuses(told) == {PHONE: PointStatus.opted_out, EMAIL.upper(): PointStatus.bounced}
    assert told.guarantor.contact_points[0].consent is Consent.denied


async def test_a_stop_silences_the_number_for_the_spouse_too_but_not_another_address(book: FactBook):
    await book.keep([posted("b1"), stopped(channel=None)], NOON)
    spouse = karen("g2", texts(), mails("jo@example.com"))
    await book.keep([posted("b2", guarantor=spouse)], NOON)
    told = (await book.undelivered(10))[-1].fact
    assert statuses(told) == {PHONE: PointStatus.opted_out, "jo@example.com": PointStatus.usable}


def statuses(fact: object) -> dict[str, PointStatus]:
    return {point.value: point.status for point in fact.guarantor.contact_points}  # type: ignore[attr-defined]


async def test_an_older_description_never_replaces_a_newer_one(book: FactBook, pool: Pool):
    new, old = karen("g1", texts("+13125550199")), karen("g1", texts("+13125550100"))
    await book.keep([posted("b1", guarantor=new, at=after(days=1))], NOON)
    await book.keep([posted("b2", guarantor=old, at=NOON)], NOON)
    assert await book.open_balances_of_contact(Channel.sms, "+13125550100") == []
    assert await book.open_balances_of_contact(Channel.sms, "+13125550199") == [("p1", "g1", ["b1", "b2"])]


async def test_whoever_writes_from_a_number_is_found_with_what_they_still_owe(book: FactBook, pool: Pool):
    await book.keep([posted("b1"), posted("b2"), posted("b3", guarantor=karen("g2"))], NOON)
    await close(pool, "b2")
    assert await book.open_balances_of_contact(Channel.sms, PHONE) == [("p1", "g1", ["b1"]), ("p1", "g2", ["b3"])]
    assert await book.open_balances_of_contact(Channel.email, EMAIL.title()) == [
        ("p1", "g1", ["b1"]),
        ("p1", "g2", ["b3"]),
    ]
    assert await book.open_balances_of_contact(Channel.sms, "+13125550111") == []


async def test_money_is_the_latest_share_less_payments_whatever_the_order_of_arrival(book: FactBook, pool: Pool):
    await book.keep([paid("p2", 20_00), adjusted(150_00, after(days=2))], NOON)
    await book.keep([posted(cents=215_00), adjusted(180_00, after(days=1)), taken_back("p2", 5_00)], NOON)
    assert await owed(pool) == 135_00


async def test_two_relays_never_have_the_same_delivery_at_once(book: FactBook):
    await book.keep([posted(f"b{n}") for n in range(200)], NOON)
    batches = await asyncio.gather(*(book.undelivered(20) for _ in range(12)))
    ids = [delivery.key for batch in batches for delivery in batch]
    assert len(ids) == len(set(ids)) == 200


async def test_what_a_crashed_relay_had_comes_back_and_what_was_delivered_does_not(book: FactBook, pool: Pool):
    await book.keep([posted("b1"), posted("b2"), posted("b3")], NOON)
    first, _, third = await book.undelivered(10)
    await book.delivered([first])
    await book.undeliverable(third, "The engine does not know this practice.")
    assert await book.undelivered(10) == []
    await pool.execute("UPDATE fact_deliveries SET due_at = due_at - interval '31 seconds'")
    assert [delivery.balance_id for delivery in await book.undelivered(10)] == ["b2"]


async def test_what_a_relay_puts_back_can_be_tried_again_at_once(book: FactBook):
    await book.keep([posted("b1"), posted("b2")], NOON)
    first, second = await book.undelivered(10)
    await book.delivered([first])
    await book.put_back([first, second])
    assert [delivery.balance_id for delivery in await book.undelivered(10)] == ["b2"]


async def test_texts_never_leave_with_a_delivery(book: FactBook, pool: Pool):
    note = StaffNote(fact_id="n", at=NOON, practice_id="p1", balance_id="b1", text="called her sister")
    await book.keep([posted(), wrote("my dog died"), note], NOON)
    assert [getattr(delivery.fact, "text", "") for delivery in await book.undelivered(10)] == ["", "", ""]
    assert await PostgresCaseBook(pool).reply_text("p1", "reply1") == "my dog died"


async def test_a_card_number_a_patient_writes_is_never_stored(book: FactBook, pool: Pool):
    await book.keep([posted(), wrote("pay with 4242 4242 4242 4242, call 312-555-0142")], NOON)
    stored = await PostgresCaseBook(pool).reply_text("p1", "reply1")
    assert stored == "pay with [card number removed], call 312-555-0142"


async def test_a_thousand_postings_are_one_transaction_and_all_arrive(book: FactBook, pool: Pool):
    facts = [posted(f"b{n}", guarantor=karen(f"g{n % 700}", texts(f"+1312555{n % 700:04d}"))) for n in range(1000)]
    kept = await book.keep(facts, NOON)
    assert all(one.new and one.balance_ids for one in kept)
    assert await pool.fetchval("SELECT count(*) FROM guarantors") == 700
    assert len(await book.undelivered(2000)) == 1000


async def test_nothing_reported_is_nothing_done(book: FactBook):
    assert await book.keep([], NOON) == []


async def close(pool: Pool, balance_id: str) -> None:
    case = case_of(balance_id).model_copy(update={"close_reason": CloseReason.paid})
    closing = decision(Close(reason=CloseReason.paid), stage=Stage.closed, at=NOON + timedelta(hours=1))
    await PostgresCaseBook(pool).record(case, closing)
