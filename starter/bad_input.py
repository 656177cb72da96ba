"""What was wrong with input, in one shape for all: the field, the problem and the mend, never the input itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

SHOWN_AT_MOST = 50
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,40}$")


class Problem(BaseModel):
    """One thing to mend."""

    field: str | None = None
    """Path of the field, such as `guarantor.contact_points[0].value`; with `[3].` in front in a list of facts."""
    index: int | None = None
    """Place in the list, counted from 0, when a list was sent."""
    line: int | None = None
    """Line of the body, when it could not be read at all."""
    problem: str
    mend: str


def problems_in(errors: Sequence[ErrorDetails], *, skip: Sequence[str] = ()) -> list[Problem]:
    """Pydantic's findings in our words. `skip` are parts of the path that are no fields, such as a union's tags."""
    return [_problem(error, skip) for error in errors[:SHOWN_AT_MOST]]


def _problem(error: ErrorDetails, skip: Sequence[str]) -> Problem:
    place = [part for part in error["loc"] if part not in skip]
    field = field_path(place)
    index = place[0] if place and isinstance(place[0], int) else None
    if error["type"] == "json_invalid":
        return _unreadable(error)
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        field = f"{field}.kind" if field else "kind"
    name = next((part for part in reversed(place) if isinstance(part, str)), "")
    problem, mend = _words(error, name)
    return Problem(field=field or None, index=index, problem=problem, mend=mend)


def field_path(place: Sequence[str | int]) -> str:
    """`guarantor.contact_points[0].value`; a name nobody of ours chose is not repeated, it may be anything."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += ("." if path else "") + (part if _NAME.match(part) else "(a field with an unusual name)")
    return path


def _unreadable(error: ErrorDetails) -> Problem:
    where = re.search(r"line (\d+) column (\d+)", str(error.get("ctx", {}).get("error", error["msg"])))
    if where is None:
        return Problem(problem="the body is not JSON", mend="send one JSON object, or a list of them, in UTF-8")
    return Problem(
        line=int(where[1]), problem=f"the body is not JSON from line {where[1]}, column {where[2]} on",
        mend="send one JSON object, or a list of them, in UTF-8",
    )  # fmt: skip


def _words(error: ErrorDetails, name: str) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    if name.endswith("_cents") and kind in CENTS:
        return CENTS[kind], "write the amount as a whole number of cents, such as 21500 for $215.00"
    if kind in ("value_error", "assertion_error"):
        return _own_words(error["msg"])
    found = WORDS.get(kind)
    if found is not None:
        return found(context)
    return "this value cannot be used", error["msg"][:1].lower() + error["msg"][1:]


def _own_words(message: str) -> tuple[str, str]:
    """Our own validators say the mend behind a semicolon, or the right form in one sentence."""
    sentence = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    problem, _, mend = sentence.partition("; ")
    return (problem, mend) if mend else ("this value cannot be used", sentence)


def _expected(context: Mapping[str, Any]) -> str:
    tags = context.get("expected_tags") or context.get("expected") or ""
    return str(tags).replace("'", "")


def _fixed(problem: str, mend: str) -> Callable[[Mapping[str, Any]], tuple[str, str]]:
    return lambda _: (problem, mend)


CENTS = {
    "int_type": "an amount is a whole number of cents, not a text or a number with decimals",
    "int_from_float": "an amount is a whole number of cents, not a number with decimals",
    "int_parsing": "an amount is a whole number of cents",
    "int_parsing_size": "this amount is too large for any patient balance",
    "greater_than": "this amount must be more than zero",
    "greater_than_equal": "this amount must not be negative",
    "less_than_equal": "this amount is too large for any patient balance",
}
MOMENT = _fixed("this is not a date with a time", "write it like 2026-03-02T09:00:00-05:00")
DAY = _fixed("this is not a date", "write it like 2026-03-02")
WHOLE = _fixed("this is not a whole number", "write digits only, without quotes or decimals")
WORDS: dict[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "missing": _fixed("this field is missing", "add it"),
    "extra_forbidden": _fixed("there is no such field here", "correct its name, or leave it out"),
    "union_tag_invalid": lambda it: ("this kind is not known", f"use one of {_expected(it)}"),
    "union_tag_not_found": _fixed("the kind is missing", "add it, such as payment_recorded; /openapi.json lists all"),
    "literal_error": lambda it: ("this word is not known here", f"use {_expected(it)}"),
    "enum": lambda it: ("this word is not known here", f"use {_expected(it)}"),
    "timezone_aware": _fixed("this time has no offset", "add it: 2026-03-02T09:00:00-05:00, or Z for UTC"),
    "datetime_parsing": MOMENT, "datetime_from_date_parsing": MOMENT, "datetime_type": MOMENT,
    "datetime_object_invalid": MOMENT,
    "date_parsing": DAY, "date_from_datetime_parsing": DAY, "date_from_datetime_inexact": DAY, "date_type": DAY,
    "int_type": WHOLE, "int_parsing": WHOLE, "int_from_float": WHOLE,
    "bool_type": _fixed("this is neither true nor false", "write true or false, without quotes"),
    "bool_parsing": _fixed("this is neither true nor false", "write true or false, without quotes"),
    "string_type": _fixed("this is not a text", "put it in quotes"),
    "string_pattern_mismatch": lambda it: ("this text has the wrong form", f"it must match {it.get('pattern', '')}"),
    "string_too_long": lambda it: ("this text is too long", f"use at most {it.get('max_length')} characters"),
    "string_too_short": lambda it: ("this text is too short", f"use at least {it.get('min_length')} characters"),
    "too_long": lambda it: ("this list is too long", f"send at most {it.get('max_length')} entries"),
    "too_short": lambda it: ("this list is too short", f"send at least {it.get('min_length')}"),
    "greater_than": lambda it: ("this number is too small", f"use more than {it.get('gt')}"),
    "greater_than_equal": lambda it: ("this number is too small", f"use {it.get('ge')} or more"),
    "less_than_equal": lambda it: ("this number is too large", f"use {it.get('le')} or less"),
    "list_type": _fixed("this is not a list", "put it in square brackets"),
    "model_type": _fixed("this is not an object", "put its fields in curly brackets"),
    "model_attributes_type": _fixed("this is not an object", "put its fields in curly brackets"),
    "dict_type": _fixed("this is not an object", "put its fields in curly brackets"),
}  # fmt: skip
"""What each finding means, by pydantic's name for it."""
