"""Paying in parts in real Chromium: on a phone, by keyboard, without JavaScript, and judged by axe."""

from collections.abc import Callable

import pytest
from playwright.async_api import Page, expect
from starlette.applications import Starlette
from starlette.routing import Route
from test_pay_page_in_a_browser import PHONE, Serve, card_page, keep_picture, phone, without_fault
from web_world import CODE, World, page

pytestmark = pytest.mark.browser
__all__ = ["phone"]


@pytest.fixture
async def site(serve: Serve) -> tuple[World, str]:
    cards = await serve(Starlette(routes=[Route("/c/pay/{session}", card_page)]))
    world = World(checkout_origins=(cards,))
    world.checkout.base = cards
    return world, f"{await serve(world.app)}/p/{CODE}"


def nothing(_: World) -> None:
    """As Karen's balance is."""


def with_plan(world: World) -> None:
    world.plans.in_force()


def with_card(world: World) -> None:
    world.plans.in_force()
    world.plans.enrolled()


def half_way(world: World) -> None:
    with_card(world)
    world.plans.hear(
        "payment_recorded", amount_cents=71_67, paid_at=world.clock.moment, plan_id="b1.plan.1", installment=1, attempt=1
    )
    world.plans.hear("charge_pending", plan_id="b1.plan.1", installment=2, attempt=1, vendor_reference="pi_2")
    world.pages.page = page(paid=71_67)


def beside(world: World) -> None:
    days = [{"number": n, "amount_cents": 20_00, "due_on": f"2026-0{n + 2}-20"} for n in (1, 2, 3)]
    world.plans.hear("plan_beside", other_balance_id="b0", plan_id="b0.plan.1", installments=days)


def in_new_york(world: World) -> None:
    world.plans.state = "NY"


def new_york_plan(world: World) -> None:
    with_plan(world)
    in_new_york(world)


def undecided(world: World) -> None:
    world.plans.sets_up = False
    choice = world.plans.case
    world.plans.hear("plan_agreed", installments=[{"number": 1, "amount_cents": 215_00, "due_on": "2026-04-01"}], by="page")
    assert choice is not None


def too_small(world: World) -> None:
    world.plans.owe(30_00)
    world.pages.page = page(owed=30_00)


STATES: dict[str, tuple[Callable[[World], None], str]] = {
    "plans to choose": (nothing, "/plan"), "plans to choose in Spanish": (nothing, "/plan?lang=es"),
    "plan waits": (undecided, "/plan"), "no plan possible": (too_small, "/plan"),
    "plan without a card": (with_plan, ""), "plan with a card": (with_card, "/plan?told=card"),
    "plan with a card in Spanish": (with_card, "/plan?lang=es"), "plan half way": (half_way, "/plan"),
    "authorize a card": (with_plan, "/card"), "authorize a card in New York": (new_york_plan, "/card"),
    "authorize a card in Spanish": (with_plan, "/card?lang=es"), "move a payment": (with_plan, "/plan/move"),
    "stop card payments": (with_card, "/plan/stop"), "skip a payment": (with_card, "/plan/skip"),
    "a smaller payment in Spanish": (with_plan, "/plan/smaller?lang=es"), "end the plan": (with_card, "/plan/cancel"),
    "the plan is ended": (nothing, "/plan/cancel"), "plans with one that joins": (beside, "/plan"),
    "receipt": (half_way, "/receipt"),
    "owed in New York": (in_new_york, ""), "plan in New York": (new_york_plan, ""), "another amount": (with_card, "?pay"),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
async def test_axe_finds_no_fault_and_nothing_is_cut_off_in_any_state_of_a_plan(site, phone, state) -> None:
    world, address = site
    prepare, path = STATES[state]
    prepare(world)
    answer = await phone.goto(address + path)
    assert answer is not None
    assert answer.status == 200
    await keep_picture(phone, state)
    await without_fault(phone)
    await phone.set_viewport_size({"width": 320, "height": 740})
    assert await phone.evaluate("document.documentElement.scrollWidth") <= 320
    for thing in await phone.locator("button, a, select, label:has(input)").all():
        box = await thing.bounding_box()
        assert box is not None
        assert box["height"] >= 44, await thing.inner_text()


async def test_karen_agrees_to_a_plan_and_then_lets_her_card_be_charged_in_a_step_of_its_own(site, phone) -> None:
    world, address = site
    await phone.goto(address)
    await phone.get_by_role("link", name="See payment plans").tap()
    await expect(phone.get_by_role("heading", name="Pay over time")).to_be_visible()
    await expect(phone.get_by_role("main")).to_contain_text("$215.00")
    await phone.get_by_role("button", name="Agree to this plan").tap()
    await expect(phone.get_by_role("status")).to_contain_text("Your plan is set up")
    assert world.vault.orders == [], "agreeing to a plan charges no card"
    await phone.get_by_role("link", name="Pay by card on each day").tap()
    await expect(phone.get_by_role("heading", name="Let us charge your card")).to_be_visible()
    await phone.get_by_role("button", name="Go to the card page").tap()
    await expect(phone.get_by_role("alert")).to_contain_text("Tick the box to agree")
    await keep_picture(phone, "authorize without a tick")
    await without_fault(phone)
    await phone.get_by_label("I agree.").check()
    await phone.get_by_role("button", name="Go to the card page").tap()
    await expect(phone.get_by_role("heading", name="Card page")).to_be_visible()
    world.plans.enrolled()
    await phone.goto(f"{address}/card/thanks?session=cs_card")
    await expect(phone.get_by_role("status")).to_contain_text("Your card Visa 4242 is saved")
    await expect(phone.get_by_role("main")).to_contain_text("There is nothing you need to do")


async def test_everything_about_a_plan_works_without_javascript_and_by_keyboard(site, chromium) -> None:
    world, address = site
    context = await chromium.new_context(java_script_enabled=False, viewport=PHONE)
    page_: Page = await context.new_page()
    await page_.goto(f"{address}/plan")
    await page_.locator("#plan-1").focus()
    await page_.keyboard.press("ArrowDown")
    await page_.keyboard.press("Enter")
    await expect(page_.get_by_role("status")).to_contain_text("Your plan is set up")
    assert len(world.plans.case.plan.installments) == 4
    await page_.get_by_role("link", name="Move the next payment").click()
    await page_.get_by_label("New date").select_option(index=2)
    await page_.get_by_role("button", name="Move it").click()
    await expect(page_.get_by_role("status")).to_contain_text("Done.")
    await page_.get_by_role("link", name="Skip the next payment").click()
    await page_.get_by_role("button", name="Skip it").click()
    await expect(page_.get_by_role("status")).to_contain_text("Your plan is changed")
    await page_.get_by_role("link", name="Pay another amount").click()
    await expect(page_.get_by_label("Amount in dollars")).to_be_visible()
    await context.close()
