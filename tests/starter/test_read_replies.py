"""`collect read-replies`: line by line, in order, bad lines answered on their own line."""

import json

from typer.testing import CliRunner

from integrations.reply_reader.classifier import Classifier
from starter.cli.main import app
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


def test_options_of_training_need_training() -> None:
    done = CliRunner().invoke(app, ["read-replies", "--use"])
    assert done.exit_code == 2
