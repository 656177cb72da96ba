"""People and amounts as they may come in, and what is refused with which mend."""

from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from receivables.agreed import Mark
from receivables.case import Case
from receivables.closed_days import in_year
from receivables.errors import Refused
from receivables.facts import moment_key
from receivables.money import Cents
from receivables.people import ContactPoint, Guarantor, PaymentHistory
from receivables.reported_facts import BalancePosted, ConsentRecorded

AMOUNT = TypeAdapter(Cents)


def test_amounts_add_up_in_whole_cents() -> None:
    assert Cents(5) + Cents(3) - 2 == Cents(6)
    assert 10 - Cents(4) == 6
    assert -Cents(4) == -4
    assert isinstance(10 - Cents(4), Cents)
    assert [Cents(4700).as_dollars(), Cents(123450).as_dollars(), Cents(-5).as_dollars()] == ["$47", "$1,234.50", "-$0.05"]


def test_parts_always_sum_to_the_whole() -> None:
    assert Cents(100_01).split(4) == [25_01, 25_00, 25_00, 25_00]
    with pytest.raises(ValueError, match="one part or more"):
        Cents(1).split(0)


@pytest.mark.parametrize(("typed", "cents"), [("47", 47_00), ("$1,234.50", 1234_50), (12, 12_00), (Decimal("0.01"), 1)])
def test_dollars_as_people_type_them(typed: str | int | Decimal, cents: int) -> None:
    assert Cents.from_dollars(typed) == cents


@pytest.mark.parametrize(("typed", "mend"), [(1.5, "float"), (True, "float"), ("ten", "47.50"), ("1.005", "decimals"), ("inf", "decimals")])
def test_what_is_no_amount_is_refused_with_the_mend(typed: object, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        Cents.from_dollars(typed)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [1.0, "100", True, 10**9])
def test_in_facts_only_sensible_integers_are_amounts(given: object) -> None:
    with pytest.raises(ValidationError):
        AMOUNT.validate_python(given)


@pytest.mark.parametrize(
    ("point", "mend"),
    [({"channel": "sms", "value": "312 555 0142"}, "E.164"), ({"channel": "email", "value": "pat at example"}, "one @")],
)
def test_a_contact_point_looks_like_its_channel(point: dict[str, str], mend: str) -> None:
    with pytest.raises(ValidationError, match=mend):
        ContactPoint.model_validate(point)


def test_days_to_pay_are_not_negative() -> None:
    with pytest.raises(ValidationError, match="not negative"):
        PaymentHistory(days_to_pay=[3, -1])


def test_of_two_facts_at_one_moment_the_id_decides() -> None:
    now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    assert Mark(at=now, fact_id="a").yields_to(now, "b")
    assert not Mark(at=now, fact_id="b").yields_to(now, "a")


def test_moments_in_ids_are_in_utc_to_the_second() -> None:
    assert moment_key(datetime.fromisoformat("2026-03-02T09:00:00-06:00")) == "20260302T150000Z"


def test_a_refusal_carries_its_reason_and_code() -> None:
    refusal = Refused("The number is a landline.", "landline")
    assert (str(refusal), refusal.code) == ("The number is a landline.", "landline")


def test_a_new_case_has_heard_and_sent_nothing() -> None:
    case = Case(practice_id="p7", balance_id="b1")
    assert (case.first_accepted_at, case.last_reply_at, case.outstanding_cents) == (None, None, 0)


@pytest.mark.parametrize(("day", "taken"), [("2026-02-10", True), ("2026-03-05", True), ("2027-03-03", True), ("2062-02-10", False)])
def test_a_visit_that_lies_years_ahead_is_a_slip_of_the_pen(day: str, taken: bool) -> None:
    told = {"at": MONDAY_AT_NINE, "fact_id": "f1", "practice_id": "p7", "balance_id": "b1", "service_date": day}
    whose = {"guarantor_id": "g1", "first_name": "Sarah"}
    with nullcontext() if taken else pytest.raises(ValidationError, match="correct the year"):
        BalancePosted.model_validate(told | {"patient_responsibility_cents": 47_00, "guarantor": whose})


def test_where_the_moment_itself_is_wrong_only_that_is_said() -> None:
    with pytest.raises(ValidationError) as wrong:
        BalancePosted.model_validate({"at": "monday", "service_date": "2062-02-10"})
    assert "correct the year" not in str(wrong.value)


def test_nobody_writes_back_by_letter_and_nobody_agrees_after_it_is_told() -> None:
    with pytest.raises(ValidationError, match="use sms or email here"):
        Guarantor.model_validate({"guarantor_id": "g1", "first_name": "Sarah", "answers_by": "letter"})
    told = {
        "at": MONDAY_AT_NINE, "fact_id": "c1", "practice_id": "p7", "guarantor_id": "g1", "channel": "sms", "means": "form",
        "value": "+13125550142", "purposes": ["billing"], "wording_version": "w1", "kind": "consent_recorded",
    }  # fmt: skip
    assert ConsentRecorded.model_validate(told | {"given_at": MONDAY_AT_NINE}).granted
    with pytest.raises(ValidationError, match="nobody agrees after the fact is told"):
        ConsentRecorded.model_validate(told | {"given_at": "2026-03-02T09:00:01-06:00"})


@pytest.mark.parametrize(
    ("day", "mend"),
    [
        ("christmas", "write the day as `25 december`"),
        ("30 february", "no year has a 30 february"),
        ("monday after 31 april", "no year has a 31 april"),
    ],
)
def test_a_holiday_that_no_year_has_is_refused_with_the_mend(day: str, mend: str) -> None:
    with pytest.raises(ValueError, match=mend):
        in_year(day, 2027)
    assert in_year("tuesday after 1 november", 2027) == date(2027, 11, 2)


MONDAY_AT_NINE = "2026-03-02T09:00:00-06:00"
