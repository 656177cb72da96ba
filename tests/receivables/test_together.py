"""Several balances paid at once: every cent lands on one of them, the oldest first, and comes back as it went."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.money import Cents
from receivables.together import Due, Share, TakenBack, as_recorded, in_proportion, oldest_first, total_of, what_is_left

QUICK = settings(max_examples=300, deadline=None, derandomize=True, database=None)
DUES = st.lists(st.integers(1, 90_000), min_size=1, max_size=8).map(
    lambda owed: [Due(f"b{place}", Cents(cents)) for place, cents in enumerate(owed)]
)


def dues(*cents: int) -> list[Due]:
    return [Due(f"b{place}", Cents(one)) for place, one in enumerate(cents, 1)]


def test_all_of_it_pays_each_whole() -> None:
    assert oldest_first(Cents(90_00), dues(20_00, 30_00, 25_00, 15_00)) == [
        ("b1", 20_00), ("b2", 30_00), ("b3", 25_00), ("b4", 15_00),
    ]  # fmt: skip


def test_a_part_pays_the_oldest_first_and_what_is_left_goes_to_the_next() -> None:
    assert oldest_first(Cents(35_01), dues(20_00, 30_00, 25_00)) == [("b1", 20_00), ("b2", 15_01)]
    assert oldest_first(Cents(1), dues(20_00, 30_00)) == [("b1", 1)]


@pytest.mark.parametrize("amount", [0, -1, 50_01])
def test_nothing_and_too_much_are_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="at most what is owed"):
        oldest_first(Cents(amount), dues(20_00, 30_00))


@QUICK
@given(DUES, st.data())
def test_every_cent_lands_on_a_balance_that_owes_it(owed: list[Due], data: st.DataObject) -> None:
    amount = Cents(data.draw(st.integers(1, int(total_of(owed)))))
    shares = oldest_first(amount, owed)
    assert sum(share.amount_cents for share in shares) == amount
    by_balance = {due.balance_id: due.outstanding_cents for due in owed}
    assert all(0 < share.amount_cents <= by_balance[share.balance_id] for share in shares)
    assert all(share.amount_cents == by_balance[share.balance_id] for share in shares[:-1]), "the older ones are whole"


@QUICK
@given(DUES, st.data())
def test_what_comes_back_is_divided_to_the_cent_and_never_more_than_was_paid(
    owed: list[Due], data: st.DataObject
) -> None:
    shares = [Share(*due) for due in owed]
    amount = Cents(data.draw(st.integers(1, int(total_of(owed)))))
    back = in_proportion(amount, shares)
    assert sum(share.amount_cents for share in back) == amount
    paid = dict(shares)
    assert all(0 < share.amount_cents <= paid[share.balance_id] for share in back)
    assert in_proportion(total_of(owed), shares) == shares, "all of it gives the parts themselves"


def test_a_refund_is_known_by_its_name_and_one_that_failed_takes_nothing() -> None:
    shares = [Share("b1", Cents(20_00)), Share("b2", Cents(30_00))]
    back = [
        TakenBack("re_1", 1, Cents(4_00), undone=False), TakenBack("re_1", 2, Cents(6_00), undone=False),
        TakenBack("re_2", 2, Cents(9_00), undone=True),
    ]  # fmt: skip
    assert what_is_left(shares, back) == [("b1", 16_00), ("b2", 24_00)]
    assert as_recorded("re_1", shares, back) == [("b1", 4_00), ("b2", 6_00)]
    assert as_recorded("re_3", shares, back) == []
