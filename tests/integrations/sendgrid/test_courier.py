"""An e-mail leaves once, whatever SendGrid answers: the real SDK over HTTP against the simulator and odd servers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from integrations.sendgrid.courier import SendGridCourier
from receivables.errors import CannotKnow, NotReportedYet, Refused, TryLater
from receivables.people import Channel
from receivables.ports import Clock, Message
from runtime.policy_files import PolicyFiles
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.world import NOW, Still, World

KEY = "SG.simulated.0000000000000001"


def courier(policies: PolicyFiles, clock: Clock, base_url: str, timeout_s: float = 5) -> SendGridCourier:
    return SendGridCourier(KEY, policies, clock, base_url=base_url, timeout_s=timeout_s)


def mail(to: str = "pat@example.org", touch_id: str = "b1.follow_up.1") -> Message:
    return Message(
        channel=Channel.email, to=to, subject="You choose how to pay", text="Hi", html="<p>Hi</p>", touch_id=touch_id,
        practice_id="lakeside", unsubscribe_url="https://pay.example.com/p/code/unsubscribe",
    )  # fmt: skip


async def test_an_e_mail_reaches_the_patient_in_text_and_html(
    world: World, policies: PolicyFiles, clock: Still
) -> None:
    message_id = await courier(policies, clock, world.url).send(mail("sarah@example.org"))
    [seen] = world.messages("sarah@example.org")
    assert len(message_id) == 22
    assert (seen["channel"], seen["from"]) == ("email", "billing@lakeside.example.com")


async def test_nothing_but_opaque_ids_travels_beside_the_message_and_nothing_is_tracked(
    policies: PolicyFiles, clock: Still
) -> None:
    with answering(202, b"", **{"X-Message-Id": "abc"}) as sendgrid:
        assert await courier(policies, clock, sendgrid.base_url).send(mail()) == "abc"
    method, path, headers, body = sendgrid.asked[0]
    sent = json.loads(body)
    assert (method, path, headers["Authorization"]) == ("POST", "/v3/mail/send", f"Bearer {KEY}")
    assert sent["personalizations"] == [
        {"to": [{"email": "pat@example.org"}], "custom_args": {"touch": "b1.follow_up.1"}}
    ]
    assert sent["from"] == {"email": "billing@lakeside.example.com", "name": "Lakeside Family Care"}
    assert [part["type"] for part in sent["content"]] == ["text/plain", "text/html"]
    assert not any(setting["enable"] for setting in sent["tracking_settings"].values())
    assert "reply_to" not in sent
    assert sent["headers"] == {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<https://pay.example.com/p/code/unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert "categories" not in sent


async def test_an_answer_stands_in_its_conversation_and_says_that_a_machine_answers(
    policies: PolicyFiles, clock: Still
) -> None:
    answer = mail().model_copy(
        update={"thread": "0123456789abcdef0123", "in_reply_to": "<m1@example.org>", "answers": True}
    )
    with answering(202, b"", **{"X-Message-Id": "abc"}) as sendgrid:
        await courier(policies, clock, sendgrid.base_url).send(answer)
    sent = json.loads(sendgrid.asked[0][3])
    address = "r.0123456789abcdef0123@reply.lakeside.example.com"
    assert sent["reply_to"] == {"email": address, "name": "Lakeside Family Care"}
    assert sent["headers"]["Auto-Submitted"] == "auto-replied"
    assert sent["headers"]["In-Reply-To"] == sent["headers"]["References"] == "<m1@example.org>"


async def test_an_e_mail_that_timed_out_after_it_was_taken_is_not_sent_again_within_the_day_events_take(
    world: World, policies: PolicyFiles, clock: Still
) -> None:
    world.fault("sendgrid", "timeout_after_accept")
    carrier = courier(policies, clock, world.url, timeout_s=0.5)
    with pytest.raises(CannotKnow):
        await carrier.send(mail("tom@example.org"))
    clock.moment = NOW + timedelta(hours=23)
    with pytest.raises(NotReportedYet) as wait:
        await carrier.find(mail("tom@example.org"), NOW)
    assert wait.value.until == NOW + timedelta(hours=24)


async def test_an_e_mail_nothing_was_heard_of_for_a_day_was_never_taken(policies: PolicyFiles, clock: Still) -> None:
    clock.moment = NOW + timedelta(hours=24)
    assert await courier(policies, clock, NOWHERE).find(mail(), NOW) is None


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_a_busy_provider_has_certainly_done_nothing(policies: PolicyFiles, clock: Still, status: int) -> None:
    with (
        answering(status, b'{"errors": [{"message": "for pat@example.org"}]}') as sendgrid,
        pytest.raises(TryLater) as fault,
    ):
        await courier(policies, clock, sendgrid.base_url).send(mail())
    assert len(sendgrid.asked) == 1
    assert "pat@" not in str(fault.value)


async def test_a_provider_that_cannot_be_reached_has_certainly_done_nothing(
    policies: PolicyFiles, clock: Still
) -> None:
    with pytest.raises(TryLater):
        await courier(policies, clock, NOWHERE).send(mail())


@pytest.mark.parametrize("status", [200, 502, 504])
async def test_a_gateways_answer_means_that_we_cannot_know(policies: PolicyFiles, clock: Still, status: int) -> None:
    with answering(status, b"<html>") as sendgrid, pytest.raises(CannotKnow):
        await courier(policies, clock, sendgrid.base_url).send(mail())


async def test_an_address_the_provider_does_not_accept_is_refused_as_such(
    world: World, policies: PolicyFiles, clock: Still
) -> None:
    with pytest.raises(Refused) as refusal:
        await courier(policies, clock, world.url).send(mail("pat@nowhere"))
    assert refusal.value.code == "bad_address"


async def test_a_message_the_provider_does_not_accept_is_refused_for_its_content(
    world: World, policies: PolicyFiles, clock: Still
) -> None:
    message = mail()
    message.subject = ""
    with pytest.raises(Refused) as refusal:
        await courier(policies, clock, world.url).send(message)
    assert refusal.value.code == "content"
    with answering(413, b"too large") as sendgrid, pytest.raises(Refused):
        await courier(policies, clock, sendgrid.base_url).send(mail())
