"""Turns what staff corrected into lines of training data, as `collect read-replies --train` takes them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from receivables.reading.situation import ASKED_BY
from store.reply_corrections import Corrected


def line_of(found: Corrected, time_zone: str) -> dict[str, Any]:
    """The reply with its context and `gold`; `now` is when it was written, at the practice's clock."""
    means = "email" if found.channel == "email" else "sms"
    context: dict[str, Any] = {
        "last_outbound": ASKED_BY.get(found.last_message, found.last_message) if found.last_message else None,
        "balance_cents": found.balance_cents,
    }
    if found.last_words:
        context["text"] = found.last_words
    for name, each in (("offer", found.offer_cents), ("active_plan", found.plan_cents)):
        if each:
            amount = each[0] if name == "offer" else each[-1]
            context[name] = {"installments": len(each), "amount_cents": amount, "frequency": "monthly"}
    if found.opted_out:
        context["opted_out"] = True
    return {
        "id": f"{found.practice_id}:{found.fact_id}", "text": found.text, "channel": means,
        "now": found.at.astimezone(ZoneInfo(time_zone)).isoformat(), "context": context,
        "gold": found.correction.gold, "tags": ["corrected"],
        "corrected": {"at": found.corrected_at.isoformat(), "who": found.who, "reader": found.reader},
    }  # fmt: skip
