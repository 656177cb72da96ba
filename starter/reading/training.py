"""Makes the classifier's weights from labelled replies, the same each time; their worth is told in report.py."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from integrations.letters import own_words
from integrations.reply_reader.classifier import DIRECTIONS, FACT_WEIGHT, MEANING_WEIGHT, vector
from integrations.reply_reader.features import Blocks, features
from receivables.reading.evidence import Evidence, gather
from receivables.reading.intents import ACTIONS
from starter.reading.corpus import Example

STRENGTH = 12.0
"""Inverse of the regularisation."""
CERTAIN = 6.0
"""Of what all or none of the replies say, as a logit."""
RAREST = 2
"""A feature counts from this many replies on."""


class Prepared:
    """Evidence and features of labelled replies, found once each however many models are trained on them."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[Evidence, Blocks]] = {}

    def of(self, example: Example) -> tuple[Evidence, Blocks]:
        """What stands in the reply, and the blocks of its features."""
        if id(example) not in self._found:
            evidence = gather(own_part(example), example.situation.means)
            self._found[id(example)] = evidence, features(evidence, example.situation)
        return self._found[id(example)]


def own_part(example: Example) -> str:
    """What the patient wrote of it."""
    return own_words(example.text) if example.situation.means == "email" else example.text


def calibration_of(margins: Sequence[tuple[float, bool]]) -> list[list[float]]:
    """Points of margin and share of right actions, rising, from replies read by models that had not seen them."""
    from sklearn.isotonic import IsotonicRegression

    if not margins:
        return []

    values = np.array([value for value, _ in margins])
    right = np.array([one for _, one in margins], dtype=float)
    rising = IsotonicRegression(y_min=0.02, y_max=0.99, out_of_bounds="clip").fit(values, right)
    points = np.quantile(values, np.linspace(0, 1, 25))
    return [[round(float(x), 4), round(float(y), 4)] for x, y in zip(points, rising.predict(points), strict=True)]


def train(
    examples: Sequence[Example],
    path: Path,
    calibration: Mapping[str, Any] = MappingProxyType({}),
    prepared: Prepared | None = None,
) -> str:
    """Write the weights to `path` and return their version, a digest of the data and of the settings."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    known = prepared or Prepared()
    blocks = [known.of(example)[1] for example in examples]
    blind = [
        (words, pieces, [fact for fact in facts if not fact.startswith(("sign:", "means:"))], meaning)
        for words, pieces, facts, meaning in blocks
    ]
    place_of, rarity = _vocabulary(blocks)
    rows = [vector(place_of, rarity, block) for block in (*blocks, *blind)]
    starts = np.cumsum([0, *(len(places) for places, _ in rows)])
    matrix = csr_matrix(
        (np.concatenate([values for _, values in rows]), np.concatenate([places for places, _ in rows]), starts),
        shape=(len(rows), len(place_of)),
    )
    matrix.sum_duplicates()
    intents = list(ACTIONS)
    weights = np.zeros((len(place_of), len(intents)), dtype=np.float32)
    bias = np.zeros(len(intents), dtype=np.float32)

    def fit(column: int) -> None:
        said = np.array([intents[column] in example.labels for example in examples] * 2)
        doubtful = np.array([intents[column] in example.acceptable for example in examples] * 2)
        if said.all() or not said.any():  # Nothing to tell apart in so few replies.
            bias[column] = CERTAIN if said.all() else -CERTAIN
            return
        fitted = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=200)
        fitted.fit(matrix, said, sample_weight=np.where(doubtful, 0.0, 0.6))
        weights[:, column], bias[column] = fitted.coef_[0], fitted.intercept_[0]

    with ThreadPoolExecutor(os.cpu_count()) as at_once:
        list(at_once.map(fit, range(len(intents))))
    version = _version(examples)
    about: dict[str, Any] = {
        "intents": intents,
        "version": version,
        "bias": bias.tolist(),
        "calibration": dict(calibration),
    }
    np.savez_compressed(
        path, weights=weights.astype(np.float16), rarity=rarity.astype(np.float16),
        names=np.frombuffer("\n".join(place_of).encode(), dtype=np.uint8),
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
    )  # fmt: skip
    return version


def _vocabulary(blocks: Sequence[Blocks]) -> tuple[dict[str, int], Any]:
    seen: Counter[str] = Counter()
    for words, pieces, facts, _ in blocks:
        seen.update("w:" + name for name in words)
        seen.update("p:" + name for name in pieces)
        seen.update("f:" + name for name in facts)
    known = [name for name, count in seen.items() if count >= RAREST]
    known = sorted([*known, *DIRECTIONS])
    rarity = np.array([np.log((1 + len(blocks)) / (1 + seen[name])) + 1 for name in known], dtype=np.float32)
    return {name: place for place, name in enumerate(known)}, rarity


def _version(examples: Sequence[Example]) -> str:
    digest = hashlib.sha256()
    for example in examples:
        digest.update(
            repr((example.text, example.channel, sorted(example.context.items(), key=str), example.labels)).encode()
        )
    digest.update(repr((STRENGTH, RAREST, FACT_WEIGHT, MEANING_WEIGHT)).encode())
    return f"{len(examples)}-{digest.hexdigest()[:10]}"
