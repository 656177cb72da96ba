"""The patient's page in real Chromium: on a phone, by keyboard, without JavaScript, and judged by axe."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from web_world import CODE, World, page

pytestmark = pytest.mark.browser

PHONE = {"width": 375, "height": 740}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
Serve = Callable[[object], Awaitable[str]]


async def card_page(request: Request) -> HTMLResponse:
    """Stands in for the vendor's hosted page, on an origin of its own."""
    return HTMLResponse("<!doctype html><html lang=en><title>Card</title><h1>Card page</h1></html>")


@pytest.fixture
async def site(serve: Serve) -> tuple[World, str]:
    cards = await serve(Starlette(routes=[Route("/c/pay/{session}", card_page)]))
    world = World(checkout_origins=(cards,))
    world.checkout.base = cards
    return world, f"{await serve(world.app)}/p/{CODE}"


@pytest.fixture
async def phone(chromium: Browser):
    context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    yield await context.new_page()
    await context.close()


async def keep_picture(phone: Page, name: str) -> None:
    """For looking at: only when PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        await phone.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def without_fault(phone: Page) -> None:
    found = (await Axe().run(phone, options=WCAG)).response["violations"]
    assert not found, [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


STATES = {
    "owed": (page(), "", 200),
    "part paid": (page(paid=100_00), "", 200),
    "paid": (page(paid=215_00), "", 200),
    "credit": (page(paid=220_00), "", 200),
    "nothing": (page(closed=True), "", 200),
    "small": (page(owed=20_00, paid=19_60), "", 200),
    "spanish": (page(language="es", paid=100_00), "", 200),
    "spanish paid": (page(language="es", paid=215_00), "", 200),
    "cancelled": (page(), "/cancelled", 200),
    "stop e-mails": (page(), "/stop-emails", 200),
    "revoked": (page(revoked=True), "", 404),
}


@pytest.mark.parametrize("state", STATES)
async def test_axe_finds_no_fault_in_any_state_of_the_page(site, phone, state) -> None:
    world, address = site
    world.pages.page, path, status = STATES[state]
    answer = await phone.goto(address + path)
    assert answer is not None
    assert answer.status == status
    await keep_picture(phone, state)
    await without_fault(phone)


async def test_axe_finds_no_fault_when_an_amount_is_wrong_and_the_field_is_where_the_patient_is_taken(site, phone) -> None:
    _, address = site
    await phone.goto(address)
    await phone.get_by_label("Amount in dollars").fill("500")
    await phone.get_by_role("button", name="Pay this amount").tap()
    await expect(phone.get_by_role("alert")).to_contain_text("You owe $215.00 now. Type that amount or less.")
    field = phone.get_by_label("Amount in dollars")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("500")
    await expect(field).to_have_accessible_description(
        "Any amount from $1.00 to $215.00. You can pay the rest later on this same page. You owe $215.00 now. Type that amount or less."
    )
    await expect(phone).to_have_title("Please check the amount. Your balance with Lakeside Family Care")
    await keep_picture(phone, "wrong amount")
    await without_fault(phone)
    await phone.get_by_role("link", name="You owe $215.00 now").tap()
    await expect(field).to_be_focused()


async def test_axe_finds_no_fault_when_the_amount_has_changed_meanwhile(site, phone) -> None:
    world, address = site
    await phone.goto(address)
    world.pages.page = page(owed=240_00)
    await phone.get_by_role("button", name="Pay $215.00").tap()
    await expect(phone.get_by_role("alert")).to_contain_text("It is $240.00 now.")
    await keep_picture(phone, "changed amount")
    await without_fault(phone)


async def test_karen_pays_all_of_it_on_her_phone_and_comes_back(site, phone) -> None:
    world, address = site
    await phone.goto(address)
    await phone.get_by_role("button", name="Pay $215.00").tap()
    await expect(phone.get_by_role("heading", name="Card page")).to_be_visible()
    world.pages.page = page(paid=215_00)
    await phone.goto(f"{address}/thanks?session=cs_1")
    await expect(phone.get_by_role("heading", name="Thank you, Karen")).to_be_visible()
    await expect(phone.get_by_text("Nothing is owed now.")).to_be_visible()


async def test_axe_finds_no_fault_in_the_thanks_before_the_money_is_counted(site, phone) -> None:
    _, address = site
    await phone.goto(address)
    await phone.get_by_role("button", name="Pay $215.00").tap()
    await expect(phone.get_by_role("heading", name="Card page")).to_be_visible()
    await phone.goto(f"{address}/thanks?session=cs_1")
    await expect(phone.get_by_role("heading", name="Thank you, Karen")).to_be_visible()
    await keep_picture(phone, "thanks")
    await without_fault(phone)
    await phone.get_by_role("link", name="See what is owed now").tap()
    await expect(phone.get_by_role("button", name="Pay $215.00")).to_be_visible()


async def test_a_part_is_paid_by_keyboard_alone(site, phone) -> None:
    world, address = site
    await phone.goto(address)
    reached = []
    for _ in range(5):
        await phone.keyboard.press("Tab")
        reached.append(await phone.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
    assert reached == ["Español", "Pay $215.00", "See payment plans", "amount", "Pay this amount"]
    await phone.keyboard.press("Shift+Tab")
    await phone.keyboard.type("47.50")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", name="Card page")).to_be_visible()
    assert world.checkout.orders[0].amount_cents == 47_50


async def test_everything_works_without_javascript(site, chromium) -> None:
    world, address = site
    context = await chromium.new_context(java_script_enabled=False, viewport=PHONE)
    page_ = await context.new_page()
    await page_.goto(address)
    await page_.get_by_label("Amount in dollars").fill("not money")
    await page_.get_by_role("button", name="Pay this amount").click()
    await expect(page_.get_by_role("alert")).to_contain_text("Write the amount in dollars and cents")
    await page_.get_by_label("Amount in dollars").fill("20")
    await page_.get_by_role("button", name="Pay this amount").click()
    await expect(page_.get_by_role("heading", name="Card page")).to_be_visible()
    await context.close()
    assert world.checkout.orders[0].amount_cents == 20_00


async def test_everything_can_be_tapped_with_a_thumb_and_nothing_is_cut_off(site, phone) -> None:
    world, address = site
    world.pages.page = page(owed=9_999_999, first_name="Maximiliana-Alexandrina")
    for width in (320, 375, 1280):
        await phone.set_viewport_size({"width": width, "height": 740})
        await phone.goto(address)
        assert await phone.evaluate("document.documentElement.scrollWidth") <= width
        for thing in await phone.locator("button, a, input:not([type=hidden])").all():
            box = await thing.bounding_box()
            assert box is not None
            assert box["height"] >= 44, await thing.inner_text()
    await keep_picture(phone, "wide")


async def test_text_of_twice_the_size_still_fits(site, phone) -> None:
    _, address = site
    await phone.set_viewport_size({"width": 320, "height": 740})
    await phone.goto(address)
    await phone.evaluate("document.documentElement.style.fontSize = '200%'")
    await keep_picture(phone, "large print")
    assert await phone.evaluate("document.documentElement.scrollWidth") <= 320
    cut_off = "[...document.querySelectorAll('main *')].filter(it => it.scrollWidth > it.clientWidth + 1 && it.clientWidth).map(it => it.outerHTML)"
    assert await phone.evaluate(cut_off) == []


async def test_the_page_asks_nobody_else_for_anything_and_tells_nobody_where_it_is(site, phone) -> None:
    _, address = site
    asked: list[tuple[str, str | None]] = []
    complaints: list[str] = []
    phone.on("request", lambda request: asked.append((request.url, request.headers.get("referer"))))
    phone.on("console", lambda message: complaints.append(message.text))
    await phone.goto(address)
    await phone.get_by_role("button", name="Pay $215.00").tap()
    await expect(phone.get_by_role("heading", name="Card page")).to_be_visible()
    ours, foreign = [url for url, _ in asked if url.startswith(address)], [url for url, _ in asked if not url.startswith(address)]
    assert len(ours) == 2
    assert [url for url in foreign if "/c/pay/" not in url and "favicon" not in url and not url.startswith("data:")] == []
    assert {referer for _, referer in asked} == {None}
    assert [text for text in complaints if "Content Security Policy" in text] == []
    assert await phone.context.cookies() == []
