"""A language model that is set up is asked in the running system where the reader abstains: what it sees, adds and costs."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from calendar_desk import Calendar
from test_conversations import kinds, says, texted
from test_fixtures import STEADY
from typer.testing import CliRunner

from starter.cli.main import app
from tests.integrations.odd_servers import Odd, answering
from tests.scenarios.conftest import desk_of, system_in

MUMBLES = [
    "I already talked to Judy about that 4471", "the thing from before with Judy 4471, same as last time I guess",
    "eh la otra vez Judy 4471 dijo otra cosa", "Judy 4471 had the other one too", "so the Judy thing, 4471, like that again",
    "my sister said Judy at the office told her something about 4471", "well Judy wrote 4471 on it, you know how it is",
]  # fmt: skip

ASKS_FOR_LITTLE = {"unclear", "ack_thanks", "help", "verify_identity", "bill_question", "contact_preference"}


@pytest.fixture(scope="module")
def mumble() -> str:
    """Words with a name and a number in them of which the reader at work is not sure."""
    context = {"last_outbound": "balance_reminder", "balance_cents": 145_00}
    lines = [
        json.dumps({"id": text, "text": text, "channel": "sms", "now": "2026-03-09T15:00:00-05:00", "context": context})
        for text in MUMBLES
    ]  # fmt: skip
    done = CliRunner().invoke(app, ["read-replies"], input="\n".join(lines) + "\n")
    read = [json.loads(line) for line in done.stdout.splitlines()]
    return next(one["id"] for one in read if one["abstain"] and one["intent"] in ASKS_FOR_LITTLE)


def completion(content: str) -> bytes:
    message = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    usage = {"prompt_tokens": 500, "completion_tokens": 10, "total_tokens": 510}
    return json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [message], "usage": usage}).encode()


@pytest.fixture(scope="module")
def provider() -> Iterator[Odd]:
    with answering(body=completion('{"intents": ["accept_plan", "already_paid"]}'), **{"Content-Type": "application/json"}) as plays:
        yield plays


@pytest.fixture(scope="module")
def system(provider: Odd) -> Iterator[dict[str, str]]:
    settings = {
        "MODEL": "any:small", "BASE_URL": f"{provider.base_url}/v1", "SECONDS": "2", "CENTS_PER_MILLION_IN": "100",
        "CENTS_PER_MILLION_OUT": "400",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="collect-system-") as folder:
        for name, value in settings.items():
            patch.setitem(os.environ, f"COLLECT_LANGUAGE_MODEL__{name}", value)
        yield from system_in(Path(folder))


@pytest.fixture(scope="module")
def talk(system: dict[str, str]) -> Iterator[Calendar]:
    yield from desk_of(system)


def test_it_adds_care_and_nothing_else_and_what_it_cost_is_shown(
    talk: Calendar, provider: Odd, system: dict[str, str], mumble: str
) -> None:
    talk.start(weekday=0, hour=9)
    who = texted(talk, "Karen", 145_00)
    [answer] = says(talk, who, mumble)
    assert "look for your payment" in answer
    assert kinds(talk, who) == ["already_paid"]
    assert talk.case(who)["stage"] != "on_plan"
    [reading] = [entry for entry in talk.timeline(who) if entry["kind"] == "reading"]
    assert reading["proof"]["reader"].endswith("with any:small")
    [(_, path, _, body)] = provider.asked
    assert path == "/v1/chat/completions"
    assert not any(word in body.decode() for word in ("Karen", "Judy", "4471", "$145"))
    spent = talk.web.get("/v1/replies/opinions").json()["spent"]
    assert [(one["model"], one["outcome"], one["asked"], one["cost_microdollars"]) for one in spent] == [("any:small", "answered", 1, 540)]
    shown = CliRunner().invoke(app, ["replies", "opinions", "--data", system["data"]])
    assert shown.exit_code == 0, shown.output
    assert "any:small" in shown.stdout
    assert "$0.000540" in shown.stdout


def test_slow_nonsense_or_down_it_changes_nothing_but_that_a_person_is_asked(talk: Calendar, provider: Odd, mumble: str) -> None:
    talk.start(weekday=1, hour=9)
    provider.asked.clear()
    for number, (status, delay, body) in enumerate(((200, 3.0, completion("x")), (200, 0.0, completion("Paid!")), (503, 0.0, b"{}"))):
        provider.status, provider.delay_s, provider.body = status, delay, body
        who = talk.person(f"Lou{number}")
        talk.posted(who, 145_00, history=STEADY)
        talk.day(number, "15:00")
        [told] = says(talk, who, mumble)
        assert "A person in our office will get back to you" in told
        assert kinds(talk, who) == ["reply"]
    assert provider.asked
    outcomes = {one["outcome"] for one in talk.web.get("/v1/replies/opinions").json()["spent"]}
    assert outcomes == {"answered", "too_slow", "unusable", "failed"}
