"""Reads the rows of the law from practices/_rules, and refuses a bad one with its place and mend."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import holidays
from pydantic import ValidationError

from receivables.errors import BadPolicy
from receivables.rulebook import (
    UNREVIEWED,
    CardNotice,
    ContactHours,
    DebitReturn,
    PlanLimits,
    Row,
    Rulebook,
    overlapping,
)
from runtime.yaml_lines import Document, Where, read_yaml

FOLDER = "_rules"
Shape = TypeVar("Shape", bound=Row)


def read_rules(practices_dir: Path, years: range) -> Rulebook:
    """All rows, with the state holidays of these years. BadPolicy names file, line, field and mend."""
    hours = _rows_in(practices_dir, "contact_hours", ContactHours)
    notices = _rows_in(practices_dir, "card_notices", CardNotice)
    limits = _rows_in(practices_dir, "plan_limits", PlanLimits)
    returns = _rows_in(practices_dir, "debit_returns", DebitReturn)
    if not any(row.jurisdiction == UNREVIEWED for row in limits):
        raise BadPolicy(f"{FOLDER}/plan_limits.yaml: there is no row `default`; add the strictest limits as one.")
    if not any(row.jurisdiction == UNREVIEWED for row in hours):
        raise BadPolicy(f"{FOLDER}/contact_hours.yaml: there is no row `default`; add the strictest hours as one.")
    return Rulebook(
        contact_hours=tuple(hours), card_notices=tuple(notices), plan_limits=tuple(limits),
        debit_returns=tuple(returns), holidays=_state_holidays(hours, years),
        version=_fingerprint([*hours, *notices, *limits, *returns]),
    )  # fmt: skip


def _rows_in(practices_dir: Path, name: str, shape: type[Shape]) -> list[Shape]:
    """Every row of one file."""
    document = read_yaml(practices_dir / FOLDER / f"{name}.yaml")
    placed = list(_rows_of(document, shape))
    _refuse_overlaps(document, placed)
    return [row for _, row in placed]


def _rows_of(document: Document, shape: type[Shape]) -> Iterator[tuple[Where, Shape]]:
    unknown = sorted(set(document.values) - {"shared", "rows"})
    if unknown:
        place = document.place((unknown[0],))
        raise BadPolicy(f"{place}: {unknown[0]}: a file of rules holds `shared` and `rows` only.")
    shared = document.values.get("shared") or {}
    found = document.values.get("rows")
    if not isinstance(shared, dict) or not isinstance(found, list):
        raise BadPolicy(f"{document.place(('rows',))}: rows: write the rules as a list under `rows:`.")
    for number, values in enumerate(found):
        where: Where = ("rows", number)
        if not isinstance(values, dict):
            raise BadPolicy(f"{document.place(where)}: a rule is a set of `field: value`; write it so.")
        yield where, _row(document, where, shape, shared | values)


def _row(document: Document, where: Where, shape: type[Shape], values: dict[str, Any]) -> Shape:
    try:
        row = shape.model_validate(values)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or str(values.get("id", "row"))
        mend = MENDS.get(first["type"], first["msg"].removeprefix("Value error, ") + ".")
        raise BadPolicy(f"{document.place((*where, *first['loc']))}: {field}: {mend}") from None
    if row.jurisdiction not in JURISDICTIONS:
        raise BadPolicy(
            f"{document.place((*where, 'jurisdiction'))}: jurisdiction: there is no state {row.jurisdiction}; "
            "use its two letters, US for all, or default."
        )
    return row


def _refuse_overlaps(document: Document, placed: Sequence[tuple[Where, Row]]) -> None:
    clash = overlapping([row for _, row in placed])
    if clash is None:
        return
    earlier, later = clash
    where = next(where for where, row in placed if row is later)
    raise BadPolicy(
        f"{document.place(where)}: {later.id}: versions {earlier.version} and {later.version} are both in force on "
        f"{later.effective_from}; end the earlier one with effective_to the day before."
    )


def _state_holidays(rows: list[ContactHours], years: range) -> dict[str, frozenset[date]]:
    asked = {row.jurisdiction for row in rows if row.state_holidays}
    if UNREVIEWED in asked:
        asked |= _subdivisions()
    states = sorted(asked & _subdivisions())
    return {state: frozenset(holidays.country_holidays("US", subdiv=state, years=years)) for state in states}


def _fingerprint(rows: Sequence[Row]) -> str:
    values = [row.model_dump(mode="json") for row in rows]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def _subdivisions() -> frozenset[str]:
    return frozenset(holidays.country_holidays("US").subdivisions)


MENDS = {
    "missing": "this field is missing; add it to the row or to `shared`.",
    "extra_forbidden": "there is no such field; correct its name or remove it.",
}
JURISDICTIONS = _subdivisions() | {"US", UNREVIEWED}
"""Where a rule can hold."""


def review_report(book: Rulebook, day: date) -> list[str]:
    """One sentence per row whose review is overdue."""
    return [_overdue(row) for row in book.overdue(day)]


def _overdue(row: Row) -> str:
    return f"{row.name}: its review was due on {row.next_review}; have it read and set reviewer and next_review"
