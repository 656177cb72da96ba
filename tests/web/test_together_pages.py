"""`/p/{code}/together`: all, some or a part of several balances on one card page, without scripts and in two languages."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect
from test_pay_page_in_a_browser import PHONE, WCAG, keep_picture, phone, site  # noqa: F401 - fixtures
from web_world import CODE, page

from receivables.money import Cents
from store.pay_links import OtherBalance

PAGE = f"/p/{CODE}/together"
OLD, NEW, PLAN = "o" * 22, "n" * 22, "p" * 22
OTHERS = (
    OtherBalance(OLD, Cents(20_00), "b0", older=True),
    OtherBalance(NEW, Cents(30_00), "b2"),
    OtherBalance(PLAN, Cents(99_00), "b9", joins=False),
)
ALL = {f"pay-{code}": "yes" for code in (OLD, CODE, NEW)}
SEEN = {"seen": "2000.21500.3000"}


@pytest.fixture
def family(world):
    world.pages.page = page(others=OTHERS)
    return world


def shares(world) -> list[tuple[str, int]]:
    (order,) = world.checkout.orders
    assert order.amount_cents == sum(share.amount_cents for share in order.shares)
    assert world.opened.shares["cs_1"] == order.shares
    return [(share.balance_id, int(share.amount_cents)) for share in order.shares]


async def test_the_page_lists_what_may_be_paid_together_the_oldest_first(web, family) -> None:
    text = (await web.get(PAGE)).text
    assert "$265.00" in text
    assert re.findall(r"<strong>(\$[\d.]+)</strong>", text) == ["$20.00", "$215.00", "$30.00"]
    assert "$99.00" not in text, "what a plan or a dispute keeps apart is left out"
    own = (await web.get(f"/p/{CODE}")).text
    assert "/together?lang=en" in own
    assert "Pay $265.00 together" in own


async def test_all_of_them_are_paid_on_one_card_page(web, family) -> None:
    answer = await web.post(PAGE, data=ALL | SEEN | {"choice": "full", "amount": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "https://checkout.stripe.com/c/pay/cs_1")
    assert shares(family) == [("b0", 20_00), ("b1", 215_00), ("b2", 30_00)]


async def test_the_patient_chooses_which(web, family) -> None:
    ticked = {f"pay-{NEW}": "yes", f"pay-{OLD}": "yes"}
    await web.post(PAGE, data=ticked | SEEN | {"choice": "full"})
    assert shares(family) == [("b0", 20_00), ("b2", 30_00)]


@pytest.mark.parametrize("choice", ["part", "full"])
async def test_a_part_pays_the_oldest_first_whichever_button_the_return_key_pressed(web, family, choice) -> None:
    await web.post(PAGE, data=ALL | SEEN | {"choice": choice, "amount": "40.50"})
    assert shares(family) == [("b0", 20_00), ("b1", 20_50)]


async def test_one_that_was_paid_meanwhile_is_shown_anew_and_nothing_is_opened(web, family) -> None:
    family.pages.page = page(others=OTHERS[1:])
    answer = await web.post(PAGE, data=ALL | SEEN | {"choice": "full"})
    assert answer.status_code == 409
    assert "One of your balances has changed. Together they are $245.00 now." in answer.text
    assert family.checkout.orders == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"choice": "full"}, "Tick at least one balance."),
        (ALL | {"choice": "part", "amount": ""}, "Type the amount you want to pay"),
        (ALL | {"choice": "part", "amount": "forty"}, "Write the amount in dollars and cents"),
        (ALL | {"choice": "part", "amount": "265.01"}, "You owe $265.00 now."),
        ({f"pay-{OLD}": "yes", "choice": "part", "amount": "20.01"}, "You owe $20.00 now."),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_words(web, family, form, said) -> None:
    answer = await web.post(PAGE, data=form | SEEN)
    assert answer.status_code == 422
    assert said in answer.text
    assert family.checkout.orders == []


async def test_one_balance_alone_needs_no_such_page(web, world) -> None:
    for answer in (await web.get(PAGE), await web.post(PAGE, data={"seen": "21500", f"pay-{CODE}": "no"})):
        assert (answer.status_code, answer.headers["location"]) == (303, f"/p/{CODE}?lang=en")
    assert "/together" not in (await web.get(f"/p/{CODE}")).text


async def test_in_spanish(web, family) -> None:
    text = (await web.get(f"{PAGE}?lang=es")).text
    assert "Elija lo que quiere pagar" in text
    assert "$265.00" in text


@pytest.mark.browser
@pytest.mark.parametrize("state", ["together", "together spanish", "together wrong", "owed with others"])
async def test_axe_finds_no_fault_with_it(site, phone, state) -> None:  # noqa: F811 - fixtures
    world, address = site
    world.pages.page = page(others=OTHERS, language="es" if "spanish" in state else "en")
    await phone.goto(address if "owed" in state else f"{address}/together")
    if "wrong" in state:
        for box in await phone.get_by_role("checkbox").all():
            await box.uncheck()
        await phone.get_by_role("button", name="Pay what is ticked").tap()
        await expect(phone.get_by_role("alert")).to_contain_text("Tick at least one balance.")
    await keep_picture(phone, state)
    found = (await Axe().run(phone, options=WCAG)).response["violations"]
    assert not found, [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


@pytest.mark.browser
async def test_it_works_without_javascript(site, chromium) -> None:  # noqa: F811 - a fixture
    world, address = site
    world.pages.page = page(others=OTHERS)
    context = await chromium.new_context(java_script_enabled=False, viewport=PHONE)
    plain = await context.new_page()
    await plain.goto(f"{address}/together")
    await plain.get_by_role("checkbox").first.uncheck()
    await plain.get_by_role("button", name="Pay what is ticked").click()
    await expect(plain.get_by_role("heading", name="Card page")).to_be_visible()
    await context.close()
    assert [share.balance_id for share in world.checkout.orders[-1].shares] == ["b1", "b2"]
