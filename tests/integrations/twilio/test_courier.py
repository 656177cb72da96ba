"""A text leaves once, whatever Twilio answers: the real SDK over HTTP against the simulator and odd servers."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from integrations.twilio.courier import TwilioCourier
from receivables.errors import CannotKnow, Refused, TryLater
from receivables.people import Channel
from receivables.ports import Message
from runtime.policy_files import PolicyFiles
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.world import ROOT, World

SID, TOKEN = "AC" + "0" * 32, "simulated-twilio-auth-token-0001"
PUBLIC = "https://pay.example.com"


def courier(policies: PolicyFiles, base_url: str, timeout_s: float = 5, settle_s: float = 0) -> TwilioCourier:
    return TwilioCourier(SID, TOKEN, policies, PUBLIC, base_url=base_url, timeout_s=timeout_s, settle_s=settle_s)


def text(to: str, touch_id: str, body: str | None = None) -> Message:
    words = body or f"Lakeside: your page is https://pay.example.com/p/{touch_id.replace('.', '')}"
    return Message(channel=Channel.sms, to=to, text=words, touch_id=touch_id, practice_id="lakeside")


async def test_a_text_reaches_the_patient_from_the_practices_own_number(world: World, policies: PolicyFiles) -> None:
    sid = await courier(policies, world.url).send(text("+13125550142", "t1.first_notice.1"))
    [seen] = world.messages("+13125550142")
    assert sid.startswith("SM")
    assert (seen["from"], seen["channel"]) == ("+13125550101", "sms")


async def test_the_status_callback_names_the_touch_and_the_real_host_travels_along(policies: PolicyFiles) -> None:
    with answering(201, json.dumps({"sid": "SM1"}).encode()) as twilio:
        assert await courier(policies, twilio.base_url).send(text("+13125550142", "b 1/x.first_notice.1")) == "SM1"
    _, path, headers, body = twilio.asked[0]
    assert path.endswith(f"/Accounts/{SID}/Messages.json")
    assert headers["X-Forwarded-Host"] == "api.twilio.com"
    assert parse_qs(body.decode())["StatusCallback"] == [
        "https://pay.example.com/webhooks/twilio/status?touch=b%201%2Fx.first_notice.1"
    ]


async def test_a_text_that_timed_out_after_it_was_taken_is_found_and_not_sent_again(
    world: World, policies: PolicyFiles
) -> None:
    to, since = "+13125550143", world.now()
    world.fault("twilio", "timeout_after_accept", method="POST")
    carrier, message = courier(policies, world.url, timeout_s=0.5), text(to, "t2.first_notice.1")
    with pytest.raises(CannotKnow):
        await carrier.send(message)
    found = await carrier.find(message, since)
    assert found is not None
    assert found.startswith("SM")
    assert len(world.messages(to)) == 1


async def test_a_text_that_timed_out_before_it_was_taken_is_not_found(world: World, policies: PolicyFiles) -> None:
    to, since = "+13125550144", world.now()
    world.fault("twilio", "timeout_before", method="POST")
    carrier, message = courier(policies, world.url, timeout_s=0.5), text(to, "t3.first_notice.1")
    with pytest.raises(CannotKnow):
        await carrier.send(message)
    assert await carrier.find(message, since) is None


async def test_another_text_to_the_same_patient_or_an_older_one_is_not_taken_for_this_one(
    world: World, policies: PolicyFiles
) -> None:
    to, carrier = "+13125550145", courier(policies, world.url)
    await carrier.send(text(to, "t4.first_notice.1"))
    since = world.now()
    assert await carrier.find(text(to, "t4.follow_up.1", "Other words"), since) is None
    assert await carrier.find(text(to, "t4.first_notice.1"), since + timedelta(hours=1)) is None
    assert await carrier.find(text(to, "t4.first_notice.1"), since) is not None


async def test_an_unclear_answer_is_given_time_before_the_list_is_believed(policies: PolicyFiles) -> None:
    moment = [100.0]
    with answering(500, b"{}") as twilio:
        carrier = TwilioCourier(SID, TOKEN, policies, PUBLIC, base_url=twilio.base_url, monotonic=lambda: moment[0])
        message = text("+13125550146", "t5.first_notice.1")
        with pytest.raises(CannotKnow):
            await carrier.send(message)
        twilio.status, twilio.body = 200, b'{"messages": [], "next_page_uri": null, "page": 0}'
        with pytest.raises(CannotKnow):
            await carrier.find(message, datetime(2026, 3, 2, tzinfo=UTC))
        moment[0] += 60
        assert await carrier.find(message, datetime(2026, 3, 2, tzinfo=UTC)) is None


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_while_twilio_cannot_be_asked_it_stays_unknown_whether_the_text_left(
    policies: PolicyFiles, status: int
) -> None:
    with answering(status, b"{}") as twilio, pytest.raises(CannotKnow):
        await courier(policies, twilio.base_url).find(text("+13125550146", "t6.x.1"), datetime.now(UTC))
    with pytest.raises(CannotKnow):
        await courier(policies, NOWHERE).find(text("+13125550146", "t6.x.1"), datetime.now(UTC))


@pytest.mark.parametrize(
    ("number", "code"),
    [("+15005550001", "bad_number"), ("+15005550009", "bad_number"), ("+15005550004", "opted_out")],
)
async def test_a_number_twilio_refuses_is_refused_with_the_ports_own_word(
    world: World, policies: PolicyFiles, number: str, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await courier(policies, world.url).send(text(number, "t7.first_notice.1"))
    assert refusal.value.code == code
    assert number not in str(refusal.value)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 21635, "landline"), (400, 30006, "landline"), (400, 30007, "content"), (400, 30034, "configuration"),
        (400, 30863, "configuration"), (400, 21606, "configuration"), (400, 99999, "content"),
    ],
)  # fmt: skip
async def test_each_refusal_has_its_word(policies: PolicyFiles, status: int, code: int, expected: str) -> None:
    body = json.dumps({"code": code, "message": "to +13125550142", "status": status}).encode()
    with answering(status, body) as twilio, pytest.raises(Refused) as refusal:
        await courier(policies, twilio.base_url).send(text("+13125550142", "t8.first_notice.1"))
    assert refusal.value.code == expected
    assert "5550142" not in str(refusal.value)


@pytest.mark.parametrize(
    ("status", "body"), [(429, b'{"code": 20429, "status": 429}'), (401, b'{"code": 20003}'), (503, b"")]
)
async def test_a_busy_provider_has_certainly_done_nothing(policies: PolicyFiles, status: int, body: bytes) -> None:
    with answering(status, body) as twilio, pytest.raises(TryLater):
        await courier(policies, twilio.base_url).send(text("+13125550142", "t9.first_notice.1"))
    assert len(twilio.asked) == 1, "the SDK repeats nothing by itself"


async def test_a_provider_that_cannot_be_reached_has_certainly_done_nothing(policies: PolicyFiles) -> None:
    with pytest.raises(TryLater):
        await courier(policies, NOWHERE).send(text("+13125550142", "t10.first_notice.1"))


@pytest.mark.parametrize(
    ("status", "body"), [(500, b'{"code": 20500}'), (502, b"<html>"), (201, b"not json"), (201, b"{}")]
)
async def test_an_unclear_answer_means_that_we_cannot_know(policies: PolicyFiles, status: int, body: bytes) -> None:
    with answering(status, body) as twilio, pytest.raises(CannotKnow):
        await courier(policies, twilio.base_url).send(text("+13125550142", "t11.first_notice.1"))


async def test_a_text_longer_than_the_rows_allow_is_refused_before_anybody_is_asked(
    policies: PolicyFiles, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "practices", tmp_path / "practices")
    row = tmp_path / "practices" / "_rules" / "carrier_limits.yaml"
    row.write_text(row.read_text().replace("most_characters: 1600", "most_characters: 480"))
    shorter = PolicyFiles(tmp_path / "practices")
    with answering(201, json.dumps({"sid": "SM1"}).encode()) as twilio:
        for holds, most in ((policies, 1600), (shorter, 480)):
            with pytest.raises(Refused, match=f"has {most + 1} characters; {most} may leave at most") as refusal:
                await courier(holds, twilio.base_url).send(text("+13125550142", "t9.first_notice.1", "x" * (most + 1)))
            assert refusal.value.code == "content"
            assert twilio.asked == []
        assert await courier(shorter, twilio.base_url).send(text("+13125550142", "t9.first_notice.1", "x" * 480)) == "SM1"
