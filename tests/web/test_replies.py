"""Staff corrects readings over HTTP: what is refused and by which name, and what comes out as training data."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from web_world import TOKEN

from starter.reading.corpus import corrections
from web.documents import POSTED

PATH = "/v1/replies/twilio.SM1/correction"
RIGHT = {"who": "MK", "intent": "opt_out", "intents": ["already_paid"]}


async def test_a_correction_is_kept_and_the_same_again_changes_nothing(api, world) -> None:
    first = await api.post(PATH, json=RIGHT)
    follows = ["Nothing more is sent on this channel, by any agent."]
    follows.append("The reminders stop, and a person is asked, with the evidence.")
    kept = {"fact_id": "twilio.SM1", "practice_id": "lakeside", "new": True, "replaces": False, "follows": follows}
    assert first.json() == kept
    assert (await api.post(PATH, json=RIGHT)).json() == kept | {"new": False, "follows": []}
    other = await api.post(PATH, json={"who": "MK", "intent": "help", "slots": {"installments": 4}})
    assert (other.json()["new"], other.json()["replaces"]) == (True, True)
    (kept,) = world.corrections.kept.values()
    assert (kept.intents, kept.action, kept.slots.installments) == (["help"], "answer_question", 4)
    assert world.desk.facts == {}


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"intent": "paid"}, "intent", "not known"),
        ({"intent": "already_paid", "intents": ["opt_out"]}, "intents", "opt_out comes before already_paid"),
        ({"intents": ["sent a check"]}, "intents", "not known"),
        ({"intent": "help", "intents": ["auto_reply"]}, "intents", "says nothing else"),
        ({"action": "sue"}, "action", "not known"),
        ({"action": "confirm_plan"}, "action", "only consent"),
        ({"slots": {"amount": 5}}, "slots.amount", "no such field"),
        ({"slots": {"amount_cents": "many"}}, "slots.amount_cents", "whole number of cents"),
        ({"slots": {"date": "Friday"}}, "slots.date", "not a date"),
        ({"slots": {"frequency": "daily"}}, "slots.frequency", "not known"),
        ({"slots": {"installments": 0}}, "slots.installments", "too small"),
        ({"who": ""}, "who", "too short"),
        ({"because": "x"}, "because", "no such field"),
    ],
)
async def test_what_cannot_be_a_label_is_refused_by_the_name_of_its_field(api, world, wrong, field, says) -> None:
    answer = await api.post(PATH, json=RIGHT | wrong)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert says in error["problem"] + error["mend"]
    assert error["mend"]
    assert world.corrections.kept == {}


async def test_no_token_no_reply_and_a_shared_name_are_refused_with_their_mends(api) -> None:
    assert (await api.post(PATH, json=RIGHT, headers={"Authorization": "Bearer no"})).status_code == 401
    missing = await api.post("/v1/replies/none/correction", json=RIGHT)
    assert missing.status_code == 404
    assert "timeline" in missing.json()["errors"][0]["mend"]
    shared = await api.post("/v1/replies/shared/correction", json=RIGHT)
    assert (shared.status_code, shared.json()["errors"][0]["field"]) == (422, "practice_id")
    told = await api.post("/v1/replies/shared/correction", json=RIGHT | {"practice_id": "hillside"})
    assert told.json()["practice_id"] == "hillside"


async def test_what_was_corrected_comes_out_as_training_takes_it(real, pool, tmp_path) -> None:
    written = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
    reply = {
        "kind": "reply_received", "fact_id": "phone.1", "at": written.isoformat(), "source": "pms", "channel": "sms",
        "practice_id": "lakeside", "balance_id": "b-1042", "text": "Stop it.\u2028I paid with 4242 4242 4242 4242!",
    }  # fmt: skip
    assert (await real.post("/v1/facts", json=[POSTED, reply])).status_code == 202
    assert (await real.post("/v1/replies/phone.1/correction", json=RIGHT)).json()["new"] is True
    told = "SELECT array_agg(kind ORDER BY id) FROM facts WHERE kind IN ('reading_corrected', 'contact_stopped')"
    assert await pool.fetchval(told) == ["reading_corrected", "contact_stopped"]
    assert (await real.post("/v1/replies/phone.1/correction", json=RIGHT)).json()["new"] is False
    assert len(await pool.fetchval(told)) == 2
    answer = (await real.get("/v1/replies/corrections", params={"practice_id": "lakeside"})).json()
    (line,) = answer["corrections"]
    assert answer["next"] is None
    assert line["now"] == "2026-03-05T14:00:00-06:00"
    assert line["corrected"]["reader"]
    file = tmp_path / "corrected.jsonl"
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n\n", encoding="utf-8")
    (example,) = corrections(file)
    assert example.labels == ["opt_out", "already_paid"]
    assert example.text == "Stop it.\u2028I paid with [card number removed]!"
    page = (await real.get("/v1/replies/corrections", params={"limit": 1})).json()
    rest = await real.get("/v1/replies/corrections", params={"after": page["next"]})
    assert rest.json() == {"corrections": [], "next": None}
    assert TOKEN not in json.dumps(answer)


async def test_what_a_second_reader_cost_is_told_for_the_days_asked_about(api, world) -> None:
    answer = await api.get("/v1/replies/opinions", params={"days": 7})
    (one,) = answer.json()["spent"]
    assert (one["model"], one["asked"], one["cost_microdollars"]) == ("any:small", 2, 900)
    assert (await world.clock.now()) - world.opinions.since[0] == timedelta(days=7)
    assert (await api.get("/v1/replies/opinions", params={"days": 0})).status_code == 422
