"""Money that is asked about, taken back, given back or sent back: each moves every ledger once and dunns nobody."""

from datetime import timedelta

from calendar_desk import Calendar
from money_desk import audit, command, nothing_differs, payments, processor, session_of, texted
from plan_desk import agreed, charges, enroll

ASKED_ABOUT = "4000000000001976"
"""The processor's own number for a payment that its bank inquires about."""


def test_a_banks_inquiry_moves_no_money_holds_the_case_and_comes_with_its_evidence(
    calendar: Calendar, running: dict[str, str], tmp_path
) -> None:
    who, link = texted(calendar, "Iva", 90_00)
    calendar.world.post(f"/_/patients/{who.phone}/pay", json={"link": link, "amount_cents": 90_00, "card": ASKED_ABOUT})
    calendar.day(20, "12:00")
    assert calendar.case(who)["outstanding_cents"] == 0 == calendar.ledger(who)["outstanding_cents"]
    (task,) = calendar.tasks(who)
    assert task["kind"] == "inquiry"
    assert "No money has moved yet." in task["summary"]
    assert "about $90 (general); evidence is due on" in task["summary"]
    assert len(calendar.messages(who)) == 1
    code, _ = command(running, "tasks", "evidence", task["id"], "--to", str(tmp_path / "pack.html"))
    page = (tmp_path / "pack.html").read_text()
    assert code == 0
    assert "Inquiry about $90 (general)" in page
    assert "first notice (sms)" in page
    assert "by card on the payment page" in page
    nothing_differs(running, who)


def test_a_chargeback_on_the_second_installment_is_posted_once_and_nothing_more_is_charged(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who = agreed(calendar, "Cleo")
    enroll(calendar, who)
    calendar.day(60, "12:00")
    taken = payments(calendar, who)
    assert charges(calendar, who) == [80_00, 80_00]
    fees = audit(running)["totals"]["fee_cents"]
    charge = processor(calendar).v1.payment_intents.retrieve(taken[1]["payment_intent"]).latest_charge
    dispute = calendar.world.post("/_/stripe/disputes", json={"charge": charge, "reason": "fraudulent"}).json()
    calendar.settle()
    assert calendar.case(who)["outstanding_cents"] == 240_00 == calendar.ledger(who)["outstanding_cents"]
    assert "chargeback" in [task["kind"] for task in calendar.tasks(who)]
    other, link = texted(calendar, "Odo", 300_00)
    calendar.pay(other, 300_00, link)
    calendar.day(6, "12:00")
    assert audit(running)["totals"]["fee_cents"] - fees > 15_00, "the bank's fee, in the payout that made up for it"
    calendar.day(60, "12:00")
    assert charges(calendar, who) == [80_00, 80_00]
    nothing_differs(running, who)
    calendar.world.post(f"/_/stripe/disputes/{dispute['id']}/close", json={"won": True})
    calendar.settle()
    assert calendar.case(who)["outstanding_cents"] == 160_00 == calendar.ledger(who)["outstanding_cents"]
    (task,) = calendar.tasks(who)
    assert task["kind"] == "plan_money_back", "the bank has answered the other one"
    nothing_differs(running, who)
    assert command(running, "tasks", "resolve", task["id"], "done", "--who", "MK")[0] == 0
    calendar.day(100, "12:00")
    assert charges(calendar, who) == [80_00, 80_00, 80_00, 80_00]
    assert calendar.case(who)["close_reason"] == "paid"
    nothing_differs(running, who)


def test_a_dispute_that_is_lost_weeks_after_the_end_is_posted_once_told_by_a_person_and_dunned_by_nobody(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who, link = texted(calendar, "Lou", 90_00)
    calendar.pay(who, 90_00, link)
    calendar.day(25, "12:00")
    assert calendar.case(who)["close_reason"] == "paid"
    charge = processor(calendar).v1.payment_intents.retrieve(payments(calendar, who)[0]["payment_intent"]).latest_charge
    dispute = calendar.world.post("/_/stripe/disputes", json={"charge": charge, "reason": "fraudulent"}).json()
    calendar.settle()
    (task,) = calendar.tasks(who)
    assert (task["kind"], "evidence is due on" in task["summary"]) == ("chargeback", True)
    calendar.world.post(f"/_/stripe/disputes/{dispute['id']}/close", json={"won": False})
    calendar.settle()
    (task,) = calendar.tasks(who)
    assert task["kind"] == "chargeback_lost"
    assert calendar.case(who)["outstanding_cents"] == 90_00 == calendar.ledger(who)["outstanding_cents"]
    nothing_differs(running, who)
    calendar.day(60, "12:00")
    assert len(calendar.messages(who)) == 1
    assert command(running, "tasks", "resolve", task["id"], "resume", "--who", "MK")[0] == 0
    calendar.day(68, "12:00")
    _, reminder, second = calendar.messages(who)
    assert "a friendly reminder of your $90 balance" in reminder["body"], "the ladder goes on where it stopped"
    assert "your $90 balance is still open" in second["body"]
    assert calendar.local(second["at"]) - calendar.local(reminder["at"]) >= timedelta(hours=72)


def test_a_refund_after_overpaying_and_one_that_the_bank_sends_back(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who, link = texted(calendar, "Rex", 70_00)
    calendar.pay(who, 70_00, link)
    calendar.world.post("/_/practice/front-desk-payment", json={"balance_id": who.balance_id, "amount_cents": 20_00})
    calendar.day(1, "12:00")
    (task,) = calendar.tasks(who)
    assert task["kind"] == "credit"
    (paid,) = payments(calendar, who)
    refund = processor(calendar).v1.refunds.create({"payment_intent": paid["payment_intent"], "amount": 20_00})
    calendar.settle()
    assert calendar.case(who)["outstanding_cents"] == 0 == calendar.ledger(who)["outstanding_cents"]
    nothing_differs(running, who)
    calendar.day(6, "12:00")
    calendar.world.post(f"/_/stripe/refunds/{refund.id}/fail")
    calendar.settle()
    assert calendar.case(who)["outstanding_cents"] == -20_00 == calendar.ledger(who)["outstanding_cents"]
    nothing_differs(running, who)
    calendar.day(30, "12:00")
    assert len(calendar.messages(who)) == 1


def test_a_cheque_that_bounces_is_in_every_ledger_twice_and_owed_again(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who, _ = texted(calendar, "Cho", 60_00)
    calendar.day(2, "10:00")
    cheque = {"practice_id": who.practice_id, "balance_id": who.balance_id, "amount_cents": 60_00}
    name, at = f"cheque.{who.balance_id}", calendar.now()
    calendar.report(
        kind="payment_recorded", fact_id=name, at=at.isoformat(), paid_at=at.isoformat(), where="mail", **cheque
    )
    assert calendar.case(who)["close_reason"] == "paid"
    for _ in range(2):
        calendar.report(
            kind="payment_reversed", fact_id=f"bounced.{name}", at=(at + timedelta(days=4)).isoformat(),
            payment_fact_id=name, why="returned", **cheque,
        )  # fmt: skip
    calendar.day(7, "12:00")
    assert calendar.case(who)["outstanding_cents"] == 60_00 == calendar.ledger(who)["outstanding_cents"]
    ledger = calendar.world.get("/_/ledger", params={"practice": who.practice_id}).json()
    assert [one["amount_cents"] for one in ledger["payments"] if one["balance_id"] == who.balance_id] == [60_00, -60_00]
    nothing_differs(running, who)


def test_a_page_that_completes_unpaid_counts_nothing_until_the_bank_has_paid(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who, link = texted(calendar, "Dov", 80_00)
    client, page = processor(calendar), session_of(calendar, link)
    account = {"account_number": "000123456789", "routing_number": "110000000", "account_holder_type": "individual"}
    bank = client.v1.payment_methods.create({"type": "us_bank_account", "us_bank_account": account, "billing_details": {"name": "D"}})
    client.raw_request("post", f"/v1/payment_pages/{page}/confirm", payment_method=bank.id)
    calendar.settle()
    assert client.v1.checkout.sessions.retrieve(page).payment_status == "unpaid"
    assert calendar.case(who)["outstanding_cents"] == 80_00 == calendar.ledger(who)["outstanding_cents"]
    calendar.day(2, "12:00")
    assert calendar.case(who)["outstanding_cents"] == 0 == calendar.ledger(who)["outstanding_cents"]
    nothing_differs(running, who)


def test_a_page_that_expires_counts_nothing_and_the_link_opens_another(calendar: Calendar) -> None:
    who, link = texted(calendar, "Exe", 50_00)
    page = session_of(calendar, link)
    calendar.day(2, "16:00")
    assert processor(calendar).v1.checkout.sessions.retrieve(page).status == "expired"
    assert calendar.case(who)["outstanding_cents"] == 50_00
    calendar.pay(who, 50_00, link)
    assert calendar.ledger(who)["outstanding_cents"] == 0


def test_a_payout_the_bank_sends_back_is_in_transit_again_until_the_next_one(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who, link = texted(calendar, "Pay", 100_00)
    calendar.pay(who, 100_00, link)
    calendar.day(5, "12:00")
    settled = audit(running)["totals"]
    [payout, *_] = processor(calendar).v1.payouts.list({"limit": 1}).data
    calendar.world.post(f"/_/stripe/payouts/{payout.id}/fail")
    failed = audit(running)
    back = failed["totals"]["in_transit_cents"] - settled["in_transit_cents"]
    assert back == settled["settled_cents"] - failed["totals"]["settled_cents"] > 0
    [found] = [one for one in failed["standing"] if one["reference"] == payout.id]
    assert (found["kind"], found["cents"]) == ("payout_failed", payout.amount)
    assert "what it held is in transit again" in found["sentence"]
    calendar.day(10, "12:00")
    again = audit(running)["totals"]
    assert (again["in_transit_cents"], again["fee_cents"]) == (settled["in_transit_cents"], settled["fee_cents"])
    assert again["settled_cents"] >= settled["settled_cents"]


def test_money_of_a_period_the_practice_has_closed_stands_on_its_next_open_day_and_the_story_says_why(
    calendar: Calendar, running: dict[str, str]
) -> None:
    who, link = texted(calendar, "Max", 100_00)
    until = calendar.today + timedelta(days=2)
    calendar.world.post("/_/practice/lock-date", json={"practice_id": who.practice_id, "until": until.isoformat()})
    calendar.pay(who, 100_00, link)
    ledger = calendar.world.get("/_/ledger", params={"practice": who.practice_id}).json()
    (booked,) = [one for one in ledger["payments"] if one["balance_id"] == who.balance_id]
    assert booked["booked_on"] == (until + timedelta(days=1)).isoformat()
    reasons = [reason for entry in calendar.timeline(who) for reason in entry["because"]]
    assert any(f"The books are closed up to {until}" in reason for reason in reasons)
    nothing_differs(running, who)
