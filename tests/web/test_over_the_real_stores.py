"""The web process over a real database and with the vendors' own ways of signing; only engine and card page are fakes."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import stripe
from real_stores import BASE, KEYS
from twilio.request_validator import RequestValidator

from store.pay_links import PayLinks
from store.pool import Pool
from web.documents import PAID, POSTED
from web.readiness import SchemaBehind, database_answers, engine_answers, schema_is_current
from web.wiring import recodes, spellings


async def code_of(pool: Pool) -> str:
    return await PayLinks(pool).code_for("lakeside", "b-1042")


async def test_a_reported_balance_has_a_page_that_follows_every_payment(real, pool) -> None:
    assert (await real.post("/v1/facts", json=POSTED)).status_code == 202
    path = f"/p/{await code_of(pool)}"
    assert "$215.00" in (await real.get(path)).text
    assert (await real.post("/v1/facts", json=PAID)).json()["facts"][0]["case_ids"] == ["lakeside:b-1042"]
    assert "Pay $115.00" in (await real.get(path)).text
    again = await real.post("/v1/facts", json=PAID)
    assert again.json()["facts"][0]["new"] is False
    rest = PAID | {"fact_id": "pms.payment-992", "amount_cents": 115_00}
    await real.post("/v1/facts", json=rest)
    assert "Thank you, Karen" in (await real.get(path)).text


async def test_a_list_with_one_bad_fact_leaves_nothing_behind(real, pool) -> None:
    answer = await real.post("/v1/facts", json=[POSTED, PAID | {"practice_id": "nowhere"}])
    assert answer.status_code == 422
    assert await pool.fetchval("SELECT count(*) FROM facts") == 0


async def test_a_checkout_is_remembered_and_thanks_for(real, pool) -> None:
    await real.post("/v1/facts", json=POSTED)
    path = f"/p/{await code_of(pool)}"
    assert (await real.post(path, data={"choice": "part", "amount": "50"})).status_code == 303
    assert await pool.fetchval("SELECT amount_cents FROM checkouts") == 50_00
    assert "may take a minute" in (await real.get(f"{path}/thanks?session=cs_1")).text


async def test_a_revoked_code_opens_nothing(real, pool) -> None:
    await real.post("/v1/facts", json=POSTED)
    code = await code_of(pool)
    await PayLinks(pool).revoke(code, datetime.now(UTC))
    assert (await real.get(f"/p/{code}")).status_code == 404
    assert (await real.get(f"/p/{await code_of(pool)}")).status_code == 200


async def test_knocking_too_often_is_counted_across_processes(real, pool) -> None:
    statuses = [(await real.get(f"/p/{number:022d}")).status_code for number in range(22)]
    assert statuses == [404] * 20 + [429] * 2
    assert b"198.51.100.7" not in b"".join(row["visitor"] for row in await pool.fetch("SELECT visitor FROM knocks"))


async def test_stopping_emails_silences_the_address_before_any_workflow_hears_of_it(real, pool) -> None:
    await real.post("/v1/facts", json=POSTED)
    assert (await real.post(f"/p/{await code_of(pool)}/stop-emails")).status_code == 200
    assert await pool.fetchval("SELECT channel FROM stops WHERE guarantor_id = 'g-77'") == "email"


async def test_cases_timelines_and_tasks_can_be_read(real) -> None:
    await real.post("/v1/facts", json=POSTED)
    (case,) = (await real.get("/v1/cases", params={"practice_id": "lakeside"})).json()["cases"]
    assert (case["case_id"], case["outstanding_cents"]) == ("lakeside:b-1042", 215_00)
    story = (await real.get("/v1/cases/lakeside:b-1042/timeline")).json()["timeline"]
    assert story[0]["kind"] == "balance_posted"
    assert (await real.get("/v1/cases/lakeside:b-9")).status_code == 404
    assert (await real.get("/v1/tasks")).json() == {"tasks": []}


# --- signatures ----------------------------------------------------------------------------------------------------


def text_from_a_patient() -> tuple[str, bytes, dict[str, str]]:
    form = {"MessageSid": "SM1", "From": "+13125550142", "To": "+13125550101", "Body": "Can I pay half? ñ", "FromCity": ""}
    signature = RequestValidator(KEYS.twilio_auth_token).compute_signature(f"{BASE}/webhooks/twilio/sms", form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return "/webhooks/twilio/sms", urlencode(form).encode(), headers


def report_on_a_text() -> tuple[str, bytes, dict[str, str]]:
    path, form = "/webhooks/twilio/status?touch=b1.first_notice.1", {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = RequestValidator(KEYS.twilio_auth_token).compute_signature(BASE + path, form)
    return path, urlencode(form).encode(), {"X-Twilio-Signature": signature}


def events_of_an_email(age: int = 0) -> tuple[str, bytes, dict[str, str]]:
    body, stamp = b'[{"event":"bounce","email":"karen@example.com","sg_event_id":"e1"}]\r\n', str(int(time.time()) - age)
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": KEYS.sign_for_sendgrid(stamp.encode() + body),
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp, "Content-Type": "application/json",
    }  # fmt: skip
    return "/webhooks/sendgrid/events", body, headers


def card_event(age: int = 0) -> tuple[str, bytes, dict[str, str]]:
    event = {"id": "evt_1", "type": "payment_intent.succeeded", "created": 1, "data": {"object": {"object": "payment_intent"}}}
    body, stamp = json.dumps(event).encode(), int(time.time()) - age
    signed = hmac.new(KEYS.stripe_webhook_secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert stripe.WebhookSignature.EXPECTED_SCHEME == "v1"
    return "/webhooks/stripe", body, {"Stripe-Signature": f"t={stamp},v1={signed}"}


def practice_event(age: int = 0) -> tuple[str, bytes, dict[str, str]]:
    body, stamp = b'{"events":[]}', str(int(time.time()) - age)
    signed = hmac.new(KEYS.practice_webhook_secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return "/webhooks/practice-systems/simulated", body, {"X-Practice-Timestamp": stamp, "X-Practice-Signature": signed}


SENDERS = [text_from_a_patient, report_on_a_text, events_of_an_email, card_event, practice_event]


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.__name__)
async def test_a_delivery_signed_by_its_vendor_is_kept_once_however_often_it_comes(real, pool, sender) -> None:
    path, body, headers = sender()
    statuses = {(await real.post(path, content=body, headers=headers)).status_code for _ in range(5)}
    assert statuses <= {200, 204}
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 1


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.__name__)
async def test_a_changed_body_no_longer_fits_its_signature(real, pool, sender) -> None:
    path, body, headers = sender()
    assert (await real.post(path, content=body + b"&x=1 ", headers=headers)).status_code == 400
    assert (await real.post(path, content=body)).status_code == 400
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 0


@pytest.mark.parametrize("sender", [events_of_an_email, card_event, practice_event], ids=lambda sender: sender.__name__)
async def test_a_stale_signature_is_refused(real, pool, sender) -> None:
    path, body, headers = sender(age=3600)
    answer = await real.post(path, content=body, headers=headers)
    assert answer.status_code == 400
    assert "clock" in answer.json()["errors"][0]["mend"]


# --- operations ----------------------------------------------------------------------------------------------------


async def test_readiness_sees_the_database_the_schema_and_the_engine(real, settings, pool, client) -> None:
    answer = (await real.get("/readyz")).json()
    assert answer["ready"] is False
    assert answer["checks"]["database"] == "ok"
    assert answer["checks"]["engine"] != "ok"
    await database_answers(pool)
    await engine_answers(client)
    await pool.execute("CREATE TABLE IF NOT EXISTS schema_migrations (version text)")
    await pool.execute("INSERT INTO schema_migrations VALUES ('1'), ('9')")
    await schema_is_current(pool, frozenset({"1"}))
    with pytest.raises(SchemaBehind):
        await schema_is_current(pool, frozenset({"1", "2"}))
    await pool.execute("DROP TABLE schema_migrations")


async def test_facts_are_taken_and_pages_open_while_the_engine_is_away(real, pool) -> None:
    assert (await real.post("/v1/facts", json=POSTED)).status_code == 202
    assert (await real.get(f"/p/{await code_of(pool)}")).status_code == 200


async def test_the_codec_endpoint_makes_readable_what_the_engine_stores(real, settings) -> None:
    plain = {"payloads": [{"metadata": {"encoding": base64.b64encode(b"json/plain").decode()}, "data": base64.b64encode(b'"hi"').decode()}]}
    encrypted = json.loads(await recodes(settings)["encode"](json.dumps(plain).encode()))
    assert encrypted != plain
    path = "/codec/codec-secret-for-tests-0001/decode"
    answer = await real.post(path, json=encrypted, headers={"Origin": "http://localhost:8233"})
    assert answer.json() == plain
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8233"
    foreign = json.loads(json.dumps(encrypted).replace(base64.b64encode(b"one").decode(), base64.b64encode(b"two").decode()))
    assert (await real.post(path, json=foreign)).status_code == 400
    assert (await real.post(path, content=b"{", headers={"Content-Type": "application/json"})).status_code == 400


def test_the_ui_is_known_by_both_names_of_this_machine() -> None:
    assert spellings("http://127.0.0.1:8233/") == ("http://127.0.0.1:8233", "http://localhost:8233")
    assert spellings("https://temporal.example.org/ui") == ("https://temporal.example.org",)
