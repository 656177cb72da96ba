"""What a policy would do: the next step of open cases, and whole stretches lived through in memory; nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from receivables.case import Case, State
from receivables.decide import decide
from receivables.facts import (
    AnyFact,
    MessageSent,
    Moment,
    PaymentPosted,
    ReplyReceived,
    ReplyUnderstood,
    TaskOpened,
)
from receivables.fold import fold
from receivables.policy import Policy, Practice
from receivables.ports import ReplyReader
from receivables.steps import AskStaff, Close, Decision, PostToPractice, ReadReply, SendMessage, Step, Wait

MOST_STEPS = 500
"""No balance takes so many in a year; one that does is shown as far as it went."""


class Planned(State):
    """Something a person would get, or would be asked."""

    balance_id: str
    at: Moment | None
    what: str
    """A message's or a task's name, `wait`, `close`, or another step."""
    channel: str = ""
    because: list[str]

    @property
    def seen(self) -> tuple[str, str, datetime | None]:
        """What a patient or a person would notice of it."""
        return self.what, self.channel, self.at


class Change(State):
    """One balance under both policies; equal parts are left out by whoever asks for changes."""

    balance_id: str
    before: list[Planned]
    after: list[Planned]

    @property
    def differs(self) -> bool:
        """True when somebody would notice."""
        return [one.seen for one in self.before] != [one.seen for one in self.after]


def standing(facts: Sequence[AnyFact], reader: ReplyReader) -> Case:
    """An open case as its facts, its messages and its tasks tell it; replies are read as they would be read today."""
    first = facts[0]
    case = Case(practice_id=first.practice_id, balance_id=first.balance_id or "none")
    for fact in facts:
        case = fold(case, fact)
        if isinstance(fact, ReplyReceived):
            head = _head(case, fact.at)
            step = ReadReply(reply_fact_id=fact.fact_id, channel=fact.channel)
            case = fold(case, _understood(case, step, facts, head, reader))
    return case


def next_step(case: Case, policy: Policy, practice: Practice, now: datetime) -> Planned:
    """What comes next for an open case."""
    return _planned(case.balance_id, decide(case, policy, practice, now))


def next_steps(case: Case, policies: tuple[Policy, Policy], practice: Practice, now: datetime) -> Change:
    """The next step of an open case under the policy that is live and under a draft."""
    before, after = (next_step(case, policy, practice, now) for policy in policies)
    return Change(balance_id=case.balance_id, before=[before], after=[after])


def histories(
    facts: Sequence[AnyFact], policies: tuple[Policy, Policy], practice: Practice, until: datetime, reader: ReplyReader
) -> Change:
    """One balance's facts lived through under both policies."""
    before, after = (lived(facts, policy, practice, until, reader) for policy in policies)
    return Change(balance_id=facts[0].balance_id or "", before=before, after=after)


def lived(
    facts: Sequence[AnyFact], policy: Policy, practice: Practice, until: datetime, reader: ReplyReader
) -> list[Planned]:
    """Every message and task of one balance from its first fact until a moment, as the policy would have it.

    `facts` are those that came from outside, oldest first; every message is taken and nobody answers a task. A plan's
    own steps end the story: what a card would have said is not known.
    """
    first = facts[0]
    case = Case(practice_id=first.practice_id, balance_id=first.balance_id or "none")
    now, coming, done = first.at, list(facts), list[Planned]()
    for _ in range(MOST_STEPS):
        while coming and coming[0].at <= now:
            case = fold(case, coming.pop(0))
        decision = decide(case, policy, practice, now)
        if decision.due(now) and not isinstance(decision.step, Close):
            if isinstance(decision.step, SendMessage | AskStaff):
                done.append(_planned(case.balance_id, decision, now))
            outcome = _outcome(case, decision.step, facts, now, reader)
            if outcome is None:
                return done
            case = fold(case, outcome)
            continue
        following = [moment for moment in (decision.act_at, coming[0].at if coming else None) if moment is not None]
        if isinstance(decision.step, Close):
            following = [coming[0].at] if coming else []
        if not following or min(following) > until:
            return done
        now = max(min(following), now)
    return done


def _outcome(
    case: Case, step: Step, facts: Sequence[AnyFact], now: datetime, reader: ReplyReader
) -> AnyFact | None:
    head = _head(case, now)
    if isinstance(step, SendMessage):
        offer = step.offer
        return MessageSent.model_validate(
            head | {
                "fact_id": f"sent.{step.touch_id}", "touch_id": step.touch_id, "message": step.message,
                "channel": step.channel, "agent": step.agent, "reply_fact_id": step.reply_fact_id,
                "beside": step.beside,
                "offer_installments": offer.installments if offer else None,
                "offer_cents": sum(offer.each_cents) if offer else None,
            }
        )  # fmt: skip
    if isinstance(step, AskStaff):
        fields = {"fact_id": f"task.{step.task_id}", "task_id": step.task_id, "task_kind": step.task_kind}
        return TaskOpened.model_validate(head | fields)
    if isinstance(step, PostToPractice):
        fields = {"fact_id": f"posted.{step.payment_fact_id}", "payment_fact_id": step.payment_fact_id}
        return PaymentPosted.model_validate(head | fields)
    return _understood(case, step, facts, head, reader) if isinstance(step, ReadReply) else None


def _head(case: Case, at: datetime) -> dict[str, object]:
    return {"at": at, "source": "rehearsal", "practice_id": case.practice_id, "balance_id": case.balance_id}


def _understood(
    case: Case, step: ReadReply, facts: Sequence[AnyFact], head: dict[str, object], reader: ReplyReader
) -> AnyFact:
    texts = {fact.fact_id: fact.text for fact in facts if isinstance(fact, ReplyReceived)}
    answer = reader.read(texts.get(step.reply_fact_id, ""), step.channel, case)
    return ReplyUnderstood.model_validate(
        head | {
            "fact_id": f"read.{step.reply_fact_id}"[:200], "reply_fact_id": step.reply_fact_id, "channel": step.channel,
            "intent": answer.intent, "intents": answer.intents, "action": answer.action, "abstain": answer.abstain,
        }
    )  # fmt: skip


def _planned(balance_id: str, decision: Decision, at: datetime | None = None) -> Planned:
    step = decision.step
    what: str = step.kind
    if isinstance(step, SendMessage):
        what = step.message
    elif isinstance(step, AskStaff):
        what = f"task {step.task_kind}"
    elif isinstance(step, Wait) and step.next_step:
        what = f"wait for {step.next_step}"
    channel = step.channel.value if isinstance(step, SendMessage) else ""
    return Planned(
        balance_id=balance_id, at=at or decision.act_at, what=what, channel=channel, because=decision.because
    )
