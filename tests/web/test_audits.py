"""The books are proven on request, and a request that cannot be answered says so."""

import pytest
from temporalio.service import RPCError, RPCStatusCode

from receivables.proof import Proof
from web.documents import PROOF


async def test_one_practice_or_all_are_proven(api, world) -> None:
    answer = await api.post("/v1/audits", json={"practice_id": "lakeside"})
    assert answer.json()["proofs"][0]["practice_id"] == "lakeside"
    assert (await api.post("/v1/audits")).status_code == 200
    assert world.audits.asked == ["lakeside", None]


async def test_a_practice_nobody_knows_is_refused_by_its_field(api, world) -> None:
    answer = await api.post("/v1/audits", json={"practice_id": "elsewhere"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "practice_id")
    assert (await api.post("/v1/audits", json={"practise": "lakeside"})).status_code == 422
    assert world.audits.asked == []


async def test_without_a_token_nothing_is_proven(web, world) -> None:
    assert (await web.post("/v1/audits")).status_code == 401
    assert world.audits.asked == []


async def test_while_the_engine_is_away_it_is_said(api, world) -> None:
    world.audits.broken = RPCError("gone", RPCStatusCode.UNAVAILABLE, b"")
    assert (await api.post("/v1/audits")).status_code == 503


def test_the_example_in_the_document_is_a_proof() -> None:
    proof = Proof.model_validate(PROOF)
    assert not proof.agrees
    assert proof.model_copy(update={"unexplained": 0}).agrees
    assert not proof.model_copy(update={"unexplained": 0, "could_not": "away"}).agrees


async def test_a_month_is_shown_and_one_that_is_over_is_closed_once(api, world) -> None:
    for whose in ({"practice_id": "lakeside"}, {}):
        [shown] = (await api.get("/v1/audits/months/2026-02", params=whose)).json()["months"]
        assert (shown["practice_id"], shown["first_day"], shown["closing_cents"]) == ("lakeside", "2026-02-01", 737600)
        assert (shown["closed"], shown["agrees"]) == (False, True)
    closed = await api.post("/v1/audits/months/2026-02/close", json={"practice_id": "lakeside"})
    assert closed.json()["closed"]
    assert (await api.post("/v1/audits/months/2026-02/close", json={"practice_id": "lakeside"})).status_code == 409


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "March", "26-03", "2026-00"])
async def test_what_is_no_month_is_refused(api, world, month: str) -> None:
    answer = await api.get(f"/v1/audits/months/{month}", params={"practice_id": "lakeside"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "month")


async def test_a_month_that_is_not_over_and_a_practice_nobody_knows_are_refused(api, world) -> None:
    for month, practice, field in (("2026-03", "lakeside", "month"), ("2026-02", "elsewhere", "practice_id")):
        answer = await api.post(f"/v1/audits/months/{month}/close", json={"practice_id": practice})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert world.audits.asked == []
