"""A month of the books: what moved explains what is owed at its end, and a month has one way to be written."""

from datetime import date
from typing import Any

import pytest

from receivables.month import Month, first_of, is_over


def month(**cents: int) -> Month:
    none: dict[str, Any] = dict.fromkeys((name for name in Month.model_fields if name.endswith("_cents")), 0)
    days = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
    return Month(practice_id="p7", open_balances=1, **days, **none | cents)


def test_what_moved_explains_what_is_owed_at_the_end() -> None:
    march = month(opening_cents=50_00, charges_cents=215_00, payments_cents=-260_00, refunds_cents=35_00)
    assert march.closing_cents == 40_00
    assert march.model_copy(update={"receivable_cents": 55_00, "credit_cents": 15_00}).agrees
    assert not march.agrees


def test_a_month_is_written_as_year_and_month() -> None:
    assert first_of("2026-03") == date(2026, 3, 1)
    for wrong in ("2026-3", "2026-13", "2026-00", "26-03", "2026/03", "March", "0000-01"):
        with pytest.raises(ValueError, match=r"month|year"):
            first_of(wrong)


def test_a_month_is_over_on_the_first_day_after_it() -> None:
    march = date(2026, 3, 1)
    assert not is_over(march, date(2026, 3, 31))
    assert is_over(march, date(2026, 4, 1))
    assert not is_over(march, date(2025, 12, 31))
