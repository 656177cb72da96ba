"""A patient's name, number, address and words never reach a log, whoever writes the line."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from runtime.logs import set_up_logs
from runtime.trouble import Trouble


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    before = logging.root.handlers[:], logging.root.level
    lines = io.StringIO()
    set_up_logs(as_json=True, out=lines)
    yield lines
    logging.root.handlers, level = before[0], before[1]
    logging.root.setLevel(level)
    structlog.reset_defaults()


def last(log: io.StringIO) -> dict[str, Any]:
    return json.loads(log.getvalue().splitlines()[-1])


def test_a_line_says_what_happened_when_and_how_bad_it_is(log: io.StringIO) -> None:
    structlog.get_logger().info("message sent", case="p7:9f3c", channel="sms", cents=21500)
    line = last(log)
    assert line["event"] == "message sent"
    assert (line["level"], line["case"], line["channel"], line["cents"]) == ("info", "p7:9f3c", "sms", 21500)
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "said",
    [
        {"phone": "+13125550142"}, {"first_name": "Karen"}, {"text": "can I pay later"}, {"to": "karen@example.com"},
        {"detail": "no answer from +13125550142"}, {"detail": "call (312) 555-0142"}, {"detail": "call 312-555-0142 back"},
        {"detail": "312.555.0142"}, {"detail": "to 3125550142"}, {"detail": "bounced: <karen@example.com>"},
        {"detail": "https://pay.example.com/p/5tGhQ81kfhKaren"}, {"patient": {"name": "Karen", "age_days": 3}},
        {"points": [{"value": "karen@example.com"}, {"body": "Karen"}]}, {"who": ("karen@example.com",)},
        {"fault": ValueError("karen@example.com")}, {"event_detail": {"deep": [["+13125550142"]]}},
    ],
)  # fmt: skip
def test_personal_data_is_taken_out_wherever_it_stands(log: io.StringIO, said: dict[str, Any]) -> None:
    structlog.get_logger().warning("trouble", **said)
    written = log.getvalue()
    assert "[removed]" in written
    for word in ("Karen", "karen", "5550142", "555-0142", "555.0142", "later"):
        assert word not in written


def test_what_is_not_personal_stays(log: io.StringIO) -> None:
    kept = {
        "case": "balance:p7:9f3c", "touch": "9f3c.first_notice.1", "at": "2026-03-02T15:00:00+00:00", "cents": 3125550142,
        "stripe": "pi_3PaymentIntent", "uuid": "6f1c2e6e-8a51-4c1e-9b0e-312555014299", "well": True, "nothing": None,
        "practice_id": "lakeside", "seconds": 0.5, "epoch": "1790000000",
    }  # fmt: skip
    structlog.get_logger().info("posted", **kept)
    assert {key: last(log)[key] for key in kept} == kept


def test_a_librarys_line_takes_the_same_way(log: io.StringIO) -> None:
    logging.getLogger("somebody.else").warning("could not reach %s", "+13125550142")
    assert last(log)["event"] == "could not reach [removed]"
    logging.getLogger("twilio.http_client").info("POST To=+13125550142 Body=Hello Karen")
    logging.getLogger("httpx").info("GET https://api.example.com")
    assert "Karen" not in log.getvalue()
    assert len(log.getvalue().splitlines()) == 1


def test_an_exception_tells_its_kind_and_places_but_not_what_it_quotes(log: io.StringIO) -> None:
    def insert() -> None:
        raise KeyError("Key (first_name)=(Karen) already exists")

    try:
        try:
            insert()
        except KeyError as fault:
            raise Trouble("the database refused a row") from fault
    except Trouble:
        structlog.get_logger().exception("failed")
        logging.getLogger("somebody.else").exception("failed too")
    for line in map(json.loads, log.getvalue().splitlines()):
        assert line["exception"].startswith("Trouble: the database refused a row (test_logs.py:")
        assert " <- KeyError (test_logs.py:" in line["exception"]
        assert "insert" in line["exception"]
    assert "Karen" not in log.getvalue()


def test_passwords_in_addresses_are_taken_out(log: io.StringIO) -> None:
    structlog.get_logger().info("connecting", where="postgresql://collect:hush@db.example.com/collect")
    structlog.get_logger().info("connecting", where="postgresql://collect:hush@db:5432/collect")
    assert "hush" not in log.getvalue()


def test_people_get_lines_they_can_read(log: io.StringIO) -> None:
    lines = io.StringIO()
    set_up_logs(as_json=False, out=lines)
    structlog.get_logger().info("ready", phone="+13125550142")
    assert "ready" in lines.getvalue()
    assert "5550142" not in lines.getvalue()
    assert not lines.getvalue().startswith("{")


def test_lines_below_the_level_are_not_written(log: io.StringIO) -> None:
    structlog.get_logger().debug("a detail")
    assert log.getvalue() == ""
