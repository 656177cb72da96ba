"""Charges one payment of a plan at most once: every try is written down first and looked up before it is repeated."""

from __future__ import annotations

from datetime import datetime

from temporalio import activity

from activities.boundary import boundary
from activities.contract import Errand, Turn
from activities.deciding import Deciding
from activities.posting import PracticePosting
from receivables.cards.ports import CardVault, Charged, ChargeOrder, ChargeOutcome, Declined
from receivables.case import Case
from receivables.errors import Refused, TryLater
from receivables.facts import AnyFact, ChargeDeclined, ChargePending, PaymentRecorded
from receivables.fold import fold
from receivables.plans.ports import ChargeBook
from receivables.plans.steps import ChargeInstallment


class Charging:
    """`charge_installment`."""

    def __init__(self, deciding: Deciding, vault: CardVault, charges: ChargeBook, posting: PracticePosting) -> None:
        self._deciding = deciding
        self._posting = posting
        self._vault = vault
        self._charges = charges

    @activity.defn(name="charge_installment")
    @boundary
    async def charge_installment(self, errand: Errand) -> Turn:
        """The turn holds the payment, the refusal or the charge under way; or what made the charge unnecessary.

        A try whose answer was lost is settled before anything else, whether or not the step still stands: the money
        may have moved. Then the rules are asked again on fresh facts, so that nothing that was paid meanwhile, or
        stopped, is charged.
        """
        now = await self._deciding.clock.now()
        case, news = await self._deciding.refresh(errand.case)
        step = errand.step
        assert isinstance(step, ChargeInstallment)
        lost = await self._charges.in_doubt(case.practice_id, step.plan_id)
        if lost is not None:
            outcome = await self._vault.outcome_of(lost)
            if outcome is None:
                await self._charges.never_left(lost)
            else:
                case = await self._settle(case, news, lost, outcome, now)
        if self._deciding.stands(step, case, now):
            case = await self._charge(case, news, step, now)
        if any(isinstance(fact, PaymentRecorded) for fact in news):
            case = await self._posting.along(case, news, now)
        return await self._deciding.turn(case, news, now)

    async def _charge(self, case: Case, news: list[AnyFact], step: ChargeInstallment, now: datetime) -> Case:
        order = self._order(case, step)
        policy = self._deciding.policies.policy(case.practice_id)
        limits = policy.rules.card_limits(order.card.brand.lower(), now.date())
        most = min(policy.retry.visa_max, limits.refusals_per_30_days)
        if not await self._charges.begin(order, now, most, limits.refusals_per_day):
            # The networks count over all plans of a card, and this case knows only its own.
            return await self._settle(case, news, order, Declined(reason="limit", again="never", at=now), now)
        try:
            outcome = await self._vault.charge(order)
        except TryLater:
            await self._charges.never_left(order)
            raise
        except Refused:
            outcome = Declined(reason="not_permitted", again="new_card", at=now)
        return await self._settle(case, news, order, outcome, now)

    async def _settle(
        self, case: Case, news: list[AnyFact], order: ChargeOrder, outcome: ChargeOutcome, now: datetime
    ) -> Case:
        fact = _fact_of(order, outcome)
        await self._charges.settled(order, outcome.kind, [fact], now)
        news.append(fact)
        return fold(case, fact)

    def _order(self, case: Case, step: ChargeInstallment) -> ChargeOrder:
        return ChargeOrder(
            practice_id=case.practice_id, balance_id=case.balance_id, plan_id=step.plan_id,
            installment=step.installment, attempt=step.attempt, amount_cents=step.amount_cents, card=step.card,
            statement_name=self._deciding.policies.practice(case.practice_id).statement_name,
            idempotency_key=step.idempotency_key,
        )  # fmt: skip


def _fact_of(order: ChargeOrder, outcome: ChargeOutcome) -> AnyFact:
    """What the case hears; webhooks about the same event use the same ids, whoever is first."""
    head = {"at": outcome.at, "source": "agent", "practice_id": order.practice_id, "balance_id": order.balance_id}
    what = {"plan_id": order.plan_id, "installment": order.installment, "attempt": order.attempt}
    if isinstance(outcome, Charged):
        return PaymentRecorded.model_validate(
            head | what | {
                "fact_id": outcome.payment_fact_id, "amount_cents": order.amount_cents, "paid_at": outcome.at,
                "where": "other", "vendor_reference": outcome.reference,
            }
        )  # fmt: skip
    if isinstance(outcome, Declined):
        return ChargeDeclined.model_validate(
            head | what | {
                "fact_id": f"declined.{order.idempotency_key}", "reason": outcome.reason, "again": outcome.again,
                "network_code": outcome.network_code,
            }
        )  # fmt: skip
    return ChargePending.model_validate(
        head | what | {"fact_id": f"pending.{order.idempotency_key}", "vendor_reference": outcome.reference}
    )
