"""A whole practice in virtual weeks: balances post, people pay alone, act on messages and answer calls."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from simulator.patients.behavior import REFUSED, RUNS_OUT

CHICAGO = ZoneInfo("America/Chicago")


def make(stage, **more):
    return stage.post("/world", {"practice_id": "p1", "balances": 60, "seed": 3, "post_over_days": 5} | more, 201)


def posted(stage):
    batches = stage.product.at("/webhooks/practice-systems/simulated")
    return [event for batch in batches for event in batch["events"] if event["type"] == "balance_posted"]


def test_balances_post_on_weekday_mornings_within_the_days(stage):
    made = make(stage)
    assert len(made["balances"]) == 60
    stage.advance("P7D")
    moments = [datetime.fromisoformat(event["posted_at"]).astimezone(CHICAGO) for event in posted(stage)]
    assert len(moments) == 60
    assert all(moment.weekday() < 5 and 9 <= moment.hour + moment.minute / 60 <= 11 for moment in moments)
    assert stage.get("/ledger", practice="p1")["balances"][0]["outstanding_cents"] > 0


def test_some_pay_without_being_asked_and_the_practice_reports_it(stage):
    make(stage)
    stage.advance("P60D")
    ledger = stage.get("/ledger", practice="p1")
    assert 5 < len(ledger["payments"]) < 50
    assert all(balance["outstanding_cents"] >= 0 for balance in ledger["balances"])
    told = [
        event
        for batch in stage.product.at("/webhooks/practice-systems/simulated")
        for event in batch["events"]
        if event["type"] == "payment_recorded"
    ]
    assert sum(event["amount_cents"] for event in told) == sum(one["amount_cents"] for one in ledger["payments"])


def test_people_act_on_a_text_within_hours_and_never_in_the_same_instant(stage):
    make(stage)
    stage.advance("P7D")
    start = datetime.fromisoformat(stage.get("/clock")["now"])
    people = stage.get("/people", practice="p1")["people"]
    keys = stage.keys["twilio"]
    for person in people:
        form = {"From": "+13125550100", "To": person["phone"], "Body": f"Hi. Pay here: {stage.product.url}/p/x"}
        url = f"{stage.url}/2010-04-01/Accounts/{keys['account_sid']}/Messages.json"
        stage.http.post(url, data=form, auth=(keys["account_sid"], keys["auth_token"]))
    stage.settle()
    before = len(stage.get("/people", practice="p1")["deeds"])
    stage.advance("PT5H")
    deeds = stage.get("/people", practice="p1")["deeds"][before:]
    assert {deed["deed"] for deed in deeds} >= {"page_paid", "reply"}
    assert all(datetime.fromisoformat(deed["at"]) > start for deed in deeds)
    assert stage.get("/payments")["payments"]
    assert stage.product.at("/webhooks/twilio/sms")
    assert all(heard.genuine for heard in stage.product.heard)


def test_the_same_seed_gives_the_same_ninety_days(stage):
    make(stage)
    make(stage, practice_id="p2", seed=4)
    stage.advance("P90D")
    first = stage.get("/ledger", practice="p1")["balances"]
    again = stage.get("/baseline", practice="p1")
    assert again == stage.get("/baseline", practice="p1")
    assert again["posted_cents"] == sum(balance["patient_responsibility_cents"] for balance in first)


def test_a_call_reaches_some_and_every_outcome_is_a_known_word(stage):
    make(stage)
    stage.advance("P7D")
    people = stage.get("/people", practice="p1")["people"]
    answers = [stage.post(f"/patients/{person['phone']}/call") for person in people]
    assert {answer["outcome"] for answer in answers} <= {
        "reached_will_pay", "plan_agreed", "wrong_number", "dispute", "assistance", "no_answer",
    }  # fmt: skip
    assert 0.15 < sum(answer["reached"] for answer in answers) / len(answers) < 0.6
    assert len(stage.get("/calls")["calls"]) == len(people)
    promised = [answer for answer in answers if answer["outcome"] == "reached_will_pay"]
    assert all(answer["will_pay_by"] >= "2026-03-09" for answer in promised)
    plans = [answer["terms"] for answer in answers if answer["outcome"] == "plan_agreed"]
    assert plans
    assert all(terms == {"installments": 4, "first_due_on": "2026-03-11"} for terms in plans)


def test_nobody_answers_a_number_that_is_in_no_world(stage):
    assert "no simulated person" in stage.post("/patients/+13125550199/call", status=404)["error"]


def test_a_wrong_world_is_refused_whole(stage):
    for wrong, field in (
        ({"practice_id": "p9", "balances": 0}, "balances"),
        ({"practice_id": "p9", "world": "rosy"}, "world"),
        ({"practice_id": "p9", "time_zone": "Chicago"}, "time_zone"),
        ({"balances": 5}, "practice_id"),
    ):
        assert stage.post("/world", wrong, 422)["error"].startswith(field)
    assert stage.get("/ledger", practice="p9")["balances"] == []


def test_a_practice_is_made_once(stage):
    make(stage)
    assert stage.post("/world", {"practice_id": "p1"}, 422)["error"].startswith("practice_id")


def test_a_patient_without_a_link_cannot_pay_by_hand(stage):
    assert stage.post("/patients/+13125550142/pay", {}, 422)["error"].startswith("link")


def test_paying_with_a_declined_card_by_hand_moves_no_money(stage):
    link = f"{stage.product.url}/p/abc"
    answer = stage.post("/patients/+13125550142/pay", {"link": link, "amount_cents": 4_700, "card": "4000000000000002"})
    assert answer["outcome"] == "declined"
    assert stage.get("/payments")["payments"] == []
    paid = stage.post("/patients/+13125550142/pay", {"link": link})
    assert paid["outcome"] == "paid"
    assert stage.get("/payments")["payments"][0]["amount_cents"] == 21_500


def test_somebody_agrees_to_a_plan_on_the_page_and_puts_a_card_on_file_for_it(stage):
    link = f"{stage.product.url}/p/x"
    done = stage.post("/patients/+13125550177/plan", {"link": link, "choice": 1})
    assert done["outcome"] == "kept"
    assert stage.product.agreed == ["plan4"]
    stage.settle()
    assert "setup_intent.succeeded" in [event.type for event in stage.product.stripe_events]
    refused = stage.post("/patients/+13125550177/plan", {"link": link, "agree": False, "card": "4000 0000 0000 9995"})
    assert refused["outcome"] == "declined"
    assert stage.post("/patients/+13125550177/plan", {"link": link, "choice": 7})["outcome"] == "no_plan"
    assert stage.post("/patients/+13125550177/plan", {"link": link, "card": None})["outcome"] == "agreed"


def test_the_words_by_which_patients_notice_trouble_stand_in_the_messages_of_the_product():
    messages = Path(__file__).parents[2] / "practices" / "_default" / "messages"
    for name, words in (("charge_declined", REFUSED), ("plan_missed", REFUSED), ("card_expiring", RUNS_OUT)):
        assert words.search((messages / name / "sms.en.txt").read_text()), name
