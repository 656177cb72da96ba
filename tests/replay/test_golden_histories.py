"""Lives recorded long ago go on under today's code: every path replays, and the order of commands is unchanged."""

import json
from pathlib import Path

import pytest
from living import KEY
from record import PATHS, fingerprint, lived
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer

from runtime.encryption import encrypted_converter
from runtime.sandbox import sandbox
from workflows.collect_balance import CollectBalance

HERE = Path(__file__).resolve().parent
HISTORIES = sorted((HERE / "histories").glob("*.json"))
TEXTS = {path.stem: path.read_text() for path in HISTORIES}
WHAT_TO_DO = """The workflow's order of commands has changed, so lives that are running would stop at their next step.
If the change is meant: guard it with workflow.patched("…"), keep the old path, and record a history of the new path with
    .venv/bin/python tests/replay/record.py
under a new name in PATHS. The old histories and their fingerprints stay as they are."""


def test_every_path_has_a_history() -> None:
    assert {path.stem for path in HISTORIES} >= {path.__name__ for path in PATHS}


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_recorded_life_goes_on(path: Path) -> None:
    replayer = Replayer(
        workflows=[CollectBalance], data_converter=encrypted_converter(KEY, "test"),
        workflow_runner=sandbox(),
    )  # fmt: skip
    history = WorkflowHistory.from_json(path.stem, TEXTS[path.stem])
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    assert result.replay_failure is None, WHAT_TO_DO


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
async def test_a_life_lived_today_gives_its_commands_in_the_committed_order(client: Client, path: Path) -> None:
    committed = json.loads((HERE / "fingerprints.json").read_text())
    assert fingerprint(json.loads(await lived(client, path))) == committed[path.__name__], WHAT_TO_DO


def test_histories_hold_nothing_readable() -> None:
    for path in HISTORIES:
        for word in ("Sarah", "sarah@", "13125550142", "first_notice"):
            assert word not in path.read_text()
