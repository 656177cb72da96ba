"""Reads the rows of the law from practices/_rules, and refuses a bad one with its place and mend."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from receivables.errors import BadPolicy
from receivables.geography import ALL_STATES
from receivables.rule_rows import (
    FEDERAL,
    UNREVIEWED,
    CardNetwork,
    CardNotice,
    CarrierCode,
    CarrierLimit,
    ClosedDay,
    ContactHours,
    CreditClocks,
    DebitRatio,
    DebitReturn,
    OptOutWords,
    PlanLimits,
    Row,
    SenderLimit,
)
from receivables.rulebook import Rulebook, overlapping
from runtime.yaml_lines import Document, Where, read_yaml

FOLDER = "_rules"
Shape = TypeVar("Shape", bound=Row)


def read_rules(practices_dir: Path) -> Rulebook:
    """All rows. BadPolicy names file, line, field and mend."""
    hours = _rows_in(practices_dir, "contact_hours", ContactHours)
    notices = _rows_in(practices_dir, "card_notices", CardNotice)
    limits = _rows_in(practices_dir, "plan_limits", PlanLimits)
    returns = _rows_in(practices_dir, "debit_returns", DebitReturn)
    ratios = _rows_in(practices_dir, "debit_ratios", DebitRatio)
    clocks = _rows_in(practices_dir, "credit_clocks", CreditClocks)
    closed = _rows_in(practices_dir, "closed_days", ClosedDay)
    networks = _rows_in(practices_dir, "card_networks", CardNetwork)
    words = _rows_in(practices_dir, "opt_out_words", OptOutWords)
    codes = _rows_in(practices_dir, "carrier_codes", CarrierCode)
    lengths = _rows_in(practices_dir, "carrier_limits", CarrierLimit)
    senders = _rows_in(practices_dir, "sender_limits", SenderLimit)
    _refuse_without(limits, UNREVIEWED, "plan_limits.yaml", "the strictest limits as one")
    _refuse_without(clocks, UNREVIEWED, "credit_clocks.yaml", "the shortest clocks as one")
    _refuse_without(hours, UNREVIEWED, "contact_hours.yaml", "the strictest hours as one")
    _refuse_without(closed, FEDERAL, "closed_days.yaml", "the nation's holidays, or people are written to on them")
    return Rulebook(
        contact_hours=tuple(hours), card_notices=tuple(notices), plan_limits=tuple(limits),
        debit_returns=tuple(returns), closed_days=tuple(closed), debit_ratios=tuple(ratios),
        credit_clocks=tuple(clocks), card_networks=tuple(networks), opt_out_words=tuple(words),
        carrier_codes=tuple(codes), carrier_limits=tuple(lengths), sender_limits=tuple(senders),
        version=_fingerprint(
            [
                *hours, *notices, *limits, *returns, *ratios, *clocks, *closed, *networks, *words, *codes, *lengths,
                *senders,
            ]
        ),
    )  # fmt: skip


def _refuse_without(rows: Sequence[Row], jurisdiction: str, file: str, what: str) -> None:
    if not any(row.jurisdiction == jurisdiction for row in rows):
        raise BadPolicy(f"{FOLDER}/{file}: there is no row `{jurisdiction}`; add {what}.")


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


def _fingerprint(rows: Sequence[Row]) -> str:
    values = [row.model_dump(mode="json") for row in rows]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


MENDS = {
    "missing": "this field is missing; add it to the row or to `shared`.",
    "extra_forbidden": "there is no such field; correct its name or remove it.",
}
JURISDICTIONS = ALL_STATES | {FEDERAL, UNREVIEWED}
"""Where a rule can hold."""


def review_report(book: Rulebook, day: date) -> list[str]:
    """One sentence per row whose review is overdue."""
    return [_overdue(row) for row in book.overdue(day)]


def _overdue(row: Row) -> str:
    return f"{row.name}: its review was due on {row.next_review}; have it read and set reviewer and next_review"
