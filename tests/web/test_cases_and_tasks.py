"""Reading cases, asking something of them, and the work that waits for people."""

import pytest
from temporalio.service import RPCError, RPCStatusCode
from web_world import FakePolicies

from receivables.case import CloseReason
from receivables.errors import UnknownPractice
from starter.requests import CaseIsClosed


async def test_cases_are_listed_and_told_one_by_one(api) -> None:
    assert [case["case_id"] for case in (await api.get("/v1/cases")).json()["cases"]] == ["lakeside:b1"]
    assert (await api.get("/v1/cases", params={"stage": "closed"})).json() == {"cases": [], "next": None}
    assert (await api.get("/v1/cases", params={"limit": 1})).json()["next"] == "lakeside:b1"
    case = (await api.get("/v1/cases/lakeside:b1")).json()
    assert (case["outstanding_cents"], case["time_zone"]) == (215_00, "America/Chicago")
    story = (await api.get("/v1/cases/lakeside:b1/timeline")).json()
    assert story["timeline"][0]["sentence"] == "A balance of $215 was posted."


async def test_cases_of_a_practice_whose_file_was_taken_away_are_still_shown(api, monkeypatch) -> None:
    def gone(self, practice_id):
        raise UnknownPractice

    monkeypatch.setattr(FakePolicies, "practice", gone)
    assert (await api.get("/v1/cases/lakeside:b1")).json()["time_zone"] == "UTC"


@pytest.mark.parametrize("path", ["/v1/cases/lakeside:b2", "/v1/cases/lakeside:b2/timeline"])
async def test_an_unknown_case_is_404_with_a_mend(api, path) -> None:
    answer = await api.get(path)
    assert answer.status_code == 404
    assert "/v1/cases" in answer.json()["errors"][0]["mend"]


async def test_a_case_id_that_is_none_names_its_field(api) -> None:
    answer = await api.get("/v1/cases/lakeside")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "case_id"


async def test_a_stage_that_is_none_lists_those_there_are(api) -> None:
    answer = await api.get("/v1/cases", params={"stage": "sleeping", "limit": "many", "after": "b1"})
    assert {error["field"] for error in answer.json()["errors"]} == {"stage", "limit", "after"}
    assert "with_staff" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/cases"), ("GET", "/v1/cases/lakeside:b1"), ("POST", "/v1/cases/lakeside:b1/pause"), ("GET", "/v1/tasks"), ("POST", "/v1/tasks/x/claim")],
)
async def test_nothing_is_shown_or_asked_without_a_token(web, method, path) -> None:
    answer = await web.request(method, path)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["mend"]


async def test_nothing_is_read_from_strangers(web) -> None:
    answer = await web.post("/v1/cases/lakeside:b1/close", content=b"{not json", headers={"Content-Type": "application/json"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"{oops", "application/json", 422), (b'{"reason":"paid"}', "text/plain", 415), (b"[" + b" " * 10_000_000, "application/json", 413)],
    ids=["broken", "other type", "too large"],
)
async def test_a_request_with_a_broken_body_says_what_is_wrong_with_it(api, world, body, kind, status) -> None:
    for path in ("/v1/cases/lakeside:b1/close", "/v1/tasks/lakeside:b1.call.1/resolve"):
        answer = await api.post(path, content=body, headers={"Content-Type": kind})
        assert answer.status_code == status
        assert answer.json()["errors"][0]["mend"]
    assert world.requests.asked == []


async def test_a_case_is_paused_with_and_without_an_end(api, world) -> None:
    assert (await api.post("/v1/cases/lakeside:b1/pause")).json()["stage"] == "held"
    await api.post("/v1/cases/lakeside:b1/pause", json={"until": "2026-03-09T09:00:00-05:00", "because": "On holiday."})
    assert [asked[0] for asked in world.requests.asked] == ["pause", "pause"]
    assert world.requests.asked[1][3].isoformat() == "2026-03-09T09:00:00-05:00"


@pytest.mark.parametrize(
    ("body", "field"),
    [({"until": "2026-03-09T09:00:00"}, "until"), ({"until": "2026-03-01T09:00:00Z"}, "until"), ({"untill": None}, "untill")],
)
async def test_a_pause_that_cannot_be_meant_is_refused(api, world, body, field) -> None:
    answer = await api.post("/v1/cases/lakeside:b1/pause", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert world.requests.asked == []


async def test_a_case_is_resumed_handed_back_and_closed(api, world) -> None:
    await api.post("/v1/cases/lakeside:b1/resume")
    await api.post("/v1/cases/lakeside:b1/return-to-agent")
    await api.post("/v1/cases/lakeside:b1/close", json={"reason": "written_off"})
    assert world.requests.asked == [
        ("resume", "lakeside", "b1"), ("return", "lakeside", "b1"), ("close", "lakeside", "b1", CloseReason.written_off)
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "finished"), [("call", True), ("reply", True), ("credit", False), ("deceased", False)])
async def test_handing_a_case_back_finishes_calls_and_replies_and_names_what_needs_an_answer(
    api, world, kind, finished
) -> None:
    world.requests.open_tasks, world.tasks.kind = ["b1.call.1", "b1.gone.1"], kind
    told = await api.post("/v1/cases/lakeside:b1/return-to-agent", json={"because": "It was dealt with."})
    assert told.status_code == 200
    assert told.json()["open_tasks"] == (["b1.gone.1"] if finished else ["b1.call.1", "b1.gone.1"])
    assert [(one["outcome"], one["who"]) for one in world.tasks.answers] == [("resume", "handed back")] * finished


@pytest.mark.parametrize("rule", ["permanent_stop", "protected", "contested"])
@pytest.mark.parametrize("request_", ["resume", "return-to-agent"])
async def test_what_only_a_person_lifts_is_lifted_with_a_reason(api, world, rule, request_) -> None:
    world.shown.rule = rule
    for body in (None, {"because": "  "}):
        answer = await api.post(f"/v1/cases/lakeside:b1/{request_}", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "because")
    assert world.requests.asked == []
    said = {"because": "The court dismissed the case."}
    assert (await api.post(f"/v1/cases/lakeside:b1/{request_}", json=said)).status_code == 200


@pytest.mark.parametrize("kind", ["minor", "bankruptcy", "cease", "confidential", "dispute"])
async def test_a_task_about_a_stop_lets_the_agent_go_on_only_with_a_note(api, world, kind) -> None:
    (task,) = (await api.get("/v1/tasks")).json()["tasks"]
    world.tasks.kind = kind
    wave = {"who": "MK", "outcome": "resume"}
    answer = await api.post(f"/v1/tasks/{task['id']}/resolve", json=wave)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "note")
    answer = await api.post(f"/v1/tasks/{task['id']}/resolve", json=wave | {"note": "The father is guarantor now."})
    assert answer.status_code == 200


async def test_another_task_of_the_balance_does_not_wave_its_stop_through(api, world) -> None:
    world.tasks.kind, world.tasks.beside = "reply", ["dispute"]
    wave = {"who": "MK", "outcome": "resume"}
    assert (await api.post("/v1/tasks/lakeside:b1.call.1/resolve", json=wave)).status_code == 422
    world.tasks.beside = ["call"]
    assert (await api.post("/v1/tasks/lakeside:b1.call.1/resolve", json=wave)).status_code == 200


async def test_closing_needs_a_reason_that_exists(api, world) -> None:
    answer = await api.post("/v1/cases/lakeside:b1/close", json={"reason": "bored"})
    assert answer.status_code == 422
    assert "written_off" in answer.json()["errors"][0]["mend"]


async def test_nothing_is_asked_of_a_closed_or_unknown_case(api, world) -> None:
    assert (await api.post("/v1/cases/lakeside:b2/pause")).status_code == 404
    world.shown.stage = "closed"
    assert (await api.post("/v1/cases/lakeside:b1/pause")).status_code == 409
    world.shown.stage, world.requests.closed = "outreach", True
    assert (await api.post("/v1/cases/lakeside:b1/resume")).status_code == 409
    assert world.requests.asked == []


async def test_closing_is_answered_even_when_the_stored_fact_was_quicker_than_the_request(api, world) -> None:
    world.shown.stages, world.shown.stage, world.shown.close_reason = ["outreach"], "closed", "written_off"
    for fault in (CaseIsClosed(), RPCError("gone", RPCStatusCode.ABORTED, b"")):
        world.shown.stages, world.requests.broken = ["outreach"], fault
        answer = await api.post("/v1/cases/lakeside:b1/close", json={"reason": "written_off"})
        assert (answer.status_code, answer.json()["close_reason"]) == (200, "written_off")
        world.shown.stages = ["outreach"]
        assert (await api.post("/v1/cases/lakeside:b1/close", json={"reason": "withdrawn"})).status_code == 409


async def test_while_the_engine_is_away_a_request_is_told_to_be_stored(api, world) -> None:
    world.requests.broken = RPCError("connection refused at 10.0.0.7", RPCStatusCode.UNAVAILABLE, b"")
    answer = await api.post("/v1/cases/lakeside:b1/pause")
    assert answer.status_code == 503
    assert "stored and holds" in answer.json()["errors"][0]["mend"]
    assert "10.0.0.7" not in answer.text


async def test_tasks_are_listed_claimed_and_answered(api, world) -> None:
    (task,) = (await api.get("/v1/tasks", params={"status": "open", "practice_id": "lakeside"})).json()["tasks"]
    assert (await api.get("/v1/tasks", params={"status": "resolved"})).json() == {"tasks": []}
    assert (await api.post(f"/v1/tasks/{task['id']}/claim", json={"who": "MK"})).json()["claimed_by"] == "MK"
    answer = await api.post(
        f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "will_pay", "will_pay_by": "2026-03-20"}
    )
    assert answer.json() == {"fact_id": "resolved.b1.call.1", "outcome": "will_pay"}
    assert world.tasks.answers[0]["outcome"] == "will_pay"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"who": "MK", "outcome": "will_pay"}, "will_pay_by"),
        ({"who": "MK", "outcome": "will_pay", "will_pay_by": "2026-03-01"}, "will_pay_by"),
        ({"who": "MK", "outcome": "keep_paused", "resume_on": "2025-03-01"}, "resume_on"),
        ({"who": "MK", "outcome": "paid in kind"}, "outcome"),
        ({"outcome": "done"}, "who"),
        ({"who": " ", "outcome": "done"}, "who"),
        ({"who": "MK", "outcome": "will_pay", "will_pay_by": "soon"}, "will_pay_by"),
    ],
)
async def test_an_answer_that_cannot_be_meant_is_refused(api, world, body, field) -> None:
    answer = await api.post("/v1/tasks/lakeside:b1.call.1/resolve", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert world.tasks.answers == []


async def test_a_promise_for_today_is_not_in_the_past_in_the_evening(api, world) -> None:
    world.clock.moment = world.clock.moment.replace(day=3, hour=3)  # 9 p.m. on March 2 in Chicago
    body = {"who": "MK", "outcome": "will_pay", "will_pay_by": "2026-03-02"}
    assert (await api.post("/v1/tasks/lakeside:b1.call.1/resolve", json=body)).status_code == 200


async def test_one_task_can_be_looked_at(api) -> None:
    assert (await api.get("/v1/tasks/lakeside:b1.call.1")).json()["summary"] == "Not answered."
    assert (await api.get("/v1/tasks/lakeside:b9.call.1")).status_code == 404


async def test_a_task_in_other_hands_is_409_and_an_unknown_one_404(api, world) -> None:
    from store.task_book import SaidBefore, TakenBy

    assert (await api.post("/v1/tasks/lakeside:b9.call.1/claim", json={"who": "MK"})).status_code == 404
    assert (await api.post("/v1/tasks/elsewhere:b9/resolve", json={"who": "MK", "outcome": "done"})).status_code == 404
    world.tasks.taken = TakenBy("AB", world.clock.moment, "claimed")
    assert (await api.post("/v1/tasks/lakeside:b1.call.1/claim", json={"who": "MK"})).status_code == 409
    refused = await api.post("/v1/tasks/lakeside:b1.call.1/resolve", json={"who": "MK", "outcome": "done"})
    assert refused.status_code == 409
    assert "`collect tasks show`" in refused.json()["errors"][0]["mend"]
    world.tasks.taken = SaidBefore(world.clock.moment)
    again = await api.post("/v1/tasks/lakeside:b1.call.1/resolve", json={"who": "MK", "outcome": "done"})
    assert (again.status_code, "the first answer stands" in again.json()["errors"][0]["mend"]) == (409, True)


async def test_a_plan_the_practice_keeps_itself_is_an_outcome_without_terms_and_nothing_else_has_any(api, world) -> None:
    path = "/v1/tasks/lakeside:b1.call.1/resolve"
    assert (await api.post(path, json={"who": "MK", "outcome": "plan_agreed"})).status_code == 200
    terms = {"installments": 4, "first_due_on": "2026-04-01"}
    answer = await api.post(path, json={"who": "MK", "outcome": "no_answer", "terms": terms})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "terms")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_due_on": "2026-03-01"}, "first_due_on"),
        ({"first_due_on": "2036-04-01"}, "first_due_on"),
        ({"first_due_on": "the 31st of never"}, "first_due_on"),
        ({"down_payment_cents": 215_00}, "down_payment_cents"),
        ({"down_payment_cents": 300_00}, "down_payment_cents"),
        ({"down_payment_cents": 214_98}, "installments"),
        ({"installments": 0}, "installments"),
        ({"installments": 61}, "installments"),
        ({"currency": "EUR"}, "currency"),
    ],
)
async def test_impossible_terms_are_refused_with_their_field_and_nothing_is_half_done(api, world, wrong, field) -> None:
    terms = {"installments": 4, "first_due_on": "2026-04-01"} | wrong
    body = {"who": "MK", "outcome": "plan_agreed", "terms": terms}
    answer = await api.post("/v1/tasks/lakeside:b1.call.1/resolve", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"terms.{field}")
    answer = await api.post("/v1/cases/lakeside:b1/accept-plan", json=terms)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert answer.json()["errors"][0]["mend"]
    assert world.desk.facts == {}


async def test_what_was_said_about_a_case_is_shown_to_whoever_holds_a_token(api) -> None:
    said = (await api.get("/v1/cases/lakeside:b1/conversation")).json()
    assert [(line["who"], line["text"]) for line in said["conversation"]] == [("patient", "who is this?")]
    assert (await api.get("/v1/cases/lakeside:b2/conversation")).status_code == 404
    assert (await api.get("/v1/cases/lakeside:b1/conversation", headers={"Authorization": "x"})).status_code == 401
