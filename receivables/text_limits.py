"""How long a text may be on a day: the strictest row, and never longer than what stands in the code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from receivables.rule_rows import MOST_CHARACTERS, MOST_PARTS, MOST_PARTS_OF_TERMS, CarrierLimit
from receivables.text_parts import parts_of


class TextLimits(NamedTuple):
    """Characters of the words that leave, parts of an approved wording, and its parts with a plan's disclosures."""

    characters: int = MOST_CHARACTERS
    parts: int = MOST_PARTS
    parts_of_terms: int = MOST_PARTS_OF_TERMS

    def too_long(self, text: str, *, terms: bool) -> str | None:
        """Why the very words that are about to leave may not, None when they may; `terms` stand with disclosures."""
        parts, most = parts_of(text).count, self.parts_of_terms if terms else self.parts
        return f"The text would take {parts} parts, and {most} may leave at most." if parts > most else None


def strictest(rows: Iterable[CarrierLimit], kind: str, day: date) -> TextLimits:
    """What holds for practices of a kind; an unreviewed row counts: a text that is too short harms nobody."""
    found = [row for row in rows if kind in row.practice_types and row.in_force(day)]
    return TextLimits(
        min((MOST_CHARACTERS, *(row.most_characters for row in found))),
        min((MOST_PARTS, *(row.most_parts for row in found))),
        min((MOST_PARTS_OF_TERMS, *(row.most_parts_of_terms for row in found))),
    )
