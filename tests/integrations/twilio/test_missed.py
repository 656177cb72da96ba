"""Texts and last reports that no webhook brought, asked for through the real SDK: kept as the webhook would have been."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from integrations.hearing import Known, Whose
from integrations.twilio.inbound import LAST_KEYS, asked, facts_of
from integrations.twilio.missed import TwilioReceived, TwilioReports
from receivables.errors import TryLater
from receivables.facts import DeliveryFailed
from receivables.people import Channel, PointStatus
from runtime.policy_files import PolicyFiles
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


# --- last reports ----------------------------------------------------------------------------------------------------


def reports(base_url: str) -> TwilioReports:
    return TwilioReports(SID, TOKEN, base_url=base_url, timeout_s=5)


def text_to(world: World, number: str) -> str:
    """A text of ours whose reports are lost."""
    world.fault("twilio", "lost_callbacks", count=9)
    url = f"{world.url}/2010-04-01/Accounts/{SID}/Messages.json"
    form = {"From": LINES[0], "To": number, "Body": "Hi", "StatusCallback": "http://127.0.0.1:9/webhooks/twilio/status"}
    answer = httpx.post(url, data=form, auth=(SID, TOKEN), trust_env=False)
    assert answer.status_code == 201
    return str(answer.json()["sid"])


@pytest.mark.parametrize(
    ("number", "status", "point"),
    [("+15005550032", "undelivered", PointStatus.landline), ("+15005550031", "undelivered", PointStatus.dead),
     ("+15005550030", "undelivered", None), ("+15005550034", "failed", None), ("+13125550979", "delivered", None)],
)  # fmt: skip
async def test_a_last_report_that_was_lost_is_found_and_means_what_its_webhook_would_have_meant(
    world: World, policies: PolicyFiles, number: str, status: str, point: PointStatus | None
) -> None:
    sid = text_to(world, number)
    world.tell("/_/clock/advance", by="PT10M")
    found = await reports(world.url).last_on("t1", sid)
    assert found is not None
    assert found.key == f"status.{sid}.{status}"
    assert found.key in [key.format(sid) for key in LAST_KEYS]
    assert asked(found.body).touches == {"t1"}
    heard = facts_of(found.body, world.now(), Known(touches={"t1": Whose("lakeside", "b1", "g1")}, rules=policies.rules))
    assert [one.status for one in heard.progress] == [status]
    assert [(fact.fact_id, fact.status) for fact in heard.facts if isinstance(fact, DeliveryFailed)] == (
        [] if status == "delivered" else [(f"twilio.{sid}.failed", point)]
    )


@pytest.mark.parametrize("status", ["accepted", "queued", "sending", "sent"])
async def test_while_a_text_is_on_its_way_there_is_no_last_report(status: str) -> None:
    with answering(200, json.dumps({"sid": "SM1", "status": status, "to": "+13125550979"}).encode()) as twilio:
        assert await reports(twilio.base_url).last_on("t1", "SM1") is None


async def test_a_text_that_twilio_no_longer_has_is_one_about_which_nothing_more_is_said(world: World) -> None:
    assert await reports(world.url).last_on("t1", "SM" + "0" * 32) is None


async def test_while_twilio_is_away_reports_are_asked_for_later() -> None:
    with pytest.raises(TryLater):
        await reports(NOWHERE).last_on("t1", "SM1")
    with answering(500, b"") as twilio, pytest.raises(TryLater):
        await reports(twilio.base_url).last_on("t1", "SM1")
