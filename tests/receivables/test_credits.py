"""The clocks of money owed back: when a person is reminded, when it must be back, and when it is the state's."""

from datetime import UTC, date, datetime

import pytest

from receivables.books_policy import CreditSection
from receivables.credits import Credit, clocks_of, in_words, stage_on
from receivables.money import Cents

SINCE = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("day", "stage", "words"),
    [
        (date(2026, 4, 3), "fresh", ""),
        (date(2026, 4, 4), "remind", "$20 has been owed to the patient since 2026-03-05 and was not given back yet."),
        (date(2026, 5, 4), "give_back", "60 days are the law"),
        (date(2028, 11, 5), "letter", "unclaimed property on 2029-03-05: the letter of due diligence is to be sent now"),
        (date(2029, 3, 5), "unclaimed", "hand it over as the state says"),
    ],
)
def test_each_clock_comes_on_its_day(day: date, stage: str, words: str) -> None:
    clocks = clocks_of(SINCE, CreditSection())
    assert stage_on(clocks, day) == stage
    credit = Credit.model_validate({
        "practice_id": "p1", "balance_id": "b1", "cents": Cents(20_00), "since": datetime(2026, 3, 5, 16, tzinfo=UTC),
        "stage": stage, "clocks": clocks,
    })  # fmt: skip
    assert words in in_words(credit)


def test_a_credit_of_a_leap_day_is_unclaimed_on_the_last_of_february() -> None:
    assert clocks_of(date(2028, 2, 29), CreditSection())[-1].on == date(2031, 2, 28)


def test_no_practice_may_wait_longer_than_the_law() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic names the field
        CreditSection(give_back_days=61)
