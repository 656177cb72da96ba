"""SendGrid's own description and a second opinion judge which mails are taken and which are refused."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import CustomArg, From, Mail, Personalization, To

from tests.referees.conftest import DESCRIPTIONS

pytestmark = pytest.mark.referee

GOOD: dict[str, Any] = {
    "personalizations": [{"to": [{"email": "pat@example.com"}], "custom_args": {"touch": "t1"}}],
    "from": {"email": "billing@example.org", "name": "Lakeside Family Practice"},
    "subject": "About your visit",
    "content": [{"type": "text/plain", "value": "Hello"}, {"type": "text/html", "value": "<p>Hello</p>"}],
    "categories": ["first_notice"],
    "headers": {"List-Unsubscribe": "<https://example.org/u/1>"},
    "tracking_settings": {"click_tracking": {"enable": False}},
}


def changed(**parts: Any) -> dict[str, Any]:
    body = copy.deepcopy(GOOD) | parts
    return {name: part for name, part in body.items() if part is not None}


@pytest.fixture(scope="module")
def both(steady, simulator):
    return simulator, steady(DESCRIPTIONS / "sendgrid_mail_v3.json")


def statuses(both, keys, body):
    headers = {"Authorization": f"Bearer {keys['sendgrid']['api_key']}"}
    return [
        httpx.post(f"{base}/v3/mail/send", json=body, headers=headers, trust_env=False).status_code for base in both
    ]


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        changed(categories=None, headers=None),
        changed(reply_to={"email": "desk@example.org"}),
        changed(mail_settings={"sandbox_mode": {"enable": True}}),
    ],
)
def test_a_good_mail_is_taken_by_both(body, both, keys):
    assert statuses(both, keys, body) == [202, 202]


@pytest.mark.parametrize(
    "body",
    [
        {name: part for name, part in GOOD.items() if name != "from"},
        changed(content=[{"type": "text/plain"}]),
        changed(subject=None, content="Hello"),
    ],
)
def test_a_bad_mail_is_refused_by_both(body, both, keys):
    assert statuses(both, keys, body) == [400, 400]


@pytest.mark.parametrize(
    "body",
    [
        changed(personalizations=[]),
        changed(personalizations=[{"to": []}]),
        changed(content=[{"type": "text/plain", "value": ""}]),
        changed(colour="red"),
    ],
)
def test_what_only_the_vendor_s_pages_forbid_is_refused_by_the_simulator(body, both, keys):
    assert statuses(both, keys, body)[0] == 400


def test_the_sdk_sends_through_the_simulator_and_gets_a_message_id(simulator, keys):
    mail = Mail(From("billing@example.org"), None, "About your visit", plain_text_content="Hello")
    person = Personalization()
    person.add_to(To("pat@example.com"))
    person.add_custom_arg(CustomArg("touch", "t1"))
    mail.add_personalization(person)
    answer = SendGridAPIClient(keys["sendgrid"]["api_key"], host=simulator).send(mail)
    assert answer.status_code == 202
    assert answer.headers["X-Message-Id"]
