"""What the bench measures is what it says: its lives, its files and its servers do what they are measured for."""

from collections.abc import Iterator

import pytest

from integrations.remittances.reader import read_remittances
from starter.bench import life, plan_life, storage
from starter.bench.remittance_text import SEGMENTS_OF_CLAIM, remittance_text
from starter.bench.scale import Scale
from starter.bench.servers import Servers, servers

TINY = Scale(rounds=1, lives=2, open_balances=60)


@pytest.fixture(scope="module")
def running() -> Iterator[Servers]:
    with servers() as started:
        yield started


async def test_the_measured_life_makes_its_contacts_within_the_budget_of_events_and_actions(running: Servers) -> None:
    measured = {figure.name: figure for figure in (await life.measure(running, TINY)).figures}
    assert measured["life: events"].verdict == "met", measured["life: events"]
    assert measured["life: billable actions"].verdict == "met", measured["life: billable actions"]
    history = measured["life: history, encrypted"]
    assert history.floor is not None
    assert history.floor.median > 2_000, "a minimal life of 33 events cannot take less"


async def test_the_measured_plan_takes_at_most_one_action_more_than_is_aimed_at(running: Servers) -> None:
    measured = {figure.name: figure for figure in (await plan_life.measure(running, TINY)).figures}
    actions = measured["plan-life: billable actions"]
    assert actions.target == 34
    assert 26 < actions.value.median <= 35, "a bare workflow takes 26; see docs/how-to/read-the-bench.md"
    assert measured["plan-life: events"].value.median > actions.value.median
    assert measured["plan-life: history, encrypted"].value.median > 10_000


async def test_stored_bytes_are_of_rows_that_are_there(running: Servers) -> None:
    (figure,) = (await storage.measure(running, TINY)).figures
    assert figure.value.median > 400, "a balance without its fact, case, decision and delivery would take less"


def test_the_measured_remittance_has_the_segments_that_are_counted() -> None:
    few, more = remittance_text(10), remittance_text(20)
    assert more.count(b"~") - few.count(b"~") == 10 * SEGMENTS_OF_CLAIM
    assert sum(len(one.claims) for one in read_remittances(more, "bench")) == 20
