"""How long the practice has had for a letter: its own working days, without weekends and holidays."""

from __future__ import annotations

from datetime import date

import pytest

from receivables.letters_waiting import in_time_since, in_words

HOLIDAYS = frozenset({date(2026, 11, 26)})


@pytest.mark.parametrize(
    ("today", "within", "first"),
    [
        (date(2026, 3, 6), 3, date(2026, 3, 3)),  # Friday: Tuesday's letters have had Wednesday and Thursday.
        (date(2026, 3, 9), 3, date(2026, 3, 4)),  # Monday, over a weekend.
        (date(2026, 3, 8), 1, date(2026, 3, 6)),  # Sunday.
        (date(2026, 11, 30), 2, date(2026, 11, 25)),  # Monday after Thanksgiving.
    ],
)
def test_only_working_days_count(today: date, within: int, first: date) -> None:
    assert in_time_since(today, within, HOLIDAYS) == first


def test_a_person_reads_how_many_and_since_when() -> None:
    assert in_words(12, date(2026, 3, 2), 1) == (
        "12 letters lie ready, and nobody has printed them within one working day; the oldest is of Mar 2."
    )
