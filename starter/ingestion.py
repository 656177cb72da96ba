"""From a practice's file to facts: recognizes what the file is and hands it to the folder that can read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from integrations.aged_receivables.facts import facts_of as facts_of_report
from integrations.aged_receivables.header_map import read_header_map
from integrations.aged_receivables.patients import Household, read_patients
from integrations.aged_receivables.reader import read_aged_receivables
from integrations.remittances.facts import facts_of as facts_of_remittances
from integrations.remittances.reader import read_remittances
from receivables.facts import BalanceAdjusted, BalancePosted

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Refusal(Exception):
    """A file was refused whole; the message names the place, the reason and the mend."""


@dataclass(frozen=True)
class Source:
    """Whose file it is, and what is known beside it."""

    practice_id: str
    patients: Path | None
    header_map: Path | None
    as_of: date
    at: datetime
    """When the file was taken in, on the system's own clock."""


def read_file(file: Path, source: Source) -> list[dict[str, Any]]:
    """The facts in a file, as documents for `POST /v1/facts`. Refusal when any part of it cannot be used."""
    data = file.read_bytes()
    try:
        people = _households(source)
        facts = (
            _remittance(data, file.name, source, people) if is_x12(data) else _report(data, file.name, source, people)
        )
    except ValueError as wrong:
        raise Refusal(_with_its_file(str(wrong), file, source)) from wrong
    return [fact.model_dump(mode="json", exclude_none=True) for fact in facts]


def _with_its_file(words: str, file: Path, source: Source) -> str:
    """Most refusals name their file: the report, the patients or the header map."""
    named = (one.name for one in (file, source.patients, source.header_map) if one)
    return words if words.startswith(tuple(f"{name}:" for name in named)) else f"{file.name}: {words}"


def is_x12(data: bytes) -> bool:
    """True for a remittance, with or without its envelope."""
    return data.removeprefix(BYTE_ORDER_MARK).lstrip()[:2] in (b"IS", b"GS", b"ST")


def _households(source: Source) -> Mapping[str, Household]:
    return read_patients(source.patients.read_bytes(), source.patients.name) if source.patients else {}


def _remittance(
    data: bytes, name: str, source: Source, people: Mapping[str, Household]
) -> list[BalancePosted | BalanceAdjusted]:
    found = read_remittances(data, name)
    return facts_of_remittances(found, practice_id=source.practice_id, at=source.at, households=people)


def _report(data: bytes, name: str, source: Source, people: Mapping[str, Household]) -> list[BalancePosted]:
    if source.header_map is None:
        raise ValueError("this is no remittance; for a CSV report give --header-map, which says what its columns mean")
    header_map = read_header_map(_text_of(source.header_map), source.header_map.name)
    report = read_aged_receivables(data, name, header_map)
    return facts_of_report(report, practice_id=source.practice_id, as_of=source.as_of, at=source.at, households=people)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise ValueError(f"{path.name}: byte {wrong.start + 1} is not UTF-8; save the file as UTF-8") from None
