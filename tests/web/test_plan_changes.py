"""A plan in force is changed or ended on the page: shown before it is done, within policy, and done once."""

import re

import card_world
import pytest
from card_world import POLICY
from test_pay_page import words
from test_plan_pages import PAGE, keys, reported
from web_world import page


async def seen(web, wish) -> str:
    return re.findall(r'name="seen" value="(\w+)"', (await web.get(f"{PAGE}/plan/{wish}")).text)[0]


@pytest.mark.parametrize(
    ("wish", "heading", "before", "rows"),
    [
        ("skip", "Skip your next payment?", "Skip the next payment",
         ["April 16, 2026 $71.67", "May 18, 2026 $71.66", "June 18, 2026 $71.67", "Total $215.00"]),
        ("smaller", "Pay half of your next payment?", "Make the next payment smaller",
         ["March 16, 2026 $35.84", "April 16, 2026 $71.67", "May 18, 2026 $107.49", "Total $215.00"]),
    ],
)  # fmt: skip
async def test_a_skip_or_a_smaller_payment_is_shown_with_all_days_and_done_by_one_press(
    web, world, wish, heading, before, rows
) -> None:
    world.plans.in_force()
    assert before in words(await web.get(f"{PAGE}/plan"))
    asked = words(await web.get(f"{PAGE}/plan/{wish}"))
    assert heading in asked
    for row in rows:
        assert row in asked
    assert reported(world, "plan_change_asked") == [], "looking changes nothing"
    key = await seen(web, wish)
    answer = await web.post(f"{PAGE}/plan/{wish}", data={"seen": key}, follow_redirects=True)
    assert "Done. Your plan is changed." in words(answer)
    (fact,) = reported(world, "plan_change_asked")
    assert (fact.wish, fact.by, fact.plan_id) == (wish, "page", "b1.plan.1")
    assert before not in words(answer), "the practice allows it once"
    again = await web.post(f"{PAGE}/plan/{wish}", data={"seen": key})
    assert "Please call us" in words(again)
    assert len(reported(world, "plan_change_asked")) == 1


@pytest.mark.parametrize("wish", ["skip", "smaller"])
async def test_what_was_not_shown_is_not_done(web, world, wish) -> None:
    world.plans.in_force()
    for form in ({"seen": ""}, {"seen": "0123456789abcdef"}):
        answer = await web.post(f"{PAGE}/plan/{wish}", data=form)
        assert answer.status_code == 409
        assert "Total $215.00" in words(answer)
    assert reported(world, "plan_change_asked") == []


async def test_beyond_what_the_practice_allows_the_page_says_whom_to_call(web, world, monkeypatch) -> None:
    none = POLICY.plan.kindness.model_copy(update={"skips": 0, "shrinks": 0})
    strict = POLICY.model_copy(update={"plan": POLICY.plan.model_copy(update={"kindness": none})})
    monkeypatch.setattr(card_world, "POLICY", strict)
    world.plans.in_force()
    shown = words(await web.get(f"{PAGE}/plan"))
    assert "Skip the next payment" not in shown
    assert "Make the next payment smaller" not in shown
    for wish in ("skip", "smaller"):
        assert "call" in words(await web.get(f"{PAGE}/plan/{wish}"))


async def test_a_change_that_is_not_answered_at_once_is_said_to_be_asked_for(web, world, monkeypatch) -> None:
    monkeypatch.setattr("web.plan_pages.PATIENCE_S", 0.2)
    world.plans.in_force()
    key = await seen(web, "skip")
    world.plans.sets_up = False
    answer = await web.post(f"{PAGE}/plan/skip", data={"seen": key}, follow_redirects=True)
    assert "We have your wish." in words(answer)


async def test_after_a_payment_only_what_is_left_is_shown(web, world) -> None:
    world.plans.in_force()
    world.plans.hear("payment_recorded", amount_cents=80_00, paid_at=world.clock.moment)
    world.pages.page = page(paid=80_00)
    asked = words(await web.get(f"{PAGE}/plan/skip"))
    assert "May 18, 2026 $71.66" in asked
    assert "June 18, 2026 $63.34" in asked
    assert "Total $135.00" in asked


async def test_ending_the_plan_is_another_thing_than_stopping_the_card_and_is_asked_once(web, world) -> None:
    world.plans.in_force()
    assert "You would not get any more payment dates. $215.00 is still owed." in words(await web.get(f"{PAGE}/plan/cancel"))
    world.plans.enrolled()
    asked = words(await web.get(f"{PAGE}/plan/cancel"))
    assert "Your card Visa 4242 would not be charged any more. $215.00 is still owed." in asked
    assert "To stop card payments only and keep the plan, go back." in asked
    assert world.plans.case.running_plan is not None
    answer = await web.post(f"{PAGE}/plan/cancel", follow_redirects=True)
    assert "Your plan is ended" in words(answer)
    (fact,) = reported(world, "plan_change_asked")
    assert (fact.wish, fact.by) == ("cancel", "page")
    assert world.plans.case.running_plan is None
    assert keys(await web.get(f"{PAGE}/plan")), "another plan can be chosen"
    assert keys(await web.post(f"{PAGE}/plan/cancel")), "there is nothing left to end"
    assert len(reported(world, "plan_change_asked")) == 1


async def test_when_the_end_is_not_known_yet_it_is_said_to_be_asked_for(web, world, monkeypatch) -> None:
    monkeypatch.setattr("web.plan_pages.PATIENCE_S", 0.2)
    world.plans.in_force()
    held = world.plans.case
    monkeypatch.setattr(type(world.plans), "look", _as_it_was(world, held))
    answer = await web.post(f"{PAGE}/plan/cancel", follow_redirects=True)
    assert "We have your wish." in words(answer)


def _as_it_was(world, case):
    from receivables.plans.page import look_at

    async def look(self, practice_id, balance_id):
        return look_at(case, POLICY, self._practice, world.clock.moment.date())

    return look


async def test_everything_about_a_change_can_be_read_in_spanish(web, world) -> None:
    world.plans.in_force()
    for place, sentence in (("skip", "¿Saltar su próximo pago?"), ("smaller", "¿Pagar la mitad"), ("cancel", "¿Terminar su plan")):
        assert sentence in words(await web.get(f"{PAGE}/plan/{place}?lang=es"))


@pytest.mark.parametrize("place", ["skip", "smaller"])
async def test_without_a_plan_there_is_nothing_to_change(web, world, place) -> None:
    assert keys(await web.get(f"{PAGE}/plan/{place}"))
    assert keys(await web.post(f"{PAGE}/plan/{place}", data={"seen": "x"}))
    assert "Your plan is ended" in words(await web.get(f"{PAGE}/plan/cancel"))
    assert world.desk.facts == {}


async def test_a_second_balances_plan_comes_first_and_says_that_it_goes_with_the_other(web, world) -> None:
    days = [{"number": n, "amount_cents": 20_00, "due_on": f"2026-0{month}-20"} for n, month in ((2, 3), (3, 4), (4, 5))]
    world.plans.hear("plan_beside", other_balance_id="b0", plan_id="b0.plan.1", installments=days)
    answer = await web.get(f"{PAGE}/plan")
    assert "Added to the plan you have" in words(answer)
    assert "March 20, 2026 $" in words(answer)
    await web.post(f"{PAGE}/plan", data={"terms": keys(answer)[0]})
    (agreed,) = reported(world, "plan_agreed")
    assert agreed.joins == "b0"


async def test_the_disclosures_of_a_long_plan_stand_on_its_page(web, world, monkeypatch) -> None:
    packed = POLICY.model_copy(update={"plan": POLICY.plan.model_copy(update={"tila_pack": True})})
    monkeypatch.setattr(card_world, "POLICY", packed)
    days = [{"number": n, "amount_cents": 35_84 if n < 6 else 35_80, "due_on": f"2026-0{n + 2}-20"} for n in range(1, 7)]
    world.plans.hear("plan_set_up", plan_id="b1.plan.1", installments=days, by="staff")
    said = words(await web.get(f"{PAGE}/plan"))
    assert "Amount financed $215.00. Finance charge $0. Annual percentage rate 0%. Total of payments $215.00 in 6" in said
