"""Events whose webhooks never came are asked for, all pages of them, and mean the same as the webhooks would."""

from __future__ import annotations

from datetime import timedelta

import pytest

from integrations.hearing import Known
from integrations.stripe.connection import Connection
from integrations.stripe.events import StripeEvents
from integrations.stripe.inbound import asked, facts_of, inbox_key
from integrations.stripe.vault import StripeVault
from receivables.cards.facts import CardEnrolled, ChargeDeclined
from receivables.errors import TryLater
from receivables.facts import PaymentRecorded
from tests.integrations.odd_servers import NOWHERE
from tests.integrations.stripe.charging import KEY, card_on_file, fresh, order
from tests.integrations.world import World


async def test_everything_that_happened_is_heard_without_one_webhook(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    balance, since = fresh(), world.now() - timedelta(seconds=1)
    card = await card_on_file(world, connection, vault, balance)
    await vault.charge(order(balance, card))
    world.tell(f"/_/cards/{card.payment_method_id}", number="4000000000009995", times=1)
    await vault.charge(order(balance, card, attempt=2))
    told = await StripeEvents(connection).since(since)
    facts = []
    for one in told:
        assert inbox_key(one.body) == one.key, "a webhook would have been kept under the same key"
        wanted = asked(one.body)
        known = Known(enrolled={name: found for name in wanted.enrollments if (found := await vault.enrolled(name))})
        facts += [fact for fact in facts_of(one.body, world.now(), known).facts if fact.balance_id == balance]
    kinds = {type(fact): fact.fact_id for fact in facts}
    assert set(kinds) == {CardEnrolled, PaymentRecorded, ChargeDeclined}
    assert kinds[ChargeDeclined] == f"declined.{balance}:installment:1:try:2"
    assert [fact.at for fact in facts] == sorted(fact.at for fact in facts)


async def test_more_events_than_one_page_holds_are_all_told_and_none_twice(
    world: World, connection: Connection, vault: StripeVault
) -> None:
    balance, since = fresh(), world.now() - timedelta(seconds=1)
    card = await card_on_file(world, connection, vault, balance)
    for installment in range(1, 111):
        await vault.charge(order(balance, card, installment))
    keys = [one.key for one in await StripeEvents(connection).since(since)]
    assert len(keys) == len(set(keys))
    assert len(keys) > 110


async def test_a_processor_that_is_away_is_asked_later(world: World) -> None:
    connection = Connection(KEY, base_url=NOWHERE)
    with pytest.raises(TryLater):
        await StripeEvents(connection).since(world.now())
    await connection.close()
