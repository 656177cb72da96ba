"""The clocks of money owed back: when a person is reminded, when it must be back, and when it is the state's."""

from datetime import UTC, date, datetime

import pytest

from receivables.books_policy import CreditSection
from receivables.credits import Credit, clocks_of, home_of, in_words, stage_on
from receivables.money import Cents
from receivables.people import Guarantor
from receivables.resolved import CreditLaw
from receivables.rulebook import Rulebook

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


def test_the_stricter_of_law_and_policy_holds_and_a_letter_never_comes_before_it_is_to_be_given_back() -> None:
    law = CreditLaw(give_back_days=45, unclaimed_years=1, letter_days_before=180, by="default.credit_clocks v1")
    days = {clock.stage: (clock.on - SINCE).days for clock in clocks_of(SINCE, CreditSection(), law)}
    assert days == {"remind": 30, "give_back": 45, "letter": 185, "unclaimed": 365}
    silent = CreditLaw(give_back_days=60, unclaimed_years=None, letter_days_before=None, by="")
    assert clocks_of(SINCE, CreditSection(), silent) == clocks_of(SINCE, CreditSection())
    early = clocks_of(SINCE, CreditSection(unclaimed_years=1, letter_days_before=365))
    assert early[2].on == early[1].on


@pytest.mark.parametrize(
    ("owner", "state"),
    [
        (None, "IL"), (Guarantor(guarantor_id="g", first_name="A"), "IL"),
        (Guarantor(guarantor_id="g", first_name="A", state="TX"), "TX"),
        (Guarantor(guarantor_id="g", first_name="A", postal_code="10001"), "NY"),
    ],
)  # fmt: skip
def test_the_law_is_that_of_the_owners_last_address_else_of_the_practice(owner: Guarantor | None, state: str) -> None:
    assert home_of(owner, "IL") == state


def test_without_any_row_only_the_policy_speaks() -> None:
    assert Rulebook().credit_law("IL", "medical", SINCE) is None
