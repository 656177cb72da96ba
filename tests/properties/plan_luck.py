"""What becomes of plans in random lives: offers, terms, cards, and what cards say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from receivables import facts
from receivables.cards.card import CardOnFile
from receivables.facts import AnyFact
from receivables.money import Cents
from receivables.offers import open_offer
from receivables.plans.steps import ChargeInstallment, CreatePlan, OfferPlan
from receivables.plans.terms import Slots

if TYPE_CHECKING:
    from random_lives import Life

WISHES = ("move", "skip", "smaller", "cancel", "stop_autopay", "change_card", "pay_off")


def reading(life: Life) -> tuple[str, str, bool] | None:
    """Who was offered a plan often takes it, and who has one often wants something of it."""
    if open_offer(life.case) and life.random.random() < 0.5:
        return "accept_plan", "confirm_plan", False
    if life.case.running_plan and life.random.random() < 0.4:
        return "manage_plan", "human_callback", False
    return None


def said(life: Life, intent: str) -> dict[str, Any]:
    """Terms or wishes that come with a reply about paying in parts."""
    pick = life.random
    if intent == "propose_terms":
        amount = pick.choice((None, Cents(pick.randrange(1, 30000))))
        day = pick.choice((None, (life.now + timedelta(days=pick.randrange(-2, 60))).date()))
        part = pick.choice(("", "", "part_now"))
        slots = Slots(amount_cents=amount, installments=pick.choice((None, 2, 4, 6)), date=day)
        return {"slots": slots, "plan_wish": part}
    return {"plan_wish": pick.choice(WISHES)} if intent == "manage_plan" else {}


def done(life: Life, step: OfferPlan | CreatePlan | ChargeInstallment) -> AnyFact:
    """The outcome of a step about a plan, once it was judged."""
    if isinstance(step, OfferPlan):
        life.books.judge_offer(step, life.case, life.now)
        return _offering(life, step)
    if isinstance(step, CreatePlan):
        life.books.judge_plan(step)
        return _setting_up(life, step)
    life.books.judge_charge(step, life.now)
    return _charging(life, step)


def card(life: Life) -> AnyFact:
    plan_id = life.case.plan.plan_id if life.case.plan else "b1.plan.1"
    kept = CardOnFile(customer_id="c", payment_method_id=f"pm{life.random.randrange(3)}")
    return life.fact(facts.CardEnrolled, plan_id=plan_id, card=kept)


def card_renewed(life: Life) -> AnyFact:
    held = life.case.mandate.card if life.case.mandate else CardOnFile(customer_id="c", payment_method_id="pm0")
    return life.fact(facts.CardChanged, card=held)


def stopped(life: Life) -> AnyFact:
    plan_id = life.case.plan.plan_id if life.case.plan else "b1.plan.1"
    if life.random.random() < 0.3:
        return life.fact(facts.PlanCancelled, plan_id=plan_id, by="review")
    return life.fact(facts.AutopayStopped, plan_id=plan_id)


def _offering(life: Life, step: OfferPlan) -> AnyFact:
    shared: dict[str, Any] = {"touch_id": step.touch_id, "channel": step.channel, "message": "plan_terms"}
    if life.random.random() < 0.05:
        return life.fact(facts.MessageSkipped, because="no", reply_fact_id=step.reply_fact_id, **shared)
    life.books.answered.update({step.reply_fact_id} if step.reply_fact_id else ())
    life.books.silenced.discard("plan")
    if life.random.random() < 0.5:
        life.people_write_in_pieces()
    return life.fact(
        facts.MessageSent, offer_dues=step.offer.dues, direct=True, answers_wish=True,
        reply_fact_id=step.reply_fact_id, **shared,
    )  # fmt: skip


def _setting_up(life: Life, step: CreatePlan) -> AnyFact:
    life.books.silenced.discard("plan")
    terms: dict[str, Any] = {"plan_id": step.plan_id, "installments": step.installments, "by": step.by}
    terms |= {"reply_fact_id": step.reply_fact_id}
    if step.revision > 1:
        return life.fact(facts.PlanChanged, revision=step.revision, change=step.change, **terms)
    if life.random.random() < 0.7:
        life.plan(card, life.random.expovariate(1 / 3))
    return life.fact(facts.PlanSetUp, **terms)


def _charging(life: Life, step: ChargeInstallment) -> AnyFact:
    """What the card says: mostly yes, and sometimes only days later."""
    what = {"plan_id": step.plan_id, "installment": step.installment, "attempt": step.attempt}
    outcome = _refused if life.random.random() < 0.35 else _taken
    if life.random.random() < 0.1:
        life.plan(lambda later: outcome(later, step, what), life.random.randrange(2, 6))
        return life.fact(facts.ChargePending, vendor_reference="pi", **what)
    return outcome(life, step, what)


def _taken(life: Life, step: ChargeInstallment, what: dict[str, Any]) -> AnyFact:
    return life.fact(facts.PaymentRecorded, amount_cents=step.amount_cents, paid_at=life.now, **what)


def _refused(life: Life, _step: ChargeInstallment, what: dict[str, Any]) -> AnyFact:
    again = life.random.choice(("later", "later", "later", "new_card", "never", "with_the_patient"))
    return life.fact(facts.ChargeDeclined, reason="generic", again=again, **what)
