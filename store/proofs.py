"""What a claim rested on, for whoever asks later why this was sent, or why nothing was; it judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from receivables.rulebook import Laws
from receivables.windows import place
from store.asked import Asked
from store.objections import Clock, point_on_file


def proof_of(asked: Asked, survey: asyncpg.Record, there: Clock) -> dict[str, Any]:
    """Reasons, consent with its evidence, local time, counters, ledger reading, template, policy and rule versions."""
    zone = there.zones[0]
    local = asked.now.astimezone(place(zone))
    point = point_on_file(survey, asked.channel, asked.value)
    return {
        "because": asked.because,
        "outstanding_cents": survey["outstanding_cents"] if asked.balance_id else None,
        "purposes": list(asked.purposes),
        "consent": point.consent.value if point else "none",
        "consent_from": _evidence(asked, survey),
        "local_time": local.isoformat(timespec="minutes"),
        "zone": zone,
        "zones": list(there.zones),
        "touches_7d": _within(survey["guarantor_touches"], asked.now, 7),
        "touches_30d": _within(survey["guarantor_touches"], asked.now, 30),
        "point_touches_30d": _within(survey["point_touches"], asked.now, 30),
        "last_reply_at": _moment(survey["last_reply_at"]),
        "ledger_read_at": _moment(survey["ledger_read_at"]),
        "ledger_cents": survey["ledger_cents"],
        "policy_version": asked.policy.version,
        "rules_version": asked.policy.rules.version,
        "rules": _names(there.laws, local),
        "template": asked.message,
        "segment": asked.segment,
    }


def _evidence(asked: Asked, survey: asyncpg.Record) -> list[dict[str, Any]]:
    """The consents with evidence that were asked for; else the description that says so, with who reported it when."""
    own = [one for one in survey["consents"] if one["purpose"] in asked.purposes]
    described = {
        "fact_id": survey["described_by"], "source": survey["described_source"],
        "given_at": _moment(survey["described_at"]), "means": "as the practice's records have it",
    }  # fmt: skip
    return own or [described]


def _names(laws: Laws, local: datetime) -> list[str]:
    return [row.name for row in laws.rows(local.date())]


def _within(touches: Sequence[datetime], now: datetime, days: int) -> int:
    return sum(touch > now - timedelta(days=days) for touch in touches)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
