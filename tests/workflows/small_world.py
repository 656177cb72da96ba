"""Ten-line fakes of every port, so that a life can be lived on a real Temporal server without database or vendors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from small_vault import SmallVault

from activities.charging import Charging
from activities.deciding import Deciding
from activities.freshness import Freshness
from activities.lines import Lines
from activities.messaging import Messaging
from activities.plan_decisions import PlanDecisions
from activities.plans import Plans
from activities.posting import PracticePosting
from activities.replies import Replies
from activities.staff import Staff
from integrations.reply_reader.reader import TrainedReader
from receivables.case import Case
from receivables.errors import BooksClosed, NotReportedYet, TryLater
from receivables.facts import AnyFact, ReplyUnderstood
from receivables.line_ports import Number
from receivables.money import Cents
from receivables.people import Channel
from receivables.policy import Policy, Practice
from receivables.ports import AlreadySent, Claim, Claimed, InDoubt, LedgerReading, Message, Note, Posting, TouchRequest
from receivables.steps import AskStaff, Decision, SendMessage

PRACTICE = Practice(
    practice_id="p7", name="Lakeside Family Care", phone="+13125550100", time_zone="America/Chicago", state="IL",
    postal_address="1 Lake Street, Chicago, IL 60601", email="billing@example.com", sms_from="+13125550101",
    statement_name="LAKESIDE CARE",
)  # fmt: skip


@dataclass
class SmallLines:
    """What kind of line numbers are, asked anew each time."""

    kind: str = "mobile"
    handed_on: date | None = None
    """The day on which every number went to somebody else."""
    faults: list[Exception] = field(default_factory=list)

    async def known(self, number: str, since: datetime, verified_on: date | None) -> Any:
        return None

    async def keep(self, number: str, found: Any, verified_on: date | None, now: datetime) -> None:
        return None

    async def look(self, number: str, verified_on: date | None) -> Any:
        if self.faults:
            raise self.faults.pop(0)
        gone = self.handed_on is not None and verified_on is not None and verified_on < self.handed_on
        return Number(self.kind, "yes" if gone else "no")


@dataclass
class SmallWorld:
    """Everything outside the workflow, in memory, with a clock that is moved by hand."""

    moment: datetime = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    current: Policy = field(default_factory=Policy)
    stored: list[AnyFact] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    sent: dict[str, Message] = field(default_factory=dict)
    claimed: dict[str, datetime] = field(default_factory=dict)
    postings: dict[str, Posting] = field(default_factory=dict)
    opened: dict[str, AskStaff] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    lines: SmallLines = field(default_factory=SmallLines)
    looked_up: list[tuple[str, str]] = field(default_factory=list)
    """What look-ups made of numbers, for every agent."""
    overtaken: list[str] = field(default_factory=list)
    wording: str = ""
    """What every text and e-mail says; without it they hold the link alone."""
    reports_until: datetime | None = None
    """Up to when only the provider's report could tell whether a message left."""
    reads_balances: bool = False
    readings: list[ReplyUnderstood] = field(default_factory=list)
    outage: int = 0
    """How many postings the practice's system will not take."""
    locked: date | None = None
    """Up to when the practice's system has closed its books."""
    late_until: date | None = None
    """Up to when our own are closed."""
    closed_until: list[date] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What was written beside each posting."""
    heard: set[str] = field(default_factory=set)

    def activities(self) -> list[Any]:
        """What a worker registers."""
        self.vault = SmallVault(self.stored, self.now)
        deciding = Deciding(self, self, self, plans=PlanDecisions(self, self.vault))
        freshness = Freshness(self, lambda practice_id: self)
        messaging = Messaging(
            deciding, freshness, self, self, {Channel.sms: self, Channel.email: self}, "https://pay.example",
            Lines(self.lines, self.lines),
        )
        posting = PracticePosting(deciding, self, lambda practice_id: self)
        return [
            messaging.offer_plan, Plans(deciding, self.vault, lambda practice_id: self).create_plan,
            Charging(deciding, self.vault, self.vault, posting).charge_installment,
            deciding.decide, messaging.send_message, Replies(deciding, self, self, TrainedReader(lambda _: PRACTICE.time_zone), self).read_reply,
            posting.post_to_practice, Staff(deciding, self).ask_staff,
        ]  # fmt: skip

    # Clock and policies
    async def now(self) -> datetime:
        return self.moment

    def practice(self, practice_id: str) -> Practice:
        return PRACTICE

    def policy(self, practice_id: str) -> Policy:
        return self.current

    # CaseBook
    async def news(self, practice_id: str, balance_id: str, handled: Collection[str]) -> list[AnyFact]:
        return [fact for fact in self.stored if fact.balance_id == balance_id and fact.fact_id not in handled]

    async def record(self, case: Case, decision: Decision) -> int:
        self.heard |= set(case.handled)
        self.decisions.append(decision)
        return 0

    async def reply_text(self, practice_id: str, reply_fact_id: str) -> str:
        return self.texts[reply_fact_id]

    # ReadingBook
    async def keep_reading(self, read: ReplyUnderstood) -> None:
        self.readings.append(read)

    # FactKeeper
    async def keep(self, facts: Sequence[AnyFact], now: datetime) -> None:
        known = {fact.fact_id for fact in self.stored}
        self.stored += [fact for fact in facts if fact.fact_id not in known]

    async def ledger_read(self, reading: LedgerReading, practice_id: str) -> None:
        return None

    # TouchBook
    async def claim(self, request: TouchRequest) -> Claim:
        touch_id = request.step.touch_id
        if touch_id in self.sent:
            return AlreadySent(at=self.claimed[touch_id])
        if touch_id in self.claimed:
            return InDoubt(pay_code="code", first_tried_at=self.claimed[touch_id])
        self.claimed[touch_id] = self.moment
        return Claimed(pay_code="code")

    async def kept_back(self, request: TouchRequest, answer: Any) -> None:
        return None

    async def last_look(self, touch_id: str, words: Any) -> str | None:
        return self.overtaken.pop(0) if self.overtaken else None

    async def accepted(self, touch_id: str, provider_id: str, at: datetime, text_hash: str) -> None:
        return None

    async def refused(self, touch_id: str, because: str, *, held_back: bool = False) -> None:
        self.claimed.pop(touch_id, None)

    async def point_failed(self, value: str, channel: Channel, status: Any) -> None:
        return None

    async def point_looked_up(self, looked: Any, status: Any, because: str) -> None:
        self.looked_up.append((status.value, because))

    # Writer and Courier
    def write(self, case: Case, step: SendMessage, practice: Practice, link: str, to: str, family: Any = ()) -> Message:
        return Message(
            channel=step.channel, to=to, text=self.wording or link, touch_id=step.touch_id,
            practice_id=practice.practice_id,
        )  # fmt: skip

    async def send(self, message: Message) -> str:
        if self.faults:
            raise self.faults.pop(0)
        assert message.touch_id not in self.sent, "the same message twice"
        self.sent[message.touch_id] = message
        return f"id.{message.touch_id}"

    async def find(self, message: Message, since: datetime) -> str | None:
        if self.reports_until and self.moment < self.reports_until:
            raise NotReportedYet("Not reported.", self.reports_until)
        return f"id.{message.touch_id}" if message.touch_id in self.sent else None

    # PracticeLedger and PostingBook
    async def read_balance(self, practice_id: str, balance_id: str, now: datetime) -> LedgerReading | None:
        return None

    async def find_posting(self, posting: Posting) -> str | None:
        return posting.external_id if posting.external_id in self.postings else None

    async def post(self, posting: Posting) -> str:
        if self.outage:
            self.outage -= 1
            raise TryLater("The practice's system could not be reached.")
        assert posting.external_id not in self.postings, "the same payment posted twice"
        if self.locked and posting.booked_on and posting.booked_on <= self.locked:
            raise BooksClosed(self.locked)
        self.postings[posting.external_id] = posting
        return posting.external_id

    async def note(self, note: Note) -> None:
        self.notes[note.external_id] = note.text

    async def begin(self, posting: Posting, now: datetime) -> Any:
        return "confirmed" if posting.external_id in self.postings else "new"

    async def confirmed(self, posting: Posting, reference: str, now: datetime, because: str = "") -> None:
        self.remarks.append(because)

    async def late_for(self, posting: Posting) -> date | None:
        return self.late_until + timedelta(days=1) if self.late_until else None

    async def books_closed(self, practice_id: str, until: date) -> None:
        self.closed_until.append(until)

    async def uncertain(self, posting: Posting) -> None:
        return None

    async def needs_human(self, posting: Posting, because: str) -> None:
        return None

    # TaskBook
    async def open(self, case: Case, step: AskStaff, now: datetime) -> None:
        self.opened[step.task_id] = step

    # What a test does
    def later(self, **by: float) -> None:
        """Move the clock."""
        self.moment += timedelta(**by)

    @property
    def posted_cents(self) -> Cents:
        return sum((posting.amount_cents for posting in self.postings.values()), Cents(0))
