"""What integrations report at `/v1/facts`, well and badly formed."""

import json

import pytest
from web_world import NOW

from web.documents import PAID, POSTED


async def test_a_posted_balance_is_taken_and_names_the_case_it_reached(api, world) -> None:
    answer = await api.post("/v1/facts", json=POSTED)
    assert answer.status_code == 202
    assert answer.json() == {
        "facts": [
            {"fact_id": POSTED["fact_id"], "case_id": "lakeside:b-1042", "case_ids": ["lakeside:b-1042"], "new": True}
        ]
    }
    assert world.desk.facts[POSTED["fact_id"]].guarantor.first_name == "Karen"


async def test_the_same_payment_reported_again_changes_nothing(api, world) -> None:
    first = await api.post("/v1/facts", json=PAID)
    again = await api.post("/v1/facts", json=PAID | {"amount_cents": 99})
    assert [answer.json()["facts"][0]["new"] for answer in (first, again)] == [True, False]
    assert world.desk.facts[PAID["fact_id"]].amount_cents == 100_00


async def test_a_list_of_facts_is_answered_in_its_order(api) -> None:
    answer = await api.post("/v1/facts", json=[POSTED, PAID])
    assert [fact["fact_id"] for fact in answer.json()["facts"]] == [POSTED["fact_id"], PAID["fact_id"]]


async def test_a_stop_named_by_guarantor_reaches_all_their_balances(api, world) -> None:
    stop = {"kind": "contact_stopped", "fact_id": "s1", "at": NOW.isoformat(), "practice_id": "lakeside", "guarantor_id": "g-77"}
    assert (await api.post("/v1/facts", json=stop)).status_code == 202


def without(field: str) -> dict[str, object]:
    return {name: value for name, value in PAID.items() if name != field}


GUARANTOR = POSTED["guarantor"]
CONSENT: dict[str, object] = {
    "kind": "consent_recorded", "fact_id": "c1", "at": NOW.isoformat(), "practice_id": "lakeside", "guarantor_id": "g1",
    "channel": "sms", "value": "+13125550142", "purposes": ["billing"], "given_at": NOW.isoformat(), "means": "form",
    "wording_version": "sms-1",
}  # fmt: skip
BAD = [
    (PAID | {"amount_cents": 100.5}, "amount_cents", "cents"),
    (PAID | {"amount_cents": 100.0}, "amount_cents", "cents"),
    (PAID | {"amount_cents": "10000"}, "amount_cents", "cents"),
    (PAID | {"amount_cents": "$100"}, "amount_cents", "cents"),
    (PAID | {"amount_cents": True}, "amount_cents", "cents"),
    (PAID | {"amount_cents": -100}, "amount_cents", "more than zero"),
    (PAID | {"amount_cents": 0}, "amount_cents", "more than zero"),
    (PAID | {"amount_cents": 10**12}, "amount_cents", "too large"),
    (PAID | {"amount_cents": 10**40}, "amount_cents", "too large"),
    (PAID | {"practice_id": "nowhere"}, "practice_id", "no such practice"),
    (PAID | {"practice_id": "../etc"}, "practice_id", "wrong form"),
    (PAID | {"at": "2026-03-02T09:00:00"}, "at", "no offset"),
    (PAID | {"at": "yesterday"}, "at", "not a date with a time"),
    (PAID | {"at": "2036-03-02T09:00:00-06:00"}, "at", "more than a year ahead"),
    (PAID | {"paid_at": "2026-13-45T09:00:00Z"}, "paid_at", "not a date with a time"),
    (PAID | {"where": "under the mattress"}, "where", "not known"),
    (PAID | {"kind": "payment_received"}, "kind", "not known"),
    (PAID | {"kind": "message_sent"}, "kind", "not known"),
    (PAID | {"fact_id": "has spaces"}, "fact_id", "wrong form"),
    (PAID | {"amount": 5}, "amount", "no such field"),
    (without("kind"), "kind", "missing"),
    (without("fact_id"), "fact_id", "missing"),
    (without("at"), "at", "missing"),
    (without("amount_cents"), "amount_cents", "missing"),
    (without("balance_id"), "balance_id", "belongs to a balance"),
    (POSTED | {"service_date": "02/10/2026"}, "service_date", "not a date"),
    (POSTED | {"service_date": "2062-02-10"}, "service_date", "cannot be used"),
    (POSTED | {"patient_responsibility_cents": -1}, "patient_responsibility_cents", "negative"),
    (POSTED | {"visit_kind": "colonoscopy #3"}, "visit_kind", "wrong form"),
    (POSTED | {"guarantor": GUARANTOR | {"time_zone": "Mars/Olympus"}}, "guarantor.time_zone", "does not exist"),
    (CONSENT | {"wording_version": ""}, "wording_version", "short"),
    ({name: value for name, value in CONSENT.items() if name != "means"}, "means", "missing"),
    (CONSENT | {"given_at": "2030-01-01T00:00:00Z"}, "given_at", "nobody agrees after"),
    (CONSENT | {"value": "not a phone"}, "value", "cannot be used"),
    (POSTED | {"guarantor": GUARANTOR | {"language": "tlh"}}, "guarantor.language", "not known"),
    (POSTED | {"guarantor": GUARANTOR | {"postal_code": "6060"}}, "guarantor.postal_code", "wrong form"),
    (POSTED | {"guarantor": "Karen"}, "guarantor", "not an object"),
    (
        POSTED | {"guarantor": GUARANTOR | {"contact_points": [{"channel": "sms", "value": "call me"}]}},
        "guarantor.contact_points[0]", "cannot be used",
    ),
    *(
        (
            POSTED | {"guarantor": GUARANTOR | {"contact_points": [{"channel": "sms", "value": number}]}},
            "guarantor.contact_points[0]", "no phone number",
        )
        for number in ("+11235550142", "+10125550142", "+13120550142", "+1312555014", "+131255501422", "+19999999999", "+14115550142")
    ),
    (
        POSTED | {"guarantor": GUARANTOR | {"contact_points": [{"channel": "email", "value": "at home"}]}},
        "guarantor.contact_points[0]", "cannot be used",
    ),
    ({"kind": "reply_received", "fact_id": "r1", "at": NOW.isoformat(), "practice_id": "lakeside", "channel": "sms", "text": "hi"}, "balance_id", "nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "field", "problem"), BAD, ids=[f"{field}: {problem}" for _, field, problem in BAD])
async def test_a_bad_field_is_named_with_its_problem_and_its_mend(api, world, fact, field, problem) -> None:
    answer = await api.post("/v1/facts", content=json.dumps(fact), headers={"Content-Type": "application/json"})
    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert (error["field"], problem in error["problem"]) == (field, True), error
    assert error["mend"]
    assert world.desk.facts == {}


async def test_every_bad_fact_of_a_list_is_named_with_its_place_and_none_is_kept(api, world) -> None:
    answer = await api.post("/v1/facts", json=[PAID, PAID | {"amount_cents": 1.5}, without("at") | {"fact_id": "other"}])
    assert answer.status_code == 422
    found = [(error["field"], error["index"]) for error in answer.json()["errors"]]
    assert found == [("[1].amount_cents", 1), ("[2].at", 2)]
    assert world.desk.facts == {}


async def test_an_unknown_practice_in_a_list_is_named_with_its_place(api, world) -> None:
    answer = await api.post("/v1/facts", json=[PAID, PAID | {"practice_id": "nowhere", "fact_id": "other"}])
    (error,) = answer.json()["errors"]
    assert (error["field"], error["index"]) == ("[1].practice_id", 1)
    assert world.desk.facts == {}


async def test_a_list_of_one_is_a_list(api) -> None:
    answer = await api.post("/v1/facts", json=[PAID | {"practice_id": "nowhere"}])
    assert answer.json()["errors"][0]["field"] == "[0].practice_id"


async def test_what_was_sent_is_never_repeated_in_the_answer(api) -> None:
    secret = "Karen Miller +13125550199"
    bodies = [
        PAID | {"amount_cents": secret}, PAID | {secret: 1}, PAID | {"kind": secret}, PAID | {"practice_id": secret},
        PAID | {"at": secret}, [PAID | {"where": secret}], secret, {"kind": "staff_note", secret: secret},
    ]  # fmt: skip
    for body in bodies:
        answer = await api.post("/v1/facts", json=body)
        assert answer.status_code == 422
        assert "Miller" not in answer.text
        assert "555" not in answer.text


@pytest.mark.parametrize(
    ("body", "line"), [(b"", 1), (b"{", 1), (b'{"kind":\n\n oops}', 3), (b"\xff\xfe", 1), (b"null", None), (b"[]", None), (b"[[1]]", None)]
)
async def test_a_body_that_is_no_fact_is_refused_with_the_line_where_reading_ended(api, body, line) -> None:
    answer = await api.post("/v1/facts", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert error.get("line") == line
    assert error["problem"]
    assert error["mend"]


async def test_ten_megabytes_are_refused_as_too_large(api, world) -> None:
    answer = await api.post("/v1/facts", content=b"[" + b" " * 10_000_000, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "4 MB" in answer.json()["errors"][0]["problem"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "text/csv"])
async def test_another_content_type_is_refused_and_the_right_one_named(api, kind) -> None:
    answer = await api.post("/v1/facts", content=json.dumps(PAID), headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["errors"][0]["mend"]


async def test_a_charset_beside_the_content_type_is_fine(api) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await api.post("/v1/facts", content=json.dumps(PAID), headers=headers)).status_code == 202


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic YTpi", "a-token-for-tests", "Bearer", "Bearer ünicode"])
async def test_without_a_known_token_nothing_is_read_and_the_mend_is_told(web, world, header) -> None:
    headers = {"Authorization": header.encode()} if header else {}
    answer = await web.post("/v1/facts", json=PAID, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in answer.json()["errors"][0]["mend"]
    assert world.desk.facts == {}


async def test_while_a_token_is_being_replaced_the_old_one_works_too(web) -> None:
    assert (await web.post("/v1/facts", json=PAID, headers={"Authorization": "Bearer old-token"})).status_code == 202


async def test_a_fault_of_ours_is_a_500_without_its_text(api, world) -> None:
    world.desk.broken = OSError("could not reach 10.0.0.7 for Karen")
    answer = await api.post("/v1/facts", json=PAID)
    assert answer.status_code == 500
    assert "Karen" not in answer.text
    assert "again" in answer.json()["errors"][0]["mend"]
