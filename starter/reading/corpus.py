"""Reads the labelled replies: `intents | context | channel | text | slots | tags`; no label is changed here.

A line `[intents | context | channel]` is a heading: the lines below it are `text | slots`.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from receivables.reading.intents import ACTIONS
from receivables.reading.situation import Situation, Terms

FOLDER = Path(__file__).with_name("replies")
HELD_OUT = FOLDER / "held_out.txt"
"""Never trained on."""
HELD_OUT_SECOND = FOLDER / "held_out_second.txt"
"""Never trained on either: other personas, written later and before anything was changed because of it."""
HELD_OUT_THIRD = FOLDER / "held_out_third.txt"
"""Nor on this: weighted towards what must not be missed and what only looks like it."""
HELD_OUT_FOURTH = FOLDER / "held_out_fourth.txt"
"""Nor on this: by an author who had seen nothing of the reader."""
HELD_OUT_FIFTH = FOLDER / "held_out_fifth.txt"
"""Nor on this: in the shares of the given replies, measured before anything was changed after it was written."""
HELD_OUTS = (HELD_OUT, HELD_OUT_SECOND, HELD_OUT_THIRD, HELD_OUT_FOURTH, HELD_OUT_FIFTH)
GIVEN = FOLDER / "given.jsonl"
NOW = datetime.datetime.fromisoformat("2026-03-10T14:05:00-05:00")
"""When the replies of the line format are written: a Tuesday."""

_PLAN = {"active_plan": {"installments": 4, "remaining": 3, "amount_cents": 8000, "frequency": "monthly"}}
_OFFER = {"offer": {"installments": 4, "amount_cents": 8000, "frequency": "monthly"}}
CONTEXTS: dict[str, dict[str, Any]] = {
    "rem": {"last_outbound": "balance_reminder", "balance_cents": 32000},
    "rem2": {"last_outbound": "balance_reminder", "balance_cents": 21500},
    "rem3": {"last_outbound": "balance_reminder", "balance_cents": 4700},
    "offer": {"last_outbound": "plan_offer", "balance_cents": 32000, **_OFFER},
    "calloffer": {"last_outbound": "inbound_call", "balance_cents": 32000, **_OFFER},
    "call": {"last_outbound": "inbound_call", "balance_cents": 21500},
    "inst": {"last_outbound": "installment_reminder", "balance_cents": 24000, **_PLAN},
    "fail": {"last_outbound": "payment_failed", "balance_cents": 24000, **_PLAN},
    "conf": {"last_outbound": "plan_confirmation", "balance_cents": 32000, **_PLAN},
    "out": {"last_outbound": None, "balance_cents": 21500, "opted_out": True},
    "noshow": {"last_outbound": "no_show_rebook", "balance_cents": 25000},
    "recall": {"last_outbound": "recall_with_balance", "balance_cents": 21500},
    "none": {"last_outbound": None, "balance_cents": 21500},
}  # fmt: skip

ALSO_FINE = {
    "decline_offer": ["send_link", "human_callback", "offer_or_create_plan", "answer_question"],
    "promise_to_pay": ["send_link", "offer_or_create_plan"],
    "wrong_person": ["update_contact", "opt_out"],
    "complaint_legal": ["human_callback"],
    "language_preference": ["answer_question", "human_callback"],
    "appointment_request": ["answer_question", "send_link"],
    "unclear": ["human_callback", "no_action"],
    "prompt_injection": ["answer_question", "no_action", "stop_dunning_and_human_review"],
    "verify_identity": ["human_callback"],
    "manage_plan": ["answer_question", "send_link", "offer_or_create_plan"],
}
"""Actions that do no harm either; the same as in the given replies."""


@dataclass(frozen=True)
class Example:
    """One labelled reply; `labels` are the intents expressed, the primary one first."""

    text: str = field(repr=False)
    channel: str
    now: datetime.datetime
    context: dict[str, Any]
    labels: list[str]
    acceptable: list[str] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    slots_ignored: list[str] = field(default_factory=list)
    acceptable_actions: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    action: str = ""
    name: str = ""

    @property
    def author(self) -> str:
        """The file it stands in, for the line format; all given ones, and all corrected ones, count as one."""
        return self.name.rpartition("-")[0] if self.name and not self.action else "given"

    @property
    def situation(self) -> Situation:
        """The context as the reader takes it."""
        return situation_of(self.channel, self.now, self.context)


def situation_of(channel: str, now: datetime.datetime, context: dict[str, Any]) -> Situation:
    """The context of the line format, and of `collect read-replies`."""
    return Situation(
        means="voice" if channel == "voice" else "email" if channel == "email" else "sms",
        today=now.date(),
        last_outbound=context.get("last_outbound") or "",
        balance_cents=context.get("balance_cents") or 0,
        offer=_terms(context.get("offer")),
        active_plan=_terms(context.get("active_plan")),
        opted_out=bool(context.get("opted_out")),
        text=context.get("text") or "",
    )


def _terms(named: dict[str, Any] | None) -> Terms | None:
    if not named:
        return None
    return Terms(named.get("installments") or 0, named.get("amount_cents") or 0, named.get("frequency") or "monthly")


def own() -> list[Example]:
    """The replies written for this reader, without those given with the task."""
    trained_on = [path for path in sorted(FOLDER.glob("*.txt")) if path not in HELD_OUTS]
    return [example for path in trained_on for example in lines(path)]


def training() -> list[Example]:
    """Everything committed except what is held out."""
    return [*given(), *own()]


def given() -> list[Example]:
    """The replies of `given.jsonl`, which somebody else wrote."""
    return [of_gold(json.loads(line)) for line in GIVEN.read_text().splitlines() if line.strip()]


def corrections(path: Path) -> list[Example]:
    """What staff corrected, in the JSON form; ValueError names the line that does not fit. Empty lines are passed over.

    A character such as U+2028 inside a reply ends no line.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            example = of_gold(json.loads(line))
        except KeyError as missing:
            raise ValueError(f"{path.name}, line {number}: the field {missing} is missing") from missing
        except (ValueError, TypeError) as wrong:
            raise ValueError(f"{path.name}, line {number}: {type(wrong).__name__} when reading it as JSON") from wrong
        if not ACTIONS.keys() >= {*example.labels, *example.acceptable}:
            raise ValueError(f"{path.name}, line {number}: an intent in gold is not one of docs/how-to/read-replies.md")
        found.append(example)
    return found


def of_gold(row: dict[str, Any]) -> Example:
    """An example from the JSON form, with `gold`."""
    gold = row["gold"]
    return Example(
        text=row["text"], channel=row["channel"], now=datetime.datetime.fromisoformat(row["now"]),
        context=row.get("context") or {}, labels=[gold["intent"], *gold["also_intents"]],
        acceptable=gold["acceptable_intents"], slots=gold["slots"], slots_ignored=gold["slots_ignored"],
        acceptable_actions=gold["acceptable_actions"], tags=row.get("tags", []), action=gold["action"], name=row["id"],
    )  # fmt: skip


def lines(path: Path) -> Iterator[Example]:
    """The examples of one file; a line that does not fit is named with its number."""
    heading = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]") and line.count(" | ") == 2:
            heading = line[1:-1]
            continue
        try:
            yield _example(f"{heading} | {line}" if heading else line, f"{path.stem}-{number}")
        except (ValueError, KeyError, IndexError) as wrong:
            raise ValueError(f"{path.name}, line {number}: {wrong}") from wrong


def _example(line: str, name: str) -> Example:
    parts = [part.strip() for part in line.split(" | ")]
    intents, context, channel, text, *more = parts
    text, slots, tags = _tail(text, more)
    intents, *acceptable = intents.replace(",", "~").split("~")
    labels, named = intents.split("+"), _slots(slots)
    ignored = named.pop("ignored")
    return Example(
        text=text.replace("\\n", "\n"), channel=channel, now=NOW, context=CONTEXTS[context], labels=labels,
        acceptable=acceptable, slots=named, slots_ignored=ignored, tags=tags.split(), name=name,
        acceptable_actions=ALSO_FINE.get(labels[0], []),
    )  # fmt: skip


def _tail(text: str, more: list[str]) -> tuple[str, str, str]:
    """`text || tags`, `text | slots`, `text | slots | tags` and `text || tags | slots` are all written."""
    tags = ""
    if " ||" in text:
        text, _, tags = text.partition(" ||")
    rest = [part.strip("| ") for part in [tags, *more] if part.strip("| ")]
    slots = " ".join(part for part in rest if "=" in part)
    return text.strip(), slots, " ".join(part for part in rest if "=" not in part)


_SLOT = {"amount": "amount_cents", "n": "installments", "freq": "frequency", "date": "date"}


def _slots(named: str) -> dict[str, Any]:
    """`amount=5000 n=3 freq=monthly date=2026-04-01..2026-04-30 ign=n,freq`; any answer is right for `ign`."""
    found: dict[str, Any] = {"ignored": []}
    for part in named.split():
        key, _, value = part.partition("=")
        if key not in _SLOT:
            found["ignored"] = [_SLOT[name] for name in value.split(",")]
        elif key == "date":
            found["date"] = [window.split("..") if ".." in window else [window, window] for window in value.split(",")]
        elif key == "freq":
            found["frequency"] = value
        else:
            found[_SLOT[key]] = int(value)
    return found
