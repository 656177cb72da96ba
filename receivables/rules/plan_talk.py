"""Rules about what patients and staff agree on paying in parts: set up, offer instead, change, or ask a person."""

from __future__ import annotations

from receivables.case import Offer
from receivables.money import Cents
from receivables.offers import stands_until
from receivables.plans.changes import changed, joined
from receivables.plans.joining import open_beside, together_cents
from receivables.plans.offers import Answer, Schedule, agreed_by_person, answer, approved, beyond_down, choices, dated
from receivables.plans.plan import Agreement, Plan, Wish
from receivables.plans.steps import CreatePlan, PlanWords
from receivables.plans.terms import AgreedBy, PlanWish
from receivables.rules.answer import ask, step, wait
from receivables.rules.plan_words import answerable, channel_for, digest, direct, done, offering, settled_at, words_of
from receivables.steps import Decision
from receivables.view import View
from receivables.windows import place

TOLD = {
    "cancel": "plan_cancelled",
    "stop_autopay": "autopay_stopped",
    "change_card": "plan_link",
    "pay_off": "plan_link",
    "see_plan": "plan_link",
}
"""Wishes that are met by an answer alone."""
UNDER_WAY = "A charge of the plan is under way: its terms are changed once that is known."


def plan_agreed(view: View) -> Decision | None:
    """Terms agreed on the page or with a person are set up; where the sum has moved since, the new one is offered."""
    agreement = view.case.agreement
    if agreement is None or view.owed <= 0:
        return None
    if _flying(view):
        return wait(view, UNDER_WAY, next_step="its outcome")
    dues = _agreed_dues(view, agreement)
    if not dues or sum(due.amount_cents for due in dues) != view.owed:
        return _offer_anew(view, agreement, len(dues))
    if agreement.by in {"phone", "staff"}:
        because = "A person agreed on these terms."
        return create(view, dues, agreement.by, "re_amortised", because, person=True, joins=agreement.joins)
    verdict = approved(dues, view.situation, "The patient chose this plan.", _beside(view, agreement.joins))
    if verdict.kind == "person" or _beyond(view, dues):
        return _approval(view, agreement.fact_id, verdict)
    return create(view, dues, agreement.by, "re_amortised", verdict.because, joins=agreement.joins)


def plan_accepted(view: View) -> Decision | None:
    """A yes to the offer that stands (S30): set up, or given to a person above the threshold (S51)."""
    offer, wish = view.case.offer, view.case.wish
    if wish is None or wish.kind != "accept" or not wish.sure or view.left_to_people or view.owed <= 0:
        return None
    if _after_a_stop(view, wish):
        return _person(view, wish, "The patient said yes after a stop: that accepts no plan and is no new consent.")
    stands = offer is not None and offer.accepted_at is not None and sum(offer.each_cents) == view.owed
    if offer is None or not stands or not _stood(view, offer, wish):
        return None
    if _flying(view):
        return wait(view, UNDER_WAY, next_step="its outcome")
    late = any(due.due_on < view.today for due in offer.dues)
    dues = list(offer.dues) if offer.dues and not late else dated(view.situation, offer.each_cents)
    beside = _beside(view, offer.joins)
    verdict = approved(dues, view.situation, "The patient accepted the plan that was offered.", beside)
    if verdict.kind == "person":
        return _approval(view, wish.fact_id, verdict)
    return create(view, dues, "reply", "re_amortised", verdict.because, joins=offer.joins)


def plan_wished(view: View) -> Decision | None:
    """What the patient asked about paying in parts is answered in the conversation."""
    wish = view.case.wish
    if wish is None or view.left_to_people or view.owed <= 0 or view.held(("reply_needs_person",)):
        return None
    if not wish.sure:
        return _person(view, wish, "It is not certain what the patient wants.")
    if wish.kind == "change":
        return _change(view, wish)
    if wish.kind == "terms" and (not wish.slots.empty or wish.change == "part_now"):
        return _terms(view, wish)
    found = choices(view.situation)
    if not found:
        return _person(view, wish, "The balance is too small for a plan the practice offers.")
    return _offer(view, wish, Answer("counter", found[0], "The patient wants to pay in parts."))


def stopped_with_a_plan(view: View) -> Decision | None:
    """STOP or CANCEL while a plan runs: nothing more is written, and a person settles the plan (rules.md section 6)."""
    plan = view.plan
    if plan is None:
        return None
    asked = view.case.asked.get("plan_after_stop")
    since = max(plan.agreed_at, asked.last_at) if asked and asked.last_at else plan.agreed_at
    stops = [one for one in view.case.replies if one.at >= since and "opt_out" in {one.intent, *one.intents}]
    by_keyword = any(moment > since for moment in view.case.stopped_at.values())  # CANCEL alone is never a reply.
    if not (stops or by_keyword) or any(task.kind == "plan_after_stop" for task in view.case.open_tasks):
        return None
    because = "The patient stopped messages while a plan is running: did they mean the plan?"
    return ask(view, "plan_after_stop", because, reply_fact_id=stops[-1].fact_id if stops else None)


def create(
    view: View, dues: Schedule, by: AgreedBy, change: PlanWish | str, *because: str, person: bool = False,
    joins: str = "",
) -> Decision:  # fmt: skip
    """Set a plan up, or give the one in force these payments in the place of those that are still to come."""
    plan = view.plan
    setting = CreatePlan(
        plan_id=plan.plan_id if plan else f"{view.case.balance_id}.plan.{view.case.plans + 1}",
        revision=plan.revision + 1 if plan else 1,
        installments=joined(plan, view.lefts, dues) if plan and change == "re_amortised" else dues,
        by=by, change=change if plan else "", approved_by="person" if person else "policy",
        reply_fact_id=_reply_of(view) or "", joins=joins if not plan else "",
    )  # fmt: skip
    at = settled_at(view) if by == "reply" else view.now
    return step(view, setting, *because, at=at if at > view.now else None)


# --- their parts ---------------------------------------------------------------------------------------------------


def _stood(view: View, offer: Offer, wish: Wish) -> bool:
    """True when the yes was written to this very offer: after it was made, while it stood, and not after a refusal."""
    said_at = next((reply.at for reply in view.case.replies if reply.fact_id == wish.fact_id), wish.at)
    zone = view.practice.time_zone
    in_time = said_at.astimezone(place(zone)).date() <= stands_until(offer, view.policy, zone)
    return offer.declined_at is None and offer.offered_at <= said_at and in_time


def _after_a_stop(view: View, wish: Wish) -> bool:
    """True when the yes was written where the patient had stopped messages before (rules.md section 6)."""
    said = next((reply for reply in view.case.replies if reply.fact_id == wish.fact_id), None)
    if said is None or said.channel not in view.case.stopped_channels:
        return False
    return view.case.stopped_at.get(said.channel, said.at) <= said.at


def _agreed_dues(view: View, agreement: Agreement) -> Schedule:
    if agreement.installments:
        return list(agreement.installments)
    slots = agreement.slots
    if slots.date is None or slots.installments is None:
        asked_for = answer(slots, view.situation)
        return asked_for.dues
    try:
        return agreed_by_person(
            view.situation, slots.installments, slots.date, slots.frequency or "monthly", agreement.down_payment_cents
        )
    except ValueError:
        return []


def _offer_anew(view: View, agreement: Agreement, parts: int) -> Decision:
    """The sum is another one now, so the patient says yes to what is true (R-30)."""
    channel = channel_for(view)
    key = digest(agreement.fact_id)
    found = choices(view.situation)
    like = next((one for one in found if len(one) == parts), found[0] if found else [])
    because = f"{view.owed.as_dollars()} is owed now, which is not what was agreed on."
    if channel is None or not like or done(view, "plan_terms", key):
        return ask(view, "plan_to_set_up", because) if view.may_ask("plan_to_set_up") else _waits(view, because)
    return offering(view, key, channel, like, because, reason="new_sum")


def _terms(view: View, wish: Wish) -> Decision:
    verdict = answer(wish.slots, view.situation, part_now=wish.change == "part_now")
    if verdict.kind == "agreed" and view.plan is not None and (view.plan.revision > 1 or _flying(view)):
        verdict = Answer("person", verdict.dues, "The plan was changed before, or a charge is under way.", "approval")
    if verdict.kind == "agreed" and view.situation.disclosed(verdict.dues):
        words = "The disclosures come before the yes (R-27), so the plan that was asked for is offered with them."
        return _offer(view, wish, verdict._replace(because=words))
    if verdict.kind == "agreed":
        return create(view, verdict.dues, wish.by, "re_amortised", verdict.because)
    if verdict.kind == "person":
        return _approval(view, wish.fact_id, verdict) if verdict.dues else _person(view, wish, verdict.because)
    if verdict.ask_person and view.may_ask("plan_approval"):
        return ask(view, "plan_approval", verdict.because, reply_fact_id=wish.fact_id, dues=verdict.asked)
    return _offer(view, wish, verdict)


def _offer(view: View, wish: Wish, verdict: Answer) -> Decision:
    channel, key, reply = channel_for(view, wish.channel), digest(wish.fact_id), _reply_of(view)
    if channel is None or done(view, "plan_terms", key, reply):
        return _person(view, wish, "No message can answer the patient.")
    return offering(view, key, channel, verdict.dues, verdict.because, reason=verdict.reason, reply=reply)


def _approval(view: View, fact_id: str, verdict: Answer) -> Decision:
    """A person approves while the patient is told so at once (S49-S51)."""
    if view.may_ask("plan_approval"):
        return ask(view, "plan_approval", verdict.because, reply_fact_id=fact_id, dues=verdict.dues)
    wish = view.case.wish
    channel, key, reply = channel_for(view, wish.channel if wish else None), digest(fact_id), _reply_of(view)
    if channel is None or done(view, "plan_pending", key, reply):
        return _waits(view, verdict.because)
    words = PlanWords(dues=verdict.dues, reason="approval")
    return direct(view, "plan_pending", key, channel, words, verdict.because, answers=True, reply=reply)


def _change(view: View, wish: Wish) -> Decision | None:
    """Move, skip, shrink within policy; stop at once; the rest is a link."""
    key, reply = digest(wish.fact_id), _reply_of(view)
    channel = channel_for(view, wish.channel)
    plan = view.case.plan
    if plan is None:  # A card may be stopped before its plan is heard of: facts come in any order.
        return _person(view, wish, "There is no plan to change.")
    told = TOLD.get(wish.change)
    if told is not None:
        if channel is None or done(view, told, key, reply):
            return _person(view, wish, "No message can answer the patient.")
        because = f"The patient wants to {wish.change.replace('_', ' ')}: done at once, and answered."
        return direct(view, told, key, channel, words_of(view, plan), because, answers=True, reply=reply)
    return _kindness(view, plan, wish)


def _kindness(view: View, plan: Plan, wish: Wish) -> Decision:
    found = changed(wish.change, plan, view.lefts, view.situation, wish.move_to)
    if found.dues is not None and view.plan is not None:
        return create(view, found.dues, wish.by, wish.change, found.because)
    return _approval(view, wish.fact_id, Answer("person", [], found.because, "approval"))


def _person(view: View, wish: Wish, because: str) -> Decision:
    """A person answers; the agent is silent until then."""
    if view.may_ask("plan_to_set_up"):
        return ask(view, "plan_to_set_up", because, reply_fact_id=wish.fact_id)
    return _waits(view, because)


def _waits(view: View, because: str) -> Decision:
    return wait(view, because, "A person has been asked; the plan waits for their answer.", next_step="their answer")


def _reply_of(view: View) -> str | None:
    """The reply that is being answered; a wish from the page answers none."""
    wish = view.case.wish
    if wish is None or wish.by != "reply":
        return None
    channel = channel_for(view, wish.channel)
    return answerable(view, wish.fact_id) if channel is wish.channel else None


def _flying(view: View) -> bool:
    return any(left.on_its_way for left in view.lefts)


def _beside(view: View, joins: str) -> Cents:
    """What the plan that is joined still brings."""
    return together_cents(open_beside(view.case, view.today, joins), view.situation) if joins else Cents(0)


def _beyond(view: View, dues: Schedule) -> bool:
    return beyond_down(dues) > view.situation.most

