"""Which payment plans may be offered for a balance, and what to answer to a wish: legal by construction, never a no."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from receivables.money import Cents
from receivables.plans.calendar import due_days
from receivables.plans.policy import Payer, PlanSection
from receivables.plans.terms import Due, Frequency, Slots
from receivables.rulebook import NO_PLAN_LAW, PlanLaw

Schedule = list[Due]
NOTHING = Cents(0)

Reason = Literal[
    "", "most_payments", "least_amount", "amounts_do_not_add_up", "day_has_passed", "too_late", "too_long", "approval",
    "new_sum",
]  # fmt: skip
"""Why something else is offered than what was asked; messages say it in the patient's language."""


def beyond_down(dues: Schedule, since: date | None = None) -> int:
    """Installments beyond a down payment, as the law counts them (R-27); with `since`, only those from that day."""
    return sum(due.number > 0 and (since is None or due.due_on >= since) for due in dues)


class Situation(NamedTuple):
    """All that an offer depends on. Nothing about the person but how they have paid (R-28)."""

    owed: Cents
    today: date
    rules: PlanSection
    payer: Payer
    clean: bool
    """True when no payment was ever missed (K6)."""
    carried: Cents | None = None
    """The part the person paid last time they paid in part: what they can carry (S29)."""
    paid_part: bool = False
    """True when a part of this balance has been paid already (K16)."""
    holidays: Container[date] = frozenset()
    """Days on which banks rest."""
    pay_days: tuple[int, ...] = ()
    """Days of the month on which the person is paid, where known."""
    law: PlanLaw = NO_PLAN_LAW
    """What the states the person may be in ask of plans."""

    @property
    def most(self) -> int:
        """The most installments beyond a down payment that may be agreed to without a person (R-27)."""
        return self.rules.most_with_pack if self.rules.tila_pack and self.clean else self.rules.max_installments

    def disclosed(self, dues: Schedule) -> bool:
        """True when the disclosures for more than four payments belong to these terms (R-27)."""
        return self.rules.tila_pack and beyond_down(dues) > self.rules.max_installments

    @property
    def approved_up_to(self) -> Cents:
        """The largest plan that needs no person (S51)."""
        approval = self.rules.approval
        return max(approval.any_history_up_to, approval.clean_up_to if self.clean else Cents(0))


class Answer(NamedTuple):
    """What may be said to a wish."""

    kind: Literal["agreed", "counter", "person"]
    """agreed: it may be set up as asked. counter: this is offered instead. person: somebody at the practice decides."""
    dues: Schedule
    """The plan that is agreed, offered instead, or awaits approval; empty when no plan is possible at all."""
    because: str
    """For staff."""
    reason: Reason = ""
    ask_person: bool = False
    """True when a person is asked beside the counter-offer, since only a person may agree to what was asked."""
    asked: Schedule = []  # noqa: RUF012 - never changed
    """What a person would agree to then."""


def standard(situation: Situation) -> list[Cents]:
    """The amounts that are offered unasked: as many equal ones as make each affordable (S29); empty: no plan."""
    parts = _fitting(situation)
    return situation.owed.split(parts) if parts >= 2 else []


def choices(situation: Situation) -> list[Schedule]:
    """Every equal monthly plan a patient may choose from, the affordable one first."""
    best = _fitting(situation)
    counts = [best, *(parts for parts in range(situation.rules.max_installments, 1, -1) if parts != best)]
    return [monthly(situation, parts) for parts in counts if parts >= 2 and _large_enough(situation, parts)]


def monthly(situation: Situation, parts: int, first: date | None = None) -> Schedule:
    """Equal payments, one a month."""
    return _spread(situation, situation.owed.split(parts), first, "monthly")


def dated(situation: Situation, amounts: Sequence[Cents]) -> Schedule:
    """Days for amounts that were offered without any."""
    return _spread(situation, amounts, None, "monthly")


def answer(wish: Slots, situation: Situation, *, part_now: bool = False) -> Answer:
    """What may be said to terms a patient named; a wish beyond the rules is countered or given to a person (R-28)."""
    objection = _objection(wish, situation)
    if objection is not None:
        return objection
    amounts, stands = _amounts(wish, situation, part_now=part_now)
    if not stands:
        return _counter(situation, "amounts_do_not_add_up", "The amounts that were named do not make up the balance.")
    down = 1 if part_now and len(amounts) > 1 else 0
    beyond = len(amounts) - down
    if beyond > situation.most:
        words = f"{beyond} payments are more than the {situation.most} that may be agreed to without a person (R-27)."
        asked = _schedule(wish, situation, amounts, down) if beyond < HARDLY_A_PLAN else []
        return _counter(situation, "most_payments", words, ask_person=True)._replace(asked=asked)
    if len(amounts) > 1 and min(amounts) < situation.rules.least_installment and not _is_rest(amounts, situation):
        least = situation.rules.least_installment.as_dollars()
        return _counter(situation, "least_amount", f"Payments under {least} are not agreed to.")
    dues = _schedule(wish, situation, amounts, down)
    if (dues[-1].due_on - situation.today).days > situation.rules.dates.whole_within_days:
        return _counter(situation, "too_long", "The last payment would come too late.")
    return approved(dues, situation, "What the patient asked for is within the practice's rules.")


def approved(dues: Schedule, situation: Situation, because: str, beside: Cents = NOTHING) -> Answer:
    """The plan as it may be set up at once, or a person's to approve (S49-S52), with what runs `beside` it."""
    total = sum((due.amount_cents for due in dues), beside)
    if situation.law.income_share_percent is not None and len(dues) > 1:
        share = f"{situation.law.income_share_percent:g}% of the monthly income"
        because = f"By {situation.law.income_by} a payment may take at most {share}, which is not on file."
        return Answer("person", dues, because, "approval")
    if total > situation.approved_up_to:
        limit = situation.approved_up_to.as_dollars()
        return Answer("person", dues, f"{total.as_dollars()} is above the {limit} that needs no approval.", "approval")
    return Answer("agreed", dues, because)


def agreed_by_person(
    situation: Situation, installments: int, first: date, frequency: Frequency, down: Cents
) -> Schedule:
    """The payments of a plan that a person agreed by phone: as they said, on business days.

    ValueError when no money is left to pay in parts, or less than a cent for each.
    """
    rest = Cents(situation.owed - down)
    if down < 0 or rest < installments:
        raise ValueError("the down payment leaves nothing to be paid in so many parts; lower one of the two")
    days = due_days(first, installments, frequency, situation.holidays)
    parts = _numbered(rest.split(installments), days)
    return [*([Due(number=0, amount_cents=down, due_on=situation.today)] if down else []), *parts]


# --- the parts of an answer --------------------------------------------------------------------------------------


def _fitting(situation: Situation) -> int:
    """How many equal payments make each affordable, within the law and the practice's least amount; 1: no plan."""
    carried: Cents = getattr(situation.rules.affordable, situation.payer)
    if situation.carried is not None:
        carried = min(carried, max(situation.carried, situation.rules.least_installment))
    wanted = max(-(-situation.owed // max(carried, 1)), 2)
    parts = min(wanted, situation.rules.max_installments)
    while parts > 1 and not _large_enough(situation, parts):
        parts -= 1
    return parts


def _large_enough(situation: Situation, parts: int) -> bool:
    return situation.owed // parts >= max(situation.rules.least_installment, 1)


def _amounts(wish: Slots, situation: Situation, *, part_now: bool) -> tuple[list[Cents], bool]:
    """The payments a wish comes to, and whether what was named adds up."""
    owed, count = situation.owed, wish.installments
    if part_now:
        return _now_and_rest(wish, situation)
    if wish.amount_cents is None:
        if count is None:
            count = _unnamed_count(wish, situation)
        return (owed.split(count), True) if count <= min(owed, HARDLY_A_PLAN) else ([Cents(1)] * HARDLY_A_PLAN, True)
    each = min(wish.amount_cents, owed)
    if each < 1:
        return [], False
    if count is not None and each * count < owed:
        return [], False
    full, rest = divmod(int(owed), int(each))
    if full >= HARDLY_A_PLAN:
        return [each] * HARDLY_A_PLAN, True
    return [each] * full + ([Cents(rest)] if rest else []), True


def _now_and_rest(wish: Slots, situation: Situation) -> tuple[list[Cents], bool]:
    """A part at once, half when no amount is named, and the rest in one payment or in as many as were named."""
    owed = situation.owed
    now = wish.amount_cents if wish.amount_cents is not None else owed.split(2)[0]
    if not 0 < now < owed:
        return ([owed], True) if now >= owed else ([], False)
    rest = Cents(owed - now)
    parts = min(max((wish.installments or 2) - 1, 1), HARDLY_A_PLAN)
    return ([now, *rest.split(parts)], True) if parts <= rest else ([], False)


def _unnamed_count(wish: Slots, situation: Situation) -> int:
    """Without a number: "the rest next month" is one payment, or two equal ones (K16); a rhythm alone is the usual."""
    if wish.frequency is None:
        equal = situation.rules.partial_split == "equal" and situation.paid_part
        return 2 if equal else 1
    return max(_fitting(situation), 1)


def _is_rest(amounts: Sequence[Cents], situation: Situation) -> bool:
    """A small last payment is only what is left over from larger ones."""
    return all(amount >= situation.rules.least_installment for amount in amounts[:-1])


def _schedule(wish: Slots, situation: Situation, amounts: Sequence[Cents], down: int) -> Schedule:
    rest = _spread(situation, amounts[down:], wish.date, wish.frequency or "monthly")
    now = [Due(number=0, amount_cents=amounts[0], due_on=situation.today)] if down else []
    return [*now, *rest]


def _spread(situation: Situation, amounts: Sequence[Cents], first: date | None, frequency: Frequency) -> Schedule:
    start = first or situation.today + timedelta(days=situation.rules.dates.first_after_days)
    pay_days = () if first else situation.pay_days
    return _numbered(amounts, due_days(start, len(amounts), frequency, situation.holidays, pay_days))


def _numbered(amounts: Sequence[Cents], days: Sequence[date]) -> Schedule:
    return [
        Due(number=number, amount_cents=amount, due_on=day)
        for number, (amount, day) in enumerate(zip(amounts, days, strict=True), start=1)
    ]


def _objection(wish: Slots, situation: Situation) -> Answer | None:
    """What stands against any plan at all, or against the day that was named."""
    if situation.owed < 1:
        return Answer("person", [], "Nothing is owed that could be paid in parts.")
    if wish.date is None:
        return None
    if wish.date < situation.today:
        return _counter(situation, "day_has_passed", "The day that was named has passed.")
    if (wish.date - situation.today).days > situation.rules.dates.first_within_days:
        return _counter(situation, "too_late", "The first payment would come too late.")
    return None


def _counter(situation: Situation, reason: Reason, because: str, *, ask_person: bool = False) -> Answer:
    """The nearest plan that may be offered; where none is possible a person decides."""
    parts = situation.rules.max_installments if reason == "most_payments" else _fitting(situation)
    while parts > 1 and not _large_enough(situation, parts):
        parts -= 1
    if parts < 2:
        return Answer("person", [], f"{because} No plan can be offered for so small a balance.", reason, ask_person)
    return Answer("counter", monthly(situation, parts), because, reason, ask_person)


HARDLY_A_PLAN = 60
"""So many payments are far beyond any limit, and more are not even written out."""
