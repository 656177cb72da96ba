"""Trains the next model and says whether it is better than the one in use; reading itself is not done here."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from integrations.reply_reader.classifier import IN_USE, Classifier
from integrations.reply_reader.understanding import understand
from receivables.reading.evidence import gather
from receivables.reading.intents import ACTIONS, SAFETY
from receivables.reading.judgement import Reading, margin
from starter.reading import corpus, training
from starter.reading.corpus import Example

FOLDS = 4


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
        return ACTIONS[self.reading.intent] in self._fitting

    @property
    def _fitting(self) -> set[str]:
        intents = (self.example.labels[0], *self.example.acceptable)
        return {ACTIONS[intent] for intent in intents} | set(self.example.acceptable_actions)


def judged(examples: Sequence[Example], classifier: Classifier) -> list[Judged]:
    """Each example read."""
    return [Judged(one, understand(one.text, one.situation, classifier)) for one in examples]


def figures(results: Sequence[Judged]) -> dict[str, float]:
    """Shares between 0 and 1: intent, action, safety recall (mean and worst), false opt-outs, abstaining."""
    count = max(len(results), 1)
    recalls = [share for share in safety_recall(results).values() if share is not None]
    quiet = [one for one in results if "opt_out" not in one.example.labels + one.example.acceptable]
    return {
        "intent": sum(one.intent_right for one in results) / count,
        "action": sum(one.action_right for one in results) / count,
        "safety recall, mean": sum(recalls) / max(len(recalls), 1),
        "safety recall, worst": min(recalls, default=0.0),
        "false opt-outs": sum("opt_out" in one.reading.intents for one in quiet) / max(len(quiet), 1),
        "abstains": sum(one.reading.abstain for one in results) / count,
    }


def safety_recall(results: Sequence[Judged]) -> dict[str, float | None]:
    """Per intent that must not be missed the share that was found; None when there was none to find."""
    found: dict[str, float | None] = {}
    for intent in sorted(SAFETY):
        said = [one for one in results if intent in one.example.labels]
        found[intent] = sum(intent in one.reading.intents for one in said) / len(said) if said else None
    return found


def train_and_report(corrected: Sequence[Example], *, use: bool) -> None:
    """Print the report; with `use`, put the next model in the place of the present one when it is better.

    Replies that staff corrected are trained on beside the committed ones.
    """
    examples = [*corpus.training(), *corrected]
    held_out = list(corpus.lines(corpus.HELD_OUT))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "next.npz")
        folds = cross_read(examples, Path(folder, "fold.npz"))
        version = training.train(examples, path, calibration=training.calibration_of(folds))
        new = judged(held_out, Classifier(path))
        old = judged(held_out, Classifier()) if IN_USE.exists() else []
        _print_figures(version, len(examples), figures([one for one, _ in folds]), figures(new), figures(old))
        _print_intents(new)
        _print_confusion(new)
        _print_calibration(new)
        better = not old or is_better(figures(new), figures(old))
        print(f"\nThe next model is {'better than' if better else 'not better than'} the one in use.")
        if use and better:
            shutil.copyfile(path, IN_USE)
            print(f"In use from now on: {version}")


def is_better(new: dict[str, float], old: dict[str, float]) -> bool:
    """Safety first: no recall of safety is lost, then the action decides."""
    safe = new["safety recall, mean"] >= old["safety recall, mean"] - 0.001 and new["false opt-outs"] <= 0.015
    return safe and new["action"] >= old["action"] - 0.001


def cross_read(examples: Sequence[Example], path: Path) -> list[tuple[Judged, float]]:
    """Every example read by a model that was trained without it, with the margin of its primary intent."""
    order = list(range(len(examples)))
    random.Random(1).shuffle(order)  # noqa: S311  (the same folds each time)
    found: list[tuple[Judged, float]] = []
    for fold in range(FOLDS):
        training.train([examples[place] for at, place in enumerate(order) if at % FOLDS != fold], path)
        classifier = Classifier(path)
        for one in judged([examples[place] for place in order[fold::FOLDS]], classifier):
            evidence = gather(training.own_part(one.example), one.example.situation.means)
            chances = classifier.probabilities(evidence, one.example.situation)
            found.append((one, margin(one.reading.intents, chances)))
    return found


def _print_figures(
    version: str, count: int, folds: dict[str, float], new: dict[str, float], old: dict[str, float]
) -> None:
    print(f"Model {version}, trained on {count} replies.\n")
    print(f"{'':24s}{'cross-read':>12s}{'held out':>12s}{'in use':>12s}")
    for name, share in new.items():
        print(f"{name:24s}{folds[name]:12.1%}{share:12.1%}{old[name]:12.1%}")


def _print_intents(results: Sequence[Judged]) -> None:
    print(f"\n{'held out, per intent':24s}{'replies':>12s}{'intent':>12s}{'action':>12s}{'recall':>12s}")
    for intent in ACTIONS:
        own = [one for one in results if one.example.labels[0] == intent]
        said = [one for one in results if intent in one.example.labels]
        if own and said:
            right, acted = sum(one.intent_right for one in own), sum(one.action_right for one in own)
            heard = sum(intent in one.reading.intents for one in said)
            row = f"{len(own):12d}{right / len(own):12.1%}{acted / len(own):12.1%}{heard / len(said):12.1%}"
            print(f"{intent:24s}{row}{'  safety' if intent in SAFETY else ''}")


def _print_confusion(results: Sequence[Judged]) -> None:
    wrong = Counter((one.example.labels[0], one.reading.intent) for one in results if not one.intent_right)
    print("\nTaken for another (held out):")
    for (label, read), times in wrong.most_common(12):
        print(f"  {label} read as {read}: {times}")


def _print_calibration(results: Sequence[Judged]) -> None:
    print("\nConfidence against the share of right actions (held out):")
    for low in (0.0, 0.4, 0.6, 0.8, 0.9):
        high = {0.0: 0.4, 0.4: 0.6, 0.6: 0.8, 0.8: 0.9, 0.9: 1.01}[low]
        group = [one for one in results if low <= one.reading.confidence < high]
        if group:
            right = sum(one.action_right for one in group) / len(group)
            print(f"  {low:.1f} to {min(high, 1):.1f}: {right:6.1%} of {len(group):4d}  {'#' * round(40 * right)}")
