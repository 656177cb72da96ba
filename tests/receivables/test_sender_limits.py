"""How many texts leave from one sending number: by its own registration, and by the strictest row where that is unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from receivables.rule_rows import CarrierLimit, SenderLimit
from receivables.rulebook import NO_RULES, Rulebook
from receivables.sender_limits import carriers_day, minute_of, next_carriers_day
from runtime.rule_files import read_rules

DAY = date(2026, 11, 26)
SHIPPED = read_rules(Path(__file__).resolve().parents[2] / "practices")
SAID = {
    "id": "US.sender_low_volume", "jurisdiction": "US", "practice_types": ["medical"], "campaign": "low_volume",
    "effective_from": date(2026, 1, 1), "source": "a test", "reviewer": "product", "reviewed_on": date(2026, 1, 2),
    "next_review": date(2026, 7, 1), "version": 1, "parts_per_second": 3.75, "parts_per_day": 2000,
}  # fmt: skip


def row(**more: object) -> SenderLimit:
    return SenderLimit.model_validate(SAID | more)


def test_a_text_counts_as_the_most_parts_it_may_have() -> None:
    low = SHIPPED.pace("low_volume", "medical", DAY)
    assert low == (75, 666, "US.sender_low_volume v1")
    shortest = CarrierLimit.model_validate(
        {key: SAID[key] for key in ("jurisdiction", "practice_types", "effective_from", "source", "next_review", "version")}
        | {"id": "US.text_length", "most_characters": 320, "most_parts": 1, "most_parts_of_terms": 1}
    )
    assert Rulebook(sender_limits=(row(),), carrier_limits=(shortest,)).pace("low_volume", "medical", DAY) == (
        225, 2000, "US.sender_low_volume v1")  # fmt: skip


@pytest.mark.parametrize(("campaign", "a_day"), [("score_below_25", 666), ("score_25_to_49", 3333)])
def test_where_sources_differ_on_a_low_score_the_strictest_holds(campaign: str, a_day: int) -> None:
    assert SHIPPED.pace(campaign, "medical", DAY)[:2] == (80, a_day)


@pytest.mark.parametrize("campaign", [None, "nobody_knows"])
def test_a_number_that_is_not_registered_is_held_to_the_strictest_of_all_rows(campaign: str | None) -> None:
    assert SHIPPED.pace(campaign, "dental", DAY) == (20, 333, "US.sender_sole_proprietor v1")


def test_a_row_that_nobody_has_reviewed_gives_nobody_more() -> None:
    unread = row(id="US.wide", campaign="wide", parts_per_second=200, reviewer=None, reviewed_on=None)
    assert Rulebook(sender_limits=(row(), unread)).pace("wide", "medical", DAY) == (75, 666, "US.sender_low_volume v1")


def test_without_a_row_in_force_for_its_kind_of_practice_nothing_is_paced() -> None:
    assert NO_RULES.pace("low_volume", "medical", DAY) is None
    book = Rulebook(sender_limits=(row(effective_to=date(2026, 11, 25)),))
    assert book.pace("low_volume", "medical", DAY) is None
    assert book.pace("low_volume", "dental", date(2026, 11, 25)) is None
    assert book.pace("low_volume", "medical", date(2026, 11, 25)) is not None


@pytest.mark.parametrize("more", [{"parts_per_second": 226}, {"parts_per_second": 0}, {"parts_per_day": 200_001}])
def test_no_row_sends_more_than_any_registration_is_granted(more: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match=r"less than or equal to|greater than"):
        row(**more)


def test_the_carriers_day_ends_at_midnight_pacific_time_on_the_long_day_too() -> None:
    late = datetime(2026, 11, 1, 6, 59, 30, tzinfo=UTC)  # 23:59 in Los Angeles, the night before clocks go back.
    assert (carriers_day(late), minute_of(late).second) == (date(2026, 10, 31), 0)
    assert next_carriers_day(late) == datetime(2026, 11, 1, 7, tzinfo=UTC)
    assert next_carriers_day(datetime(2026, 11, 1, 20, tzinfo=UTC)) == datetime(2026, 11, 2, 8, tzinfo=UTC)
