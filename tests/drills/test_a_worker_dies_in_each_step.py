"""SIGKILL of a real worker in the middle of each step: the life goes on, and nothing happens twice."""

import asyncio
from dataclasses import dataclass

from calendar_desk import Calendar, Person
from drill_floor import Floor, until
from plan_desk import KEY, charges, enroll
from test_fixtures import SLOW, STEADY

from integrations.opaque_ids import digest
from integrations.stripe.connection import Connection
from receivables.steps import Step
from tests.house.test_lists_agree import NEEDS_NO_ACTIVITY, kinds

KILLED_IN = {
    "decide", "send_message", "read_reply", "offer_plan", "post_to_practice", "ask_staff", "create_plan", "charge_installment",
}  # fmt: skip
"""What the drills below interrupt."""
INTENTS, PAYMENTS = "/v1/payment_intents", "/practice/v1/payments"
"""Only them: the note about a plan is written to the same system at the same moment."""


def payment(calendar: Calendar, who: Person, cents: int) -> dict[str, object]:
    at = calendar.now().isoformat()
    return {
        "kind": "payment_recorded", "fact_id": f"pay.{who.balance_id}", "at": at, "paid_at": at,
        "practice_id": who.practice_id, "balance_id": who.balance_id, "amount_cents": cents, "where": "mail",
    }  # fmt: skip


def booked(calendar: Calendar, who: Person) -> list[int]:
    ledger = calendar.world.get("/_/ledger", params={"practice": who.practice_id}).json()
    return [one["amount_cents"] for one in ledger["payments"] if one["balance_id"] == who.balance_id]


def post_unsettled(calendar: Calendar, who: Person, **more: object) -> None:
    """Told at the door for facts, so that nobody waits until the system is quiet."""
    fact = {
        "kind": "balance_posted", "fact_id": f"post.{who.balance_id}", "at": calendar.now().isoformat(),
        "practice_id": who.practice_id, "balance_id": who.balance_id, "patient_responsibility_cents": 60_00,
        "service_date": calendar.today.isoformat(), "history": STEADY,
        "guarantor": {
            "guarantor_id": who.guarantor_id, "first_name": who.name, "time_zone": "America/Chicago",
            "contact_points": [{"channel": "sms", "value": who.phone, "consent": "granted"}] if not more else [],
        },
    }  # fmt: skip
    assert calendar.web.post("/v1/facts", json=fact).status_code == 202


@dataclass
class Lives:
    """One balance for each point at which the worker dies."""

    decided: Person
    """while deciding"""
    asked: Person
    """a task is open in the database, and the case has not heard"""
    read: Person
    """a reply is read, and the case has not heard"""
    unsent: Person
    """before the provider has the text"""
    sent: Person
    """the provider has the text, and its answer is lost"""
    unbooked: Person
    """before the practice's ledger has the payment"""
    booked: Person
    """the ledger has the payment, and its answer is lost"""
    planned: Person
    """a plan is set up, and the case has not heard"""
    unoffered: Person
    """before the provider has the offer of a plan"""
    offered: Person
    """the provider has the offer, and its answer is lost"""
    uncharged: Person
    """before the card is charged"""
    charged: Person
    """the card is charged, and neither the answer nor any later question comes back"""

    def all(self) -> list[Person]:
        return list(vars(self).values())


async def staged(calendar: Calendar) -> Lives:
    """Two agree to a plan and put a card on file: their first charge is on a Monday at nine. Six are texted on the Thursday
    before. A minute to nine on that Monday three of them have replied, two more are about to be texted, and two are new."""
    calendar.start(weekday=0, hour=9)
    names = ("Dee", "Abe", "Rae", "Una", "Sia", "Ulf", "Pam", "Pia", "Ned", "Fay", "Cal", "Cleo")
    lives = Lives(*(calendar.person(name) for name in names))
    cards = (lives.uncharged, lives.charged)
    for who in cards:
        calendar.posted(who, 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    calendar.day(0, "15:00")
    for who in cards:
        calendar.reply(who, "YES")
    calendar.day(0, "15:30")
    for who in cards:
        await asyncio.to_thread(enroll, calendar, who)
    calendar.day(10, "9:00")
    for who in (lives.read, lives.unbooked, lives.booked):
        calendar.posted(who, 60_00, history=STEADY)
    calendar.posted(lives.planned, 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    for who in (lives.unoffered, lives.offered):
        calendar.posted(who, 130_00, history=STEADY)
    calendar.day(14, "8:30")
    for who in (lives.unsent, lives.sent):
        calendar.posted(who, 60_00, history=STEADY)
    calendar.day(14, "8:59")
    calendar.reply(lives.planned, "YES")
    for who in (lives.unoffered, lives.offered):
        calendar.reply(who, "PLAN")
    return lives


def unanswered(calendar: Calendar, vendor: str, about: str, path: str = "", *, accepted: bool) -> None:
    """A vendor hears what is about somebody, or accepts it, and answers neither this nor any question afterwards."""
    hang = {"vendor": vendor, "about": about, "path": path, "count": 1_000, "seconds": 600}
    faults = [("POST", "timeout_after_accept"), ("GET", "timeout_before")] if accepted else [("POST", "timeout_before")]
    for method, kind in faults:
        assert calendar.world.post("/_/faults", json=hang | {"method": method, "kind": kind}).is_success


async def customer_of(calendar: Calendar, who: Person) -> str:
    """The card processor's name for somebody: the same order answers with the same customer."""
    connection = Connection(KEY, base_url=str(calendar.world.base_url))
    ids = {"practice": who.practice_id, "balance": who.balance_id}
    same = {"idempotency_key": f"customer.{digest(who.practice_id, who.balance_id)}"}
    customer = await connection.stripe.v1.customers.create_async({"metadata": ids}, same)
    await connection.close()
    return customer.id


async def held_for_good(drills: Floor, lives: Lives) -> None:
    """What is tried again without end: a task, a reading, a plan, and two charges at nine."""
    calendar = drills.calendar
    for who, kind in ((lives.asked, "wait"), (lives.read, "ask_staff"), (lives.planned, "send_message")):
        await drills.hold(who, kind)
    post_unsettled(calendar, lives.asked, without="contact points")
    assert calendar.world.post(f"/_/patients/{lives.read.phone}/reply", json={"text": "I already paid this"}).is_success
    for who in (lives.uncharged, lives.charged):
        unanswered(calendar, "stripe", who.balance_id, INTENTS, accepted=who is lives.charged)
    drills.off_the_clock()
    calendar.day(14, "9:00")
    for who in (lives.uncharged, lives.charged, lives.planned):
        await drills.wake(who)

    async def charged() -> bool:
        return charges(calendar, lives.charged) == [80_00]

    await until(charged, "one card was charged, and the answer is lost")
    unanswered(calendar, "stripe", await customer_of(calendar, lives.charged), INTENTS, accepted=True)
    await until(lambda: half_done(drills, lives, FOR_GOOD), "a task, a reading, a plan and two charges are half done")


async def held_for_a_while(drills: Floor, lives: Lives) -> None:
    """What is given up after four tries of ten seconds each, and a decision, which is tried again ever more seldom."""
    calendar = drills.calendar
    for who in (lives.unsent, lives.sent, lives.unoffered, lives.offered):
        unanswered(calendar, "twilio", who.phone, "/Messages", accepted=who in (lives.sent, lives.offered))
    for who in (lives.unbooked, lives.booked):
        unanswered(calendar, "practice", who.balance_id, PAYMENTS, accepted=who is lives.booked)
    await drills.hold(lives.decided, "send_message")
    calendar.day(14, "14:00")
    for who in (lives.unsent, lives.sent, lives.unoffered, lives.offered):
        await drills.wake(who)
    for who in (lives.unbooked, lives.booked):
        assert calendar.web.post("/v1/facts", json=payment(calendar, who, 20_00)).status_code == 202
    post_unsettled(calendar, lives.decided)
    await until(lambda: half_done(drills, lives, EVERYTHING), "every step is half done")


FOR_GOOD = {
    "ask_staff": ["asked"], "read_reply": ["read"], "create_plan": ["planned"], "charge_installment": ["uncharged", "charged"],
}  # fmt: skip
EVERYTHING = FOR_GOOD | {
    "send_message": ["unsent", "sent"], "post_to_practice": ["unbooked", "booked"], "offer_plan": ["unoffered", "offered"],
}  # fmt: skip


async def half_done(drills: Floor, lives: Lives, steps: dict[str, list[str]]) -> bool:
    """Each is begun and unanswered, with the deed done where it is to be done, and not where it is not."""
    calendar = drills.calendar
    for step, names in steps.items():
        for name in names:
            if await drills.doing(getattr(lives, name)) != [step]:
                return False
    held = {lives.asked.balance_id, lives.read.balance_id, lives.planned.balance_id}
    if steps is not EVERYTHING:
        return held <= await drills.held()
    texts = [len(calendar.messages(who)) for who in (lives.unsent, lives.sent, lives.unoffered, lives.offered)]
    money = [len(booked(calendar, who)) for who in (lives.unbooked, lives.booked)]
    money += [len(charges(calendar, who)) for who in (lives.uncharged, lives.charged)]
    return (texts, money) == ([0, 1, 1, 2], [0, 1, 0, 1]) and held | {lives.decided.balance_id} <= await drills.held()


def test_every_step_that_acts_is_interrupted_here() -> None:
    assert {"decide"} | (kinds(Step) - NEEDS_NO_ACTIVITY) == KILLED_IN


async def test_a_worker_killed_in_every_step_at_once_leaves_each_life_as_it_would_have_been(drills: Floor) -> None:
    calendar = drills.calendar
    lives = await staged(calendar)
    await held_for_good(drills, lives)
    await held_for_a_while(drills, lives)
    drills.kill_worker()
    await drills.make_good()
    calendar.day(16, "12:00")

    texted = (lives.decided, lives.unsent, lives.sent, lives.unbooked, lives.booked)
    assert [len(calendar.messages(who)) for who in texted] == [1] * len(texted)
    assert [task["kind"] for task in calendar.tasks(lives.asked)] == ["no_contact"]
    assert [task["kind"] for task in calendar.tasks(lives.read)] == ["already_paid"]
    assert len(calendar.messages(lives.read)) == 2, "the notice, and one answer"
    assert calendar.case(lives.planned)["stage"] == "on_plan"
    assert len(calendar.messages(lives.planned)) == 2, "the offer, and the terms in writing"
    story = [entry["kind"] for entry in calendar.timeline(lives.planned)]
    assert len([kind for kind in story if kind == "plan_set_up"]) <= 1
    for who in (lives.unbooked, lives.booked):
        assert booked(calendar, who) == [20_00]
        assert calendar.case(who)["outstanding_cents"] == 40_00
    for who in (lives.unoffered, lives.offered):
        assert [message["body"].count("$65 on ") for message in calendar.messages(who)] == [0, 2], "the notice, one offer"
    for who in (lives.uncharged, lives.charged):
        assert charges(calendar, who) == booked(calendar, who) == [80_00]
        assert calendar.case(who)["outstanding_cents"] == calendar.ledger(who)["outstanding_cents"] == 240_00
        assert calendar.tasks(who) == []
    assert [await drills.runs(who) for who in lives.all()] == [1] * len(lives.all())
