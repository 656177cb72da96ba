"""A patient's whole path through the world: posting, text, page, checkout, and the books afterwards."""

from __future__ import annotations

import base64

BALANCE = {
    "practice_id": "p1",
    "balance_id": "p1-karen",
    "patient_responsibility_cents": 21_500,
    "insurance_paid_cents": 68_000,
    "service_date": "2026-02-10",
    "guarantor": {
        "guarantor_id": "g1",
        "first_name": "Karen",
        "contact_points": [{"channel": "sms", "value": "+13125550142", "consent": "granted"}],
    },
}


def twilio_auth(stage):
    keys = stage.keys["twilio"]
    return (keys["account_sid"], keys["auth_token"])


def send_text(stage, to="+13125550142", body="Hi Karen", **more):
    account = stage.keys["twilio"]["account_sid"]
    form = {"From": "+13125550100", "To": to, "Body": body, **more}
    return stage.http.post(
        f"{stage.url}/2010-04-01/Accounts/{account}/Messages.json", data=form, auth=twilio_auth(stage)
    )


def test_karen_is_texted_pays_on_the_page_and_the_practice_books_it_once(stage):
    stage.post("/practice/balances", BALANCE, 201)
    posted = stage.product.at("/webhooks/practice-systems/simulated")
    assert posted[0]["events"][0]["type"] == "balance_posted"
    assert posted[0]["events"][0]["guarantor"]["first_name"] == "Karen"

    link = f"{stage.product.url}/p/abc"
    assert send_text(stage, body=f"Hi Karen, pay here: {link}").status_code == 201
    stage.settle()
    assert [one["MessageStatus"] for one in stage.product.at("/webhooks/twilio/status")] == ["sent", "delivered"]

    paid = stage.post("/patients/+13125550142/pay", {"link": link, "amount_cents": 10_000})
    assert paid["outcome"] == "paid", paid
    kinds = [event.type for event in stage.product.stripe_events]
    assert kinds[-1] == "checkout.session.completed"
    assert stage.product.stripe_events[-1].data.object.amount_total == 10_000
    assert stage.get("/payments")["payments"][0]["amount_cents"] == 10_000

    entry = {"external_id": "ch1", "balance_id": "p1-karen", "amount_cents": 10_000,
             "paid_at": "2026-03-02T18:00:00-06:00", "method": "card"}  # fmt: skip
    key = {"Authorization": f"Bearer {stage.keys['practice']['api_key']}"}
    assert stage.http.post(f"{stage.url}/practice/v1/payments", json=entry, headers=key).status_code == 201
    ledger = stage.get("/ledger", practice="p1")
    assert ledger["balances"][0]["outstanding_cents"] == 11_500
    assert all(heard.genuine for heard in stage.product.heard)


def test_a_reply_arrives_as_a_signed_inbound_webhook(stage):
    send_text(stage)
    stage.post("/patients/+13125550142/reply", {"text": "Can I pay the rest next month?"}, 201)
    inbound = stage.product.at("/webhooks/twilio/sms")
    assert inbound[0]["Body"] == "Can I pay the rest next month?"
    assert inbound[0]["To"] == "+13125550100"
    assert all(heard.genuine for heard in stage.product.heard)


def test_an_answer_to_an_email_arrives_as_a_signed_parse_post(stage):
    mail = {
        "personalizations": [{"to": [{"email": "karen@example.com"}], "custom_args": {"touch": "t1"}}],
        "from": {"email": "billing@example.org"},
        "subject": "Your balance",
        "content": [{"type": "text/plain", "value": "Hello"}],
    }
    key = {"Authorization": f"Bearer {stage.keys['sendgrid']['api_key']}"}
    answer = stage.http.post(f"{stage.url}/v3/mail/send", json=mail, headers=key)
    assert answer.status_code == 202
    assert answer.headers["X-Message-Id"]
    assert answer.content == b""
    stage.settle()
    events = [event for batch in stage.product.at("/webhooks/sendgrid/events") for event in batch]
    assert [event["event"] for event in events] == ["processed", "delivered"]
    assert events[0]["touch"] == "t1"
    stage.post("/patients/karen@example.com/reply", {"text": "I already paid this"}, 201)
    assert stage.product.at("/webhooks/sendgrid/inbound")[0]["text"] == "I already paid this"
    assert all(heard.genuine for heard in stage.product.heard)


def test_nobody_without_the_account_s_credentials_is_served(stage):
    account = stage.keys["twilio"]["account_sid"]
    wrong = {"Authorization": "Basic " + base64.b64encode(f"{account}:wrong".encode()).decode()}
    path = f"{stage.url}/2010-04-01/Accounts/{account}/Messages.json"
    assert stage.http.post(path, data={}, headers=wrong).json()["code"] == 20003
    assert stage.http.post(f"{stage.url}/v3/mail/send", json={}).status_code == 401
    assert stage.http.get(f"{stage.url}/v1/customers").status_code == 401
    assert stage.http.get(f"{stage.url}/practice/v1/balances/x").status_code == 401
