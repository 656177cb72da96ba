"""Notes the default of every field that histories, closed cases and stored facts may leave out. Run it to add new fields."""

import json
import typing
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

NOTED = Path(__file__).resolve().parent / "defaults.json"


def defaults() -> dict[str, object]:
    """`Model.field` to its default, for every model that is written down, and every model within one."""
    from activities.contract import Errand, Turn
    from receivables.facts import AnyFact
    from workflows.contract import Life

    seen: dict[str, type[BaseModel]] = {}
    for kind in (Life, Errand, Turn, AnyFact):
        _walk(kind, seen)
    found = {}
    for name, model in sorted(seen.items()):
        for field, info in model.model_fields.items():
            if not info.is_required():
                found[f"{name}.{field}"] = _default(info)
    return found


def _walk(kind: object, seen: dict[str, type[BaseModel]]) -> None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if seen.setdefault(kind.__name__, kind) is not kind:
            raise AssertionError(f"two models that are written down are called {kind.__name__}")
        for info in list(kind.model_fields.values()):
            if info.annotation not in seen.values():
                _walk(info.annotation, seen)
    for part in typing.get_args(kind):
        if part not in seen.values():
            _walk(part, seen)


def _default(info: FieldInfo) -> object:
    value = info.get_default(call_default_factory=True)
    assert value is not PydanticUndefined
    return to_jsonable_python(value)


if __name__ == "__main__":
    noted = json.loads(NOTED.read_text()) if NOTED.exists() else {}
    NOTED.write_text(json.dumps({**defaults(), **noted}, indent=1, sort_keys=True) + "\n")
