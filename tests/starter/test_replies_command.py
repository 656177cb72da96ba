"""`collect replies`: what is sent to the running system, what is said of the answer, and the lines that come out."""

import json

import pytest
from typer.testing import CliRunner

from starter.cli import replies
from starter.cli.main import app


class FakeApi:
    """Answers from a list, and remembers what was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.asked = list(answers), []

    def get(self, path, **query):
        self.asked.append((path, query))
        return self.answers.pop(0)

    def post(self, path, body):
        self.asked.append((path, body))
        return self.answers.pop(0)


def run(monkeypatch, api: FakeApi, *words: str):
    monkeypatch.setattr(replies, "Api", lambda _: api)
    return CliRunner().invoke(app, ["replies", *words])


KEPT = {"fact_id": "a:1", "practice_id": "p", "new": True, "replaces": False, "follows": ["It stops."]}


def test_a_correction_is_sent_as_it_was_typed(monkeypatch) -> None:
    api = FakeApi(KEPT)
    done = run(
        monkeypatch, api, "correct", "a:1", "--who", "MK", "--intent", "opt_out", "--intents", "already_paid, help", "--intents",
        "pay_now", "--slot", "amount_cents=5000", "--slot", "date=2026-03-20", "--slot", "installments=four",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    ((path, body),) = api.asked
    assert path == "/v1/replies/a%3A1/correction"
    assert body == {
        "who": "MK", "intent": "opt_out", "intents": ["already_paid", "help", "pay_now"],
        "slots": {"amount_cents": 5000, "date": "2026-03-20", "installments": "four"},
    }  # fmt: skip
    assert done.stdout == "Kept, for the balance and for the next training.\n  - It stops.\n"


@pytest.mark.parametrize(
    ("answer", "says"),
    [(KEPT | {"new": False}, "nothing changed"), (KEPT | {"replaces": True}, "stays on record")],
)
def test_what_became_of_it_is_said(monkeypatch, answer, says) -> None:
    words = ("correct", "a", "--who", "MK", "--intent", "help")
    assert says in run(monkeypatch, FakeApi(answer), *words).stdout.replace("\n", " ")
    assert json.loads(run(monkeypatch, FakeApi(answer), *words, "--json").stdout) == answer


@pytest.mark.parametrize("pair", ["amount_cents", "amount_cents=", "=5"])
def test_a_slot_without_name_or_value_is_wrong_use(monkeypatch, pair) -> None:
    api = FakeApi(KEPT)
    done = run(monkeypatch, api, "correct", "a", "--who", "MK", "--intent", "help", "--slot", pair)
    assert (done.exit_code, api.asked) == (2, [])


def test_all_pages_come_out_as_lines_and_nothing_else(monkeypatch) -> None:
    api = FakeApi({"corrections": [{"id": "a"}, {"id": "b"}], "next": 7}, {"corrections": [{"id": "ñ"}], "next": None})
    done = run(monkeypatch, api, "corrections", "--practice", "p")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b", "ñ"]
    assert [query for _, query in api.asked] == [{"practice_id": "p", "after": 0}, {"practice_id": "p", "after": 7}]


def test_nothing_corrected_is_an_empty_file_and_a_word_beside_it(monkeypatch) -> None:
    done = run(monkeypatch, FakeApi({"corrections": [], "next": None}), "corrections")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Nothing has been corrected" in done.stderr


def test_what_a_language_model_cost_is_told_by_outcome(monkeypatch) -> None:
    spent = {"model": "any:small", "outcome": "too_slow", "asked": 1, "tokens_in": 0, "tokens_out": 0, "cost_microdollars": 0}
    more = spent | {"outcome": "answered", "asked": 12, "tokens_in": 7240, "tokens_out": 160, "cost_microdollars": 1_002_130}
    api = FakeApi({"since": "x", "spent": [more, spent]})
    assert run(monkeypatch, api, "opinions", "--days", "7").stdout == (
        "any:small answered 12 times: 7240 tokens in, 160 out, $1.002130\nany:small took too long once: 0 tokens in, 0 out, $0.000000\n"
    )
    assert api.asked == [("/v1/replies/opinions", {"days": 7})]
    nothing = {"since": "x", "spent": []}
    assert run(monkeypatch, FakeApi(nothing), "opinions").stdout == "No language model was asked in the last 30 days.\n"
    assert json.loads(run(monkeypatch, FakeApi(nothing), "opinions", "--json").stdout) == nothing
