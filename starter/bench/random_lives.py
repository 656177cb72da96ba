"""How many random lives go through the pure core in a second: nothing is stored, sent or waited for."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from random import Random
from time import process_time
from typing import Any, NamedTuple

from receivables import facts
from receivables.case import Case
from receivables.facts import AnyFact
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, Guarantor, PaymentHistory
from receivables.policy import Policy, Practice
from receivables.ports import ReadReplyAnswer
from receivables.rehearse import lived
from runtime.policy_files import PolicyFiles
from starter.bench.figures import Measured, alone, beside
from starter.bench.lives import BEGIN
from starter.bench.people import PRACTICE
from starter.bench.real_practice import PRACTICES
from starter.bench.scale import Scale
from starter.bench.servers import Servers

DAYS = 120
AT_LEAST = 2_000
"""Thousands of random lives a second."""
CORES = 2
"""Of the machine that the targets are for."""
FLOOR = "the same random facts made, and nothing folded or decided"
INTENTS = (
    ("pay_now", "auto_reply"), ("already_paid", "human_callback"), ("opt_out", "suppress"), ("unclear", "human_review"),
    ("dispute_charge", "human_callback"), ("bill_question", "auto_reply"), ("promise_to_pay", "hold"),
)  # fmt: skip


async def measure(servers: Servers, scale: Scale) -> Measured:  # noqa: ARG001 - it needs no server
    """By processor time of this one process: lives share nothing, so every core adds as many."""
    rounds = [range(turn * scale.random_lives, (turn + 1) * scale.random_lives) for turn in range(scale.rounds)]
    _live(range(50))  # The policy is read, and what is worked out once is worked out.
    gc.collect()
    gc.freeze()  # What other measures have left in memory is not looked through again and again.
    try:
        measured = [(_live(seeds), _make(seeds)) for seeds in rounds]
    finally:
        gc.unfreeze()
    events = sum(len(_facts(_luck(seed))) for seed in rounds[0]) / scale.random_lives
    return Measured(
        figures=[
            beside(
                "random lives: folded and decided", "1/s",
                [scale.random_lives / lived_through for lived_through, _ in measured],
                [scale.random_lives / made for _, made in measured], floor_is=FLOOR, at_most=False,
                note=f"on one core; {events:.1f} facts from outside each, over {DAYS} days",
            ),
            alone(
                "random lives: on two cores", "1/s",
                [CORES * scale.random_lives / lived_through for lived_through, _ in measured], AT_LEAST, at_most=False,
                note="twice the above",
            ),
        ]
    )  # fmt: skip


def _live(seeds: Sequence[int]) -> float:
    """Seconds of processor time."""
    policy, practice = _signed()
    began, until = process_time(), BEGIN + timedelta(days=DAYS)
    done = sum(len(lived(_facts(_luck(seed)), policy, practice, until, Reader(_luck(seed)))) for seed in seeds)
    assert done >= len(seeds) / 2, "the lives are too dull to measure anything"
    return process_time() - began


def _make(seeds: Sequence[int]) -> float:
    began = process_time()
    for seed in seeds:
        _facts(_luck(seed))
    return process_time() - began


def _luck(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - lives, not keys


@cache
def _signed() -> tuple[Policy, Practice]:
    files = PolicyFiles(PRACTICES)
    return files.policy(PRACTICE), files.practice(PRACTICE)


class Reader(NamedTuple):
    """Understands replies at random."""

    random: Random

    def read(self, text: str, channel: Channel, case: Case) -> ReadReplyAnswer:  # noqa: ARG002 - the port's
        """Any of what patients write."""
        intent, action = self.random.choice(INTENTS)
        return ReadReplyAnswer(intent=intent, intents=[intent], action=action, abstain=self.random.random() < 0.1)


# --- what happens ----------------------------------------------------------------------------------------------------


def _facts(luck: Random) -> list[AnyFact]:
    """One balance and up to six things that happen to it, oldest first."""
    first = _posting(luck)
    ahead = sorted(luck.expovariate(1 / 20) for _ in range(luck.choice((0, 1, 1, 2, 3, 6))))
    return [first, *(luck.choice(HAPPENINGS)(luck, day, place) for place, day in enumerate(ahead))]


def _posting(luck: Random) -> AnyFact:
    consent = luck.choice((Consent.granted, Consent.granted, Consent.unknown))
    points = [ContactPoint(channel=Channel.sms, value="+13125550142", consent=consent)]
    if luck.random() < 0.8:
        points.append(ContactPoint(channel=Channel.email, value="pat@example.com"))
    return _fact(
        facts.BalancePosted, 0.0, "posted", patient_responsibility_cents=Cents(luck.randrange(300, 90_000)),
        insurance_paid_cents=Cents(luck.randrange(100_000)), service_date=(BEGIN - timedelta(days=20)).date(),
        history=PaymentHistory(days_to_pay=[luck.randrange(1, 90) for _ in range(luck.choice((0, 1, 4, 9)))]),
        guarantor=Guarantor(guarantor_id="g1", first_name="Pat", time_zone="America/Chicago", contact_points=points),
    )  # fmt: skip


def _fact(kind: Callable[..., AnyFact], day: float, name: str, **fields: Any) -> AnyFact:  # noqa: ANN401 - any field
    at = BEGIN + timedelta(days=day)
    return kind(fact_id=name, at=at, practice_id=PRACTICE, balance_id="b1", **fields)


def _payment(luck: Random, day: float, place: int) -> AnyFact:
    at = BEGIN + timedelta(days=day)
    return _fact(facts.PaymentRecorded, day, f"pay{place}", amount_cents=Cents(luck.randrange(100, 90_000)), paid_at=at)


def _reply(luck: Random, day: float, place: int) -> AnyFact:
    return _fact(facts.ReplyReceived, day, f"reply{place}", channel=luck.choice((Channel.sms, Channel.email)), text="x")


def _adjustment(luck: Random, day: float, place: int) -> AnyFact:
    owed = Cents(luck.choice((0, luck.randrange(100, 60_000))))
    return _fact(facts.BalanceAdjusted, day, f"adjusted{place}", patient_responsibility_cents=owed)


def _stop(luck: Random, day: float, place: int) -> AnyFact:
    return _fact(facts.ContactStopped, day, f"stop{place}", channel=luck.choice((None, Channel.sms)))


def _dispute(luck: Random, day: float, place: int) -> AnyFact:
    return _fact(facts.DisputeRaised, day, f"dispute{place}", about=luck.choice(("already_paid", "insurance", "other")))


def _missed(luck: Random, day: float, place: int) -> AnyFact:  # noqa: ARG001 - nothing is left to luck
    return _fact(facts.AppointmentMissed, day, f"missed{place}")


HAPPENINGS = (_payment, _payment, _reply, _reply, _reply, _adjustment, _stop, _dispute, _missed)
