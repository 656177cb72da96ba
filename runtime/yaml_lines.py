"""Reads a YAML file strictly and remembers the line of every field; what the fields mean is not known here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from receivables.errors import BadPolicy

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A file's values, and the line of each field by its path from the top."""

    path: Path
    values: dict[str, Any]
    lines: Mapping[Where, int]

    def holds(self, where: Where) -> bool:
        """True when the field stands in this file."""
        return where in self.lines

    def place(self, where: Where) -> str:
        """`folder/file, line n` of a field, or of the nearest section around it."""
        shown = f"{self.path.parent.name}/{self.path.name}".removeprefix("/")
        for depth in range(len(where), 0, -1):
            if where[:depth] in self.lines:
                return f"{shown}, line {self.lines[where[:depth]]}"
        return shown


class _PlainLoader(yaml.SafeLoader):
    """YAML as people mean it: `14:00` and `no` are texts, `true` and `false` alone are booleans, amounts are exact."""


def _exact(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


DEEPEST = 20
"""No file of ours has as many levels: only one that refers to itself does."""
MEANT = {
    "bool": (r"^(?:true|false)$", "tf"),
    "int": (r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    "float": (r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
    "null": (r"^(?:null|~)$", "n~"),
    "merge": (r"^<<$", "<"),
}
"""Which bare words are not texts, and the signs each can begin with."""
_PlainLoader.yaml_implicit_resolvers = {}
for _name, (_pattern, _signs) in MEANT.items():
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_pattern), list(_signs))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])
_PlainLoader.add_constructor("tag:yaml.org,2002:float", _exact)


def read_yaml(path: Path) -> Document:
    """The file's values and lines. BadPolicy names the file, the line and the mend when it cannot be read."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_PlainLoader)
        lines: dict[Where, int] = {}
        if node is not None:
            _walk(node, (), lines, shown)
        values = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a narrower loader than the safe one
    except FileNotFoundError:
        raise BadPolicy(f"{shown}: the file is missing; add it, or name the folder of the practices.") from None
    except UnicodeDecodeError:
        raise BadPolicy(f"{shown}: the file is not UTF-8; save it as UTF-8.") from None
    except yaml.YAMLError as broken:
        line, problem = fault_of(broken, text)
        raise BadPolicy(f"{shown}, line {line}: {problem}; mend the YAML there or in the line above.") from None
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise BadPolicy(f"{shown}, line 1: the file is a list of `field: value` lines; write it so.")
    return Document(path, values, lines)


def fault_of(broken: yaml.YAMLError, text: str) -> tuple[int, str]:
    """The line where a text stops being YAML, and what is wrong there."""
    if isinstance(broken, yaml.reader.ReaderError):
        line = text.count("\n", 0, broken.position if isinstance(broken.position, int) else 0) + 1
        return line, "a character stands here that YAML does not allow"
    mark = getattr(broken, "problem_mark", None)
    problem = str(getattr(broken, "problem", "") or "this is no YAML")
    begun = getattr(broken, "context_mark", None)
    if begun is not None and "expected ':'" in problem:  # It is missed only in the next line, or behind the last.
        mark, problem = begun, "a colon and a blank are missing between field and value"
    return (mark.line + 1 if mark else 1), problem


def read_text(text: str) -> Any:  # noqa: ANN401 - whatever a line of YAML can hold
    """One value as a file would hold it. BadPolicy when it is no YAML."""
    try:
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a narrower loader than the safe one
    except yaml.YAMLError:
        raise BadPolicy(f"{text!r} is no value a policy can hold; write it as in policy.yaml.") from None


def as_json(value: Any) -> Any:  # noqa: ANN401 - whatever a file of YAML can hold
    """The same with each exact number as its text: JSON has only floats for it, and the text reads back as exact."""
    if isinstance(value, Mapping):
        return {name: as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value


def _walk(node: yaml.Node, where: Where, lines: dict[Where, int], shown: str) -> None:
    if len(where) > DEEPEST:
        raise BadPolicy(f"{shown}, line {node.start_mark.line + 1}: a part contains itself; write it out instead.")
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*where, str(key.value))
            line = key.start_mark.line + 1
            if here in lines:
                raise BadPolicy(f"{shown}, line {line}: {key.value} stands here a second time; keep one of the two.")
            lines[here] = line
            _walk(value, here, lines, shown)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            lines[(*where, place)] = value.start_mark.line + 1
            _walk(value, (*where, place), lines, shown)
