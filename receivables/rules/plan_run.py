"""The rule that runs a plan: one agenda of confirmations, charges, reminders and questions; the earliest comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from receivables import holds, windows
from receivables.plans.changes import spread_anew
from receivables.plans.charges import NOTICE_DAYS, NoTry, Try, next_try, tries_of
from receivables.plans.money import Left
from receivables.plans.plan import Plan
from receivables.plans.steps import ChargeInstallment
from receivables.rules.answer import ask, step, wait
from receivables.rules.ladder import slot
from receivables.rules.plan_words import (
    answer_at,
    answerable,
    channel_for,
    direct,
    done,
    offering,
    outreach,
    touch_id,
    words_of,
)
from receivables.steps import Decision
from receivables.view import View
from receivables.words import count, days, when

LATEST_EXPIRY_NOTICES = (30, 7)
"""Days before a card runs out on which its holder is told (product.md section 10)."""

class Event(NamedTuple):
    """Something the plan has in store."""

    at: datetime
    decide: Callable[[], Decision]
    speaks: bool
    """True for messages of our own: they wait while a person or a promise has asked for silence."""


def plan_runs(view: View) -> Decision | None:
    """The next thing on the plan's agenda; one clock for charging, reminding and asking."""
    plan = view.plan
    if plan is None or view.left_to_people or view.held(("reply_needs_person",)):
        return None
    quiet = _quiet_until(view) if view.owed >= view.policy.min_balance_to_contact else None
    found: list[Event] = []
    for event in _agenda(view, plan, found):
        if not event.speaks:
            found.append(event)
        elif quiet is not None:
            found.append(event._replace(at=max(event.at, quiet)))
    if not found:
        return wait(view, "A payment plan is in force; its next payment is under way.", next_step="its outcome")
    first = min(found, key=lambda event: event.at)
    if first.speaks and quiet is not None and first.at >= quiet > view.now:
        return wait(view, "A payment plan is in force; no message goes out before then.", until=first.at)
    return first.decide()


def _agenda(view: View, plan: Plan, found: Sequence[Event]) -> Iterator[Event]:
    """All that may come next, in the order that settles ties; what is later than something `found` may be left out."""
    yield from _in_writing(view, plan)
    yield from _money_back(view, plan)
    yield from _new_sum(view, plan)
    for left in view.lefts:
        if left.cents > 0 and not left.on_its_way and not _later(view, plan, left, found):
            yield from _collect(view, plan, left)
    yield from _reminders(view, plan)
    yield from _card_runs_out(view, plan)


# --- in writing ----------------------------------------------------------------------------------------------------


def _in_writing(view: View, plan: Plan) -> Iterator[Event]:
    """Amounts and days of the terms in force (M5), once for each revision."""
    if plan.confirmed_revision >= plan.revision:
        return
    message = "plan_confirmation" if plan.revision == 1 else "plan_changed"
    reply = answerable(view, plan.reply_fact_id)
    key = f"{_number(plan)}.{plan.revision}"
    wrote = next((one.channel for one in view.case.replies if one.fact_id == reply), None)
    channel = channel_for(view, wrote)
    if wrote is not None and channel is not wrote:
        reply = None
    if channel is None or done(view, message, key):
        if view.may_ask("no_contact"):
            because = "The terms of the plan could not be confirmed in writing."
            yield Event(view.now, lambda: ask(view, "no_contact", because), speaks=False)
        return
    yield Event(
        answer_at(view, reply),
        lambda: direct(
            view, message, key, channel, words_of(view, plan), "The terms of the plan are confirmed in writing.",
            confirms=plan.revision, answers=True, reply=reply,
        ),
        speaks=False,
    )  # fmt: skip


def _money_back(view: View, plan: Plan) -> Iterator[Event]:
    """A payment was taken back: a person says how the plan goes on before anything is charged again."""
    asked = view.case.asked.get("plan_money_back")
    since = max(plan.agreed_at, asked.last_at) if asked and asked.last_at else plan.agreed_at
    if any(back.at > since for back in view.case.reversals):
        because = "A payment was given or taken back while the plan is running."
        yield Event(view.now, lambda: ask(view, "plan_money_back", because), speaks=False)


def _new_sum(view: View, plan: Plan) -> Iterator[Event]:
    """The share has changed: the same days with new amounts are offered, and hold once the patient agrees (R-30).

    Until then nothing above the agreed amounts is charged, and nothing above what is owed.
    """
    priced, settled = view.case.priced, plan.changed_at or plan.agreed_at
    offered = view.case.offer.offered_at if view.case.offer else settled
    if priced is None or priced.at <= max(settled, offered) or any(left.on_its_way for left in view.lefts):
        return
    planned = [left for left in view.lefts_as_agreed if left.cents > 0]
    larger = view.mandate is not None and view.owed > sum(left.cents for left in planned)
    dues = spread_anew(view.lefts_as_agreed, view.owed, view.situation, NOTICE_DAYS if larger else 1)
    channel, key = channel_for(view), f"{_number(plan)}.{priced.at:%Y%m%d%H%M%S}"
    if sum(left.cents for left in planned) == view.owed or not dues or channel is None or done(view, "plan_terms", key):
        return
    because = f"{view.owed.as_dollars()} is owed now instead of what the plan was made for."
    yield Event(answer_at(view), lambda: offering(view, key, channel, dues, because, reason="new_sum"), speaks=False)


# --- money ---------------------------------------------------------------------------------------------------------


def _later(view: View, plan: Plan, left: Left, found: Sequence[Event]) -> bool:
    """True when something comes before the day of a payment, wherever on earth that begins, which was never tried."""
    day = datetime.combine(left.due.due_on - timedelta(days=1), time(), UTC)
    return any(event.at < day for event in found) and not tries_of(view, plan, left.due.number)


def _collect(view: View, plan: Plan, left: Left) -> Iterator[Event]:
    """The charge of one payment, its retries, and what follows when it does not come."""
    attempt = next_try(view, plan, left)
    if isinstance(attempt, Try):
        yield Event(max(attempt.at, view.now), lambda: _charge(view, plan, left, attempt), speaks=False)
        return
    if attempt.failed:
        yield from _refused(view, plan, left, attempt)
    yield from _missed(view, plan, left)


def _charge(view: View, plan: Plan, left: Left, attempt: Try) -> Decision:
    mandate = view.mandate
    assert mandate is not None, "a try is only named with a mandate"
    charging = ChargeInstallment(
        plan_id=plan.plan_id, installment=left.due.number, attempt=attempt.number, amount_cents=left.cents,
        card=mandate.card,
    )  # fmt: skip
    words = when(attempt.at, view.practice.time_zone, view.now)
    again = f"It is try {attempt.number}." if attempt.number > 1 else "It is the first try."
    because = f"{left.cents.as_dollars()} of the plan is charged {words}."
    return step(view, charging, because, again, at=max(attempt.at, view.now))


def _refused(view: View, plan: Plan, left: Left, attempt: NoTry) -> Iterator[Event]:
    """After the last refusal the team is told (S97), and the patient gets a kind word with a link."""
    tries = tries_of(view, plan, left.due.number)
    if view.may_ask("charge_failed"):
        yield Event(view.now, lambda: ask(view, "charge_failed", attempt.because), speaks=False)
    key = f"{_number(plan)}.{left.due.number}.{len(tries)}"
    channel = channel_for(view)
    if channel is not None and not done(view, "charge_declined", key):
        yield Event(
            slot(view, tries[-1].at),
            lambda: outreach(view, "charge_declined", key, words_of(view, plan, left), view.now, attempt.because),
            speaks=True,
        )


def _missed(view: View, plan: Plan, left: Left) -> Iterator[Event]:
    """Grace, then a word how to put it right, then a person."""
    section = view.policy.plan.missed
    missed = _local(view, left.due.due_on + timedelta(days=max(section.grace_days, view.plan_law.grace_days)))
    key = f"{_number(plan)}.{left.due.number}.{left.due.due_on:%Y%m%d}"
    channel = channel_for(view)
    told = done(view, "plan_missed", key) or _told_of_refusal(view, plan, left)
    if channel is not None and not told:
        yield Event(slot(view, missed), lambda: _telling_of_it(view, plan, left, key, missed), speaks=True)
    person = missed + timedelta(days=section.cure_days)
    asked = view.case.asked.get("plan_broken")
    if asked is not None and asked.last_at is not None:
        person = max(person, asked.last_at + timedelta(days=section.cure_days))
    yield Event(max(person, view.now), lambda: _give_to_person(view, person), speaks=False)


def _telling_of_it(view: View, plan: Plan, left: Left, key: str, missed: datetime) -> Decision:
    because = f"{left.cents.as_dollars()} was due {left.due.due_on:%b} {left.due.due_on.day} and did not come."
    return outreach(view, "plan_missed", key, words_of(view, plan, left), missed, because, _grace(view))


def _grace(view: View) -> str:
    own, law = view.policy.plan.missed.grace_days, view.plan_law
    if law.grace_days > own:
        return f"{days(law.grace_days)} of grace have passed, as {law.grace_by} asks."
    return f"{days(own)} of grace have passed."


def _give_to_person(view: View, person: datetime) -> Decision:
    missing = [left for left in view.lefts if left.cents > 0 and left.due.due_on < view.today]
    because = f"{count(len(missing), 'payment')} of the plan did not come, and time to put it right has passed."
    if person > view.now:
        words = when(person, view.zones[0], view.now)
        return wait(view, "A payment of the plan is missing.", f"A person is asked {words}.", until=person)
    return ask(view, "plan_broken", because.capitalize())


def _told_of_refusal(view: View, plan: Plan, left: Left) -> bool:
    start = touch_id(view, "charge_declined", f"{_number(plan)}.{left.due.number}.")
    return any(touch.touch_id.startswith(start) for touch in view.case.touches)


# --- reminders -----------------------------------------------------------------------------------------------------


def _reminders(view: View, plan: Plan) -> Iterator[Event]:
    """Three days before each due day (M7, S94); terms confirmed since then need no reminder."""
    channel = channel_for(view)
    if channel is None:
        return
    for left in view.lefts:
        key = f"{_number(plan)}.{left.due.number}.{left.due.due_on:%Y%m%d}"
        if left.cents <= 0 or left.on_its_way or done(view, "plan_reminder", key):
            continue
        at = _reminded_at(view, left.due.due_on)
        late = slot(view, at)
        if at <= (plan.changed_at or plan.agreed_at) or late >= _local(view, left.due.due_on):
            continue
        yield Event(late, _reminding(view, plan, left, key, at), speaks=True)
        return  # Those of later payments come later.


def _reminding(view: View, plan: Plan, left: Left, key: str, at: datetime) -> Callable[[], Decision]:
    def remind() -> Decision:
        because = f"{left.cents.as_dollars()} is due {left.due.due_on:%b} {left.due.due_on.day}."
        return outreach(view, "plan_reminder", key, words_of(view, plan, left), at, because)

    return remind


def _reminded_at(view: View, due_on: date) -> datetime:
    """The usual hour three days before; earlier when that is a day without contact."""
    for more in range(4):
        day = due_on - timedelta(days=view.policy.plan_reminder_days_before + more)
        at = datetime.combine(day, view.policy.contact.first_touch_local, windows.place(view.zones[0]))
        if windows.next_permitted(at, view.zones, view.policy.contact, view.laws) == at:
            return at
    return _local(view, due_on - timedelta(days=view.policy.plan_reminder_days_before))


def _card_runs_out(view: View, plan: Plan) -> Iterator[Event]:
    """A card that ends before the plan does is announced 30 and 7 days ahead."""
    mandate, channel = view.mandate, channel_for(view)
    last = max((left.due.due_on for left in view.lefts if left.cents > 0), default=None)
    if mandate is None or channel is None or last is None or last <= (end := mandate.card.last_day):
        return
    for ahead in LATEST_EXPIRY_NOTICES:
        at = _local(view, end - timedelta(days=ahead), view.policy.contact.first_touch_local)
        key = f"{_number(plan)}.{end:%Y%m}.{ahead}"
        if at <= (mandate.renewed_at or mandate.since) or done(view, "card_expiring", key):
            continue
        if slot(view, at).date() > end:
            continue
        yield Event(slot(view, at), _announcing(view, plan, key, at), speaks=True)


def _announcing(view: View, plan: Plan, key: str, at: datetime) -> Callable[[], Decision]:
    def announce() -> Decision:
        return outreach(view, "card_expiring", key, words_of(view, plan), at, "The card runs out soon.")

    return announce


def _quiet_until(view: View) -> datetime | None:
    """From when messages of our own may leave; None when only a person says so."""
    latest = view.now
    for hold in view.held(holds.TIMED):
        end = view.hold_ends(hold)
        if end is None:
            return None
        latest = max(latest, end)
    return latest


def _local(view: View, day: date, hour: time = time(9)) -> datetime:
    return datetime.combine(day, hour, windows.place(view.zones[0]))


def _number(plan: Plan) -> str:
    return plan.plan_id.rsplit(".", 1)[-1]
