"""The one clock: everything due on the way happens in order, and systems that live on it are waited for."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta


def test_a_balance_that_posts_tomorrow_is_reported_when_the_clock_gets_there(stage):
    stage.post("/world", {"practice_id": "p1", "balances": 5, "post_over_days": 1}, 201)
    assert stage.product.at("/webhooks/practice-systems/simulated") == []
    moved = stage.advance("P2D")
    assert moved["now"] == "2026-03-04T15:00:00+00:00"
    events = [event for batch in stage.product.at("/webhooks/practice-systems/simulated") for event in batch["events"]]
    assert len([event for event in events if event["type"] == "balance_posted"]) == 5
    assert [event["event_id"] for event in events] == sorted(event["event_id"] for event in events)


def test_time_stops_at_each_moment_that_a_participant_asks_for(stage):
    wishes = ["2026-03-02T17:00:00+00:00", "2026-03-02T20:30:00+00:00"]
    stage.product.next_due = lambda now: next((wish for wish in wishes if wish > now), None)
    stage.post("/clock/participants", {"url": f"{stage.product.url}/settle"}, 201)
    stage.post("/clock/advance", {"to": "2026-03-03T09:00:00-06:00"})
    assert [moment for moment in stage.product.settled if moment in wishes] == wishes
    assert stage.get("/clock")["now"] == "2026-03-03T15:00:00+00:00"


def test_a_participant_that_still_has_work_is_asked_again_at_the_same_moment(stage):
    left = ["2026-03-02T15:00:00+00:00"] * 3
    stage.product.next_due = lambda now: left.pop() if left else None
    stage.post("/clock/participants", {"url": f"{stage.product.url}/settle"}, 201)
    stage.settle()
    assert len(stage.product.settled) == 4


def test_a_text_sent_while_settling_gets_its_callbacks_before_time_moves_on(stage):
    seen = []
    account = stage.world.texts

    def due(now):
        if not seen:
            account.accept("+13125550100", "+13125550142", "Hi", None, "/webhooks/twilio/status")
        seen.append(len(stage.product.at("/webhooks/twilio/status")))

    stage.product.next_due = due
    stage.post("/clock/participants", {"url": f"{stage.product.url}/settle"}, 201)
    stage.settle()
    assert seen == [0, 2]


def test_time_never_goes_backwards(stage):
    refused = stage.post("/clock/advance", {"to": "2026-03-01T09:00:00-06:00"}, 422)
    assert refused["error"].startswith("to: ")
    assert stage.get("/clock")["now"] == "2026-03-02T15:00:00+00:00"


def test_a_wrong_moment_or_duration_is_named(stage):
    assert "such as 2026" in stage.post("/clock/advance", {"to": "2026-03-05T09:00:00"}, 422)["error"]
    assert "such as P7D" in stage.post("/clock/advance", {"by": "7 days"}, 422)["error"]
    assert "one of" in stage.post("/clock/advance", {}, 422)["error"]


def test_a_participant_that_does_not_answer_is_named_and_time_waits(stage, monkeypatch):
    monkeypatch.setattr("simulator.clock.KNOCKS", 2)
    stage.post("/clock/participants", {"url": "http://127.0.0.1:9/settle"}, 201)
    refused = stage.post("/clock/advance", {"by": "P1D"}, 502)
    assert "http://127.0.0.1:9/settle" in refused["error"]
    assert refused["now"] == "2026-03-02T15:00:00+00:00"


def test_two_advances_at_once_happen_one_after_the_other(stage):
    threads = [threading.Thread(target=stage.advance, args=("P1D",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = datetime.fromisoformat(stage.get("/clock")["now"])
    assert now == datetime.fromisoformat("2026-03-04T15:00:00+00:00") + timedelta(0)


def test_callbacks_follow_by_themselves_when_nobody_moves_the_clock(stage):
    keys = stage.keys["twilio"]
    form = {"From": "+13125550100", "To": "+13125550142", "Body": "Hi"}
    url = f"{stage.url}/2010-04-01/Accounts/{keys['account_sid']}/Messages.json"
    stage.http.post(url, data=form, auth=(keys["account_sid"], keys["auth_token"]))
    for _ in range(100):
        if len(stage.product.at("/webhooks/twilio/status")) == 2:
            break
        time.sleep(0.02)
    assert [one["MessageStatus"] for one in stage.product.at("/webhooks/twilio/status")] == ["sent", "delivered"]
