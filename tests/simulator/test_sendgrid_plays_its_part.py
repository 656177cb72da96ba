"""E-mails as SendGrid keeps them: events, suppressions, and what reaches an inbox."""

from __future__ import annotations

import pytest
from python_http_client.exceptions import BadRequestsError, UnauthorizedError
from sendgrid import SendGridAPIClient


def mail(to="karen@example.com", **more):
    return {
        "personalizations": [{"to": [{"email": to}], "custom_args": {"touch": "t1"}}],
        "from": {"email": "billing@example.org"},
        "subject": "About your visit",
        "content": [{"type": "text/plain", "value": "Hello"}],
    } | more


@pytest.fixture
def client(stage):
    return SendGridAPIClient(stage.keys["sendgrid"]["api_key"], host=stage.url)


def events(stage):
    return [event for batch in stage.product.at("/webhooks/sendgrid/events") for event in batch]


def test_a_mail_is_processed_and_delivered_with_our_arguments_flattened(stage, client):
    answer = client.client.mail.send.post(request_body=mail(categories=["first_notice"]))
    stage.settle()
    assert [event["event"] for event in events(stage)] == ["processed", "delivered"]
    delivered = events(stage)[1]
    assert delivered["touch"] == "t1"
    assert delivered["category"] == ["first_notice"]
    assert delivered["sg_message_id"].startswith(answer.headers["X-Message-Id"])
    assert delivered["timestamp"] == 1772463600
    assert all(heard.genuine for heard in stage.product.heard)


def test_a_dead_address_bounces_once_and_is_dropped_ever_after(stage, client):
    stage.post("/emails/karen@example.com", {"outcome": "bounce"})
    for _ in range(2):
        client.client.mail.send.post(request_body=mail())
        stage.settle()
    assert [event["event"] for event in events(stage)] == ["processed", "bounce", "dropped"]
    assert events(stage)[1]["type"] == "bounce"
    assert events(stage)[2]["reason"] == "Bounced Address"


def test_a_blocked_mail_is_a_soft_bounce_and_the_next_one_is_tried(stage, client):
    stage.post("/emails/karen@example.com", {"outcome": "blocked"})
    client.client.mail.send.post(request_body=mail())
    stage.settle()
    stage.post("/emails/karen@example.com", {"outcome": "delivered"})
    client.client.mail.send.post(request_body=mail())
    stage.settle()
    assert [event["event"] for event in events(stage)] == ["processed", "bounce", "processed", "delivered"]
    assert events(stage)[1]["type"] == "blocked"


@pytest.mark.parametrize(
    ("how", "event", "reason"),
    [
        ("spam_report", "spamreport", "Spam Reporting Address"),
        ("unsubscribe", "unsubscribe", "Unsubscribed Address"),
    ],
)
def test_a_complaint_is_reported_and_suppresses(stage, client, how, event, reason):
    client.client.mail.send.post(request_body=mail())
    stage.settle()
    stage.post("/patients/karen@example.com/complain", {"how": how}, 201)
    client.client.mail.send.post(request_body=mail())
    stage.settle()
    assert [one["event"] for one in events(stage)] == ["processed", "delivered", event, "dropped"]
    assert events(stage)[-1]["reason"] == reason


def test_a_suppression_can_be_read_and_lifted(stage, client):
    stage.post("/emails/karen@example.com", {"outcome": "bounce"})
    client.client.mail.send.post(request_body=mail())
    stage.settle()
    assert b"karen@example.com" in client.client.suppression.bounces.get().body
    assert client.client.suppression.bounces._("karen@example.com").delete().status_code == 204
    assert client.client.suppression.bounces.get().body.strip() == b"[]"


def test_a_bad_mail_names_its_field(client):
    with pytest.raises(BadRequestsError) as refused:
        client.client.mail.send.post(request_body=mail(content=[]))
    assert b'"field":"content"' in refused.value.body


def test_a_wrong_key_is_refused(stage):
    with pytest.raises(UnauthorizedError):
        SendGridAPIClient("SG.wrong", host=stage.url).client.mail.send.post(request_body=mail())


def test_several_people_in_one_request_are_several_mails(stage, client):
    people = [{"to": [{"email": f"{name}@example.com"}], "substitutions": {"-name-": name}} for name in ("tom", "ana")]
    content = [{"type": "text/plain", "value": "Hi -name-"}]
    client.client.mail.send.post(request_body=mail(personalizations=people, content=content))
    assert [one["body"] for one in stage.get("/messages")["messages"]] == ["Hi tom", "Hi ana"]
