"""`collect tasks show` and `collect cases conversation`: both sides in order, with what was read and how surely."""

import pytest
from typer.testing import CliRunner

from starter.cli import cases, tasks, why
from starter.cli.main import app
from web.documents import CASE, LINES, SAID, STORY, TASK


class FakeApi:
    def __init__(self, answer: object) -> None:
        self.answer = answer

    def get(self, path, **query):
        return self.answer


def run(monkeypatch, module, answer: object, *words: str) -> str:
    monkeypatch.setattr(module, "Api", lambda _: FakeApi(answer))
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_task_shows_the_whole_conversation_and_marks_what_is_asked_about(monkeypatch) -> None:
    task = TASK | {"reply_text": "I already paid this", "reply_fact_id": "twilio.SM0f3a"}
    shown = run(monkeypatch, tasks, task, "tasks", "show", "lakeside:b-1042.reply.1")
    ours, theirs, read = [line for line in shown.splitlines() if line.startswith(("  2026", "      Read"))]
    assert ours == "  2026-03-02 20:00 UTC  We, first notice (text): Lakeside Family Care: Hi Karen, …"
    assert theirs == "  2026-03-02 20:10 UTC  They (text): I already paid this"
    assert read == "      Read as: says that this was paid. 97% sure, by reader 3f9c.  <- this is what is asked about"
    assert shown.count("I already paid this") == 1


def test_a_case_its_reasons_and_its_conversation_are_told_on_the_practices_clock(monkeypatch) -> None:
    monkeypatch.setattr(cases, "Api", lambda _: FakeApi(CASE | STORY | {"cases": [CASE]}))
    monkeypatch.setattr(why, "Api", lambda _: FakeApi(CASE | STORY))
    shown = CliRunner().invoke(app, ["cases", "show", "lakeside:b-1042"]).stdout
    assert "Next: send_message 2026-03-02 14:00 CST" in shown
    assert "2026-03-02 09:00 CST  A balance of $215 was posted." in shown
    assert "2026-03-02 14:00 CST" in CliRunner().invoke(app, ["cases", "list"]).stdout
    told = CliRunner().invoke(app, ["why", "lakeside:b-1042"]).stdout
    assert "It is looked at again at 2026-03-02 14:00 CST, or when something is heard." in told
    said = run(monkeypatch, cases, SAID, "cases", "conversation", "lakeside:b-1042")
    assert "  2026-03-02 14:10 CST  They (text): I already paid this" in said


@pytest.mark.parametrize(
    ("only_at", "ways"), [(["karen@example.com"], "at karen@example.com"), ([], "by post, or as a person has arranged it")]
)
def test_a_task_says_first_where_alone_somebody_wants_to_be_reached(monkeypatch, only_at, ways) -> None:
    whom = TASK["whom"] | {"phone": None, "numbers": [], "emails": only_at, "only_at": only_at}
    shown = run(monkeypatch, tasks, TASK | {"whom": whom}, "tasks", "show", "lakeside:b-1042.call.1").splitlines()
    assert shown[2] == f"  ONLY THERE: they asked to be reached {ways}, and in no other way"
    assert "0142" not in "".join(shown[:4])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"text": ""}, "[nothing in words]"),
        ({"text": "", "files": 2}, "[nothing in words] [2 files came with it, not opened]"),
        ({"text": "", "understood": "asked us to stop", "how": ""}, "[the word STOP, or one like it]"),
        ({"who": "us", "message": "follow_up", "text": "", "arrived": False}, "We, follow up, perhaps not delivered (text): [its"),
    ],
)
def test_what_has_no_words_says_so(monkeypatch, line, says) -> None:
    plain = {"at": "2026-03-02T20:00:00Z", "who": "patient", "channel": "sms", "fact_id": "a"}
    shown = run(monkeypatch, cases, {"time_zone": "America/Chicago", "conversation": [plain | line]}, "cases", "conversation", "lakeside:b1")
    assert says in shown


def test_no_conversation_and_a_document(monkeypatch) -> None:
    assert "Nobody" in run(monkeypatch, cases, {"time_zone": "America/Chicago", "conversation": []}, "cases", "conversation", "lakeside:b1")
    assert '"conversation"' in run(
        monkeypatch, cases, {"conversation": LINES}, "cases", "conversation", "lakeside:b1", "--json"
    )
