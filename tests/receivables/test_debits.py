"""Bank debits that come back: what may be done with each is said by its code, and never more than the law allows."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from stories import STEADY, Story

from receivables.debits import Back, Crossed, crossed, in_words, may_again, of_a_limit
from receivables.money import Cents
from receivables.policy import Policy
from receivables.steps import AskStaff
from runtime.rule_files import read_rules

RULES = read_rules(Path(__file__).resolve().parents[2] / "practices")
FIRST = date(2026, 3, 2)


def back(code: str, times: int = 1) -> Back:
    return Back(code, Cents(60_00), FIRST, times)


@pytest.mark.parametrize(
    ("code", "times", "days", "left"),
    [
        ("R01", 1, 0, 2), ("R01", 2, 0, 1), ("R01", 3, 0, None), ("R09", 1, 180, 2), ("R09", 1, 181, None),
        ("R02", 1, 0, None), ("R10", 1, 0, None), ("R99", 1, 0, None),
    ],
)  # fmt: skip
def test_only_two_codes_may_be_presented_again_twice_within_half_a_year(code, times, days, left) -> None:
    today = FIRST + timedelta(days=days)
    permitted = may_again(back(code, times), RULES.debit_return(code, today), today)
    assert permitted == (None if left is None else (left, FIRST + timedelta(days=180)))


def test_a_row_that_nobody_has_reviewed_permits_nothing_and_an_ended_one_says_nothing() -> None:
    row = RULES.debit_return("R01", FIRST)
    assert row is not None
    assert may_again(back("R01"), row.model_copy(update={"reviewer": None, "reviewed_on": None}), FIRST) is None
    assert RULES.debit_return("R01", date(2025, 12, 31)) is None


def test_what_a_person_reads_says_how_often_until_when_and_what_never() -> None:
    said = {code: in_words(back(code), RULES.debit_return(code, FIRST), FIRST) for code in ("R01", "R02", "R10", "R99")}
    assert said == {
        "R01": "The bank returned $60 (R01: not enough money in the account). It may be presented 2 times more until "
        "2026-08-29, for the same amount, marked RETRY PYMT.",
        "R02": "The bank returned $60 (R02: the account is closed). It must not be presented again.",
        "R10": "The bank returned $60 (R10: the account holder says it was not authorized). It must never be presented "
        "again, and what authorized it no longer holds: agree on another way.",
        "R99": "The bank returned $60 (R99: a code that is not in the rules). It must not be presented again.",
    }
    assert "once more until" in in_words(back("R09", 2), RULES.debit_return("R09", FIRST), FIRST)


def test_a_debit_that_came_back_asks_a_person_each_time_and_counts_how_often() -> None:
    story = Story(policy=Policy().under(RULES)).posted(60_00, history=STEADY).until(0, "15:00")
    for number in (1, 2, 3):
        story.pays(60_00, f"pay{number}").until(number * 5, "9:00")
        story.hears("payment_reversed", f"back{number}", payment_fact_id=f"pay{number}", amount_cents=60_00, why="returned", return_code="R01")
        story.until(number * 5 + 1, "9:00")
        story.hears("task_resolved", task_id=f"b1.debit_returned.{number}", outcome="done").until(number * 5 + 2, "9:00")
    assert story.asked == ["debit_returned"] * 3
    words = [one.step.summary for one in story.done if isinstance(one.step, AskStaff)]
    assert ["2 times more" in words[0], "once more" in words[1], "must not be presented again" in words[2]] == [True] * 3
    assert story.case.outstanding_cents == 60_00


def test_a_bounced_cheque_without_a_code_asks_nobody_and_is_owed_again() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "15:00").pays(60_00, "pay").until(1, "9:00")
    story.hears("payment_reversed", "back", payment_fact_id="pay", amount_cents=60_00, why="returned").until(3, "9:00")
    assert story.asked == []
    assert story.case.outstanding_cents == 60_00


@pytest.mark.parametrize(
    ("codes", "presented", "above"),
    [
        (["R10", "R07"], 400, []), (["R10", "R07"], 399, ["unauthorized"]), (["R02", "R03", "R04"], 100, []),
        (["R02", "R03", "R04"], 99, ["administrative"]), (["R01"] * 15, 100, []), (["R01"] * 15, 99, ["overall"]),
        (["R99"] * 16, 100, ["overall"]), ([], 0, []), (["R07"] * 2, 2, ["unauthorized", "overall"]),
        (["R07"], 1, []), (["R02"], 1, []), (["R01"], 1, []), (["R01", "R10"], 300, []),
    ],
)  # fmt: skip
def test_a_limit_is_crossed_when_more_debits_come_back_than_it_allows(codes, presented, above) -> None:
    found = [row.counts for row in RULES.ratios("medical", FIRST) if crossed(codes, presented, row, RULES, FIRST)]
    assert found == above


def test_what_a_person_reads_about_a_limit_says_how_many_of_how_many_and_what_follows() -> None:
    rows = {row.counts: row for row in RULES.ratios("medical", FIRST)}
    assert of_a_limit(Crossed(rows["unauthorized"], 2, 110)) == (
        "2 of 110 bank debits of the last 60 days came back as unauthorized: the banks allow 0.5 % "
        "(US.debits_unauthorized v2). Until this is finished the payment pages offer cards only."
    )
    assert "came back: the banks allow 15 %" in of_a_limit(Crossed(rows["overall"], 20, 110))
    assert RULES.ratios("medical", date(2025, 12, 31)) == []
