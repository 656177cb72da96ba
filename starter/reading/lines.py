"""`collect read-replies` line by line: a reply in, its reading out; a bad line gets an error of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from typing import Any, TextIO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from integrations.reply_reader.classifier import Classifier
from integrations.reply_reader.understanding import understand
from receivables.plans.terms import Frequency
from receivables.reading.situation import Means, Situation, Terms


class TermsLine(BaseModel):
    """An offer or a plan as the input names it."""

    model_config = ConfigDict(extra="ignore")

    installments: int = Field(default=0, ge=0)
    amount_cents: int = Field(default=0, ge=0)
    frequency: Frequency = "monthly"

    def terms(self) -> Terms:
        """As the reader takes it."""
        return Terms(self.installments, self.amount_cents, self.frequency)


class Context(BaseModel):
    """What is known about the conversation."""

    model_config = ConfigDict(extra="ignore")

    last_outbound: str | None = None
    balance_cents: int = Field(default=0, ge=0)
    offer: TermsLine | None = None
    active_plan: TermsLine | None = None
    opted_out: bool = False
    text: str | None = None


class Line(BaseModel):
    """One input line."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1)
    text: str
    channel: Means = "sms"
    now: AwareDatetime
    context: Context | None = None

    def situation(self) -> Situation:
        """As the reader takes it; the day is that of `now` in its own offset."""
        known = self.context or Context()
        return Situation(
            means=self.channel, today=self.now.date(), last_outbound=known.last_outbound or "",
            balance_cents=known.balance_cents, offer=known.offer.terms() if known.offer else None,
            active_plan=known.active_plan.terms() if known.active_plan else None, opted_out=known.opted_out,
            text=known.text or "",
        )  # fmt: skip


def answer_all(asked: Iterable[bytes], into: TextIO) -> None:
    """A line out for every line in that is not empty, in the same order, however many there are."""
    classifier = Classifier()
    for number, raw in enumerate(asked, 1):
        text = raw.decode("utf-8", errors="replace").strip()
        if text:
            started = time.perf_counter()
            line = answer(text, number, classifier)
            line["latency_ms"] = round((time.perf_counter() - started) * 1000, 2)
            into.write(json.dumps(line, ensure_ascii=False) + "\n")


def from_standard_input() -> None:
    """`collect read-replies` without options: nothing is loaded that reads options or prints in colours."""
    answer_all(sys.stdin.buffer, sys.stdout)


def answer(raw: str, number: int, classifier: Classifier) -> dict[str, Any]:
    """The output line for one input line; never raises for bad input."""
    try:
        asked: Any = json.loads(raw)
    except ValueError as wrong:
        return {"id": None, "line": number, "error": f"line {number} is not JSON: {wrong}"}
    try:
        line = Line.model_validate(asked)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        name = asked.get("id") if isinstance(asked, dict) else None
        field = ".".join(map(str, first["loc"])) or "line"
        return {"id": name, "line": number, "error": f"line {number}: {field}: {first['msg']}; correct that field"}
    found = understand(line.text, line.situation(), classifier)
    return {
        "id": line.id, "intent": found.intent, "intents": found.intents, "action": found.action,
        "slots": found.slots.model_dump(mode="json", exclude_none=True), "confidence": found.confidence,
        "abstain": found.abstain,
    }  # fmt: skip
