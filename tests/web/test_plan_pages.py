"""Paying in parts on the patient's page: what was seen is what is agreed to, and a card is a step of its own."""

import re
from datetime import date

import pytest
from card_world import POLICY
from test_pay_page import words
from web_world import BASE, CODE, LAKESIDE, page

from receivables.errors import CannotKnow, Refused, TryLater
from receivables.plans.page import look_at
from web.plan_views import terms_key

PAGE = f"/p/{CODE}"


def keys(answer) -> list[str]:
    return re.findall(r'name="terms" value="(\w+)"', answer.text)


def reported(world, kind):
    return [fact for fact in world.desk.facts.values() if fact.kind == kind]


async def seen(web) -> str:
    return re.findall(r'name="seen" value="(\w+)"', (await web.get(f"{PAGE}/card")).text)[0]


async def test_the_page_of_a_balance_leads_to_plans_but_not_for_people_who_pay_at_once(web, world) -> None:
    assert "3 payments of about $71.67, one each month. No interest and no fees." in words(await web.get(PAGE))
    world.plans.owe(215_00, (3, 5, 9, 12))
    assert "Or pay over time" not in words(await web.get(PAGE))
    assert keys(await web.get(f"{PAGE}/plan")), "who asks for one finds them"


async def test_all_amounts_days_and_totals_stand_there_before_anybody_agrees(web) -> None:
    said = words(await web.get(f"{PAGE}/plan"))
    for line in ("March 16, 2026 $71.67", "May 18, 2026 $71.66", "Total $215.00", "4 payments, $53.75 a month"):
        assert line in said


async def test_what_was_seen_is_agreed_to_once_however_often_the_button_is_pressed(web, world, monkeypatch) -> None:
    monkeypatch.setattr("web.plan_pages.PATIENCE_S", 0.2)
    first, *_ = keys(await web.get(f"{PAGE}/plan"))
    world.plans.sets_up = False
    for _ in range(2):
        world.plans.case.agreement = None
        answer = await web.post(f"{PAGE}/plan", data={"terms": first})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/plan?told=agreed&lang=en")
    (agreed,) = reported(world, "plan_agreed")
    assert terms_key(agreed.installments) == first
    assert (agreed.by, agreed.balance_id, sum(due.amount_cents for due in agreed.installments)) == ("page", "b1", 215_00)
    assert world.vault.orders == []


@pytest.mark.parametrize(("form", "status", "sentence"), [
    ({"terms": ""}, 422, "Choose one of the plans, then press the button."),
    ({"terms": "0123456789abcdef"}, 409, "Nothing was agreed. Please choose again."),
])  # fmt: skip
async def test_terms_that_are_missing_or_of_yesterday_are_not_agreed_to(web, world, form, status, sentence) -> None:
    answer = await web.post(f"{PAGE}/plan", data=form)
    assert answer.status_code == status
    assert sentence in words(answer)
    assert keys(answer)
    assert reported(world, "plan_agreed") == []


async def test_while_a_person_looks_at_it_the_patient_sees_what_was_agreed(web, world) -> None:
    world.plans.sets_up = False
    choice = look_at(world.plans.case, POLICY, LAKESIDE, date(2026, 3, 2)).choices[0]
    world.plans.hear("plan_agreed", installments=choice.dues, by="page")
    for answer in (await web.get(f"{PAGE}/plan"), await web.post(f"{PAGE}/plan", data={"terms": terms_key(choice.dues)})):
        assert "at most in one working day" in words(answer)
        assert "March 16, 2026 $71.67" in words(answer)


async def test_a_balance_too_small_for_a_plan_or_with_nothing_owed_says_what_to_do(web, world) -> None:
    world.plans.owe(30_00)
    for answer in (await web.get(f"{PAGE}/plan"), await web.post(f"{PAGE}/plan", data={"terms": "x"})):
        assert "Please call (312) 555-0100" in words(answer)
    world.pages.page = page(paid=215_00)
    assert "Nothing is owed now." in words(await web.get(f"{PAGE}/plan"))
    assert "Nothing is owed now." in words(await web.post(f"{PAGE}/plan", data={"terms": "x"}))


async def test_a_plan_in_force_is_what_its_page_shows_first_and_other_amounts_can_still_be_paid(web, world) -> None:
    world.plans.in_force()
    said = words(await web.get(PAGE))
    assert "your next payment is $71.67 on March 16, 2026" in said
    assert "Pay by card on each day" in said
    assert "Amount in dollars" in words(await web.get(f"{PAGE}?pay"))
    await web.post(PAGE, data={"choice": "part", "amount": "71.67"})
    assert world.checkout.orders[0].amount_cents == 71_67


async def test_while_a_debit_is_on_its_way_nobody_is_asked_to_pay_it_a_second_time(web, world) -> None:
    world.plans.in_force()
    assert "Pay all that is left" in words(await web.get(PAGE))
    world.plans.enrolled()
    world.plans.hear("charge_pending", plan_id="b1.plan.1", installment=1, attempt=1, vendor_reference="pi_1")
    said = words(await web.get(PAGE))
    assert "On its way" in said
    assert "Pay all that is left" not in said


async def test_a_card_is_authorized_by_words_that_are_kept_as_they_stood_with_amounts_and_dates(web, world) -> None:
    world.plans.in_force()
    answer = await web.post(f"{PAGE}/card", data={"agree": "yes", "seen": await seen(web)})
    assert (answer.status_code, answer.headers["location"]) == (303, "https://checkout.stripe.com/c/pay/cs_card")
    (order,) = world.vault.orders
    assert (order.practice_id, order.balance_id, order.plan_id) == ("lakeside", "b1", "b1.plan.1")
    assert order.return_url == f"{BASE}{PAGE}/card/thanks?session={{CHECKOUT_SESSION_ID}}&lang=en"
    (consent,) = world.opened.consents
    assert "I allow Lakeside Family Care to charge my card" in consent.words
    assert "March 16, 2026: $71.67" in consent.words
    assert "up to 3 working days before a payment" in consent.words
    assert [int(due.amount_cents) for due in consent.terms] == [71_67, 71_67, 71_66]
    assert consent.purpose == "payment plan"
    shown = words(await web.get(f"{PAGE}/card"))
    assert all(line in shown for line in consent.words.splitlines() if ": $" not in line), "nothing else was shown"


async def test_without_a_tick_or_with_an_older_plan_in_view_no_card_page_opens(web, world) -> None:
    world.plans.in_force()
    unticked = await web.post(f"{PAGE}/card", data={"seen": await seen(web)})
    assert unticked.status_code == 422
    assert "Tick the box to agree." in words(unticked)
    outdated = await web.post(f"{PAGE}/card", data={"agree": "yes", "seen": "of another plan"})
    assert outdated.status_code == 409
    assert world.vault.orders == []
    assert world.opened.consents == []


@pytest.mark.parametrize("fault", [TryLater("busy"), CannotKnow("lost"), Refused("no")])
async def test_when_no_card_page_can_be_opened_the_plan_stands_and_nothing_is_kept(web, world, fault) -> None:
    world.plans.in_force()
    world.vault.broken = fault
    answer = await web.post(f"{PAGE}/card", data={"agree": "yes", "seen": await seen(web)})
    assert answer.status_code == 503
    assert "Back to your plan" in words(answer)
    assert world.opened.consents == []


async def test_pressing_twice_opens_the_same_card_page_and_after_a_card_was_kept_another(web, world) -> None:
    world.plans.in_force()
    for _ in range(2):
        await web.post(f"{PAGE}/card", data={"agree": "yes", "seen": await seen(web)})
    world.plans.enrolled()
    await web.post(f"{PAGE}/card", data={"agree": "yes", "seen": await seen(web)})
    first, twice, later = (order.idempotency_key for order in world.vault.orders)
    assert first == twice != later
    assert CODE not in first


async def test_back_from_the_card_page_the_card_is_shown_or_is_on_its_way(web, world, monkeypatch) -> None:
    monkeypatch.setattr("web.plan_pages.PATIENCE_S", 0.2)
    world.plans.in_force()
    await web.post(f"{PAGE}/card", data={"agree": "yes", "seen": await seen(web)})
    thanks = f"{PAGE}/card/thanks?session=cs_card"
    assert "may take a minute" in words(await web.get(thanks, follow_redirects=True))
    world.plans.enrolled()
    assert "Your card Visa 4242 is saved" in words(await web.get(thanks, follow_redirects=True))
    unknown = await web.get(f"{PAGE}/card/thanks?session=cs_other")
    assert "saved" not in words(unknown)


async def test_people_in_new_york_read_the_states_note_before_any_card_page(web, world) -> None:
    world.plans.state = "NY"
    assert "New York asks us to tell you" in words(await web.get(PAGE))
    unread = await web.post(PAGE, data={"choice": "full", "seen": "21500"})
    assert unread.status_code == 422
    assert "Please read the note about cards and tick the box." in words(unread)
    assert world.checkout.orders == []
    assert (await web.post(PAGE, data={"choice": "full", "seen": "21500", "read": "yes"})).status_code == 303
    world.plans.in_force()
    assert 'name="choice"' not in (await web.get(f"{PAGE}/plan")).text, "paying leads to where the note stands"
    await web.post(f"{PAGE}/card", data={"agree": "yes", "seen": await seen(web)})
    assert "New York asks us to tell you" in world.opened.consents[0].words
    world.plans.state = ""
    assert "New York" not in words(await web.get(f"{PAGE}?pay"))


async def test_a_payment_is_moved_to_a_day_of_the_list_and_to_no_other(web, world) -> None:
    world.plans.in_force()
    assert 'value="2026-03-20"' in (await web.get(f"{PAGE}/plan/move")).text
    for day in ("2026-03-21", "2027-01-01", "tomorrow", ""):
        answer = await web.post(f"{PAGE}/plan/move", data={"day": day})
        assert answer.status_code == 422
        assert "Choose one of the dates in the list." in words(answer)
    answer = await web.post(f"{PAGE}/plan/move", data={"day": "2026-03-20"}, follow_redirects=True)
    assert "Your next payment is now due on March 20, 2026." in words(answer)
    (asked,) = reported(world, "plan_change_asked")
    assert (asked.wish, asked.move_to, asked.plan_id) == ("move", date(2026, 3, 20), "b1.plan.1")


async def test_a_move_that_is_not_answered_at_once_is_said_to_be_asked_for(web, world, monkeypatch) -> None:
    monkeypatch.setattr("web.plan_pages.PATIENCE_S", 0.2)
    world.plans.in_force()
    world.plans.sets_up = False
    answer = await web.post(f"{PAGE}/plan/move", data={"day": "2026-03-20"}, follow_redirects=True)
    assert "We have your wish." in words(answer)


async def test_stopping_the_card_takes_one_press_and_the_plan_goes_on(web, world) -> None:
    world.plans.in_force()
    world.plans.enrolled()
    assert "will not be charged again" in words(await web.get(f"{PAGE}/plan/stop"))
    answer = await web.post(f"{PAGE}/plan/stop", follow_redirects=True)
    assert "Card payments are stopped. Your plan goes on" in words(answer)
    (stopped,) = reported(world, "autopay_stopped")
    assert (stopped.plan_id, stopped.by) == ("b1.plan.1", "page")
    await web.post(f"{PAGE}/plan/stop")
    assert len(reported(world, "autopay_stopped")) == 1, "there is nothing left to stop"


@pytest.mark.parametrize("place", ["card", "plan/move", "plan/stop"])
async def test_without_a_plan_there_is_nothing_to_change_and_the_plans_are_shown(web, world, place) -> None:
    assert keys(await web.get(f"{PAGE}/{place}"))
    assert keys(await web.post(f"{PAGE}/{place}", data={"day": ""}))
    assert world.desk.facts == {}


async def test_a_receipt_lists_every_payment_with_the_practice_and_what_is_left(web, world) -> None:
    world.pages.page = page(paid=71_67)
    said = words(await web.get(f"{PAGE}/receipt"))
    for part in ("You have paid $71.67 to", "200 Lakeside Drive", "March 2, 2026 $71.67", "Owed now $143.33"):
        assert part in said
    world.pages.page = page()
    said = words(await web.get(f"{PAGE}/receipt"))
    assert "No payment has been counted yet." in said
    assert "You have paid" not in said


async def test_opening_another_card_page_closes_the_ones_before_it(web, world) -> None:
    """Two open pages could take more than is owed."""
    await web.post(PAGE, data={"choice": "full"})
    await web.post(PAGE, data={"choice": "part", "amount": "100"})
    assert world.checkout.expired == ["cs_1"]
    await web.post(PAGE, data={"choice": "full"})
    assert len({order.idempotency_key for order in world.checkout.orders}) == 3, "a closed page is not given again"


async def test_a_page_that_cannot_be_closed_now_does_not_keep_the_patient_from_paying(web, world) -> None:
    await web.post(PAGE, data={"choice": "full"})
    world.checkout.stubborn = True
    assert (await web.post(PAGE, data={"choice": "part", "amount": "100"})).status_code == 303
    assert "cs_1" in world.opened.kept
