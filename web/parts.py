"""What the web process is given, as Protocols and one record; everything is made elsewhere and passed in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from integrations.hearing import Delivered
from receivables.cards.ports import CardVault
from receivables.case import CloseReason
from receivables.facts import AnyFact, PlanTerms
from receivables.money import Cents
from receivables.plans.page import Look
from receivables.ports import Checkout, Clock, PolicyBook
from receivables.sign_offs import Renewing
from receivables.together import Share
from starter.case_desk import Receipt
from starter.sign_off_desk import SignOffDesk
from store.checkouts import Authorization, Consent, OpenedCheckout
from store.conversations import Line
from store.opinions import PostgresOpinionBook
from store.pay_links import PayPage
from store.plan_log import PostgresPlanLog
from store.reply_corrections import ReplyCorrections
from store.task_book import Noted, OnlyDone, Outcome, SaidBefore, Status, TakenBy, Task
from web.contact_parts import Consents, Quieting, Touches, Tray
from web.metrics import Metrics
from web.money_parts import Auditing, CreditQueue, Months, Packs, Refunding
from workflows.contract import Status as CaseStatus


class Desk(Protocol):
    """The one door for facts."""

    async def report(self, facts: Sequence[AnyFact]) -> list[Receipt]:
        """Keep all or none; UnknownPractice when a practice is not configured."""
        ...


class Asking(Protocol):
    """Requests with an answer; CaseIsClosed when there is nothing to ask any more."""

    async def pause(self, practice_id: str, balance_id: str, until: datetime | None, because: str) -> CaseStatus:
        """Silence the agent."""
        ...

    async def resume(
        self, practice_id: str, balance_id: str, because: str = "", *, hand_back: bool = False
    ) -> CaseStatus:
        """Let it speak again."""
        ...

    async def accept_plan(self, practice_id: str, balance_id: str, terms: PlanTerms) -> CaseStatus:
        """Set up a plan that was agreed by phone."""
        ...

    async def close(self, practice_id: str, balance_id: str, reason: CloseReason) -> CaseStatus:
        """End the case."""
        ...


class Letterbox(Protocol):
    """Where verified webhooks are kept, once each."""

    async def keep(self, vendor: str, key: str, body: bytes, headers: Mapping[str, str], now: datetime) -> bool:
        """False when it was there already."""
        ...


class Pages(Protocol):
    """Patients' pages by their codes."""

    async def open(self, code: str) -> PayPage | None:
        """What the page may show; priced at this moment."""
        ...

    async def too_often(self, key: str, now: datetime, limit: int, seconds: float) -> bool:
        """Count a knock; True when it is one too many."""
        ...


class OpenedCheckouts(Protocol):
    """Hosted pages we opened."""

    async def keep(  # noqa: PLR0917 - each of another kind
        self, session_id: str, practice_id: str, balance_id: str, amount_cents: Cents, created_at: datetime,
        shares: Sequence[Share] = (),
    ) -> None:  # fmt: skip
        """Remember one."""
        ...

    async def keep_consent(  # noqa: PLR0917 - each of another kind
        self, session_id: str, practice_id: str, balance_id: str, plan_id: str, consent: Consent, agreed_at: datetime
    ) -> None:
        """Remember a page for a card, and the words agreed to before it."""
        ...

    async def find(self, session_id: str) -> OpenedCheckout | None:
        """The balance it was opened for."""
        ...

    async def authorizations(self, practice_id: str, balance_id: str) -> Sequence[Authorization]:
        """Every consent given for the balance's plans, with the card that came of it."""
        ...

    async def others(self, opened: OpenedCheckout) -> Sequence[OpenedCheckout]:
        """Other pages of the same balance on which money could still be paid."""
        ...

    async def ended(self, session_id: str, now: datetime) -> None:
        """Nobody can pay on this page any more."""
        ...

    async def cards_only(self, practice_id: str) -> bool:
        """True while too many of the practice's bank debits come back (R-31)."""
        ...

    async def closed(self, practice_id: str, balance_id: str) -> int:
        """How many pages of a balance were closed before they were paid on."""
        ...


class Plans(Protocol):
    """Paying in parts."""

    async def look(self, practice_id: str, balance_id: str) -> Look:
        """What can be chosen, what is agreed, and what is in force."""
        ...


class Shown(Protocol):
    """The read models."""

    async def cases(
        self, practice_id: str | None = None, stage: str | None = None, limit: int = 50, after: str | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Cases in the order of their ids, from the one behind `after` on."""
        ...

    async def case(self, practice_id: str, balance_id: str) -> Mapping[str, Any] | None:
        """One case, None when it is not known."""
        ...

    async def timeline(self, practice_id: str, balance_id: str) -> Sequence[Mapping[str, Any]]:
        """What happened, oldest first, with the reasons."""
        ...

    async def conversation(self, practice_id: str, balance_id: str) -> Sequence[Line]:
        """What was said on both sides, oldest first."""
        ...


class Tasks(Protocol):
    """Work for people; tasks are named `practice:task`."""

    async def list(
        self, practice_id: str | None = None, status: Status | None = None, limit: int = 200,
        balance_id: str | None = None,
    ) -> Sequence[Task]:  # fmt: skip
        """In the order in which they are best done."""
        ...

    async def show(self, task_id: str) -> Task | None:
        """One, with whom to call."""
        ...

    async def claim(self, task_id: str, who: str, now: datetime) -> Task | TakenBy | None:
        """Take one."""
        ...

    async def resolve(
        self, task_id: str, outcome: Outcome, who: str, now: datetime, *,
        will_pay_by: date | None = None, resume_on: date | None = None, note: str = "",
        terms: PlanTerms | None = None,
    ) -> AnyFact | Noted | OnlyDone | TakenBy | SaidBefore | None:  # fmt: skip
        """Answer one; the answer is a fact on its way when this returns."""
        ...


@dataclass(frozen=True)
class Doorman:
    """Looks at one vendor's webhooks before anything else does."""

    vendor: str
    """The inbox's name for them, by which they are read later."""
    take_in: Callable[[str, Mapping[str, str], bytes], Delivered | None]
    """From public address, headers (names in small letters) and raw body to what is kept; None: badly signed."""
    mend: str
    """What to look at when signatures are bad."""
    most_bytes: int = 4_000_000
    """Larger deliveries are refused."""


Readiness = Callable[[], Awaitable[None]]
"""Returns when the thing can be used; raises otherwise."""
Recode = Callable[[bytes], Awaitable[bytes]]
"""A body of payloads to the same payloads encrypted or readable; ValueError when it cannot be done."""


@dataclass(frozen=True)
class WebSettings:
    """What the settings say about this process."""

    public_base_url: str
    """As vendors and patients reach us, without a final slash; signatures and links are built from it."""
    api_tokens: tuple[str, ...] = field(repr=False)
    """Any of them opens `/v1`; two while one is being replaced."""
    signers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Token by the name of each who may sign; they open `/v1` as well. Empty: a stated name is believed."""
    checkout_origins: tuple[str, ...] = ("https://checkout.stripe.com",)
    """Where a payment form may lead."""
    codec_token: str = field(default="", repr=False)
    """Part of the codec endpoint's address; without one the endpoint does not exist."""
    ui_origins: tuple[str, ...] = ()
    """Of the Temporal UI, which asks the codec endpoint from a browser; one address may have several spellings."""


@dataclass(frozen=True)
class WebParts:
    """Everything `create_app` needs."""

    settings: WebSettings
    desk: Desk
    requests: Asking
    inbox: Letterbox
    pages: Pages
    opened: OpenedCheckouts
    shown: Shown
    tasks: Tasks
    touches: Touches
    consents: Consents
    silences: Quieting
    letters: Tray
    audits: Auditing
    months: Months
    evidence: Packs
    credits: CreditQueue
    refunds: Refunding
    checkout: Checkout
    vault: CardVault
    plans: Plans
    plan_log: PostgresPlanLog
    corrections: ReplyCorrections
    opinions: PostgresOpinionBook
    sign_offs: SignOffDesk
    signed: Renewing
    policies: PolicyBook
    clock: Clock
    doormen: Mapping[str, Doorman]
    """By the path behind `/webhooks/`, such as `twilio/sms`."""
    recodes: Mapping[str, Recode] = field(default_factory=dict)
    """`encode` and `decode`; empty when payloads are not encrypted."""
    reader_version: Callable[[], str] = lambda: ""
    """Of the reader of replies at work."""
    readiness: Mapping[str, Readiness] = field(default_factory=dict)
    """What must answer before this process takes work, by name."""
    metrics: Metrics = field(default_factory=Metrics)
