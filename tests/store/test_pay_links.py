"""A patient's page opens by a code nobody can guess, shows what is owed now, and can be closed for good."""

from __future__ import annotations

import pytest

from receivables.case import CloseReason, Stage
from receivables.steps import Close
from store.case_book import PostgresCaseBook, UnknownBalanceError
from store.codes import ALPHABET, LENGTH, new_code
from store.fact_book import FactBook
from store.pay_links import PayLinks
from store.pool import Pool
from tests.store.told import NOON, adjusted, after, case_of, decision, paid, posted, taken_back


@pytest.fixture
async def links(pool: Pool) -> PayLinks:
    await FactBook(pool).keep([posted("b1"), posted("b2")], NOON)
    return PayLinks(pool)


async def test_the_page_shows_what_is_owed_at_this_moment(links, pool):
    code = await links.code_for("p1", "b1")
    page = await links.open(code)
    assert (page.practice_id, page.balance_id, page.first_name, page.language) == ("p1", "b1", "Karen", "en")
    assert (page.outstanding_cents, page.payments, page.closed, page.revoked) == (215_00, [], False, False)
    await FactBook(pool).keep([adjusted(200_00, after(hours=1)), paid(cents=50_00), taken_back(cents=10_00)], NOON)
    page = await links.open(code)
    assert (page.responsibility_cents, page.paid_cents, page.outstanding_cents) == (200_00, 40_00, 160_00)
    assert [(payment.amount_cents, payment.where) for payment in page.payments] == [(50_00, "page"), (-10_00, "other")]
    assert page.payments[0].at == NOON


async def test_the_page_of_a_closed_balance_says_so(links, pool):
    case = case_of().model_copy(update={"close_reason": CloseReason.paid})
    await PostgresCaseBook(pool).record(case, decision(Close(reason=CloseReason.paid), stage=Stage.closed))
    assert (await links.open(await links.code_for("p1", "b1"))).closed


async def test_codes_are_long_random_and_different_for_every_balance(links):
    codes = {new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert all(len({code[place] for code in codes}) > 50 for place in range(1, LENGTH - 1))
    assert await links.code_for("p1", "b1") != await links.code_for("p1", "b2")
    assert await links.code_for("p1", "b1") == await links.code_for("p1", "b1")


@pytest.mark.parametrize("code", ["", "b1", "' OR 1=1 --", "é" * 22, "a" * 22, "a" * 5000])
async def test_a_guessed_code_opens_nothing(links, code):
    assert await links.open(code) is None


async def test_a_revoked_code_is_known_but_closed_and_the_next_message_has_another(links):
    code = await links.code_for("p1", "b1")
    assert await links.revoke(code, NOON)
    assert (await links.open(code)).revoked
    fresh = await links.code_for("p1", "b1")
    assert fresh != code
    assert not (await links.open(fresh)).revoked
    assert not await links.revoke(code, NOON)
    assert not await links.revoke("a" * 22, NOON)


async def test_a_balance_nobody_posted_has_no_page(links):
    with pytest.raises(UnknownBalanceError):
        await links.code_for("p1", "nobody")


async def test_whoever_knocks_too_often_waits_until_the_stretch_is_over(links, pool):
    knocks = [await links.too_often("203.0.113.7", after(seconds=n), 3, 60) for n in range(5)]
    assert knocks == [False, False, False, True, True]
    assert not await links.too_often("203.0.113.8", after(seconds=5), 3, 60)
    assert not await links.too_often("203.0.113.7", after(seconds=61), 3, 60)
    await links.forget_knocks(after(days=1))
    assert await pool.fetchval("SELECT count(*) FROM knocks") == 0
