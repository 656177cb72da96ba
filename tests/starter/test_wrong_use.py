"""Wrong use of the command line: each says what is wrong, where, and how to mend it, with exit code 2; failures are 1."""

from __future__ import annotations

import json
import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner
from writer import Cas, Claim, Payment, write

from runtime.trouble import Trouble
from starter.cli.main import app
from web.documents import PAID, POSTED

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-03-02T09:15:00-06:00"


def collect(*arguments: str, given: str | None = None) -> tuple[int, str]:
    """Exit code, and everything that was said; Trouble is what `run` turns into a sentence and a 1."""
    done = CliRunner().invoke(app, list(arguments), input=given, prog_name="collect")
    if isinstance(done.exception, Trouble):
        return 1, str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def question(**more: Any) -> str:
    return json.dumps({"now": NOW, "facts": [POSTED]} | more)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"now":\n\n oops}', ["line 3", "send one JSON object"]),
        ("", ["not JSON"]),
        ("[]", ["curly brackets"]),
        (question(now="2026-03-02T09:15:00"), ["now: this time has no offset", "add it"]),
        (question(facts=[]), ["facts", "at least 1"]),
        (question(facts=[PAID]), ["no balance_posted", "give the posting"]),
        (question(facts=[POSTED | {"patient_responsibility_cents": 215.5}]), ["facts[0].patient_responsibility_cents", "whole number of cents"]),
        (question(facts=[POSTED | {"patient_responsibility_cents": "$215"}]), ["facts[0].patient_responsibility_cents", "21500 for $215.00"]),
        (question(facts=[POSTED | {"patient_responsibility_cents": -1}]), ["must not be negative"]),
        (question(facts=[POSTED | {"patient_responsibility_cents": 10**12}]), ["too large for any patient balance"]),
        (question(facts=[POSTED | {"kind": "balance"}]), ["facts[0].kind: this kind is not known", "balance_posted"]),
        (question(facts=[POSTED | {"colour": "red"}]), ["facts[0].colour: there is no such field"]),
        (question(polcy={}), ["polcy: there is no such field"]),
        (question(policy={"min_balance_to_contact": 10.5}), ["min_balance_to_contact", "not as a float"]),
        (question(policy={"contact": {"max_per_day": 9}}), ["contact.max_per_day", "1"]),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_names_its_field_and_the_mend(given: str, said: list[str]) -> None:
    code, words = collect("decide", "--practices", str(ROOT / "practices"), given=given)
    assert code == 2, words
    for part in said:
        assert part in words


def test_what_was_asked_is_never_repeated_in_the_refusal() -> None:
    _, words = collect("decide", given=question(facts=[POSTED | {"at": "Karen Miller +13125550199"}]))
    assert "Miller" not in words
    assert "555" not in words


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nosuch"], 2, "No such command"),
        (["up", "--at", "yesterday"], 2, "--at"),
        (["up", "--port-base", "99999"], 1, "--port-base 99999 leaves no room"),
        (["demo", "--balances", "1"], 2, "--balances"),
        (["ingest", "nosuch.835", "--practice", "lakeside"], 2, "does not exist"),
        (["ingest", "README.md"], 2, "--practice"),
        (["cases", "list", "--data", "{empty}"], 1, "Start one with `collect up`"),
        (["tasks", "list", "--data", "{empty}"], 1, "Start one with `collect up`"),
        (["cases", "list", "--limit", "0"], 2, "--limit"),
        (["replay", "--histories", "{empty}"], 2, "no recorded histories"),
        (["bench", "--only", "nothing"], 2, "There is no measure nothing"),
        (["policy", "check", "--practices", "{empty}"], 1, "the file is missing"),
    ],
)
def test_each_command_used_wrongly_says_so(arguments: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("no remittance\n")
    (tmp_path / "empty").mkdir()
    filled = [argument.replace("{empty}", str(tmp_path / "empty")) for argument in arguments]
    found, words = collect(*filled)
    assert (found, said in words) == (code, True), words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contact: [unfinished\n", "line 2"),
        ("contact:\n  windw_local: '09:00-20:00'\n", "contact.windw_local: there is no such field"),
        ("min_balance_to_contact: 10.555\n", "at most two decimals"),
    ],
)
def test_a_broken_policy_is_refused_with_file_line_and_mend(text: str, said: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "practices", tmp_path / "practices")
    (tmp_path / "practices" / "lakeside" / "policy.yaml").write_text(text)
    code, words = collect("policy", "check", "--practices", str(tmp_path / "practices"))
    assert (code, "lakeside/policy.yaml" in words, said in words) == (1, True, True), words


class Refuses(BaseHTTPRequestHandler):
    """A running system that knows no such practice."""

    def do_POST(self) -> None:
        told = {"problem": "there is no such practice", "mend": "correct the id"}
        said = json.dumps({"errors": [told | {"field": f"[{number}].practice_id", "index": number} for number in (0, 1)]}).encode()
        self.send_response(422)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None: ...


def test_a_file_for_a_practice_nobody_knows_names_the_option_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    claims = [Claim(number=number, paid=200_00, cas=(Cas("PR", "1", 20_00),)) for number in ("A1", "A2")]
    (tmp_path / "two.835").write_bytes(write(Payment(claims=claims)))
    with ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as system:
        Thread(target=system.serve_forever, daemon=True).start()
        monkeypatch.setenv("COLLECT_URL", f"http://127.0.0.1:{system.server_port}")
        monkeypatch.setenv("COLLECT_API_TOKEN", "t")
        code, words = collect("ingest", str(tmp_path / "two.835"), "--practice", "nowhere")
        system.shutdown()
    assert (code, words.strip()) == (2, "--practice: there is no such practice; correct the id")


def test_doctor_looks_at_the_addresses_that_are_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DATABASE_URL", "postgresql://clinic:hush@127.0.0.1:9/balances")
    monkeypatch.setenv("COLLECT_TEMPORAL_ADDRESS", "127.0.0.1:9")
    code, words = collect("doctor", "--data", str(tmp_path))
    assert code == 1
    assert "hush" not in words
    for said in ("database: ", "correct DATABASE_URL, or start the database", "no Temporal server takes us at 127.0.0.1:9"):
        assert said in words


@pytest.mark.parametrize("arguments", [["policy", "check", "--practices", "practices"], ["doctor", "--data", "."]])
def test_programs_get_one_json_document(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def but_two(folder: str, names: list[str]) -> set[str]:  # What all messages say is asked elsewhere.
        return set(names) - {"first_notice", "_shared"} if folder.endswith("messages") else set()

    shutil.copytree(ROOT / "practices", tmp_path / "practices", ignore=but_two)
    monkeypatch.chdir(tmp_path)
    code, words = collect(*arguments, "--json")
    assert isinstance(json.loads(words), dict)
    assert code in {0, 1}


class KnowsNothing(BaseHTTPRequestHandler):
    """A system that answers whoever asks for one thing as the product does, and everybody else with a bare 404."""

    def do_GET(self) -> None:
        told = {"field": "task", "problem": "there is no such task.", "mend": "`collect tasks list` lists them"}
        said = json.dumps({"errors": [told]}).encode() if "tasks" in self.path else b"{}"
        self.send_response(404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None: ...


def test_what_is_not_there_is_said_in_the_systems_own_words_with_the_command_that_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), KnowsNothing) as system:
        Thread(target=system.serve_forever, daemon=True).start()
        monkeypatch.setenv("COLLECT_URL", f"http://127.0.0.1:{system.server_port}")
        monkeypatch.setenv("COLLECT_API_TOKEN", "t")
        named, bare = collect("tasks", "show", "lakeside:none"), collect("why", "lakeside:none")
        system.shutdown()
    assert (named[0], named[1].strip()) == (1, "task: there is no such task; `collect tasks list` lists them")
    assert "There is nothing with this id." in bare[1]
