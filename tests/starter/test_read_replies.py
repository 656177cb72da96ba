"""`collect read-replies`: line by line, in order, bad lines answered on their own line."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from integrations.reply_reader.classifier import Classifier
from starter.cli.main import app
from starter.reading import corpus
from starter.reading.lines import answer

NOW = "2026-03-10T14:05:00-05:00"
CLASSIFIER = Classifier()


def asked(**fields: object) -> str:
    return json.dumps({"id": "a", "text": "STOP", "channel": "sms", "now": NOW} | fields)


def test_a_line_in_and_its_reading_out() -> None:
    offer = {"last_outbound": "plan_offer", "offer": {"installments": 4, "amount_cents": 8000, "frequency": "monthly"}}
    assert answer(asked(text="Yes", context=offer), 1, CLASSIFIER)["action"] == "confirm_plan"
    terms = answer(asked(text="could I do $30 a month", context=None), 1, CLASSIFIER)
    assert terms["slots"] == {"amount_cents": 3000, "frequency": "monthly"}
    plan = {"active_plan": {"installments": 4, "remaining": 3, "amount_cents": 8000, "frequency": "monthly"}, "text": None}
    assert answer(asked(text="I got a new card", context=plan), 1, CLASSIFIER)["intent"] == "manage_plan"


def test_bad_lines_name_the_field_and_the_rest_is_read() -> None:
    lines = [asked(id="1"), "{broken", asked(id="2", now="yesterday"), "", "[1]", asked(id="3", text=5), asked(id="4", text="gracias")]
    done = CliRunner().invoke(app, ["read-replies"], input="\n".join(lines))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [(line["id"], line.get("intent"), "error" in line) for line in found] == [
        ("1", "opt_out", False), (None, None, True), ("2", None, True), (None, None, True), ("3", None, True), ("4", "ack_thanks", False),
    ]  # fmt: skip
    assert "now" in found[2]["error"]


def test_text_that_is_no_text_is_read_all_the_same() -> None:
    done = CliRunner().invoke(app, ["read-replies"], input=asked(text="ok").encode() + b"\n\xff\xfe\x00\n")
    assert "not JSON" in done.stdout.splitlines()[1]


ODD = {
    "empty": "", "20 KB": "I paid this. " * 1600, "binary": "\x00\x01\x02\x7f\ufffd", "only emoji": "🐶🎈", "only a link": "https://example.com/a?b=4111111111111111",
    "right to left": "\u200fأوقفوا الرسائل من فضلكم", "zero width": "S\u200bT\u200cO\u200dP\ufeff", "look-alike digits": "ST0P", "full width": "ＳＴＯＰ", "cyrillic": "ЅТОР",
    "circled": "ⓢⓣⓞⓟ", "html": "<html><body><p>STOP</p><script>alert('pay')</script></body></html>", "card": "charge 4111 1111 1111 1111 please",
    "ssn": "my ssn is 123-45-6789", "nested": "[" * 5000, "lone surrogate": "\ud800 stop",
}  # fmt: skip
STOPS = {"zero width", "look-alike digits", "full width", "cyrillic", "circled", "html"}


@pytest.mark.parametrize("name", sorted(ODD))
@pytest.mark.parametrize("channel", ["sms", "email", "voice"])
def test_odd_input_gets_a_sensible_reading_with_nothing_of_a_number_in_it(name: str, channel: str) -> None:
    line = answer(asked(text=ODD[name], channel=channel), 1, CLASSIFIER)
    assert "error" not in line
    assert line["intent"] in line["intents"]
    assert not {"4111", "6789"} & set(json.dumps(line).replace('"', " ").split())
    assert "amount_cents" not in line["slots"]
    if name in STOPS:
        assert line["action"] == "opt_out"
    elif name not in {"20 KB", "card", "lone surrogate"}:
        assert line["action"] in {"answer_question", "human_callback"}


def test_ten_thousand_lines_are_read_in_one_pass_in_their_order_with_the_bad_ones_between() -> None:
    given = [asked(id=str(n), text=f"I can do ${n % 90 + 10} a month") if n % 100 else "{broken" for n in range(10_000)]
    done = subprocess.run(
        [sys.executable, "-m", "starter", "read-replies"], input="\n".join(given), capture_output=True, text=True, check=True
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in found] == [str(n) if n % 100 else None for n in range(10_000)]
    assert [line["line"] for line in found if "error" in line] == list(range(1, 10_001, 100))
    assert found[8]["slots"] == {"amount_cents": 1800, "frequency": "monthly"}


def test_options_of_training_need_training() -> None:
    done = CliRunner().invoke(app, ["read-replies", "--use"])
    assert done.exit_code == 2


RIGHT_READING = {
    "intent": "opt_out", "acceptable_intents": [], "also_intents": [], "action": "opt_out", "acceptable_actions": [], "slots": {},
    "slots_ignored": [],
}  # fmt: skip


def correction(**fields: object) -> str:
    return asked(**({"context": None, "gold": RIGHT_READING} | fields))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "No such file"),
        (correction() + "\n\n{broken\n", "line 3"),
        (correction() + "\n" + asked() + "\n", "line 2: the field 'gold' is missing"),
        (correction(gold=RIGHT_READING | {"intent": "stop"}), "line 1: an intent"),
        (correction(gold=RIGHT_READING, now="yesterday"), "line 1"),
        (correction(gold=5), "line 1"),
    ],
)
def test_a_file_of_corrections_that_cannot_be_used_is_named_with_its_line(tmp_path, text, says) -> None:
    file = tmp_path / "corrected.jsonl"
    if text is not None:
        file.write_text(text)
    done = CliRunner().invoke(app, ["read-replies", "--train", "--corrections", str(file)])
    assert (done.exit_code, done.exception.__class__) == (2, SystemExit)
    assert says in done.stderr


def test_the_next_model_learns_from_what_staff_corrected(tmp_path, monkeypatch) -> None:
    """On a part of the corpus, so that it takes seconds: words that no reply before them had."""
    words = "zibble the zorp, zibble it"
    before = list(corpus.lines(corpus.HELD_OUT))
    monkeypatch.setattr("starter.reading.corpus.training", lambda: before)
    monkeypatch.setattr("starter.reading.report.IN_USE", tmp_path / "in_use.npz")
    file = tmp_path / "corrected.jsonl"
    gold = RIGHT_READING | {"intent": "already_paid", "action": "stop_dunning_and_human_review"}
    file.write_text("".join(correction(id=f"p:{n}", text=words, gold=gold) + "\n" for n in range(6)))
    drawn = tmp_path / "calibration.svg"
    done = CliRunner().invoke(app, ["read-replies", "--train", "--corrections", str(file), "--use", "--picture", str(drawn)])
    assert done.exit_code == 0, done.output
    assert {line.split("}")[-1] for line in ElementTree.fromstring(drawn.read_text()).itertext() if "replies" in line} == {
        f"cross-read, {len(before) + 6} replies", f"held out, {sum(len(list(corpus.lines(path))) for path in corpus.HELD_OUTS)} replies",
    }  # fmt: skip
    assert f"trained on {len(before) + 6} replies" in done.stdout
    taught, untaught = Classifier(tmp_path / "in_use.npz"), CLASSIFIER
    assert answer(asked(text=words), 1, taught)["intent"] == "already_paid"
    assert answer(asked(text=words), 1, untaught)["intent"] != "already_paid"
