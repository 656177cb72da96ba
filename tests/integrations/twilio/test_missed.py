"""Texts from patients that no webhook brought, asked for through the real SDK: kept exactly as the webhook would have been."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from integrations.hearing import Known, Whose
from integrations.twilio.inbound import asked, facts_of
from integrations.twilio.missed import TwilioReceived
from receivables.errors import TryLater
from receivables.people import Channel
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.world import World

SID, TOKEN = "AC" + "0" * 32, "simulated-twilio-auth-token-0001"
LINES = ("+13125550101", "+12065550111")


def received(base_url: str) -> TwilioReceived:
    return TwilioReceived(SID, TOKEN, LINES, base_url=base_url, timeout_s=5)


async def test_what_a_patient_wrote_is_found_and_becomes_the_same_fact_as_by_webhook(world: World) -> None:
    since = world.now()
    world.tell("/_/patients/+13125550976/reply", text="please stop, card 4242 4242 4242 4242", to=LINES[0])
    found = await received(world.url).since(since - timedelta(minutes=1))
    [text] = [one for one in found if asked(one.body).points == {(Channel.sms, "+13125550976")}]
    assert text.key.startswith("sms.SM")
    assert b"4242" not in text.body
    known = Known(lines={LINES[0]: "lakeside"}, points={(Channel.sms, "+13125550976"): [Whose("lakeside", "b1", "g1")]})
    [fact] = facts_of(text.body, since, known).facts
    assert (fact.kind, fact.balance_id) == ("reply_received", "b1")


async def test_our_own_texts_and_older_ones_are_not_taken_for_patients_words(world: World) -> None:
    world.tell("/_/patients/+13125550977/reply", text="hello", to=LINES[0])
    found = await received(world.url).since(datetime(2027, 1, 1, tzinfo=UTC))
    assert found == []


async def test_while_twilio_is_away_it_is_asked_later() -> None:
    with pytest.raises(TryLater):
        await received(NOWHERE).since(datetime(2026, 3, 2, tzinfo=UTC))
    with answering(500, b"") as twilio, pytest.raises(TryLater):
        await received(twilio.base_url).since(datetime(2026, 3, 2, tzinfo=UTC))
