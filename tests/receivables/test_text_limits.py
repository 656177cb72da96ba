"""How long a text may be: the strictest row that is in force, and no row makes it longer than the code does."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from receivables.rule_rows import CarrierLimit
from receivables.rulebook import NO_RULES, Rulebook
from receivables.text_limits import TextLimits

DAY = date(2026, 3, 2)
SAID = {
    "id": "US.text_length", "jurisdiction": "US", "practice_types": ["medical", "dental", "veterinary"],
    "effective_from": date(2026, 1, 1), "source": "a test", "reviewer": "product", "reviewed_on": date(2026, 1, 2),
    "next_review": date(2026, 7, 1), "version": 1, "most_characters": 1600, "most_parts": 3, "most_parts_of_terms": 4,
}  # fmt: skip


def holding(*rows: CarrierLimit, kind: str = "dental", day: date = DAY) -> TextLimits:
    return Rulebook(carrier_limits=rows).text_limits(kind, day)


def row(**more: object) -> CarrierLimit:
    return CarrierLimit.model_validate(SAID | more)


def test_the_strictest_of_each_limit_holds_whether_or_not_its_row_has_been_reviewed() -> None:
    unread = row(id="US.other", most_characters=480, most_parts=2, reviewer=None, reviewed_on=None)
    assert holding(row(), unread) == (480, 2, 4)
    assert holding(row(most_parts_of_terms=3), row(id="US.other")) == (1600, 3, 3)


def test_a_row_holds_in_its_time_and_for_its_practices_alone() -> None:
    ended = row(most_characters=320, effective_to=date(2026, 2, 28))
    for_vets = row(id="US.vets", most_characters=320, practice_types=["veterinary"])
    assert holding(ended, for_vets) == TextLimits()
    assert holding(ended, day=date(2026, 2, 28)).characters == 320
    assert holding(for_vets, kind="veterinary").characters == 320


@pytest.mark.parametrize("more", [{"most_characters": 1601}, {"most_parts": 4}, {"most_parts_of_terms": 5}])
def test_no_row_makes_a_text_longer_than_the_code_does(more: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="less than or equal to"):
        row(**more)
    unchecked = CarrierLimit.model_construct(**SAID | more)  # type: ignore[arg-type]
    rules = Rulebook.model_construct(carrier_limits=(unchecked,))
    assert rules.text_limits("medical", DAY) == NO_RULES.text_limits("medical", DAY) == (1600, 3, 4)


def test_the_words_that_leave_are_counted_in_parts_as_the_alphabet_makes_them() -> None:
    limits = TextLimits()
    assert limits.too_long("x" * 459, terms=False) is None
    assert limits.too_long("x" * 460, terms=False) == "The text would take 4 parts, and 3 may leave at most."
    assert limits.too_long("x" * 460, terms=True) is None
    assert limits.too_long("x" * 613, terms=True) == "The text would take 5 parts, and 4 may leave at most."
    assert limits.too_long("\u738b" + "x" * 201, terms=False) is not None, "one letter outside makes every part short"
