"""Decoding Stripe's bracket forms into nested objects; types and permitted names are checked elsewhere."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"[^\[\]]+|\[\]")


def read_form(text: str) -> dict[str, Any]:
    """`a[b][0][c]=v` as `{"a": {"b": [{"c": "v"}]}}`; every leaf stays a text."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(root, _PART.findall(name), value)
    return {name: _with_lists(value) for name, value in root.items()}


def _put(place: dict[str, Any], parts: list[str], value: str) -> None:
    for part in parts[:-1]:
        inner = place.setdefault(_key(place, part), {})
        place = inner if isinstance(inner, dict) else {}
    if parts:
        place[_key(place, parts[-1])] = value


def _key(place: dict[str, Any], part: str) -> str:
    return str(len(place)) if part == "[]" else part


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(part) for name, part in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
