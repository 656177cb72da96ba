"""Where a reply lies among English sentences, as a direction; which intent that speaks for is learned elsewhere.

The first layers of a small public language encoder (all-MiniLM-L6-v2, Apache-2.0), in eight bits, on numpy alone. Words
that no training reply used lie near those that one did. `starter/reading/meaning_weights.py` made the file.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

IN_USE = Path(__file__).with_name("meaning.npz")
"""The encoder's weights; the classifier's are trained on what it says and go with it."""
LONGEST = 48
"""Pieces of words that are looked at: nearly every reply is shorter, and time grows with them."""
SIZE = 384
_REMEMBERED = 256
"""Texts whose place is kept: the same short answers come again and again."""
_HEADS = 12
_PIECE = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
Floats = NDArray[np.float32]


class Meaning:
    """The encoder. Thread-safe: nothing changes after loading."""

    def __init__(self, path: Path = IN_USE) -> None:
        with np.load(path, allow_pickle=False) as file:
            names = bytes(file["pieces"]).decode().split("\n")
            self._words, self._word_scale = file["words"], file["word_scale"].astype(np.float32)
            self._places: Floats = file["places"].astype(np.float32)
            self._middle: Floats = file["middle"].astype(np.float32)
            self._first_norm = (file["norm.weight"].astype(np.float32), file["norm.bias"].astype(np.float32))
            self._layers = [_layer(file, number) for number in range(int(file["layers"]))]
        self._known = {name: place for place, name in enumerate(names)}
        self.of = lru_cache(_REMEMBERED)(self._of)
        """A direction of length 1 for plain lower-case text; nothing at all for an empty one."""

    def _of(self, text: str) -> Floats:
        pieces = self._pieces(text)
        if not pieces:
            return np.zeros(SIZE, dtype=np.float32)
        numbers = [self._known["[CLS]"], *pieces[: LONGEST - 2], self._known["[SEP]"]]
        state = self._words[numbers].astype(np.float32) * self._word_scale[numbers, None] + self._places[: len(numbers)]
        state = _normed(state, self._first_norm)
        for layer in self._layers:
            state = _through(state, layer)
        return _unit(_unit(state.mean(0)) - self._middle)

    def _pieces(self, text: str) -> list[int]:
        found: list[int] = []
        for word in _PIECE.findall(text):
            found += self._split(word)
            if len(found) >= LONGEST:
                break
        return found

    def _split(self, word: str) -> list[int]:
        """The longest known beginning, then the longest known continuation, and so on; unknown when one is missing."""
        found, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start and (name := ("##" if start else "") + word[start:end]) not in self._known:
                end -= 1
            if end == start:
                return [self._known["[UNK]"]]
            found.append(self._known[name])
            start = end
        return found


def _unit(direction: Floats) -> Floats:
    found: Floats = direction / np.float32(np.linalg.norm(direction) or 1.0)
    return found


@cache
def encoder() -> Meaning:
    """The one in use, loaded once."""
    return Meaning()


def _layer(file: np.lib.npyio.NpzFile, number: int) -> dict[str, Floats]:
    prefix, found = f"{number}.", {}
    for name in file.files:
        if name.startswith(prefix) and not name.endswith(".scale"):
            value = file[name].astype(np.float32)
            scale = f"{name}.scale"
            found[name.removeprefix(prefix)] = value * file[scale].astype(np.float32) if scale in file.files else value
    return found


def _through(state: Floats, layer: dict[str, Floats]) -> Floats:
    """One layer: every piece looks at the others, then each is turned by itself."""
    count = len(state)
    asked = (state @ layer["attention"] + layer["attention.bias"]).reshape(count, 3, _HEADS, SIZE // _HEADS)
    query, key, value = asked.transpose(1, 2, 0, 3)
    looks = query @ key.transpose(0, 2, 1) / np.float32((SIZE / _HEADS) ** 0.5)
    looks = np.exp(looks - looks.max(-1, keepdims=True))
    seen = (looks / looks.sum(-1, keepdims=True)) @ value
    out = seen.transpose(1, 0, 2).reshape(count, SIZE) @ layer["out"] + layer["out.bias"]
    state = _normed(state + out, (layer["norm1"], layer["norm1.bias"]))
    inner = _bent(state @ layer["wide"] + layer["wide.bias"])
    return _normed(state + inner @ layer["narrow"] + layer["narrow.bias"], (layer["norm2"], layer["norm2.bias"]))


def _bent(inner: Floats) -> Floats:
    """The Gaussian error linear unit. Its cube is multiplied out: as a power it took two thirds of a reading's time."""
    slope = np.float32(0.7978846) * (inner + np.float32(0.044715) * (inner * inner * inner))
    found: Floats = inner * np.float32(0.5) * (1 + np.tanh(slope))
    return found


def _normed(state: Floats, norm: tuple[Floats, Floats]) -> Floats:
    from_mean = state - state.mean(-1, keepdims=True)
    width = np.sqrt((from_mean * from_mean).mean(-1, keepdims=True) + np.float32(1e-12))
    found: Floats = from_mean / width * norm[0] + norm[1]
    return found
