"""Reads every labelled reply with a model that has not seen its author, and measures how sure readings may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.reply_reader.classifier import Classifier
from receivables.reading.evidence import Evidence
from receivables.reading.judgement import judge, margin
from starter.reading import training
from starter.reading.corpus import Example
from starter.reading.judging import Judged

FOLDS = 5
KINDS = ("signs", "model")


@dataclass(frozen=True)
class Read:
    """A reply with what a model that was trained without its author made of it."""

    example: Example
    evidence: Evidence
    chances: dict[str, float]
    fold: int

    def judged(self, calibration: dict[str, Any]) -> Judged:
        """Beside its label, with this calibration."""
        return Judged(self.example, judge(self.evidence, self.example.situation, self.chances, calibration))


def folds_by_author(examples: Sequence[Example]) -> list[list[Example]]:
    """The replies in `FOLDS` parts of about the same size; of several files each stays together."""
    authors: dict[str, list[Example]] = {}
    for example in examples:
        authors.setdefault(example.author, []).append(example)
    if len(authors) < FOLDS:
        authors = {f"{number:06}": [example] for number, example in enumerate(examples)}
    folds: list[list[Example]] = [[] for _ in range(FOLDS)]
    for author in sorted(authors, key=lambda name: (-len(authors[name]), name)):
        min(folds, key=len).extend(authors[author])
    return folds


def cross_read(examples: Sequence[Example], path: Path, prepared: training.Prepared) -> list[Read]:
    """Every example read by a model trained on the other folds; `path` is where such a model is kept meanwhile."""
    folds = folds_by_author(examples)
    found = []
    for number, fold in enumerate(folds):
        training.train([one for other in folds if other is not fold for one in other], path, prepared=prepared)
        classifier = Classifier(path)
        for one in fold:
            evidence, _ = prepared.of(one)
            found.append(Read(one, evidence, classifier.probabilities(evidence, one.situation), number))
    return found


def calibration_of(reads: Sequence[Read]) -> dict[str, list[list[float]]]:
    """For readings that stand on signs and for those of the model, margins and the share that was right."""
    margins: dict[str, list[tuple[float, bool]]] = {kind: [] for kind in KINDS}
    for one in reads:
        judged = one.judged({})
        kind = "signs" if judged.reading.by_signs else "model"
        margins[kind].append((margin(judged.reading.intents, one.chances), judged.would_be_right))
    return {kind: training.calibration_of(found) for kind, found in margins.items()}


def judged_fairly(reads: Sequence[Read]) -> list[Judged]:
    """Each reading as sure as the other folds, not its own, have shown it may be."""
    found = []
    for fold in range(FOLDS):
        calibration = calibration_of([one for one in reads if one.fold != fold])
        found += [one.judged(calibration) for one in reads if one.fold == fold]
    return found
