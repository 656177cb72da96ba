"""A hundred thousand random claims, judged by somebody who knows only the promises: hours, caps, stops, consent, words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from receivables.contact import Agent
from receivables.people import Channel, Guarantor
from receivables.policy import Policy
from receivables.ports import NotBefore, Skipped
from runtime.policy_files import PolicyFiles
from store.asked import Asked
from store.objections import Clock, objection_to

CLAIMS, BATCHES = 100_000, 4
HOLIDAYS = country_holidays("US")
"""Of every year that is asked for, by other people's reckoning."""
START = datetime(2026, 3, 1, tzinfo=UTC)
PHONE, OTHER = "+13125550142", "+13125550143"
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Indiana/Indianapolis", "America/Indiana/Knox", "Pacific/Honolulu", "America/Puerto_Rico",
)  # fmt: skip
STATES = ("TX", "FL", "IL", "IN", "AZ", "KY", "RI", "WA", "AL", "OK")
FILES = PolicyFiles(Path(__file__).parents[2] / "practices").policy("lakeside")
POLICIES = [
    FILES.model_copy(update={"contact": FILES.contact.model_copy(update=one)})
    for one in (
        {}, {"sundays": True}, {"window_local": "08:00-21:00", "sundays": True}, {"max_per_7d": 7, "min_gap_h": 24},
        {"max_per_30d": 30, "max_per_7d": 7, "min_gap_h": 24}, {"window_local": "10:00-12:00"},
    )
]  # fmt: skip


def some(pick: Random, chance: float, value: Any, otherwise: Any = None) -> Any:
    return value if pick.random() < chance else otherwise


def moments(pick: Random, now: datetime) -> list[datetime]:
    return [now - timedelta(minutes=pick.randrange(1, 32 * 24 * 60)) for _ in range(pick.choice((0, 0, 0, 1, 1, 2, 6)))]


def any_claim(pick: Random) -> tuple[Asked, dict[str, Any], Clock]:
    policy: Policy = pick.choice(POLICIES)
    minute = pick.randrange(24 * 60) if pick.random() < 0.4 else pick.randrange(15 * 60, 24 * 60)  # Mostly by day.
    now = START + timedelta(days=pick.randrange(20 * 365), minutes=minute)
    purposes = pick.choice((["billing"], ["billing"], ["care"], ["recall"], ["billing", "recall"]))
    asked = Asked(
        practice_id="p1", guarantor_id="g1", balance_id="b1", guarantor=Guarantor(guarantor_id="g1", first_name="Pat"),
        touch_id="t1", agent=pick.choice(list(Agent)), purposes=purposes, message=pick.choice(("first_notice", "recall")),
        channel=Channel.sms, value=PHONE, now=now, policy=policy, because=["It is time."], outreach=True,
        handled=[], ledger_knows_it=True,
    )  # fmt: skip
    points = [f"sms {pick.choice(('granted', 'granted', 'granted', 'unknown', 'denied'))} {pick.choice((PHONE, PHONE, PHONE, OTHER))}"]
    word = {
        "purpose": "billing", "status": pick.choice(("granted", "denied")), "means": "form", "wording": "w1",
        "given_at": now.isoformat(), "fact_id": "c1", "source": "demo",
    }  # fmt: skip
    survey = {
        "news": some(pick, 0.05, ["reply_received"], []), "silenced": some(pick, 0.05, "Wrong amounts."),
        "ended_by": some(pick, 0.05, [pick.choice(("bankruptcy_filed", "confidential_requested"))], []),
        "stopped": pick.random() < 0.05, "point_status": some(pick, 0.05, pick.choice(("opted_out", "wrong_person"))),
        "with_people": some(pick, 0.05, ["held"], []), "unanswered_cents": some(pick, 0.1, 400_00),
        "written_to": False,
        "outstanding_cents": pick.choice((215_00, 215_00, 215_00, 0, -5_00, 3_00)), "points": points,
        "consents": some(pick, 0.2, [word], []), "described_at": now - timedelta(days=9),
        "only_at": some(pick, 0.05, [pick.choice((PHONE, OTHER))]), "confirmed": False, "answered": False,
        "answers_lately": 0, "plan_asked_at": None, "last_reply_at": some(pick, 0.2, now - timedelta(minutes=pick.randrange(300))),
        "guarantor_touches": moments(pick, now), "point_touches": moments(pick, now),
        "ledger_read_at": now - timedelta(minutes=pick.randrange(30)),
    }  # fmt: skip
    zones = pick.sample(ZONES, pick.choice((1, 1, 2, 3)))
    laws = policy.rules.laws(tuple(pick.sample(STATES, pick.choice((1, 1, 2)))), "medical")
    return asked, survey, Clock(zones, laws)


def judge_claimed(asked: Asked, survey: dict[str, Any], there: Clock) -> None:
    """What a patient was promised, in other words than the code's."""
    now, contact = asked.now, asked.policy.contact
    assert not survey["news"]
    assert not survey["ended_by"]
    assert survey["silenced"] is None
    assert not survey["stopped"]
    assert survey["point_status"] is None
    assert survey["only_at"] is None or PHONE in survey["only_at"]
    assert survey["outstanding_cents"] > 0 or "billing" not in asked.purposes
    words = {one["purpose"]: one["status"] for one in survey["consents"]}
    described = survey["points"] == [f"sms granted {PHONE}"]
    for purpose in asked.purposes:
        assert words.get(purpose, "granted" if described and purpose != "recall" else "denied") == "granted"
    for zone in there.zones:
        local = now.astimezone(ZoneInfo(zone))
        assert 8 <= local.hour < 21
        assert contact.window_local[:5] <= f"{local:%H:%M}" < contact.window_local[6:]
        assert local.weekday() != 6 or contact.sundays
        assert local.date() not in HOLIDAYS
        for touches in (survey["guarantor_touches"], survey["point_touches"]):
            assert all(touch.astimezone(ZoneInfo(zone)).date() != local.date() for touch in touches)
    for touches in (survey["guarantor_touches"], survey["point_touches"]):
        assert all(now - touch >= timedelta(hours=contact.min_gap_h) for touch in touches)
        assert sum(now - touch < timedelta(days=7) for touch in touches) < contact.max_per_7d
        assert sum(now - touch < timedelta(days=30) for touch in touches) < contact.max_per_30d
    assert survey["last_reply_at"] is None or now - survey["last_reply_at"] >= timedelta(hours=2)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_random_claim_breaks_a_promise_and_every_refusal_says_why(batch: int) -> None:
    pick, claimed, reasons = Random(batch), 0, set()
    for _ in range(CLAIMS // BATCHES):
        asked, survey, there = any_claim(pick)
        answer = objection_to(asked, survey, there, reads_balances=True)  # type: ignore[arg-type] - a row is read by name
        if answer is None:
            judge_claimed(asked, survey, there)
            claimed += 1
            continue
        assert answer.because.endswith(".") or answer.because.startswith("A person has silenced this")
        assert isinstance(answer, Skipped) or (isinstance(answer, NotBefore) and answer.moment > asked.now)
        reasons.add(answer.because)
    assert claimed > CLAIMS / BATCHES / 80, "the claims are too dull to prove anything"
    assert len(reasons) > 15
