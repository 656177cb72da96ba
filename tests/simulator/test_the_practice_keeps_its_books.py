"""The practice system: its interface, its books and the events it sends."""

from __future__ import annotations

KAREN = {
    "practice_id": "p1",
    "balance_id": "b1",
    "patient_responsibility_cents": 21_500,
    "insurance_paid_cents": 68_000,
    "service_date": "2026-02-10",
    "guarantor": {"guarantor_id": "g1", "first_name": "Karen", "contact_points": []},
}


def call(stage, method, path, **more):
    headers = {"Authorization": f"Bearer {stage.keys['practice']['api_key']}"}
    return stage.http.request(method, f"{stage.url}/practice/v1{path}", headers=headers, **more)


def entry(**more):
    return {"external_id": "x1", "balance_id": "b1", "amount_cents": 1_000, "paid_at": "2026-03-02T10:00:00-06:00",
            "method": "card"} | more  # fmt: skip


def events(stage):
    return [event for batch in stage.product.at("/webhooks/practice-systems/simulated") for event in batch["events"]]


def test_posting_a_payment_twice_books_it_twice_and_a_search_finds_both(stage):
    stage.post("/practice/balances", KAREN, 201)
    for _ in range(2):
        assert call(stage, "POST", "/payments", json=entry()).status_code == 201
    found = call(stage, "GET", "/payments", params={"external_id": "x1"}).json()["payments"]
    assert len(found) == 2
    assert call(stage, "GET", "/balances/b1").json()["outstanding_cents"] == 19_500


def test_money_given_back_is_a_negative_payment(stage):
    stage.post("/practice/balances", KAREN, 201)
    call(stage, "POST", "/payments", json=entry())
    assert call(stage, "POST", "/payments", json=entry(external_id="x2", amount_cents=-1_000)).status_code == 201
    assert call(stage, "GET", "/balances/b1").json()["outstanding_cents"] == 21_500


def test_a_bad_posting_names_its_field_and_books_nothing(stage):
    stage.post("/practice/balances", KAREN, 201)
    for wrong, field in (
        (entry(amount_cents=10.5), "amount_cents"),
        (entry(amount_cents=0), "amount_cents"),
        (entry(paid_at="2026-03-02"), "paid_at"),
        (entry(external_id=""), "external_id"),
    ):
        answer = call(stage, "POST", "/payments", json=wrong)
        assert answer.status_code == 422
        assert answer.json()["error"].startswith(field)
    assert call(stage, "POST", "/payments", json=entry(balance_id="b9")).status_code == 404
    assert call(stage, "POST", "/payments", content=b"{").status_code == 422
    assert stage.get("/ledger", practice="p1")["payments"] == []


def test_a_payment_at_the_front_desk_is_reported_as_such(stage):
    stage.post("/practice/balances", KAREN, 201)
    stage.post("/practice/front-desk-payment", {"balance_id": "b1", "amount_cents": 21_500}, 201)
    told = events(stage)[-1]
    assert (told["type"], told["where"], told["amount_cents"]) == ("payment_recorded", "front_desk", 21_500)


def test_an_adjustment_reports_the_new_share_and_is_kept_in_the_books(stage):
    stage.post("/practice/balances", KAREN, 201)
    stage.post("/practice/adjust", {"balance_id": "b1", "patient_responsibility_cents": 0})
    assert events(stage)[-1]["type"] == "balance_adjusted"
    assert events(stage)[-1]["patient_responsibility_cents"] == 0
    ledger = stage.get("/ledger", practice="p1")
    assert ledger["adjustments"][0]["amount_cents"] == -21_500
    assert ledger["balances"][0]["outstanding_cents"] == 0


def test_a_note_is_kept_with_its_balance(stage):
    stage.post("/practice/balances", KAREN, 201)
    assert call(stage, "POST", "/notes", json={"balance_id": "b1", "text": "Plan agreed"}).status_code == 201
    assert stage.get("/ledger", practice="p1")["notes"][0]["text"] == "Plan agreed"
    assert call(stage, "POST", "/notes", json={"balance_id": "b1", "text": "Changed", "external_id": "n2"}).status_code == 201
    assert [one["text"] for one in call(stage, "GET", "/notes?external_id=n2").json()["notes"]] == ["Changed"]
    assert call(stage, "GET", "/notes").status_code == 422


def test_the_same_balance_is_not_opened_twice(stage):
    stage.post("/practice/balances", KAREN, 201)
    assert "balance_id" in stage.post("/practice/balances", KAREN, 422)["error"]


def test_a_posting_of_ours_comes_back_as_an_event_only_where_the_system_echoes(stage):
    stage.post("/practice/balances", KAREN, 201)
    call(stage, "POST", "/payments", json=entry())
    stage.world.practice.echoes = True
    call(stage, "POST", "/payments", json=entry(external_id="x2"))
    stage.settle()
    assert [event.get("external_id") for event in events(stage) if event["type"] == "payment_recorded"] == ["x2"]


def test_nothing_is_booked_up_to_the_lock_date(stage):
    stage.post("/practice/balances", KAREN, 201)
    stage.post("/practice/lock-date", {"practice_id": "p1", "until": "2026-03-05"})
    assert call(stage, "GET", "/lock-date", params={"practice_id": "p1"}).json() == {"locked_until": "2026-03-05"}
    for late in ({}, {"booked_on": "2026-03-05"}):
        answer = call(stage, "POST", "/payments", json=entry(**late))
        assert (answer.status_code, answer.json()["locked_until"]) == (409, "2026-03-05")
    assert call(stage, "POST", "/payments", json=entry(booked_on="2026-03-06")).status_code == 201
    [booked] = stage.get("/ledger", practice="p1")["payments"]
    assert booked["booked_on"] == "2026-03-06"
