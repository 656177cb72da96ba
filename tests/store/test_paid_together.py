"""Pages on which several balances are paid: which are out of date, which close each other, and who may open them."""

from __future__ import annotations

import pytest

from receivables.facts import PaymentReversed
from receivables.money import Cents
from receivables.proof import Movement
from receivables.together import Share, TakenBack
from store.checkouts import Checkouts, OpenedCheckout
from store.fact_book import FactBook
from store.joint_movements import as_recorded
from store.pay_links import PayLinks
from store.whose import PaidFor
from tests.store.told import NOON, adjusted, after, karen, paid, posted, taken_back

SHARES = [Share("b1", Cents(215_00)), Share("b2", Cents(20_00))]


@pytest.fixture
async def checkouts(pool) -> Checkouts:
    await FactBook(pool).keep([posted("b1"), posted("b2", cents=20_00), posted("b3", cents=30_00)], NOON)
    book = Checkouts(pool)
    for _ in range(2):
        await book.keep("joint", "p1", "b1", Cents(235_00), NOON, SHARES)
    return book


async def test_a_joint_page_is_up_to_date_until_one_of_its_balances_owes_less(checkouts, pool):
    assert await checkouts.outdated(NOON) == []
    await FactBook(pool).keep([paid("pay3", 30_00, "b3")], NOON)
    assert await checkouts.outdated(NOON) == []
    await FactBook(pool).keep([paid("pay2", 5_00, "b2")], NOON)
    assert [page.session_id for page in await checkouts.outdated(NOON)] == ["joint"]


async def test_a_share_that_was_lowered_makes_the_joint_page_ask_too_much(checkouts, pool):
    await FactBook(pool).keep([adjusted(200_00, after(hours=1))], NOON)
    assert [page.session_id for page in await checkouts.outdated(NOON)] == ["joint"]


@pytest.mark.parametrize(("balance", "closes"), [("b1", ["joint"]), ("b2", ["joint"]), ("b3", [])])
async def test_a_page_for_one_of_them_closes_the_joint_one(checkouts, balance, closes):
    await checkouts.keep("alone", "p1", balance, Cents(20_00), NOON)
    others = await checkouts.others(OpenedCheckout("alone", "p1", balance, Cents(20_00), NOON))
    assert [page.session_id for page in others] == closes


async def test_a_joint_page_closes_the_single_ones(checkouts):
    await checkouts.keep("alone2", "p1", "b2", Cents(20_00), NOON)
    await checkouts.keep("alone3", "p1", "b3", Cents(30_00), NOON)
    others = await checkouts.others(OpenedCheckout("joint", "p1", "b1", Cents(235_00), NOON))
    assert [page.session_id for page in others] == ["alone2"]


async def test_whose_a_joint_payment_is_is_found_by_the_processors_own_name_for_it(checkouts, pool):
    facts = FactBook(pool)
    parts = [paid("stripe.pi_1.1", 215_00, "b1"), paid("stripe.pi_1.2", 20_00, "b2"), paid("stripe.pi_2", 30_00, "b3")]
    await facts.keep(parts, NOON)
    assert await facts.balance_of_payment("stripe.pi_1") == PaidFor("p1", "b1", tuple(SHARES))
    assert await facts.balance_of_payment("stripe.pi_2") == PaidFor("p1", "b3")
    assert await facts.balance_of_payment("stripe.pi_3") is None


async def test_sensitive_care_is_not_told_of_on_the_page_of_another_balance(pool):
    hidden = posted("b2", cents=20_00).model_copy(update={"sensitive": True})
    await FactBook(pool).keep([posted("b1"), hidden, posted("b3", cents=30_00)], NOON)
    links = PayLinks(pool)
    page = await links.open(await links.code_for("p1", "b1"))
    assert page is not None
    assert [(other.balance_id, other.older) for other in page.others] == [("b3", False)]


async def test_whoever_owed_it_before_opens_it_no_more(pool):
    """After a divorce the balance is posted to the other parent: the first one's link shows neither name nor amount."""
    facts, links = FactBook(pool), PayLinks(pool)
    await facts.keep([posted("b1", guarantor=karen("mother")), posted("b2", guarantor=karen("mother"))], NOON)
    before, kept = await links.code_for("p1", "b1"), await links.code_for("p1", "b2")
    await facts.keep([posted("b1", guarantor=karen("father"), at=after(days=1))], NOON)
    now = await links.code_for("p1", "b1")
    old, new, mothers = await links.open(before), await links.open(now), await links.open(kept)
    assert old is not None
    assert old.revoked
    assert now != before
    assert new is not None
    assert mothers is not None
    assert (new.revoked, new.others, mothers.others) == (False, (), ())


def back(name: str, place: int, cents: int) -> PaymentReversed:
    return taken_back(f"stripe.pi_1.{place}", cents, f"b{place}").model_copy(update={"fact_id": name})


async def test_what_was_taken_back_of_a_joint_payment_is_known_part_by_part_and_its_movement_is_divided_alike(checkouts, pool):
    book = FactBook(pool)
    await book.keep([paid("stripe.pi_1.1", 215_00, "b1"), paid("stripe.pi_1.2", 20_00, "b2")], NOON)
    refund = [back("stripe.re_1.1", 1, 9_14), back("stripe.re_1.2", 2, 86)]
    again = paid("stripe.re_1.failed.2", 86, "b2").model_copy(update={"undoes": "stripe.re_1.2"})
    own = back("stripe.re_2", 1, 5_00)
    await book.keep([*refund, again, own], NOON)
    found = await book.balance_of_payment("stripe.pi_1")
    assert found is not None
    assert sorted(found.back) == [
        TakenBack("stripe.re_1", 1, Cents(9_14), False), TakenBack("stripe.re_1", 2, Cents(86), True),
        TakenBack("stripe.re_2", 1, Cents(5_00), False),
    ]  # fmt: skip
    moved = [
        Movement(reference=f"txn.{place}", fact_id=f"stripe.re_1.{place}", practice_id="p1", balance_id=f"b{place}",
                 amount_cents=Cents(cents), fee_cents=Cents(fee), at=NOON, joint="stripe.re_1")
        for place, cents, fee in ((1, -9_15, 3), (2, -85, 0))
    ]  # fmt: skip
    told = await as_recorded(pool, "p1", moved)
    assert [(one.fact_id, one.balance_id, one.amount_cents, one.fee_cents) for one in told] == [
        ("stripe.re_1.1", "b1", -9_14, 3), ("stripe.re_1.2", "b2", -86, 0),
    ]  # fmt: skip
    other = [one.model_copy(update={"amount_cents": Cents(-1_00)}) for one in moved]
    assert await as_recorded(pool, "p1", other) == other, "a sum that is not ours is left to be found"
