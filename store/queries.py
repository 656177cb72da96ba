"""Reads named queries from the .sql files beside it; SQL stays SQL, and no query text lives in Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "queries"
_HEADER = re.compile(r"^-- name: (?P<name>[a-z_]+)\n(?:-- [^\n]+\n)+(?P<text>.+)$", re.DOTALL)


@cache
def queries(name: str) -> Mapping[str, str]:
    """The queries of `queries/<name>.sql` by their names. ValueError names the file when one lacks name or sentence."""
    path = FOLDER / f"{name}.sql"
    found: dict[str, str] = {}
    preamble, *pieces = re.split(r"^(?=-- name: )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if preamble.strip() and not preamble.startswith("--"):
        raise ValueError(f"{path.name}: SQL before the first '-- name:' line")
    for piece in pieces:
        header = _HEADER.match(piece)
        if header is None or not header["text"].strip():
            raise ValueError(f"{path.name}: write '-- name: …', a '-- sentence', then the query; see {piece[:40]!r}")
        if header["name"] in found:
            raise ValueError(f"{path.name}: two queries are called {header['name']}")
        found[header["name"]] = header["text"].strip().removesuffix(";")
    return found
