"""SIGKILL of a real worker in the middle of each step: the life goes on, and nothing happens twice."""

from dataclasses import dataclass

from calendar_desk import Calendar, Person
from drill_floor import Floor, until
from test_fixtures import SLOW, STEADY

from receivables.steps import Step
from tests.house.test_lists_agree import NEEDS_NO_ACTIVITY, kinds

KILLED_IN = {"decide", "send_message", "read_reply", "post_to_practice", "ask_staff", "create_plan"}
"""What the drill below interrupts."""
NOT_KILLED_IN = {"offer_plan", "charge_installment"}
"""Not interrupted by this drill yet: they need a counter-offer, and a card on file on its due day."""


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

    def all(self) -> list[Person]:
        return list(vars(self).values())


def staged(calendar: Calendar) -> Lives:
    """Monday: three are texted. Wednesday, a minute before two: two are about to be, and two are new."""
    calendar.start(weekday=0, hour=9)
    lives = Lives(*(calendar.person(name) for name in ("Dee", "Abe", "Rae", "Una", "Sia", "Ulf", "Pam", "Pia")))
    for who in (lives.read, lives.unbooked, lives.booked):
        calendar.posted(who, 60_00, history=STEADY)
    calendar.posted(lives.planned, 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    calendar.day(0, "15:00")
    calendar.day(2, "9:00")
    for who in (lives.unsent, lives.sent):
        calendar.posted(who, 60_00, history=STEADY)
    calendar.day(2, "13:59")
    calendar.reply(lives.planned, "YES")
    return lives


async def held_in_the_database(drills: Floor, lives: Lives) -> None:
    calendar = drills.calendar
    for who, kind in ((lives.decided, "send_message"), (lives.asked, "wait"), (lives.read, "ask_staff")):
        await drills.hold(who, kind)
    post_unsettled(calendar, lives.decided)
    post_unsettled(calendar, lives.asked, without="contact points")
    assert calendar.world.post(f"/_/patients/{lives.read.phone}/reply", json={"text": "I already paid this"}).is_success

    async def all_three() -> bool:
        doing = [await drills.doing(who) for who in (lives.asked, lives.read)]
        return doing == [["ask_staff"], ["read_reply"]] and await drills.held() >= 3

    await until(all_three, "a decision, a task and a reading are half done")


async def held_by_vendors(drills: Floor, lives: Lives) -> None:
    calendar = drills.calendar
    # Payments only: the note about a plan is written to the same system at the same moment.
    for vendor, path in (("twilio", ""), ("practice", "/practice/v1/payments")):
        for kind in ("timeout_before", "timeout_after_accept"):
            fault = {"vendor": vendor, "kind": kind, "method": "POST", "path": path, "count": 1, "seconds": 120}
            assert calendar.world.post("/_/faults", json=fault).is_success
    await drills.hold(lives.planned, "send_message")
    drills.off_the_clock()
    calendar.day(2, "14:00")
    for who in (lives.unsent, lives.sent, lives.planned):
        await drills.wake(who)
    for who in (lives.unbooked, lives.booked):
        assert calendar.web.post("/v1/facts", json=payment(calendar, who, 20_00)).status_code == 202

    async def all_five() -> bool:
        lost = (lives.unsent, lives.sent, lives.unbooked, lives.booked, lives.planned)
        doing = [await drills.doing(who) for who in lost]
        return doing == [["send_message"]] * 2 + [["post_to_practice"]] * 2 + [["create_plan"]]

    await until(all_five, "two texts, two postings and a plan are half done")


def test_every_step_that_acts_is_interrupted_here() -> None:
    assert {"decide"} | (kinds(Step) - NEEDS_NO_ACTIVITY) == KILLED_IN | NOT_KILLED_IN


async def test_a_worker_killed_in_every_step_at_once_leaves_each_life_as_it_would_have_been(drills: Floor) -> None:
    calendar = drills.calendar
    lives = staged(calendar)
    await held_in_the_database(drills, lives)
    await held_by_vendors(drills, lives)
    drills.kill_worker()
    await drills.let_go()
    await drills.start_worker()
    drills.on_the_clock()
    calendar.day(3, "12:00")

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
    assert [await drills.runs(who) for who in lives.all()] == [1] * 8
