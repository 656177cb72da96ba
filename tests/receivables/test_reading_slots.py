"""Amounts, counts, rhythms and days as people say them; today is Tuesday 10 March 2026."""

import datetime

import pytest

from receivables.plans.terms import Slots
from receivables.reading.normal import spoken
from receivables.reading.numbers import in_digits
from receivables.reading.slots import slots

TODAY = datetime.date(2026, 3, 10)


def named(text: str, intent: str = "propose_terms") -> Slots:
    return slots(spoken(text), [intent], TODAY)


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("sixty five dollars", "65 dollars"), ("one hundred and five", "105"), ("a hundred", "100"), ("fifteen hundred", "1500"),
        ("two fifty", "250"), ("treinta y cinco", "35"), ("ciento veinte", "120"), ("dos mil", "2000"), ("two thousand five", "2005"),
        ("the twenty first", "the 21th"), ("the fifteenth", "the 15th"), ("the first one", "the 1th 1"), ("at first", "at first"),
        ("a couple weeks", "2 weeks"), ("once a month", "onetime a month"), ("five and ten", "5 and 10"), ("tres y medio", "3 y medio"),
        ("twenty thirty", "20 30"), ("cien doscientos", "100 200"), ("hundred", "100"), ("one hundred and", "100 and"),
        ("one hundred twenty fifth", "125th"), ("seven eight", "7 8"), ("veinticinco", "25"),
    ],
)  # fmt: skip
def test_numbers_in_words(words: str, digits: str) -> None:
    assert in_digits(words) == digits


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("I can do $30 a month", 3000), ("fifty now and the rest later", 5000), ("3 payments of 70", 7000), ("can do 12.50 a week", 1250),
        ("I can't do 80. could do 35", 3500), ("I make 900 a month so 25 a month", 2500), ("check number 4471", None),
        ("on the 5th", None), ("how about 3 months", None), ("$1,200 in april", 120000), ("4 x 80", 8000), ("$0.50 off, $20 then", 2000), ("call 312-555-0100", None),
    ],
)  # fmt: skip
def test_amounts(text: str, cents: int | None) -> None:
    assert named(text).amount_cents == cents


@pytest.mark.parametrize(
    ("text", "count", "often"),
    [
        ("in six months", 6, "monthly"), ("4 payments", 4, None), ("instead of 4 can it be 6", 6, None), ("every other friday", None, "biweekly"),
        ("twice a month", None, "semimonthly"), ("cada quincena", None, "semimonthly"), ("20 a week", None, "weekly"),
        ("split it in 3", 3, None), ("next month", None, None), ("1 payment", None, None), ("1 payment instead of 90", None, None),
    ],
)  # fmt: skip
def test_counts_and_rhythms(text: str, count: int | None, often: str | None) -> None:
    assert (named(text).installments, named(text).frequency) == (count, often)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Friday", "2026-03-13"), ("tomorrow", "2026-03-11"), ("on the 5th", "2026-04-05"), ("april 15", "2026-04-15"), ("the 15th of april", "2026-04-15"),
        ("4/1", "2026-04-01"), ("2026-05-02", "2026-05-02"), ("in two weeks", "2026-03-24"), ("next week", "2026-03-16"), ("next month", "2026-04-10"),
        ("end of the month", "2026-03-31"), ("end of next month", "2026-04-30"), ("end of april", "2026-04-30"), ("mid april", "2026-04-15"),
        ("the middle of next month", "2026-04-15"), ("mid month", "2026-03-15"), ("beginning of april", "2026-04-01"), ("first of next month", "2026-04-01"),
        ("day after tomorrow", "2026-03-12"), ("a week from friday", "2026-03-20"), ("next friday", "2026-03-20"), ("friday of next week", "2026-03-20"),
        ("the 5th of next month", "2026-04-05"), ("this weekend", "2026-03-14"), ("next weekend", "2026-03-21"), ("end of the week", "2026-03-13"),
        ("end of next week", "2026-03-20"), ("this week", "2026-03-13"), ("in a month", "2026-04-10"), ("3 days from now", "2026-03-13"),
        ("in may", "2026-05-01"), ("march", None), ("in march", "2026-03-31"), ("june works", "2026-06-01"), ("the 1st of the month", "2026-04-01"),
        ("el viernes", "2026-03-13"), ("mañana", "2026-03-11"), ("el 15", "2026-03-15"), ("el próximo mes", "2026-04-10"), ("la próxima semana", "2026-03-16"),
        ("fin de mes", "2026-03-31"), ("15 de abril", "2026-04-15"), ("en dos semanas", "2026-03-24"), ("pasado mañana", "2026-03-12"),
        ("on the 5th and 20th", "2026-03-20"), ("100 today and the rest friday", "2026-03-13"), ("by the 20", "2026-03-20"), ("the 31st", "2026-03-31"),
        ("february 30", None), ("soon", None), ("the 45th", None), ("month after next", "2026-05-01"), ("week after next", "2026-03-24"),
        ("a few days from now", "2026-03-13"), ("jan 5", "2027-01-05"), ("tonight", None), ("13/45", None),
    ],
)  # fmt: skip
def test_days_to_come(text: str, day: str | None) -> None:
    found = named(text).date
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("yesterday", "2026-03-09"), ("on monday", "2026-03-09"), ("last friday", "2026-03-06"), ("two weeks ago", "2026-02-24"), ("on the 5th", "2026-03-05"),
        ("january 9", "2026-01-09"), ("12/20", "2025-12-20"), ("last month", "2026-02-15"), ("last week", "2026-03-04"), ("this morning", "2026-03-10"),
        ("el mes pasado", "2026-02-15"), ("hace una semana", "2026-03-03"), ("day before yesterday", "2026-03-08"), ("the 10th last month", "2026-02-10"),
        ("end of the month", "2026-02-28"), ("last weekend", "2026-03-07"), ("over the weekend", "2026-03-07"), ("a month ago", "2026-02-10"), ("in march", "2026-03-10"),
        ("this week", "2026-03-10"), ("the 31st", "2026-01-31"), ("next friday", None), ("the middle of december", "2025-12-15"),
    ],
)  # fmt: skip
def test_days_that_have_been(text: str, day: str | None) -> None:
    found = named(text, "already_paid").date
    assert (found.isoformat() if found else None) == day


def test_today_is_a_day_when_nothing_else_of_the_amount_says_it() -> None:
    assert named("I'll pay today", "promise_to_pay").date == TODAY


def test_the_weekend_has_begun_on_a_saturday() -> None:
    saturday = datetime.date(2026, 3, 14)
    assert slots("this weekend", ["promise_to_pay"], saturday).date == saturday


def test_what_says_nothing_of_payments_has_no_terms() -> None:
    assert named("4 payments of $80 on friday", "ack_thanks").empty


def test_a_rhythm_is_no_day_and_a_bare_number_is_money() -> None:
    assert named("60 every other friday").date is None
    assert named("every two weeks 40").date is None
    assert named("no, I can do 45 not 80") == Slots(amount_cents=4500)
    assert named("can I do the other 60 on the 3rd") == Slots(amount_cents=6000, date=datetime.date(2026, 4, 3))
    assert named("two payments, the second on april 3rd").date == datetime.date(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("can I pay it over 99 months", 99), ("can we stretch it over about 120 months", 120), ("pagar en 90 meses", 90),
        ("I was there over 90 months ago", None), ("can I do 80 monthly payments", None),
    ],
)  # fmt: skip
def test_a_count_far_beyond_any_plan_is_heard_so_that_nothing_else_is_agreed_to_in_its_place(text: str, count: int | None) -> None:
    assert named(text).installments == count
