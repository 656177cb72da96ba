"""What one practice calls the columns of its export and how it writes dates and money; signed off once by a person."""

from __future__ import annotations

from typing import Annotated, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from integrations.aged_receivables.refusal import BadHeaderMap
from receivables.people import Strict
from runtime.yaml_lines import fault_of

DATE_FORMATS = {
    "MM/DD/YYYY": "%m/%d/%Y",
    "MM/DD/YY": "%m/%d/%y",
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYYMMDD": "%Y%m%d",
    "DD-Mon-YYYY": "%d-%b-%Y",
}

AgingBasis = Literal["service_date", "responsibility_date", "statement_date", "unknown"]
"""What the age of a balance is counted from: days since service are not days overdue."""

Column = Literal[
    "account", "guarantor", "total", "patient_portion", "insurance_estimate", "write_off_estimate", "unapplied_credit",
    "service_date", "responsibility_date", "statement_date",
    "statement_held", "returned_mail", "payment_plan", "contract", "collections", "dispute", "bankrupt", "deceased",
]  # fmt: skip


def _as_list(written: object) -> object:
    return [written] if isinstance(written, str) else written


Headers = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1, max_length=10)]
"""Their header and its aliases; capitals and blanks around it do not matter."""


class Bucket(Strict):
    """One aging column, such as 31-60."""

    from_day: int = Field(ge=0, le=3650)
    headers: Headers


class HeaderMap(Strict):
    """Our fields and their headers. A column that is mapped must be there; all others are ignored."""

    columns: dict[Column, Headers]
    buckets: list[Bucket] = Field(default_factory=list, max_length=8)
    aging_basis: AgingBasis
    date_format: Literal["MM/DD/YYYY", "MM/DD/YY", "YYYY-MM-DD", "YYYYMMDD", "DD-Mon-YYYY"] = "MM/DD/YYYY"
    negatives: Literal["parentheses", "minus", "either"] = "either"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    controls: Literal["totals_row", "expected", "none"]
    """Where the control totals come from: the file's last row, the person who hands it over, or nowhere."""
    totals_row: list[str] = Field(default_factory=lambda: ["Total", "Totals", "Grand Total"])
    """What the first cell of the totals row says."""
    largest_drop_percent: int = Field(default=20, ge=0, le=100)
    """A file with fewer rows than this against the one before is taken for a partial export."""

    @model_validator(mode="after")
    def _can_be_read(self) -> HeaderMap:
        for needed in ("account", "total"):
            if needed not in self.columns:
                raise ValueError(f"columns: {needed} is missing; name the column that holds it")
        written = [header for headers in self.columns.values() for header in headers]
        written += [header for bucket in self.buckets for header in bucket.headers]
        folded = [same_header(header) for header in written]
        twice = next((one for one, key in zip(written, folded, strict=True) if folded.count(key) > 1), None)
        if twice is not None:
            raise ValueError(f'the header "{twice}" is named twice; one column holds one field')
        starts = [bucket.from_day for bucket in self.buckets]
        if starts != sorted(set(starts)):
            raise ValueError("buckets: from_day must rise from one bucket to the next")
        return self


def same_header(header: str) -> str:
    """Headers are compared without capitals and with single blanks."""
    return " ".join(header.split()).casefold()


def read_header_map(text: str, name: str) -> HeaderMap:
    """The header map written in YAML; BadHeaderMap names the field or line and the mend."""
    try:
        written = yaml.safe_load(text)
    except yaml.YAMLError as broken:
        line, problem = fault_of(broken, text)
        raise BadHeaderMap(f"{name}: line {line} is no valid YAML: {problem}") from None
    if not isinstance(written, dict):
        raise BadHeaderMap(f"{name}: the file says nothing; write at least columns, aging_basis and controls")
    try:
        return HeaderMap.model_validate(written)
    except ValidationError as wrong:
        faults = wrong.errors(include_url=False, include_input=False)
        raise BadHeaderMap("\n".join(f"{name}: {_sentence(fault)}" for fault in faults)) from None


def _sentence(fault: ErrorDetails) -> str:
    """In the words of the person who writes the map, not of the library that reads it."""
    place = [str(part) for part in fault["loc"] if part != "[key]"]
    field = ".".join(place)
    allowed = fault.get("ctx", {}).get("expected")
    match fault["type"]:
        case "missing":
            return f"{field} is missing; add it"
        case "extra_forbidden":
            return f"{field}: there is no such field; the fields are {', '.join(HeaderMap.model_fields)}"
        case "literal_error" if place[:1] == ["columns"]:
            return f"{field}: there is no such field of ours; use {allowed}"
        case "literal_error":
            return f"{field}: this word is not known; use {allowed}"
        case "value_error":
            words = fault["msg"].removeprefix("Value error, ")
            return f"{field}: {words}" if field else words
        case _:
            return f"{field}: {fault['msg'][:1].lower()}{fault['msg'][1:]}; the README of this reader shows a map"
