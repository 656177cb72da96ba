"""One look at a case at one moment: what the rules ask about, worked out once; it answers and decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from receivables import channels, holds, segments, windows
from receivables.case import Case, Ended, Hold, Offer, Stage
from receivables.folding.money import last_money_at
from receivables.money import Cents
from receivables.offers import OfferMode, offer_mode, open_offer, plan_offer, situation_of
from receivables.people import Channel, PaymentHistory
from receivables.plans.money import Left, lefts
from receivables.plans.offers import Situation
from receivables.plans.plan import Mandate, Plan
from receivables.policy import Policy, Practice
from receivables.proof import next_night
from receivables.rulebook import Laws, PlanLaw
from receivables.spoken import Reply, Touch, contacts
from receivables.states import states_of

NOT_AN_ANSWER = ("auto_reply", "wrong_person")
"""Written by a machine or by somebody else: the patient has not been heard."""
SIGNS_OF_PAYMENT = ("already_paid", "pay_now", "promise_to_pay")
"""What somebody writes whose money may be on its way."""
STOPS_A_PLAN = (*holds.PERMANENT, *holds.PROTECTED, *holds.CONTESTED, "not_collectable", "reply_needs_person")

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - it is read as a word above a method
    """Works an answer out when it is first asked for; functools' own takes a lock each time, and no View is shared."""

    def __init__(self, work_out: Callable[[View], T]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__

    def __get__(self, view: View, _owner: type) -> T:
        answer = view.__dict__[self._name] = self._work_out(view)
        return answer


class View:
    """A case with the policy and the practice it is judged by, at `now`."""

    def __init__(self, case: Case, policy: Policy, practice: Practice, now: datetime) -> None:
        self.case = case
        self.policy = policy
        self.practice = practice
        self.now = now
        self.owed: Cents = case.outstanding_cents

    # --- people and places ---------------------------------------------------------------------------------------

    @once
    def zones(self) -> tuple[str, ...]:
        """Every zone the guarantor may be in, the likeliest first."""
        return windows.zones_of(self.case, self.practice.time_zone)

    @once
    def laws(self) -> Laws:
        """The laws of every state the guarantor may be in."""
        return self.policy.rules.laws(states_of(self.case, self.practice.state), self.practice.kind)

    @once
    def plan_law(self) -> PlanLaw:
        """What those states ask of payment plans today."""
        states = states_of(self.case, self.practice.state)
        return self.policy.rules.plan_law(states, self.practice.kind, self.today)

    @once
    def reachable(self) -> list[Channel]:
        """Channels that may carry a message."""
        return channels.reachable(self.case)

    @once
    def history(self) -> PaymentHistory:
        """How this guarantor has paid before, as far back as counts."""
        return segments.history_of(self.case, self.policy)

    @once
    def choice(self) -> channels.Choice:
        """Where a message of our own goes first, for somebody who can be reached at all."""
        return channels.choose(self.case, self.policy, self.owed, self.reachable)

    @once
    def payer(self) -> segments.PayerClass:
        """How this guarantor has paid before."""
        return segments.payer_class(self.history, self.policy)

    # --- silence and answers -------------------------------------------------------------------------------------

    @once
    def answers(self) -> list[Reply]:
        """What the patient wrote, without what machines or strangers did."""
        return [reply for reply in self.case.replies if reply.intent not in NOT_AN_ANSWER]

    @once
    def last_money_at(self) -> datetime | None:
        """When money last moved on this balance."""
        return last_money_at(self.case)

    @once
    def books_heard_at(self) -> datetime | None:
        """When the practice's system will have told of what the last sign of a payment meant (K18), if any."""
        signs = [self.last_money_at, *(reply.at for reply in self.answers if reply.intent in SIGNS_OF_PAYMENT)]
        sign = max((moment for moment in signs if moment is not None), default=None)
        ledger = self.policy.ledger
        if sign is None or ledger.mode == "realtime":
            return None
        if ledger.mode == "poll":
            return sign + timedelta(minutes=ledger.fresh_minutes)
        return next_night(sign, self.practice.time_zone, self.policy.reconciliation.night_h)

    @once
    def heard_at(self) -> datetime | None:
        """When the patient was last heard or a person dealt with the case: attempts are counted from there."""
        moments = (self.spoken_at, self.case.restarted_at)
        return max((moment for moment in moments if moment is not None), default=None)

    @once
    def spoken_at(self) -> datetime | None:
        """When the patient last paid, wrote, spoke with staff or came back: they are left in peace for a while."""
        case = self.case
        back, posted = case.reactivated_at, case.posted_at
        back = back if back and posted and back > posted else None
        moments = [self.last_money_at, case.talked_at, back, *(reply.at for reply in self.answers)]
        return max((moment for moment in moments if moment is not None), default=None)

    @once
    def tries(self) -> list[Touch]:
        """Contacts since the patient was last heard; one by text and e-mail failed only when both did."""
        heard = self.heard_at
        billed = (touch for touch in self.case.touches if touch.agent != "no_show")
        return contacts(touch for touch in billed if heard is None or touch.at > heard)

    @once
    def unanswered_before(self) -> int:
        """Reminders that went unanswered before the agent took over; they count until the patient is heard."""
        if self.heard_at is not None:
            return 0
        return self.case.history.unanswered_texts + self.case.history.unanswered_emails

    @once
    def failed(self) -> int:
        """Attempts that failed: undeliverable ones, and those that had time to be answered and were not."""
        rest = timedelta(hours=self.policy.contact.min_gap_h)
        own = sum(1 for touch in self.tries if touch.failed or self.now - touch.at >= rest)
        return own + self.unanswered_before

    @once
    def delivered(self) -> list[Touch]:
        """Messages since the patient was last heard, as far as we know they arrived."""
        return [touch for touch in self.tries if not touch.failed]

    # --- time ----------------------------------------------------------------------------------------------------

    def days_since(self, moment: datetime | None) -> int:
        """Whole days from a moment to now, 0 when there is none or it lies ahead."""
        return max((self.now - moment).days, 0) if moment else 0

    @once
    def days_since_visit(self) -> int:
        """Days from the visit to today, on the practice's calendar."""
        day = self.case.service_date
        return max((self.today - day).days, 0) if day else 0

    @once
    def today(self) -> date:
        """The day on the practice's calendar."""
        return self.now.astimezone(windows.place(self.practice.time_zone)).date()

    @once
    def firm(self) -> bool:
        """Long past due and silent (S37), counted from when the share last changed."""
        if self.unanswered_before + len(self.delivered) == 0:
            return False
        age = self.days_since(self.case.priced.at if self.case.priced else None)
        if self.unanswered_before:
            age = max(age, self.days_since_visit)
        return age >= self.policy.tone.firm_past_due_days

    @once
    def offer_mode(self) -> OfferMode:
        """How the next message speaks of plans."""
        return offer_mode(self.case, self.policy, self.owed, self.days_since(self.case.posted_at), self.payer)

    @once
    def offer(self) -> Offer | None:
        """The offer the next message makes: the one that stands (M3), or a new one where amounts are to be quoted."""
        if self.offer_mode not in {"lead", "push"}:
            return None
        standing = open_offer(self.case)
        if standing and not standing.joins and 2 <= standing.installments <= self.policy.plan.max_installments:
            return standing.model_copy(update={"offered_at": self.now})  # Its days begin anew.
        return plan_offer(self.situation, self.now)

    @once
    def situation(self) -> Situation:
        """What an offer of a plan depends on."""
        return situation_of(self.case, self.policy, self.today, self.plan_law)

    @once
    def high_risk(self) -> bool:
        """A person calls and texts end."""
        return segments.high_risk(self.owed, self.failed, self.history, self.policy)

    # --- the plan in force ---------------------------------------------------------------------------------------

    @once
    def plan(self) -> Plan | None:
        """The plan in force that still brings something."""
        brings = any(left.cents or left.on_its_way for left in self.lefts)
        return self.case.running_plan if brings else None

    @once
    def lefts(self) -> list[Left]:
        """What is left of each of its payments."""
        return lefts(self.case, plan) if (plan := self.case.running_plan) is not None else []

    @once
    def lefts_as_agreed(self) -> list[Left]:
        """What would be left of them if the share had not changed."""
        return lefts(self.case, self.plan, capped=False) if self.plan is not None else []

    @once
    def mandate(self) -> Mandate | None:
        """The right to charge a card for it; None without one, after a stop, or when the card is gone (R-30)."""
        mandate, plan = self.case.mandate, self.plan
        if mandate is None or plan is None or mandate.plan_id != plan.plan_id:
            return None
        return mandate if mandate.stopped_at is None and mandate.removed_at is None else None

    @once
    def left_to_people(self) -> bool:
        """True while a person has the case; questions beside a plan that goes on do not count."""
        return any(task.kind not in holds.BESIDE_THE_PLAN for task in self.case.open_tasks)

    # --- holds and staff -----------------------------------------------------------------------------------------

    @once
    def holds(self) -> list[Hold]:
        """Holds that have not ended by themselves."""
        return [hold for hold in self.case.holds if (end := self.hold_ends(hold)) is None or end > self.now]

    def held(self, reasons: tuple[str, ...]) -> list[Hold]:
        """Those for one of the reasons, oldest first."""
        return [hold for hold in self.holds if hold.reason in reasons]

    def hold_ends(self, hold: Hold) -> datetime | None:
        """When a hold ends by itself; None when only a person ends it."""
        if hold.reason == "promise":
            section, named = self.policy.hold, hold.until and windows.end_of_day(hold.until, self.practice.time_zone)
            promised = named or hold.since + timedelta(days=section.promise_days)
            promised = min(promised, hold.since + timedelta(days=section.promise_most_days))
            return promised + timedelta(days=section.promise_grace_days)
        if hold.reason == "no_show":
            return self._no_show_ends(hold)
        if hold.reason == "asked_which":
            return hold.since + timedelta(days=self.policy.hold.asked_which_days)
        return hold.until

    def _no_show_ends(self, hold: Hold) -> datetime:
        latest = hold.since + timedelta(days=self.policy.noshow.pause_max_d)
        booked = self.case.booked_at
        if booked is None or booked <= hold.since:
            return latest
        return min(latest, max(booked, hold.since + timedelta(hours=self.policy.noshow.pause_min_h)))

    @once
    def ended(self) -> Ended | None:
        """How a person ended the case, unless the insurer has answered anew since it was left to the insurer."""
        ended, priced = self.case.ended, self.case.priced
        if ended and ended.reason == "insurance_responsible" and priced and priced.at > ended.at:
            return None
        return ended

    def may_ask(self, kind: str) -> bool:
        """True when staff has not been asked this, or has a new reason to be asked again."""
        asked = self.case.asked.get(kind)
        return (asked is None or not asked.settled) and not any(task.kind == kind for task in self.case.open_tasks)

    @once
    def stage(self) -> Stage:
        """Where the case stands while nothing is being done to it."""
        if self.left_to_people or (self.case.open_tasks and self.plan is None):
            return Stage.with_staff
        on_plan = self.plan is not None or (self.case.running_plan is not None and self.owed <= 0)
        if on_plan and not self.held(STOPS_A_PLAN):
            return Stage.on_plan
        if self.case.wish is not None and all(hold.reason == "plan_to_set_up" for hold in self.holds):
            return Stage.engaged
        if self.holds:
            agreed = any(hold.reason == "plan_to_set_up" and hold.detail == "agreed" for hold in self.holds)
            return Stage.on_plan if agreed else Stage.held
        if self.answers and not self.tries:
            return Stage.engaged
        return Stage.outreach if self.case.touches else Stage.waiting
