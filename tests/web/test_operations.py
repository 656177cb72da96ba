"""What operators see: health, counts, logs without secrets, the codec endpoint and the OpenAPI document."""

import jsonschema
import pytest
import structlog
from web_world import CODE, World

from receivables.facts import REPORTED
from web.documents import PAID, POSTED
from web.metrics import Metrics


async def test_a_living_process_says_so_and_an_unready_one_names_what_is_missing(web, world) -> None:
    assert (await web.get("/healthz")).status_code == 200
    assert (await web.get("/readyz")).json() == {"ready": True, "checks": {"database": "ok"}}
    world.unready["database"] = OSError("no route to 10.0.0.7")
    answer = await web.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"database": "OSError"})


async def test_metrics_count_by_route_and_hold_no_code(api) -> None:
    await api.post("/v1/facts", json=PAID)
    await api.get(f"/p/{CODE}")
    await api.request("BREW", "/p/teapot")
    text = (await api.get("/metrics")).text
    assert 'collect_web_requests_total{method="POST",route="/v1/facts",status="202"} 1' in text
    assert 'collect_web_request_seconds_count{route="/p/{code}"} 2' in text
    assert 'collect_web_facts_total{kind="new"} 1' in text
    assert CODE not in text
    assert "BREW" not in text


def test_buckets_add_up_to_all_requests() -> None:
    metrics = Metrics()
    for seconds in (0.0005, 0.003, 7.0, 99.0):
        metrics.answered("GET", "/x", 200, seconds)
    lines = [line for line in metrics.text().splitlines() if line.startswith("collect_web_request_seconds_bucket")]
    counts = [int(line.split()[-1]) for line in lines]
    assert counts == sorted(counts)
    assert counts[0] == 1
    assert counts[-2:] == [3, 4]


async def test_the_access_log_holds_routes_and_ids_but_no_codes_or_queries(web) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await web.get(f"/p/{CODE}?lang=es")
    (line,) = [line for line in lines if line["event"] == "answered"]
    assert (line["route"], line["status"], line["method"]) == ("/p/{code}", 200, "GET")
    assert line["request_id"] == answer.headers["x-request-id"]
    assert CODE not in str(lines)
    assert "lang" not in str(lines)


async def test_a_fault_of_ours_is_logged_with_its_place_and_without_its_text(api, world) -> None:
    world.desk.broken = OSError("Karen at +13125550142")
    with structlog.testing.capture_logs() as lines:
        await api.post("/v1/facts", json=PAID)
    assert lines[0]["fault"] == "OSError"
    assert lines[0]["where"].startswith("web_world.py:")
    assert "Karen" not in str(lines)


async def test_the_ui_decodes_through_an_address_only_it_knows(web) -> None:
    headers = {"Content-Type": "application/json", "Origin": "http://127.0.0.1:8233"}
    answer = await web.post("/codec/codec-secret/decode", content=b'"olleh"', headers=headers)
    assert answer.content == b'"hello"'
    assert answer.headers["access-control-allow-origin"] == "http://127.0.0.1:8233"


async def test_the_ui_may_ask_beforehand_and_another_page_may_not_read_the_answer(web) -> None:
    asked = await web.options("/codec/codec-secret/decode", headers={"Origin": "http://127.0.0.1:8233"})
    assert asked.status_code == 204
    assert "x-namespace" in asked.headers["access-control-allow-headers"]
    foreign = await web.options("/codec/codec-secret/decode", headers={"Origin": "https://evil.example.com"})
    assert "access-control-allow-origin" not in foreign.headers


async def test_without_the_token_in_the_address_nothing_is_decoded(web) -> None:
    for token in ("wrong", "codec-secre", "ünicode"):
        answer = await web.post(f"/codec/{token}/decode", content=b"{}", headers={"Content-Type": "application/json"})
        assert answer.status_code == 401


async def test_payloads_of_an_unknown_key_are_refused_with_the_mend(web) -> None:
    answer = await web.post("/codec/codec-secret/decode", content=b"{}", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "COLLECT_PAYLOAD_KEYS" in answer.json()["errors"][0]["mend"]


def test_without_a_codec_token_there_is_no_codec_endpoint() -> None:
    assert not [route for route in World().app.router.routes if "/codec" in getattr(route, "path", "")]


async def test_the_openapi_document_describes_every_door_and_its_examples_are_accepted(web, world) -> None:
    document = (await web.get("/openapi.json")).json()
    for path in ("/v1/facts", "/v1/cases", "/v1/cases/{case_id}/close", "/v1/tasks/{task}/resolve", "/webhooks/stripe"):
        assert path in document["paths"], path
    assert "/v1/cases/{case_id}/accept-plan" in document["paths"]
    content = document["paths"]["/v1/facts"]["post"]["requestBody"]["content"]["application/json"]
    for fact in (POSTED, PAID):
        REPORTED.validate_python(fact)
        jsonschema.validate(fact, {"$ref": "#/components/schemas/ReportedFact", "components": document["components"]})
    assert set(content["examples"]) == {"balance", "payment", "list"}
    for operations in document["paths"].values():
        for name, operation in operations.items():
            assert operation["responses"], name
            assert all("HTTPValidationError" not in str(response) for response in operation["responses"].values())


async def test_every_reference_in_the_openapi_document_leads_somewhere(web) -> None:
    document = (await web.get("/openapi.json")).json()
    known = document["components"]["schemas"]

    def references(value):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    assert {name.rpartition("/")[2] for name in references(document)} <= set(known)


@pytest.mark.parametrize("path", ["/", "/v1/nothing", "/docs"])
async def test_an_address_that_leads_nowhere_says_where_to_look(web, path) -> None:
    answer = await web.get(path)
    assert answer.status_code == 404
    assert "/openapi.json" in answer.json()["errors"][0]["mend"]


def test_a_gauge_is_looked_at_when_the_page_is_read() -> None:
    overdue = [0]
    metrics = Metrics({"collect_rules_overdue_reviews": lambda: overdue[0]})
    assert "collect_rules_overdue_reviews 0" in metrics.text().splitlines()
    overdue[0] = 2
    assert "collect_rules_overdue_reviews 2" in metrics.text().splitlines()
