"""The books are proven on request, and a request that cannot be answered says so."""

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
