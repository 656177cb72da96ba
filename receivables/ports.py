"""What the activities, the web and the desk need from the outside, as Protocols; no implementation lives here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import Field

from receivables.case import Case, State
from receivables.contact import Kin
from receivables.facts import AnyFact, Moment
from receivables.line_ports import LookedUp
from receivables.money_ports import (
    Checkout,
    CheckoutOrder,
    CheckoutPage,
    LedgerReading,
    Note,
    Posting,
    PostingBook,
    PracticeLedger,
)
from receivables.people import Channel, PointStatus
from receivables.plans.terms import PlanWish, Slots
from receivables.policy import Policy, Practice
from receivables.reported_facts import Letter
from receivables.steps import AskStaff, Decision, SendMessage

__all__ = [
    "AlreadySent",
    "CaseBook",
    "Checkout",
    "CheckoutOrder",
    "CheckoutPage",
    "Claim",
    "Claimed",
    "Clock",
    "Courier",
    "FactKeeper",
    "InDoubt",
    "LedgerReading",
    "Message",
    "NotBefore",
    "Note",
    "PolicyBook",
    "Posting",
    "PostingBook",
    "PracticeLedger",
    "ReadReplyAnswer",
    "ReplyReader",
    "Skipped",
    "TaskBook",
    "TouchBook",
    "TouchRequest",
    "Writer",
]

# --- time, policy --------------------------------------------------------------------------------------------


class Clock(Protocol):
    """The one source of the present moment."""

    async def now(self) -> datetime:
        """The present moment, with its offset."""
        ...


class PolicyBook(Protocol):
    """The practices and the rules each has signed off."""

    def practice(self, practice_id: str) -> Practice:
        """Name, zone and contact details; UnknownPractice when there is none."""
        ...

    def policy(self, practice_id: str) -> Policy:
        """The published policy, with its version."""
        ...


# --- the case's memory outside the engine -----------------------------------------------------------------------


class CaseBook(Protocol):
    """Facts as they were reported, and what each case has decided."""

    async def news(self, practice_id: str, balance_id: str, handled: Collection[str]) -> list[AnyFact]:
        """Stored facts of this balance that the case has not folded in yet, oldest first; reply texts left out."""
        ...

    async def record(self, case: Case, decision: Decision) -> int:
        """Keep the decision, refresh the read model, mark facts as heard; the practice's latest sign-off, or 0."""
        ...

    async def reply_text(self, practice_id: str, reply_fact_id: str) -> str:
        """What the patient wrote."""
        ...

    async def ledger_read(self, reading: LedgerReading, practice_id: str) -> None:
        """Keep a reading of the practice's own ledger: the freshness gate looks at its time."""
        ...


# --- touches ---------------------------------------------------------------------------------------------------


class TouchRequest(State):
    """All that a claim must re-check, in one transaction, before a message may leave."""

    case: Case
    step: SendMessage
    to: str
    """Phone number, e-mail address or postal address."""
    now: Moment
    policy: Policy
    because: list[str]
    ledger_knows_it: bool = True
    """False when the practice's own system was asked and has no such balance: then no reading of it can be fresh."""
    outreach: bool = True
    """False for what the patient asked for or agreed to: it does not count against caps."""


class Claimed(State):
    """The touch is ours to send, once."""

    kind: Literal["claimed"] = "claimed"
    pay_code: str
    """The code of the patient's page for this balance."""
    thread: str = ""
    """E-mail only: the word in its reply address, by which an answer finds this balance."""
    letter: Letter | None = None
    """The e-mail that this one answers."""
    family: list[Kin] = Field(default_factory=list)
    """Other balances of the person that this message speaks of too."""


class InDoubt(State):
    """An earlier try may have reached the provider: look there before sending."""

    kind: Literal["in_doubt"] = "in_doubt"
    pay_code: str
    first_tried_at: Moment
    thread: str = ""
    letter: Letter | None = None
    family: list[Kin] = Field(default_factory=list)
    """As it was claimed at first: the words must be the same."""


class AlreadySent(State):
    """The provider accepted this touch before; only the answer was lost."""

    kind: Literal["already_sent"] = "already_sent"
    at: Moment


class NotBefore(State):
    """Permitted, but not yet."""

    kind: Literal["not_before"] = "not_before"
    moment: Moment
    because: str


class Skipped(State):
    """Not permitted."""

    kind: Literal["skipped"] = "skipped"
    because: str
    news: bool = False
    """True when a stored fact the case has not heard stands in the way: fold it and decide again."""


Claim = Claimed | InDoubt | AlreadySent | NotBefore | Skipped


class TouchBook(Protocol):
    """Who was contacted, when, and why; caps, gaps, consent and suppression are settled here."""

    async def claim(self, request: TouchRequest) -> Claim:
        """One transaction under a lock on the guarantor and the contact point; concurrent claims never both win."""
        ...

    async def kept_back(self, request: TouchRequest, answer: NotBefore | Skipped) -> None:
        """Remember why a touch was not even claimed: whoever asks why nothing was sent is told."""
        ...

    async def last_look(self, touch_id: str, words: Mapping[str, str]) -> str | None:
        """Why a claimed touch must not leave after all: a stop or a silence that came since. None when it may.

        `words` says which words are about to leave, and is kept with the proof before they do.
        """
        ...

    async def accepted(self, touch_id: str, provider_id: str, at: datetime, text_hash: str) -> None:
        """The provider took it: from here it counts."""
        ...

    async def refused(self, touch_id: str, because: str, *, held_back: bool = False) -> None:
        """The provider refused it, or it was `held_back` at our own last look: it never counts, the claim is freed."""

    async def point_failed(self, value: str, channel: Channel, status: PointStatus) -> None:
        """A number or address has become unusable, for every agent."""

    async def point_looked_up(self, looked: LookedUp, status: PointStatus, because: str) -> None:
        """The number of a text was looked up and is unusable, for every agent, as of that moment."""


class Message(State):
    """A message ready to leave."""

    channel: Channel
    to: str
    subject: str = ""
    text: str
    html: str = ""
    unsubscribe_url: str = ""
    """E-mail only: where one click ends billing e-mails."""
    thread: str = ""
    """E-mail only: the word in its reply address."""
    in_reply_to: str = ""
    """E-mail only: the Message-ID of the letter it answers."""
    answers: bool = False
    """True when it answers what a patient wrote."""
    link: str = ""
    language: str = ""
    """Letters only: the page's address is printed apart from the words."""
    template: str = ""
    """Which words it was made from: folder, language, and a fingerprint of every file that was read."""
    touch_id: str
    practice_id: str


class Courier(Protocol):
    """Carries one channel's messages to its provider."""

    async def send(self, message: Message) -> str:
        """The provider's id once accepted; Refused, TryLater or CannotKnow otherwise.

        A refusal carries a vendor-neutral code: opted_out, landline, bad_number, content or configuration.
        """
        ...

    async def find(self, message: Message, since: datetime) -> str | None:
        """The id of this very message, None when they certainly have none; NotReportedYet or CannotKnow otherwise."""
        ...


class Writer(Protocol):
    """Turns an approved template into the words that leave."""

    def write(  # noqa: PLR0917 - what a message is made of
        self, case: Case, step: SendMessage, practice: Practice, link: str, to: str, family: Sequence[Kin] = ()
    ) -> Message:
        """The message in the guarantor's language; an unfilled gap is an error, never an empty space.

        With a family it speaks of all balances together.
        """
        ...


class FactKeeper(Protocol):
    """The one store of facts, for what a step learns about a person and every other agent must know."""

    async def keep(self, facts: Sequence[AnyFact], now: datetime) -> object:
        """Keep all or none, once each: the same fact id again changes nothing."""
        ...


class ReplyReader(Protocol):
    """Understands what patients write."""

    def read(self, text: str, channel: Channel, case: Case) -> ReadReplyAnswer:
        """Every intent present, the primary one, and the action; abstains when unsure."""
        ...


class ReadReplyAnswer(State):
    """What a reader found; the names are those of the closed list in docs/reference/replies.md."""

    intent: str
    intents: list[str]
    action: str
    abstain: bool = False
    slots: Slots = Slots()
    plan_wish: PlanWish = ""
    """What is asked of the plan in force, or that a part comes at once."""
    confidence: float = 1.0
    """The chance that the action is right, as measured on replies it was not trained on."""
    reader: str = ""
    """The version of the reader that found it."""


class TaskBook(Protocol):
    """Staff tasks."""

    async def open(self, case: Case, step: AskStaff, now: datetime) -> None:
        """Open it once: the same task id again changes nothing. Priority by expected dollars and age."""
        ...
