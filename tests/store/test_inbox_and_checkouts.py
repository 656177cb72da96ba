"""Webhooks and checkout pages are kept once, before anybody makes sense of them."""

from __future__ import annotations

import asyncio

import pytest

from receivables.money import Cents
from store.case_book import UnknownBalanceError
from store.checkouts import Checkouts
from store.fact_book import FactBook
from store.inbox import Inbox
from store.pool import Pool
from tests.store.told import NOON, posted


async def test_the_same_webhook_fifty_times_is_kept_once(pool: Pool):
    inbox = Inbox(pool)
    new = await asyncio.gather(*(inbox.keep("stripe", "evt_1", b"{}", {"a": "b"}, NOON) for _ in range(50)))
    assert sum(new) == 1
    assert await inbox.keep("twilio", "evt_1", b"{}", {}, NOON)


async def test_webhooks_are_read_in_their_order_until_they_are_done_with(pool: Pool):
    inbox = Inbox(pool)
    for key in ("one", "two", "three"):
        await inbox.keep("stripe", key, f"{key} \x00 raw".encode(), {"stripe-signature": "t=1"}, NOON)
    one, two, _ = await inbox.unread(10)
    assert (one.body, one.headers, one.received_at) == (b"one \x00 raw", {"stripe-signature": "t=1"}, NOON)
    await inbox.read(one.id)
    await inbox.unreadable(two.id, "It has no event id.")
    assert [row.key for row in await inbox.unread(10)] == ["three"]


async def test_a_card_number_in_a_texted_reply_never_reaches_the_disk_but_ids_do(pool: Pool):
    inbox = Inbox(pool)
    text = b"From=%2B13125550142&Body=card+4242+4242+4242+4242+exp+12%2F27&MessageSid=SM4242424242424242a"
    await inbox.keep("twilio", "1", text, {}, NOON)
    await inbox.keep("simulated", "2", b'{"event_id": "4242424242424242"}', {}, NOON)
    twilio, practice = await inbox.unread(10)
    assert (
        twilio.body == b"From=%2B13125550142&Body=card+[card-number-removed]+exp+12%2F27&MessageSid=SM4242424242424242a"
    )
    assert practice.body == b'{"event_id": "4242424242424242"}'


async def test_a_checkout_page_is_remembered_with_its_balance(pool: Pool):
    await FactBook(pool).keep([posted()], NOON)
    checkouts = Checkouts(pool)
    for _ in range(2):
        await checkouts.keep("cs_1", "p1", "b1", Cents(50_00), NOON)
    assert await checkouts.find("cs_1") == ("cs_1", "p1", "b1", 50_00, NOON, None)
    assert await checkouts.find("cs_2") is None
    with pytest.raises(UnknownBalanceError):
        await checkouts.keep("cs_2", "p1", "nobody", Cents(50_00), NOON)
