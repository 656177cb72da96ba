"""Turns features into a chance for each intent with weights from a file; training lives in starter/reading."""

from __future__ import annotations

import json
import math
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrations.reply_reader.features import Blocks, features
from integrations.reply_reader.meaning import SIZE, encoder
from receivables.reading.evidence import Evidence
from receivables.reading.situation import Situation

IN_USE = Path(__file__).with_name("weights.npz")
"""The weights that were trained on the committed corpus."""
FACT_WEIGHT = 0.6
"""How much a fact or a sign counts beside the words, which together have length 1."""

MEANING_WEIGHT = 1.4
"""How much the place among sentences counts beside them."""
DIRECTIONS = tuple(f"m:{number:03}" for number in range(SIZE))
"""Its features; weights from before it was looked at know none of them."""


def version_of(path: Path = IN_USE) -> str:
    """The version of the weights, without loading them."""
    with np.load(path, allow_pickle=False) as file:
        return str(json.loads(bytes(file["about"]).decode())["version"])


class Classifier:
    """One linear model per intent. Thread-safe: nothing changes after loading."""

    def __init__(self, path: Path = IN_USE) -> None:
        with np.load(path, allow_pickle=False) as file:
            self._weights: NDArray[np.float32] = file["weights"].astype(np.float32)
            self._rarity: NDArray[np.float32] = file["rarity"].astype(np.float32)
            names = bytes(file["names"]).decode()
            about: dict[str, Any] = json.loads(bytes(file["about"]).decode())
        self._place = {name: place for place, name in enumerate(names.split("\n"))}
        self.intents: list[str] = about["intents"]
        self.version: str = about["version"]
        measured = about["calibration"]
        self.calibration: dict[str, list[list[float]]] = measured if isinstance(measured, dict) else {"model": measured}
        """Margins and measured chances of being right: of readings that stand on `signs`, and of the `model`."""
        self._bias = np.asarray(about["bias"], dtype=np.float32)
        encoder()  # Loaded now, not with the first reply.

    def probabilities(self, evidence: Evidence, situation: Situation) -> dict[str, float]:
        """For each intent the chance that it is expressed; they do not sum to one, several can be."""
        places, values = vector(self._place, self._rarity, features(evidence, situation))
        scores = values @ self._weights[places] + self._bias if len(places) else self._bias
        return dict(zip(self.intents, (1 / (1 + np.exp(-scores))).tolist(), strict=True))

    @cached_property
    def size(self) -> int:
        """How many features it knows."""
        return len(self._place)


def vector(
    place_of: dict[str, int], rarity: NDArray[np.float32], blocks: Blocks
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Places and values of the known features: each block of words has length 1, weighted by rarity."""
    words, pieces, facts, meaning = blocks
    places: list[int] = []
    values: list[float] = []
    for prefix, counts in (("w:", words), ("p:", pieces)):
        known = [(place_of[prefix + name], count) for name, count in counts.items() if prefix + name in place_of]
        weighted = [(1 + math.log(count)) * float(rarity[place]) for place, count in known]
        length = math.sqrt(sum(value * value for value in weighted)) or 1.0
        places += [place for place, _ in known]
        values += [value / length for value in weighted]
    for name in facts:
        if "f:" + name in place_of:
            places.append(place_of["f:" + name])
            values.append(FACT_WEIGHT)
    if DIRECTIONS[0] in place_of:
        places += [place_of[name] for name in DIRECTIONS]
        values += (meaning * MEANING_WEIGHT).tolist()
    return np.asarray(places, dtype=np.intp), np.asarray(values, dtype=np.float32)
