"""Giving a credit back: who asked, of which payments it comes, what became of it; a person decides, not this code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from pydantic import Field

from receivables.books_policy import RefundMostSection, Role
from receivables.case import State
from receivables.facts import Moment
from receivables.money import Cents

How = Literal["card", "check", "cash", "other"]
PartState = Literal["asked", "made", "refused", "failed"]


class Refundable(NamedTuple):
    """A payment with what is left of it."""

    payment_fact_id: str
    reference: str
    """The card processor's own id of it; empty for money that came another way."""
    left_cents: Cents


class RefundPart(State):
    """What goes back of one payment."""

    place: int
    payment_fact_id: str
    reference: str
    cents: Cents
    state: PartState = "asked"
    """`failed`: it was made, and the bank sent it back later."""
    reversal_fact_id: str = ""
    """The fact that it left; empty until then."""
    because: str = ""
    """Why it was refused."""

    @property
    def left(self) -> bool:
        """True unless it is certain that this money did not leave for good."""
        return self.state in {"asked", "made"}


class Refund(State):
    """One decision of a person to give a credit back, with what became of it."""

    practice_id: str
    balance_id: str
    refund_id: str
    """Names the credit: the same wish for the same credit is the same refund."""
    cents: Cents
    credit_cents: Cents
    """What was owed back when it was asked for."""
    credit_since: Moment
    how: How
    role: Role
    who: str
    because: str
    note: str = ""
    """How it was given back outside the card processor, such as the number of the check."""
    in_practice_ledger: bool = False
    """The practice has entered it by itself."""
    asked_at: Moment
    parts: list[RefundPart] = Field(default_factory=list)

    @property
    def open(self) -> bool:
        """True while it is not known of every part whether it left."""
        return any(part.state == "asked" for part in self.parts)

    @property
    def came_to_nothing(self) -> bool:
        """True when no cent of it left for good: the credit may be given back anew."""
        return not any(part.left for part in self.parts)


class RefundWish(State):
    """What a person wants given back."""

    credit_cents: Cents
    """The credit as they saw it: if it is another one by now, nothing is done."""
    cents: Cents
    how: How
    role: Role
    who: str
    because: str
    note: str = ""
    in_practice_ledger: bool = False


class NotRefundable(State):
    """Why nothing was done, and what would help."""

    problem: str
    mend: str
    field: str


def not_theirs(wish: RefundWish, roles: Mapping[str, Role]) -> NotRefundable | None:
    """Where the practice says who has which role, nobody names another one."""
    if not roles or roles.get(wish.who) == wish.role:
        return None
    has = f"{wish.who} is {said(roles[wish.who])} here" if wish.who in roles else f"{wish.who} has no role here"
    mend = "give initials and role as they stand under `roles` in the practice's practice.yaml"
    return NotRefundable(problem=has, mend=mend, field="role")


def above_their_limit(
    wish: RefundWish, earlier: Sequence[Refund], most: RefundMostSection
) -> NotRefundable | None:
    """What a role may not give back by itself, counted over all it has given back of this balance."""
    limits = {"front_desk": most.front_desk, "coordinator": most.coordinator, "manager": most.manager}
    limit = limits.get(wish.role)
    given = sum((part.cents for one in earlier if one.role == wish.role for part in one.parts if part.left), Cents(0))
    if limit is None or given + wish.cents <= limit:
        return None
    before = f", and {given.as_dollars()} was given back already" if given else ""
    most_of_it = f"{limit.as_dollars()} of a balance at most" if limit else "no credit by itself"
    problem = f"{said(wish.role)} gives back {most_of_it}{before}"
    mend = "somebody with a larger limit gives it back, such as the owner"
    return NotRefundable(problem=problem, mend=mend, field="role")


def said(role: Role) -> str:
    """Such as "a coordinator"."""
    return {"front_desk": "the front desk", "owner": "the owner"}.get(role, f"a {role}")


class RefundOrder(State):
    """What the card processor is told: its own payment, cents and opaque ids (R-24)."""

    practice_id: str
    balance_id: str
    refund_id: str
    place: int
    payment_fact_id: str
    reference: str
    cents: Cents = Field(gt=0)

    @property
    def key(self) -> str:
        """One name for this refund at the processor, however often it is asked for."""
        return f"{self.refund_id}.{self.place}"


class GivenBack(State):
    """The processor has taken it on."""

    reference: str
    """The vendor's refund id."""
    at: Moment

    @property
    def reversal_fact_id(self) -> str:
        """`stripe.<reference>`: one name for the refund, whoever hears of it first."""
        return f"stripe.{self.reference}"


class NotGiven(State):
    """The processor refused for good; no money moved."""

    because: str


class CardRefunds(Protocol):
    """The card processor, as far as it gives money back."""

    async def outcome_of(self, order: RefundOrder) -> GivenBack | None:
        """What its record says of this very refund; None when it is not there."""
        ...

    async def give_back(self, order: RefundOrder) -> GivenBack | NotGiven:
        """At most once, however often it is repeated. TryLater: nothing was done; CannotKnow: it may have been."""
        ...


def spread(cents: Cents, payments: Sequence[Refundable], how: How) -> list[RefundPart] | None:
    """From which payments it comes, the latest first; None when what is left of them does not reach.

    By card only card payments count. Otherwise money that came another way goes first, so that what is left of a card
    payment can still go back to the card.
    """
    usable = [one for one in reversed(payments) if one.left_cents > 0 and (one.reference or how != "card")]
    if how != "card":
        usable.sort(key=lambda one: bool(one.reference))
    parts, left = list[RefundPart](), int(cents)
    for one in usable:
        part = min(left, int(one.left_cents))
        if part > 0:
            parts.append(RefundPart(
                place=len(parts) + 1, payment_fact_id=one.payment_fact_id, reference=one.reference, cents=Cents(part),
            ))  # fmt: skip
            left -= part
    return None if left else parts


def by_card_at_most(payments: Sequence[Refundable]) -> Cents:
    """What could go back to cards."""
    return sum((one.left_cents for one in payments if one.reference), Cents(0))
