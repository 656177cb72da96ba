"""What the workflows call is what a worker offers: asked of a wired worker, not of a list beside it."""

import ast
from pathlib import Path
from typing import cast

from temporalio import activity
from temporalio.client import Client

from runtime.settings import Settings
from store.pool import Pool
from worker.registry import ACTIVITY_NAMES, WORKFLOWS
from worker.wiring import wire
from workflows.activity_options import STEPS

ROOT = Path(__file__).resolve().parents[2]


def called_in_workflows() -> set[str]:
    """Names of activities as the workflow code gives them; a name that is computed is a step's kind."""
    found: set[str] = set()
    for path in (ROOT / "workflows").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"workflow.execute_activity", "workflow.execute_local_activity"}:
                name = node.args[0]
                found |= {str(name.value)} if isinstance(name, ast.Constant) else set(STEPS)
    return found


def offered(tmp_path: Path) -> set[str]:
    settings = Settings(
        data_dir=tmp_path, practices_dir=ROOT / "practices", simulator_url="http://127.0.0.1:1",
        twilio={"account_sid": "AC1", "auth_token": "t", "base_url": "http://127.0.0.1:1"},
        sendgrid={"api_key": "k", "base_url": "http://127.0.0.1:1"}, stripe={"api_key": "k", "base_url": "http://127.0.0.1:1"},
        practice_system={"api_key": "k", "base_url": "http://127.0.0.1:1"},
    )  # fmt: skip
    parts = wire(settings, cast(Client, None), cast(Pool, None))
    definitions = [activity._Definition.from_callable(one) for one in parts.activities]
    return {str(one.name) for one in definitions if one is not None}


def test_every_activity_that_a_workflow_calls_is_registered_and_no_other(tmp_path: Path) -> None:
    assert called_in_workflows() == offered(tmp_path) == set(ACTIVITY_NAMES)


def test_every_workflow_there_is_is_registered() -> None:
    defined = {
        node.name
        for path in (ROOT / "workflows").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and any("workflow.defn" in ast.unparse(mark) for mark in node.decorator_list)
    }
    assert defined == {workflow.__name__ for workflow in WORKFLOWS}
