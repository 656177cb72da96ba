"""A labelled reply beside what was read, and the shares that say how good a reader is; nothing is trained here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.reply_reader.classifier import Classifier
from integrations.reply_reader.understanding import understand
from receivables.reading.intents import ACTIONS, SAFETY
from receivables.reading.judgement import Reading
from starter.reading.corpus import Example


@dataclass(frozen=True)
class Judged:
    """A labelled reply beside what was read."""

    example: Example
    reading: Reading

    @property
    def intent_right(self) -> bool:
        """The primary intent is the label or one that is accepted beside it."""
        return self.reading.intent in {self.example.labels[0], *self.example.acceptable}

    @property
    def action_right(self) -> bool:
        """The action follows from the label or from an intent that is accepted beside it."""
        return self.reading.action in self._fitting

    @property
    def would_be_right(self) -> bool:
        """The same for the action of the primary intent, abstaining or not."""
        primary = "emergency_human" if self.reading.action == "emergency_human" else ACTIONS[self.reading.intent]
        return primary in self._fitting

    @property
    def _fitting(self) -> set[str]:
        intents = (self.example.labels[0], *self.example.acceptable)
        return {ACTIONS[intent] for intent in intents} | set(self.example.acceptable_actions)


def judged(examples: Sequence[Example], classifier: Classifier) -> list[Judged]:
    """Each example read."""
    return [Judged(one, understand(one.text, one.situation, classifier)) for one in examples]


def figures(results: Sequence[Judged]) -> dict[str, float]:
    """Shares between 0 and 1: intent, action, safety recall, what is falsely taken for safety, abstaining."""
    count = max(len(results), 1)
    recalls = [share for share in safety_recall(results).values() if share is not None]
    calm = [one for one in results if not SAFETY & {*one.example.labels, *one.example.acceptable}]
    quiet = [one for one in results if "opt_out" not in one.example.labels + one.example.acceptable]
    return {
        "intent": sum(one.intent_right for one in results) / count,
        "action": sum(one.action_right for one in results) / count,
        "safety recall, mean": sum(recalls) / max(len(recalls), 1),
        "safety recall, worst": min(recalls, default=0.0),
        "emergency recall": safety_recall(results)["emergency"] or 0.0,
        "false opt-outs": sum("opt_out" in one.reading.intents for one in quiet) / max(len(quiet), 1),
        "false signs of safety": sum(bool(SAFETY & set(one.reading.intents)) for one in calm) / max(len(calm), 1),
        "abstains": sum(one.reading.abstain for one in results) / count,
    }


def safety_recall(results: Sequence[Judged]) -> dict[str, float | None]:
    """Per intent that must not be missed the share that was found; None when there was none to find."""
    found: dict[str, float | None] = {}
    for intent in sorted(SAFETY):
        said = [one for one in results if intent in one.example.labels]
        found[intent] = sum(intent in one.reading.intents for one in said) / len(said) if said else None
    return found
