"""Ten-line fakes of card pages, cards on file and plans; the plans are worked out by the real rules."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from receivables.cards.card import CardOnFile
from receivables.cards.ports import EnrollOrder
from receivables.case import Case
from receivables.errors import TryLater
from receivables.facts import ANY_FACT, BalancePosted, PlanCancelled
from receivables.fold import fold
from receivables.money import Cents
from receivables.people import Guarantor, PaymentHistory
from receivables.plans.page import look_at
from receivables.ports import CheckoutPage
from runtime.policy_files import PolicyFiles
from store.checkouts import Authorization, Consent, OpenedCheckout
from store.plan_log import LoggedPlan
from web.documents import LOGGED_PLAN

POLICY = PolicyFiles(Path(__file__).parents[2] / "practices").policy("lakeside")
CARD = CardOnFile(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242", exp_month=4, exp_year=2031)
POSTED_AT = datetime(2026, 3, 2, 14, tzinfo=UTC)


class FakeCheckouts:
    def __init__(self) -> None:
        self.kept: dict[str, OpenedCheckout] = {}
        self.consents: list[Consent] = []
        self.shares: dict[str, list[Any]] = {}
        self.given: list[Authorization] = []
        self.closings = 0
        self.too_many_came_back = False

    async def keep(self, session_id, practice_id, balance_id, amount_cents, created_at, shares=()):
        self.shares[session_id] = list(shares)
        self.kept[session_id] = OpenedCheckout(session_id, practice_id, balance_id, amount_cents, created_at)

    async def keep_consent(self, session_id, practice_id, balance_id, plan_id, consent, agreed_at):
        self.consents.append(consent)
        self.kept[session_id] = OpenedCheckout(session_id, practice_id, balance_id, None, agreed_at, plan_id)

    async def authorizations(self, practice_id, balance_id):
        return self.given

    async def find(self, session_id):
        return self.kept.get(session_id)

    async def others(self, opened):
        return [one for one in self.kept.values() if one.session_id != opened.session_id and one.amount_cents]

    async def ended(self, session_id, now):
        del self.kept[session_id]
        self.closings += 1

    async def cards_only(self, practice_id):
        return self.too_many_came_back

    async def closed(self, practice_id, balance_id):
        return self.closings


class FakeCheckout:
    def __init__(self) -> None:
        self.orders: list[Any] = []
        self.broken: Exception | None = None
        self.base = "https://checkout.stripe.com"
        self.expired: list[str] = []
        self.stubborn = False

    async def begin(self, order):
        if self.broken:
            raise self.broken
        self.orders.append(order)
        number = 1 + [one.idempotency_key for one in self.orders].index(order.idempotency_key)
        return CheckoutPage(session_id=f"cs_{number}", url=f"{self.base}/c/pay/cs_{number}")

    async def expire(self, session_id):
        if self.stubborn:
            raise TryLater("busy")
        self.expired.append(session_id)

    async def payments_of(self, since):
        return []


class FakeVault:
    def __init__(self, checkout: FakeCheckout) -> None:
        self.orders: list[EnrollOrder] = []
        self.broken: Exception | None = None
        self._checkout = checkout

    async def enroll(self, order):
        if self.broken:
            raise self.broken
        self.orders.append(order)
        return CheckoutPage(session_id="cs_card", url=f"{self._checkout.base}/c/pay/cs_card")


class FakePlans:
    """The plans of a case that hears at once what its page reports."""

    def __init__(self, desk, clock, practice) -> None:
        self.case = posted_case()
        self.sets_up, self.state = True, ""
        self._desk, self._clock, self._practice = desk, clock, practice
        self._heard = 0

    async def look(self, practice_id, balance_id):
        for fact in list(self._desk.facts.values())[self._heard :]:
            self._heard += 1
            self.case = fold(self.case, fact)
            if fact.kind == "plan_agreed" and self.sets_up:
                self.hear("plan_set_up", plan_id="b1.plan.1", installments=fact.installments, by="page")
            elif fact.kind == "plan_change_asked" and self.sets_up:
                self._change(fact)
        practice = self._practice.model_copy(update={"state": self.state}) if self.state else self._practice
        return look_at(self.case, POLICY, practice, self._clock.moment.date())

    def _change(self, fact):
        if fact.wish == "cancel":
            return  # It took effect as it was heard.
        may = look_at(self.case, POLICY, self._practice, self._clock.moment.date()).in_force.may
        dues = may.get(fact.wish) or [self._moved(due, fact.move_to) for due in self.case.plan.installments]
        revision = self.case.plan.revision + 1
        terms = {"revision": revision, "installments": dues, "change": fact.wish, "by": "page"}
        self.hear("plan_changed", plan_id="b1.plan.1", **terms)

    def _moved(self, due, day):
        return due.model_copy(update={"due_on": day}) if due.number == 1 else due

    def hear(self, kind, **fields):
        common = {"kind": kind, "fact_id": f"{kind}.{len(self.case.handled)}", "at": self._clock.moment,
                  "practice_id": "lakeside", "balance_id": "b1"}  # fmt: skip
        self.case = fold(self.case, ANY_FACT.validate_python(common | fields))

    def owe(self, cents, days_to_pay=()):
        self.case = posted_case(cents, days_to_pay)

    def enrolled(self):
        self.hear("card_enrolled", plan_id="b1.plan.1", card=CARD, authorization="seti_1")

    def in_force(self):
        """Karen has agreed to the first of the plans."""
        choice = look_at(self.case, POLICY, self._practice, self._clock.moment.date()).choices[0]
        self.hear("plan_set_up", plan_id="b1.plan.1", installments=choice.dues, by="page")


def posted_case(cents: int = 215_00, days_to_pay: Sequence[int] = (12, 31, 44)) -> Case:
    fact = BalancePosted(
        fact_id="posted", at=POSTED_AT, practice_id="lakeside", balance_id="b1", patient_responsibility_cents=Cents(cents),
        service_date=POSTED_AT.date(), guarantor=Guarantor(guarantor_id="g1", first_name="Karen"),
        history=PaymentHistory(days_to_pay=list(days_to_pay)),
    )  # fmt: skip
    return fold(Case(practice_id="lakeside", balance_id="b1"), fact)


class FakePlanLog:
    def __init__(self) -> None:
        self.lines = [LoggedPlan.model_validate(LOGGED_PLAN)]
        self.late = False

    async def list(self, practice_id=None, *, unread=False, limit=200):
        return self.lines

    async def read(self, plan, who, now):
        return plan == self.lines[0].id

    async def undo(self, plan, who, now, *, within, because):
        if self.late:
            raise ValueError("it came into force more than 14 days ago; call the patient instead")
        if plan != self.lines[0].id:
            return None
        return PlanCancelled(fact_id="undone.1", at=now, practice_id="lakeside", plan_id="1", by="review")
