"""docs/reference/ says what the code says, and the names that others rely on are there."""

import re
from pathlib import Path

import pytest
from reference_pages import FOLDER, PAGES, kind_of, members, page

from receivables import facts

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "contract.md"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_as_the_code_is(name: str) -> None:
    assert (FOLDER / name).read_text() == page(name), "run `make reference` and commit what it writes"


def test_no_page_is_left_from_something_that_is_gone() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


def test_the_documents_lead_to_the_reference() -> None:
    root = FOLDER.parents[1]
    assert "docs/reference/" in (root / "README.md").read_text()


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract is not beside this checkout")
def test_every_fact_path_and_command_of_the_contract_is_there() -> None:
    contract = CONTRACT.read_text()
    told = contract[contract.index("Facts accepted at") : contract.index("All amounts are integer cents")]
    named = {word for word in re.findall(r"`([a-z_]+)`", told) if word not in {"kind", "fact_id", "at", "source", "practice_id"}}
    assert named <= {kind_of(model) for model in members(facts.ReportedFact)}
    http, engine = page("http.md"), page("engine.md")
    for path in ("/v1/facts", "/v1/cases", "/v1/cases/{case_id}/timeline", "/v1/tasks", "/p/{code}", "/healthz", "/readyz", "/metrics"):
        assert f"`{path}`" in http
    signals = contract[contract.index("Signals:") : contract.index("Search attributes:")]
    for name in re.findall(r"`([a-z_]+)`", signals):
        if name != "accept_plan":  # It comes with payment plans.
            assert f"`{name}`" in engine, name
