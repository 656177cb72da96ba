"""`collect plans`: what the log says of each decision, and what is sent when a line is read."""

from typer.testing import CliRunner

from starter.cli import plans
from starter.cli.main import app
from web.documents import LOGGED_PLAN

COUNTERED = LOGGED_PLAN | {
    "id": "lakeside:lakeside.b-1042.plan_terms.1", "decision": "countered", "revision": 0, "change": "most_payments",
    "because": ["6 payments are more than the 4 that may be agreed to."],
}  # fmt: skip
ENDED = LOGGED_PLAN | {"id": "lakeside:b-1042.plan.1.ended", "decision": "cancelled", "because": ["The patient ended it."]}

HANDED = LOGGED_PLAN | {
    "id": "lakeside:b-1042.plan_approval.1", "decision": "handed", "outcome": "plan_agreed", "read_by": "MK",
    "read_at": "2026-03-03T15:00:00Z", "because": ["$500 is above the $400 that needs no approval."],
}  # fmt: skip


class FakeApi:
    """Knows four lines, and remembers what was posted."""

    def __init__(self) -> None:
        self.posted: list[object] = []

    def get(self, path, **query):
        return {"plans": [ENDED, HANDED, COUNTERED, LOGGED_PLAN]}

    def post(self, path, body):
        self.posted.append((path, body))
        return {}


def run(monkeypatch, api: FakeApi, *words: str) -> str:
    monkeypatch.setattr(plans, "Api", lambda _: api)
    done = CliRunner().invoke(app, ["plans", *words], env={"COLUMNS": "400"})
    assert done.exit_code == 0, done.output
    return done.output


def test_the_log_shows_what_was_decided_and_why(monkeypatch) -> None:
    said = run(monkeypatch, FakeApi(), "log")
    for words in ("4 decisions", "given to a person", "plan agreed, by MK", "terms 1", "counter-offer", "6 payments are more", "ended", "The patient ended it."):
        assert words in said, words


def test_a_decision_is_read_by_its_own_name(monkeypatch) -> None:
    api = FakeApi()
    run(monkeypatch, api, "read", COUNTERED["id"], "--who", "MK")
    assert api.posted == [(f"/v1/plans/{COUNTERED['id']}/read", {"who": "MK"})]
