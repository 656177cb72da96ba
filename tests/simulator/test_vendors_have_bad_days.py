"""Injected faults: what a vendor's client meets, and what became of the request all the same."""

from __future__ import annotations

import httpx
import pytest
from starlette.responses import Response


def send_text(stage, timeout=30.0):
    keys = stage.keys["twilio"]
    url = f"{stage.url}/2010-04-01/Accounts/{keys['account_sid']}/Messages.json"
    form = {"From": "+13125550100", "To": "+13125550142", "Body": "Hi Karen"}
    auth = (keys["account_sid"], keys["auth_token"])
    return stage.http.post(url, data=form, auth=auth, timeout=timeout)


def test_an_error_is_answered_as_often_as_asked_and_nothing_is_sent(stage):
    stage.post("/faults", {"vendor": "twilio", "kind": "error_500", "count": 2}, 201)
    assert [send_text(stage).status_code for _ in range(3)] == [500, 500, 201]
    assert len(stage.get("/messages")["messages"]) == 1


def test_a_busy_vendor_says_so_in_its_own_words(stage):
    stage.post("/faults", {"vendor": "twilio", "kind": "error_429"}, 201)
    assert send_text(stage).json()["code"] == 20429
    stage.post("/faults", {"vendor": "stripe", "kind": "error_429"}, 201)
    key = {"Authorization": f"Bearer {stage.keys['stripe']['api_key']}"}
    assert stage.http.get(f"{stage.url}/v1/customers", headers=key).json()["error"]["code"] == "rate_limit"


def test_a_time_out_before_acceptance_sends_nothing(stage):
    stage.post("/faults", {"vendor": "twilio", "kind": "timeout_before", "seconds": 1}, 201)
    with pytest.raises(httpx.ReadTimeout):
        send_text(stage, timeout=0.3)
    assert stage.get("/messages")["messages"] == []


def test_a_time_out_after_acceptance_sends_the_text_and_it_can_be_found_in_the_list(stage):
    stage.post("/faults", {"vendor": "twilio", "kind": "timeout_after_accept", "seconds": 1}, 201)
    with pytest.raises(httpx.ReadTimeout):
        send_text(stage, timeout=0.3)
    assert len(stage.get("/messages", to="+13125550142")["messages"]) == 1


def test_the_same_callback_comes_as_often_as_asked(stage):
    stage.post("/faults", {"vendor": "twilio", "kind": "duplicate_callbacks", "copies": 50}, 201)
    send_text(stage)
    stage.settle()
    statuses = [one["MessageStatus"] for one in stage.product.at("/webhooks/twilio/status")]
    assert statuses == ["sent"] * 50 + ["delivered"]


def test_callbacks_overtake_each_other(stage):
    stage.post("/faults", {"vendor": "twilio", "kind": "reorder_callbacks", "count": 2}, 201)
    send_text(stage)
    stage.advance("PT5M")
    assert [one["MessageStatus"] for one in stage.product.at("/webhooks/twilio/status")] == ["delivered", "sent"]


def test_a_callback_comes_as_late_as_asked_and_the_next_one_in_time(stage):
    stage.post("/faults", {"vendor": "twilio", "kind": "late_callbacks", "hours": 3, "count": 1}, 201)
    send_text(stage)
    stage.advance("PT2H")
    assert [one["MessageStatus"] for one in stage.product.at("/webhooks/twilio/status")] == ["delivered"]
    stage.advance("PT2H")
    assert [one["MessageStatus"] for one in stage.product.at("/webhooks/twilio/status")] == ["delivered", "sent"]


def test_an_outage_ends_at_its_hour(stage):
    stage.post("/faults", {"vendor": "twilio", "kind": "outage", "until": "2026-03-02T16:00:00+00:00"}, 201)
    assert send_text(stage).status_code == 503
    stage.advance("PT2H")
    assert send_text(stage).status_code == 201


def test_a_fault_may_strike_one_path_only(stage):
    stage.post("/faults", {"vendor": "stripe", "kind": "error_500", "path": "/v1/refunds", "method": "POST"}, 201)
    key = {"Authorization": f"Bearer {stage.keys['stripe']['api_key']}"}
    assert stage.http.get(f"{stage.url}/v1/refunds", headers=key).status_code == 200
    assert stage.http.post(f"{stage.url}/v1/refunds", headers=key).status_code == 500


def test_a_fault_may_strike_what_is_about_one_person_only(stage):
    for about, struck in (("+13125550199", 201), ("+13125550142", 500)):
        stage.post("/faults", {"vendor": "twilio", "kind": "error_500", "about": about}, 201)
        assert send_text(stage).status_code == struck


def test_an_unknown_fault_is_named(stage):
    assert stage.post("/faults", {"vendor": "acme", "kind": "outage"}, 422)["error"].startswith("vendor: one of")
    assert stage.post("/faults", {"vendor": "stripe", "kind": "mood"}, 422)["error"].startswith("kind: one of")


def test_the_practice_system_tries_again_later_when_the_product_is_broken(stage):
    stage.product.answer = lambda heard: Response(status_code=500 if len(stage.product.heard) < 3 else 200)
    guarantor = {"guarantor_id": "g1", "first_name": "Karen", "contact_points": []}
    balance = {"practice_id": "p1", "balance_id": "b1", "patient_responsibility_cents": 100, "guarantor": guarantor}
    stage.post("/practice/balances", balance, 201)
    stage.advance("P1D")
    heard = stage.product.at("/webhooks/practice-systems/simulated")
    assert len(heard) == 3
    assert len({batch["events"][0]["event_id"] for batch in heard}) == 1
    assert stage.get("/callbacks")["lost"] == 0


def test_twilio_gives_up_on_a_status_that_the_product_refuses(stage):
    stage.product.answer = lambda heard: Response(status_code=500)
    send_text(stage)
    stage.advance("P1D")
    assert len(stage.product.heard) == 2
    assert stage.get("/callbacks")["lost"] == 2
