"""Ten-line fakes of everything the web process is given, and a practice in which nothing is real; no tests live here."""

from datetime import UTC, datetime
from typing import Any

from card_world import FakeCheckout, FakeCheckouts, FakePlanLog, FakePlans, FakeVault
from letter_world import FakeTray
from money_world import FakeAudits, NoEvidence
from reply_world import FakeCorrections, FakeOpinions
from signing_world import FakeSigned, FakeSignOffs

from integrations.hearing import Delivered
from receivables.errors import UnknownPractice
from receivables.facts import TaskResolved
from receivables.money import Cents
from receivables.people import Channel
from receivables.policy import Policy, Practice
from receivables.ports import Claimed
from starter.case_desk import Receipt
from starter.requests import CaseIsClosed
from store.conversations import Line
from store.page_consents import PageConsents, Reached
from store.pay_links import PagePayment, PayPage
from store.task_book import TakenBy, Task
from web.app import create_app
from web.parts import Doorman, WebParts, WebSettings
from workflows.contract import Status

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TOKEN = "a-token-for-tests"
CODE = "3xK9mQ2vT7bN4cR8wL1pZs"
BASE = "https://pay.example.org"
LAKESIDE = Practice(
    practice_id="lakeside", name="Lakeside Family Care", phone="+13125550100", time_zone="America/Chicago", state="IL",
    postal_address="200 Lakeside Drive, Chicago, IL 60601", email="billing@example.org", sms_from="+13125550101",
    statement_name="LAKESIDE FAMILY CARE",
)  # fmt: skip


class FakeClock:
    def __init__(self) -> None:
        self.moment = NOW

    async def now(self) -> datetime:
        return self.moment


class FakePolicies:
    def practice(self, practice_id: str) -> Practice:
        if practice_id != "lakeside":
            raise UnknownPractice
        return LAKESIDE

    def policy(self, practice_id: str) -> Policy:
        return Policy()


class FakeDesk:
    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self.broken: Exception | None = None

    async def report(self, facts):
        if self.broken:
            raise self.broken
        for fact in facts:
            FakePolicies().practice(fact.practice_id)
        receipts = []
        for fact in facts:
            cases = [f"{fact.practice_id}:{fact.balance_id}"] if fact.balance_id else []
            receipts.append(Receipt(fact.fact_id, cases, fact.fact_id not in self.facts))
            self.facts.setdefault(fact.fact_id, fact)
        return receipts


class FakeRequests:
    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.open_tasks: list[str] = []
        self.closed = False
        self.broken: Exception | None = None

    async def _answer(self, *what):
        if self.broken:
            raise self.broken
        if self.closed:
            raise CaseIsClosed
        self.asked.append(what)
        return Status(stage="held", outstanding_cents=Cents(215_00), open_tasks=self.open_tasks)

    async def pause(self, practice_id, balance_id, until, because):
        return await self._answer("pause", practice_id, balance_id, until, because)

    async def resume(self, practice_id, balance_id, because="", *, hand_back=False):
        return await self._answer("return" if hand_back else "resume", practice_id, balance_id)

    async def close(self, practice_id, balance_id, reason):
        return await self._answer("close", practice_id, balance_id, reason)


class FakeInbox:
    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], tuple[bytes, dict[str, str], datetime]] = {}
        self.broken = False

    async def keep(self, vendor, key, body, headers, now):
        if self.broken:
            raise OSError("the database went away")
        new = (vendor, key) not in self.rows
        self.rows.setdefault((vendor, key), (body, dict(headers), now))
        return new


class FakePages:
    def __init__(self) -> None:
        self.page: PayPage | None = page()
        self.knocks: dict[str, int] = {}
        self.broken = False

    async def open(self, code):
        if self.broken:
            raise OSError("the database at 10.0.0.7 went away")
        return self.page if code == CODE else None

    async def too_often(self, key, now, limit, seconds):
        self.knocks[key] = self.knocks.get(key, 0) + 1
        return self.knocks[key] > limit


class FakeShown:
    def __init__(self) -> None:
        self.stage, self.close_reason, self.rule = "outreach", None, "first_notice"
        self.stages: list[str] = []
        """What a case is at the next looks, one after the other; then `stage`."""

    def _case(self) -> dict[str, Any]:
        stage = self.stages.pop(0) if self.stages else self.stage
        told = {"stage": stage, "outstanding_cents": 215_00, "close_reason": self.close_reason, "rule": self.rule}
        return {"case_id": "lakeside:b1"} | told

    async def cases(self, practice_id=None, stage=None, limit=50, after=None):
        return [] if stage not in {None, self.stage} else [self._case()][:limit]

    async def case(self, practice_id, balance_id):
        return self._case() if (practice_id, balance_id) == ("lakeside", "b1") else None

    async def conversation(self, practice_id, balance_id):
        return [Line(at=NOW, who="patient", channel="sms", text="who is this?", fact_id="twilio.SM1")]

    async def timeline(self, practice_id, balance_id):
        return [{"at": NOW, "kind": "balance_posted", "sentence": "A balance of $215 was posted.", "because": []}]


class FakeTasks:
    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.taken: TakenBy | None = None
        self.kind = "call"
        self.beside: list[str] = []
        """Kinds of other open tasks of the same balance."""

    def _task(self, kind: str | None = None) -> Task:
        return Task(
            id="lakeside:b1.call.1", practice_id="lakeside", balance_id="b1", task_id="b1.call.1", kind=kind or self.kind,
            status="open", opened_at=NOW, due_at=NOW, expected_cents=120_00, call=True, summary="Not answered.",
            suggestion="", do_not_say=[], reply_text="", claimed_by=None, claimed_at=None, resolved_by=None,
            resolved_at=None, outcome=None, will_pay_by=None, resume_on=None, note=None,
        )  # fmt: skip

    async def list(self, practice_id=None, status=None, limit=200, balance_id=None):
        asked_for = status in {None, "open"} and practice_id in {None, "lakeside"}
        return [self._task(), *map(self._task, self.beside)] if asked_for else []

    async def show(self, task_id):
        return self._task() if task_id == "lakeside:b1.call.1" else None

    async def claim(self, task_id, who, now):
        if task_id != "lakeside:b1.call.1":
            return None
        return self.taken or self._task().model_copy(update={"status": "claimed", "claimed_by": who})

    async def resolve(self, task_id, outcome, who, now, *, will_pay_by=None, resume_on=None, note="", terms=None):
        if task_id != "lakeside:b1.call.1" or self.taken:
            return self.taken
        self.answers.append({"outcome": outcome, "who": who, "will_pay_by": will_pay_by})
        return TaskResolved(
            fact_id="resolved.b1.call.1", at=now, practice_id="lakeside", balance_id="b1", task_id="b1.call.1",
            outcome=outcome, will_pay_by=will_pay_by,
        )  # fmt: skip


class FakeConsents:
    """One number that may get texts about bills, one address that was stopped."""

    def __init__(self) -> None:
        self.known: Any = PageConsents("g7", [
            Reached(Channel.sms, "+13125550142", ("billing", "care"), stopped=False),
            Reached(Channel.email, "karen@example.com", (), stopped=True),
        ], ended=False)  # fmt: skip

    async def of(self, practice_id, balance_id):
        return self.known


class FakeTouches:
    """Answers with what a test set."""

    def __init__(self) -> None:
        self.answer: Any = Claimed(pay_code="")
        self.wishes: list[Any] = []
        self.told: list[tuple[Any, ...]] = []

    async def ask(self, wish, now):
        if isinstance(self.answer, Exception):
            raise self.answer
        self.wishes.append(wish)
        return self.answer

    async def accepted(self, touch_id, provider_id, at, text_hash):
        if isinstance(self.answer, Exception):
            raise self.answer
        self.told.append((touch_id, provider_id))

    async def refused(self, touch_id, because):
        self.told.append((touch_id, because))

    async def point_failed(self, value, channel, status):
        self.told.append((value, channel, status))


class FakeSilences:
    def __init__(self) -> None:
        self.quiet: list[Any] = []

    async def silence(self, wanted):
        self.quiet.append(wanted)
        return wanted

    async def release(self, what, who, now):
        return self.quiet.pop() if self.quiet else None

    async def in_force(self, practice_id=None):
        return self.quiet


def page(owed: int = 215_00, paid: int = 0, **more: Any) -> PayPage:
    """The page of Karen's balance; `owed` is her whole share."""
    payments = [PagePayment(Cents(paid), NOW, "page")] if paid else []
    fields = {
        "practice_id": "lakeside", "balance_id": "b1", "first_name": "Karen", "language": "en",
        "responsibility_cents": Cents(owed), "paid_cents": Cents(paid), "outstanding_cents": Cents(owed - paid),
        "payments": payments, "closed": False, "revoked": False,
    }  # fmt: skip
    return PayPage(**(fields | more))


def signed_with(secret: str) -> Doorman:
    def take_in(address, headers, body):
        return Delivered(headers["x-key"], address.encode() + b"\n" + body) if headers.get("x-secret") == secret else None

    return Doorman("vendor", take_in, "compare the secret with the vendor's console")


class World:
    """A web process over fakes."""

    def __init__(self, **settings: Any) -> None:
        self.clock, self.desk, self.requests, self.inbox = FakeClock(), FakeDesk(), FakeRequests(), FakeInbox()
        self.pages, self.opened, self.checkout = FakePages(), FakeCheckouts(), FakeCheckout()
        self.vault, self.plans = FakeVault(self.checkout), FakePlans(self.desk, self.clock, LAKESIDE)
        self.shown, self.tasks, self.audits = FakeShown(), FakeTasks(), FakeAudits()
        self.consents = FakeConsents()
        self.touches, self.silences, self.letters = FakeTouches(), FakeSilences(), FakeTray()
        self.plan_log, self.corrections, self.opinions = FakePlanLog(), FakeCorrections(), FakeOpinions()
        self.sign_offs = FakeSignOffs()
        self.unready: dict[str, Exception] = {}
        self.parts = WebParts(
            settings=WebSettings(public_base_url=BASE, api_tokens=("old-token", TOKEN), **settings), desk=self.desk,
            requests=self.requests, inbox=self.inbox, pages=self.pages, opened=self.opened, shown=self.shown,
            tasks=self.tasks, audits=self.audits, months=self.audits, evidence=NoEvidence(), credits=NoEvidence(), refunds=NoEvidence(), plan_log=self.plan_log, corrections=self.corrections, opinions=self.opinions, touches=self.touches, consents=self.consents, silences=self.silences, letters=self.letters, checkout=self.checkout,
            sign_offs=self.sign_offs, signed=FakeSigned(), vault=self.vault, plans=self.plans, policies=FakePolicies(), clock=self.clock,
            doormen={name: signed_with("right") for name in ("twilio/sms", "twilio/status", "stripe", "practice-systems/simulated")},
            recodes={"decode": self._reversed}, readiness={"database": self._ready},
        )  # fmt: skip
        self.app = create_app(self.parts)

    async def _reversed(self, body: bytes) -> bytes:
        if body == b"{}":
            raise ValueError
        return body[::-1]

    async def _ready(self) -> None:
        for fault in self.unready.values():
            raise fault
