"""What every vendor's inbound mapping is given and answers; no vendor's own word stands here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from receivables.cards.card import CardOnFile
from receivables.facts import AnyFact
from receivables.money import Cents
from receivables.notices import NoticeKind
from receivables.people import Channel, PointStatus
from receivables.rulebook import NO_RULES, Rulebook
from receivables.together import Share, TakenBack

Point = tuple[Channel, str]
"""A phone number in E.164 or an e-mail address in small letters, with its channel."""


@dataclass(frozen=True)
class Delivered:
    """A webhook whose signature is good, as it is kept: the vendor's own key for it, and the body."""

    key: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Whose:
    """The person and, when known, the balance that something concerns."""

    practice_id: str
    balance_id: str | None = None
    guarantor_id: str | None = None
    shares: tuple[Share, ...] = ()
    """Of a payment for several balances: what each got; empty for any other."""
    back: tuple[TakenBack, ...] = ()
    """Of such a payment: what was taken back of its parts by now."""


@dataclass(frozen=True)
class Asked:
    """What a stored webhook refers to and a mapping must know before it can speak of facts."""

    touches: frozenset[str] = frozenset()
    points: frozenset[Point] = frozenset()
    threads: frozenset[str] = frozenset()
    """Words from the reply addresses of our e-mails."""
    payments: frozenset[str] = frozenset()
    """Fact ids of payments, `stripe.<reference>`."""
    enrollments: frozenset[str] = frozenset()
    """Authorisations at the card processor, each of which put a card on file."""
    cards: frozenset[str] = frozenset()
    """Cards on file, by the processor's id."""


@dataclass(frozen=True)
class Known:
    """The answers, from the touch book, the fact book and the practices' own numbers."""

    touches: Mapping[str, Whose] = field(default_factory=dict)
    points: Mapping[Point, Sequence[Whose]] = field(default_factory=dict)
    written_about: Mapping[Point, Sequence[Whose]] = field(default_factory=dict)
    """The balance each practice last wrote about to a number or address."""
    threads: Mapping[str, Whose] = field(default_factory=dict)
    """The balance of the e-mail that carried a word in its reply address."""
    payments: Mapping[str, Whose] = field(default_factory=dict)
    enrolled: Mapping[str, CardOnFile] = field(default_factory=dict)
    """Authorisations, to the card each put on file; one that put none there is absent."""
    served: Mapping[str, Sequence[Whose]] = field(default_factory=dict)
    """Cards on file, to the balances whose plans they serve."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """Each practice's sending number or address, to the practice's id."""
    rules: Rulebook = NO_RULES
    """What codes of carriers mean, among them."""


@dataclass(frozen=True)
class Progress:
    """How far a provider has got with one of our messages; a lower rank never replaces a higher one."""

    touch_id: str
    provider_id: str
    status: str
    rank: int
    at: datetime


@dataclass(frozen=True)
class Problem:
    """What a person must look at, once, however often a vendor speaks of it."""

    kind: NoticeKind
    key: str
    """The vendor's own name for what it is about."""
    sentence: str
    """Without personal data; the stored webhook itself holds the rest."""
    practice_id: str | None = None
    """None: nobody can tell whose it is."""
    balance_id: str | None = None
    cents: Cents | None = None
    """How much money it is about, where that is known."""


@dataclass(frozen=True)
class Silenced:
    """A number or address that must not be used again though it is nobody's yet (R-6)."""

    channel: Channel
    value: str
    status: PointStatus


@dataclass(frozen=True)
class Heard:
    """What a webhook means: facts for the desk, progress of messages, and what a person must look at."""

    facts: list[AnyFact] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    silenced: list[Silenced] = field(default_factory=list)


Mapper = Callable[[bytes, datetime, Known], Heard]
Asker = Callable[[bytes], Asked]
Lookup = Callable[[Asked], Awaitable[Known]]


async def hear(body: bytes, at: datetime, asked: Asker, facts_of: Mapper, lookup: Lookup) -> Heard:
    """Read one stored webhook: see what it refers to, look that up, map it. ValueError when it cannot be read."""
    return facts_of(body, at, await lookup(asked(body)))


def only_at(practice_id: str | None, people: Sequence[Whose]) -> list[Whose]:
    """Those of the people who belong to the practice; everyone when the practice is not known."""
    return [one for one in people if practice_id is None or one.practice_id == practice_id]


def thread_at(practice_id: str | None, written_about: Sequence[Whose]) -> Whose | None:
    """The balance the practice last wrote about; None when it cannot be told."""
    found = only_at(practice_id, written_about)
    return found[0] if len(found) == 1 else None


def addressees(practice_id: str | None, people: Sequence[Whose], thread: Whose | None) -> list[Whose]:
    """Who hears what was written: everyone with open balances at the practice, and whoever was written to last.

    Somebody whose balance is closed by now is heard there: they may ask about what they paid.
    """
    heard = only_at(practice_id or (thread.practice_id if thread else None), people)
    if thread is None or any(one.guarantor_id == thread.guarantor_id for one in heard):
        return heard
    return [thread, *heard]


def own_id(fact_id: str, place: int) -> str:
    """The fact id for the n-th person one event concerns: the first keeps it, the others add their place."""
    return fact_id if place == 0 else f"{fact_id}.{place + 1}"
