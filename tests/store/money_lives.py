"""Random lives of money: what patients, banks and the practice do to a balance, and the books of everybody outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from receivables.facts import AnyFact, PaymentRecorded, PaymentReversed
from receivables.money import Cents
from receivables.proof import Movement
from tests.store.told import NOON, adjusted, posted


@dataclass
class MoneyLife:
    """One balance, its facts in the order in which they happened, and what the processor and the desk hold."""

    random: Random
    balance_id: str
    facts: list[AnyFact] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    desk_cents: int = 0
    share: int = 0
    paid: int = 0
    _cards: dict[str, int] = field(default_factory=dict)
    """What is left of each card payment."""
    _disputed: dict[str, int] = field(default_factory=dict)
    _cheques: dict[str, int] = field(default_factory=dict)
    _hours: int = 0

    def live(self) -> MoneyLife:
        self.share = self.random.choice((0, 1, 47_00, 215_00, self.random.randrange(50_000)))
        self.facts.append(posted(self.balance_id, self.share))
        for _ in range(self.random.randrange(9)):
            self.random.choice(HAPPENINGS)(self)
        return self

    @property
    def net(self) -> int:
        return self.share - self.paid

    # --- what can happen -----------------------------------------------------------------------------------------

    def pays_by_card(self) -> None:
        cents = self.random.choice((self.net, self.net // 2, self.net + 10_00, 1, self.random.randrange(1, 40_000)))
        if cents > 0:
            reference = f"pi_{self.balance_id}_{self._tick()}"
            self._cards[reference] = cents
            self._takes(f"stripe.{reference}", cents, by_card=True, fee=cents * 29 // 1000 + 30)

    def pays_by_cheque(self) -> None:
        cents = max(self.random.choice((self.net, 20_00)), 1)
        name = f"cheque.{self.balance_id}.{self._tick()}"
        self._cheques[name] = cents
        self._takes(name, cents, by_card=False)

    def cheque_bounces(self) -> None:
        if self._cheques:
            name, cents = self._cheques.popitem()
            self._gives(f"bounced.{name}", name, cents, why="returned", by_card=False)

    def is_refunded(self) -> None:
        """Part or all of it; sometimes the bank sends the refund back, and sometimes that is heard of first."""
        if not (left := {name: cents for name, cents in self._cards.items() if cents > 0}):
            return
        payment = self.random.choice(sorted(left))
        cents = self.random.choice((left[payment], max(left[payment] // 3, 1)))
        self._cards[payment] -= cents
        reference = f"re_{self.balance_id}_{self._tick()}"
        self._gives(f"stripe.{reference}", f"stripe.{payment}", cents, why="refund", by_card=True)
        if self.random.random() < 0.25:
            self._takes(f"stripe.{reference}.failed", cents, by_card=True)
            self._cards[payment] += cents

    def is_charged_back(self) -> None:
        if not (left := {name: cents for name, cents in self._cards.items() if cents > 0}):
            return
        payment = self.random.choice(sorted(left))
        reference = f"du_{self.balance_id}_{self._tick()}"
        self._disputed[reference] = self._cards.pop(payment)
        cents = self._disputed[reference]
        self._gives(f"stripe.{reference}.withdrawn", f"stripe.{payment}", cents, why="chargeback", by_card=True, fee=15_00)

    def wins_the_dispute(self) -> None:
        if self._disputed:
            reference, cents = self._disputed.popitem()
            self._takes(f"stripe.{reference}.reinstated", cents, by_card=True)

    def is_readjudicated(self) -> None:
        self.share = self.random.choice((0, self.share // 2, self.share + 30_00, self.random.randrange(60_000)))
        at = NOON + timedelta(hours=self._tick())
        fact = adjusted(self.share, at, self.balance_id)
        self.facts.append(fact.model_copy(update={"fact_id": f"adjusted.{self.balance_id}.{self._hours}"}))

    # --- their parts ---------------------------------------------------------------------------------------------

    def _tick(self) -> int:
        self._hours += 1
        return self._hours

    def _takes(self, fact_id: str, cents: int, *, by_card: bool, fee: int = 0) -> None:
        at = NOON + timedelta(hours=self._tick())
        self.facts.append(PaymentRecorded(
            fact_id=fact_id, at=at, practice_id="p1", balance_id=self.balance_id, amount_cents=Cents(cents), paid_at=at,
            where="page" if by_card else "mail",
        ))  # fmt: skip
        self._moves(fact_id, cents, by_card, fee)

    def _gives(self, fact_id: str, payment: str, cents: int, *, why: str, by_card: bool, fee: int = 0) -> None:
        at = NOON + timedelta(hours=self._tick())
        self.facts.append(PaymentReversed.model_validate({
            "fact_id": fact_id, "at": at, "practice_id": "p1", "balance_id": self.balance_id, "payment_fact_id": payment,
            "amount_cents": cents, "why": why,
        }))  # fmt: skip
        self._moves(fact_id, -cents, by_card, fee)

    def _moves(self, fact_id: str, cents: int, by_card: bool, fee: int) -> None:
        self.paid += cents
        if not by_card:
            self.desk_cents += cents
            return
        self.movements.append(Movement(
            reference=f"txn.{fact_id}", fact_id=fact_id, practice_id="p1", balance_id=self.balance_id,
            amount_cents=Cents(cents), fee_cents=Cents(fee), at=NOON + timedelta(hours=self._hours),
        ))  # fmt: skip


HAPPENINGS = (
    MoneyLife.pays_by_card, MoneyLife.pays_by_card, MoneyLife.pays_by_cheque, MoneyLife.cheque_bounces,
    MoneyLife.is_refunded, MoneyLife.is_refunded, MoneyLife.is_charged_back, MoneyLife.wins_the_dispute,
    MoneyLife.is_readjudicated,
)  # fmt: skip


def told(lives: list[MoneyLife], random: Random) -> list[AnyFact]:
    """Everything that happened, heard in any order, some of it two or three times."""
    heard = [fact for life in lives for fact in life.facts for _ in range(random.choice((1, 1, 1, 2, 3)))]
    random.shuffle(heard)
    return heard
