"""The proof that the processor's money, our records and the practice's ledger agree: what is compared and found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from receivables.case import State
from receivables.facts import Moment
from receivables.money import Cents
from receivables.people import OpaqueId

DifferenceKind = Literal[
    "not_recorded", "not_at_processor", "recorded_otherwise", "not_posted", "posted_without_money",
    "gone_from_ledger", "ledger_otherwise", "ledger_differs", "entries_astray",
    "payout_differs", "payout_failed",
]  # fmt: skip


class Movement(State):
    """Money as the card processor moved it; positive came in, negative went back."""

    reference: str
    """The processor's own id of the movement."""
    fact_id: str = ""
    """What our fact of it is called; empty for what is no patient's money, such as the processor's own charges."""
    practice_id: str = ""
    balance_id: str = ""
    """Both empty when the money carries no ids of ours: it is the practice's other business, or lost."""
    amount_cents: Cents
    fee_cents: Cents = Cents(0)
    """What the processor keeps of it."""
    at: Moment
    joint: str = ""
    """Of a payment for several balances: what the movement's fact would be called undivided."""
    returned_payout: str = ""
    """The payout whose money this is, come back from the bank whole."""


class Payout(State):
    """What the processor brought to the bank at once."""

    reference: str
    amount_cents: Cents
    at: Moment
    status: Literal["on_its_way", "paid", "failed"]


class LedgerEntry(State):
    """One of our postings as it stands in the practice's ledger."""

    external_id: str
    amount_cents: Cents


class Window(State):
    """From when on money is compared, and until when it has had time to arrive everywhere."""

    since: Moment
    until: Moment


class Difference(State):
    """One thing that does not agree."""

    kind: DifferenceKind
    practice_id: str
    balance_id: str
    reference: str
    """The payment's fact id; empty for a whole balance."""
    cents: Cents
    """How far apart the two sides are: ours less theirs."""
    sentence: str
    at: Moment | None = None
    """When the money moved; None where every pass looks again."""


class Standing(Difference):
    """A difference with what has become of it."""

    found_at: Moment
    task_id: str
    explained: bool = False
    """A person has finished its task: they know why it is so."""


class Totals(State):
    """Control totals of one practice."""

    processor_cents: Cents | None = None
    """Net of what was given back, within the window."""
    paid_cents: Cents = Cents(0)
    taken_back_cents: Cents = Cents(0)
    posted_cents: Cents = Cents(0)
    receivable_cents: Cents = Cents(0)
    """What patients owe now, by the sub-ledger; credits owed to patients stand apart."""
    credit_cents: Cents = Cents(0)
    in_transit_cents: Cents = Cents(0)
    """At the card processor, not paid out yet."""
    settled_cents: Cents = Cents(0)
    """At the practice."""
    fee_cents: Cents = Cents(0)
    """Kept by the processor."""


class ProofOrder(State):
    """Whose books are to be proven, and how patiently."""

    practice_id: OpaqueId
    tries: int = 1
    """How often the books are asked for while somebody is away; the night has time."""
    pause_seconds: float = 1800.0
    """Between two tries."""
    tells: bool = False
    """A person hears of it when this try cannot read everything either."""


class Proof(State):
    """What one pass found."""

    practice_id: str
    at: Moment
    window: Window
    totals: Totals
    opened: int = 0
    """Differences found for the first time, or back again: a task for each."""
    gone: int = 0
    """Differences of earlier passes that are no more."""
    standing: list[Standing] = Field(default_factory=list)
    """The worst first, as many as a person can look at."""
    unexplained: int = 0
    explained: int = 0
    could_not: str = ""
    """Why nothing was compared: somebody's books could not be read."""

    @property
    def agrees(self) -> bool:
        """True when everything was compared and nothing is left unexplained."""
        return self.unexplained == 0 and not self.could_not


def window_of(now: datetime, look_back_days: int, settle_hours: int, oldest: datetime | None) -> Window:
    """What a pass at `now` compares: far enough back to look again at the oldest difference that still stands."""
    since = now - timedelta(days=look_back_days)
    if oldest is not None:
        since = min(since, oldest - timedelta(days=1))
    return Window(since=since, until=now - timedelta(hours=settle_hours))


def next_night(after: datetime, zone: str, hour: int) -> datetime:
    """The first moment after `after` at which the practice's clock shows the hour."""
    local = after.astimezone(ZoneInfo(zone))
    night = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    while night <= local:
        night = (night + timedelta(days=1)).replace(hour=hour, fold=0)
    return night.astimezone(after.tzinfo)
