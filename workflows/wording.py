"""A balance's life in the words staff reads in the Temporal UI; nothing here changes what happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from receivables.case import Case, Stage
from receivables.money import Cents
from receivables.people import Channel
from receivables.plans.steps import ChargeInstallment, CreatePlan, OfferPlan
from receivables.steps import AskStaff, Close, Decision, PostToPractice, ReadReply, SendMessage, Step, Wait
from receivables.windows import place, zones_of
from workflows.contract import Ending, Entry, Status

FIRST_STAGE = Stage.waiting
SUMMARY_BYTES = 200
"""The server's limit for a summary."""
CHANNEL_WORDS = {Channel.sms: "SMS", Channel.email: "E-mail", Channel.letter: "Letter"}


def step_summary(step: Step) -> str:
    """One step as it stands in the history, such as "SMS: first notice"."""
    match step:
        case SendMessage():
            words = _message(step.channel, step.message)
        case ReadReply():
            words = "Read the patient's reply"
        case OfferPlan():
            words = f"{CHANNEL_WORDS[step.channel]}: offer a plan of {_payments(step.offer.installments)}"
        case CreatePlan():
            what = "Set up a plan" if step.revision == 1 else "Change the plan"
            words = f"{what} of {_payments(len(step.installments))}"
        case ChargeInstallment():
            again = f", try {step.attempt}" if step.attempt > 1 else ""
            words = f"Charge installment {step.installment}: {step.amount_cents.as_dollars()}{again}"
        case PostToPractice():
            what = "payment" if step.amount_cents >= 0 else "reversal"
            words = f"Post a {what} of {Cents(abs(step.amount_cents)).as_dollars()} to the practice's ledger"
        case AskStaff():
            words = f"Ask staff: {step.task_kind.replace('_', ' ')}"
        case Wait():
            words = f"Wait: {step.next_step}" if step.next_step else "Wait"
        case Close():
            words = f"Close: {step.reason.value.replace('_', ' ')}"
        case _:
            assert_never(step)
    return _short(words)


def rest_summary(case: Case, decision: Decision) -> str:
    """What a timer stands for, such as "SMS: first notice, Mon 02 Mar 14:00 CST"."""
    at = decision.act_at
    moment = f"{at.astimezone(_clock(case)):%a %d %b %H:%M %Z}" if at else "the next fact"
    return _short(f"{step_summary(decision.step)}, {moment}")


def details(case: Case, decision: Decision) -> str:
    """The case as a Markdown table with the next step and why."""
    last = case.touches[-1] if case.touches else None
    rows = [
        ("Stage", decision.stage.value.replace("_", " ")),
        ("Owed now", decision.outstanding_cents.as_dollars()),
        ("Patient's share", case.patient_responsibility_cents.as_dollars()),
        ("Paid so far", case.paid_cents.as_dollars()),
        ("Messages sent", f"{len(case.touches)}" + (f", last {_day(case, last.at)}" if last else "")),
        ("Holds", ", ".join(hold.reason.replace("_", " ") for hold in case.holds) or "none"),
        ("With staff", ", ".join(task.kind.replace("_", " ") for task in case.open_tasks) or "no"),
        ("Next step", step_summary(decision.step)),
        ("When", _day(case, decision.act_at) if decision.act_at else "at once, or at the next fact"),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    why = "\n".join(f"- {reason}" for reason in decision.because)
    return f"| Balance | {case.balance_id} |\n| --- | --- |\n{table}\n\n**Why**\n\n{why}\n"


def status(case: Case, decision: Decision | None) -> Status:
    """Answer of query `status`; without a decision the stage is being evaluated."""
    return Status(
        stage=decision.stage if decision else Stage.evaluating,
        outstanding_cents=case.outstanding_cents,
        close_reason=case.close_reason,
        open_tasks=[task.task_id for task in case.open_tasks],
    )


def ending(case: Case, step: Close) -> Ending:
    """The result of the life."""
    return Ending(
        reason=step.reason, patient_responsibility_cents=case.patient_responsibility_cents, paid_cents=case.paid_cents
    )


def timeline(case: Case) -> list[Entry]:
    """What the case remembers, oldest first."""
    return sorted(_events(case), key=lambda entry: entry.at)


def _events(case: Case) -> Iterator[Entry]:
    if case.posted_at:
        yield Entry(
            at=case.posted_at, what=f"Balance posted; the share is {case.patient_responsibility_cents.as_dollars()}"
        )
    for touch in case.touches:
        failed = " (not delivered)" if touch.failed else ""
        sent = _message(touch.channel, touch.message, "sent")
        yield Entry(at=touch.at, what=f"{sent}{failed}")
    for reply in case.replies:
        meaning = reply.intent.replace("_", " ") if reply.read else "not read yet"
        yield Entry(at=reply.at, what=f"The patient wrote back by {CHANNEL_WORDS[reply.channel]}: {meaning}")
    for payment in case.payments:
        yield Entry(
            at=payment.paid_at, what=f"Paid {payment.amount_cents.as_dollars()} ({payment.where}), {payment.posting}"
        )
    for reversal in case.reversals:
        yield Entry(at=reversal.at, what=f"Taken back {reversal.amount_cents.as_dollars()}, {reversal.posting}")
    for hold in case.holds:
        yield Entry(at=hold.since, what=f"Silent: {hold.reason.replace('_', ' ')}")
    for task in case.open_tasks:
        yield Entry(at=task.opened_at, what=f"Staff asked: {task.kind.replace('_', ' ')}")


def _message(channel: Channel, message: str, done: str = "") -> str:
    """Such as "SMS: first notice" and "SMS sent: first notice"; there is one letter, and its name says nothing more."""
    said = "" if message == "letter" else f": {message.replace('_', ' ')}"
    return f"{CHANNEL_WORDS[channel]}{f' {done}' if done else ''}{said}"


def _payments(number: int) -> str:
    return "one payment" if number == 1 else f"{number} payments"


def _day(case: Case, moment: datetime) -> str:
    return f"{moment.astimezone(_clock(case)):%a %d %b %Y %H:%M %Z}"


def _clock(case: Case) -> ZoneInfo:
    """The patient's, as the reasons speak of it; a zone whose rules change alters words, and no command of a replay."""
    return place(zones_of(case, "UTC")[0])


def _short(words: str) -> str:
    return words.encode()[:SUMMARY_BYTES].decode(errors="ignore")
