"""The clocks of money owed back: when a person is reminded, when it must be back, and when it is the state's."""

from datetime import UTC, date, datetime

import pytest

from receivables.books_policy import CreditSection, RefundMostSection
from receivables.credits import Credit, as_it_is_now, clocks_of, home_of, in_words, stage_on
from receivables.money import Cents
from receivables.people import Guarantor
from receivables.refunds import Refund, RefundPart, RefundWish, above_their_limit, not_theirs
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


def wish(dollars: int, role: str, who: str = "MK") -> RefundWish:
    told = {"credit_cents": 2_000_00, "cents": dollars * 100, "how": "card", "role": role, "who": who, "because": "Twice."}
    return RefundWish.model_validate(told)


def given(dollars: int, role: str, state: str = "made") -> Refund:
    part = {"place": 1, "payment_fact_id": "pay", "reference": "pi_1", "cents": dollars * 100, "state": state}
    return Refund.model_validate(wish(dollars, role).model_dump() | {
        "practice_id": "p1", "balance_id": "b1", "refund_id": "r1", "credit_since": datetime(2026, 3, 5, tzinfo=UTC),
        "asked_at": datetime(2026, 3, 6, tzinfo=UTC), "parts": [RefundPart.model_validate(part)],
    })  # fmt: skip


@pytest.mark.parametrize(
    ("role", "dollars", "earlier", "told"),
    [
        ("front_desk", 1, [], "the front desk gives back no credit by itself"),
        ("coordinator", 200, [], None), ("coordinator", 201, [], "a coordinator gives back $200 of a balance at most"),
        ("manager", 1_000, [], None), ("manager", 1_001, [], "a manager gives back $1,000 of a balance at most"),
        ("owner", 2_000, [], None),
        ("coordinator", 1, [given(200, "coordinator")], "at most, and $200 was given back already"),
        ("coordinator", 1, [given(200, "coordinator", "asked")], "at most, and $200 was given back already"),
        ("coordinator", 200, [given(200, "coordinator", "refused"), given(200, "coordinator", "failed"), given(900, "manager")], None),
    ],
)  # fmt: skip
def test_each_role_gives_back_so_much_of_a_balance_and_no_more_in_parts(role, dollars, earlier, told) -> None:
    forbidden = above_their_limit(wish(dollars, role), earlier, RefundMostSection())
    assert (forbidden is None) is (told is None)
    assert forbidden is None or (told in forbidden.problem and forbidden.field == "role")


def test_where_a_practice_says_who_is_what_nobody_names_another_role() -> None:
    assert not_theirs(wish(1, "manager"), {}) is None
    assert not_theirs(wish(1, "manager"), {"MK": "manager"}) is None
    problems = [not_theirs(wish(1, "manager", who), {"MK": "coordinator"}) for who in ("MK", "JL")]
    assert [one.problem if one else None for one in problems] == ["MK is a coordinator here", "JL has no role here"]


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (20_00, ""), (5_00, " By now the credit is $5."), (2_00, " By now the credit is $2."),
        (0, " By now nothing is owed back any more."), (-1_00, " By now nothing is owed back any more."),
    ],
)
def test_a_task_about_a_credit_names_what_it_is_now(cents: int, words: str) -> None:
    was = "$20 more was paid than is owed. The credit is $20."
    assert as_it_is_now(was, Cents(cents)) == was + words
