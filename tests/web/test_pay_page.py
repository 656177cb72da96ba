"""The patient's page over HTTP: what it shows, what it takes, and whom it turns away."""

import re
from html import unescape

import pytest
from web_world import BASE, CODE, World, page

from receivables.errors import Refused, TryLater
from receivables.facts import ContactStopped
from receivables.money import Cents
from web.pay_amounts import Changed, Wrong, wished

PAGE = f"/p/{CODE}"


def words(answer) -> str:
    """The page as it is read: no tags, no style."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", answer.text, flags=re.DOTALL)))


async def test_karen_sees_her_practice_and_what_she_owes_now(web) -> None:
    answer = await web.get(PAGE)
    assert answer.status_code == 200
    assert "Lakeside Family Care" in words(answer)
    assert "Hello Karen, $215.00 you owe Lakeside Family Care now" in words(answer)
    assert 'href="tel:+13125550100"' in answer.text


async def test_the_page_reprices_at_every_look(web, world) -> None:
    assert "$215.00" in words(await web.get(PAGE))
    world.pages.page = page(paid=100_00)
    again = words(await web.get(PAGE))
    assert "$115.00 you owe" in again
    assert "Your share $215.00 Paid so far $100.00 Owed now $115.00" in again


async def test_a_paid_balance_says_thank_you_and_asks_for_nothing(web, world) -> None:
    world.pages.page = page(paid=215_00)
    answer = await web.get(PAGE)
    assert "Thank you, Karen" in words(answer)
    assert "Nothing is owed now." in words(answer)
    assert "March 2, 2026 $215.00" in words(answer)
    assert "<form" not in answer.text


async def test_an_overpaid_balance_says_what_was_too_much(web, world) -> None:
    world.pages.page = page(paid=220_00)
    assert "You have paid $5.00 more than was owed" in words(await web.get(PAGE))


@pytest.mark.parametrize("closed", [page(closed=True), page(owed=0), page(owed=0, closed=True)])
async def test_a_written_off_or_insured_balance_has_nothing_to_pay_and_no_thanks_for_nothing(web, world, closed) -> None:
    world.pages.page = closed
    for answer in (await web.get(PAGE), await web.post(PAGE, data={"choice": "full"})):
        assert "There is nothing to pay here" in words(answer)
        assert "Thank you" not in words(answer)
        assert "$" not in words(answer)
    assert world.checkout.orders == []


async def test_paying_in_full_leads_to_the_card_page_for_exactly_what_is_owed(web, world) -> None:
    answer = await web.post(PAGE, data={"choice": "full", "seen": "21500"})
    assert (answer.status_code, answer.headers["location"]) == (303, "https://checkout.stripe.com/c/pay/cs_1")
    (order,) = world.checkout.orders
    assert (order.amount_cents, order.practice_id, order.balance_id) == (215_00, "lakeside", "b1")
    assert order.return_url == f"{BASE}{PAGE}/thanks?session={{CHECKOUT_SESSION_ID}}&lang=en"
    assert order.cancel_url == f"{BASE}{PAGE}/cancelled?lang=en"
    assert world.opened.kept["cs_1"].amount_cents == 215_00


async def test_any_part_can_be_paid(web, world) -> None:
    for typed, cents in (("100", 100_00), ("47.50", 47_50), ("$1.00", 1_00), ("215.00", 215_00), (" 12.5 ", 12_50)):
        answer = await web.post(PAGE, data={"choice": "part", "amount": typed})
        assert answer.status_code == 303
        assert world.checkout.orders[-1].amount_cents == cents


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the amount you want to pay"), ("0", "The smallest payment on this page is $1.00."),
        ("0.99", "The smallest payment"), ("215.01", "You owe $215.00 now. Type that amount or less."),
        ("9999999", "You owe $215.00 now"), ("-5", "Write the amount in dollars and cents"),
        ("47,50", "Write the amount"), ("1,50.00", "Write the amount"), ("ten", "Write the amount"),
        ("1e2", "Write the amount"), ("47.505", "Write the amount"), ("NaN", "Write the amount"),
        ("٤٧", "Write the amount"), ("9" * 400, "Write the amount"), ("<script>alert(1)</script>", "Write the amount"),
    ],
)  # fmt: skip
async def test_an_amount_that_cannot_be_paid_is_explained_at_the_field_and_nothing_is_opened(web, world, typed, sentence) -> None:
    answer = await web.post(PAGE, data={"choice": "part", "amount": typed})
    assert answer.status_code == 422
    assert words(answer).count(sentence) == 2  # in the summary and at the field
    assert 'aria-describedby="amount-hint amount-error"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<title>Please check the amount." in answer.text
    assert "<script" not in answer.text
    assert world.checkout.orders == []


async def test_when_more_is_owed_than_the_page_showed_nobody_is_charged_the_difference_unasked(web, world) -> None:
    world.pages.page = page(owed=240_00)
    answer = await web.post(PAGE, data={"choice": "full", "seen": "21500"})
    assert answer.status_code == 409
    assert "The amount has changed It is $240.00 now." in words(answer)
    assert world.checkout.orders == []


async def test_pressing_twice_opens_the_same_card_page_and_paying_again_after_a_payment_another(web, world) -> None:
    for _ in range(2):
        await web.post(PAGE, data={"choice": "part", "amount": "50"})
    world.pages.page = page(paid=50_00)
    await web.post(PAGE, data={"choice": "part", "amount": "50"})
    first, twice, later = (order.idempotency_key for order in world.checkout.orders)
    assert first == twice != later
    assert CODE not in first


async def test_the_card_page_of_yesterday_is_not_opened_again(web, world) -> None:
    await web.post(PAGE, data={"choice": "full"})
    world.clock.moment = world.clock.moment.replace(day=3)
    await web.post(PAGE, data={"choice": "full"})
    assert world.checkout.orders[0].idempotency_key != world.checkout.orders[1].idempotency_key


async def test_a_typed_amount_without_a_choice_is_a_part_and_nothing_at_all_is_asked_again(web, world) -> None:
    await web.post(PAGE, data={"amount": "20"})
    assert world.checkout.orders[0].amount_cents == 20_00
    assert (await web.post(PAGE, data={"amount": ""})).status_code == 422
    assert (await web.post(PAGE, data={"choice": "all of it"})).status_code == 422


def test_a_balance_below_a_dollar_can_be_paid_whole() -> None:
    assert wished({"choice": "part", "amount": "0.75"}, Cents(75)) == 75
    assert wished({"choice": "part", "amount": "0.70"}, Cents(75)) == Wrong("error_small")
    assert wished({"choice": "full", "seen": "80"}, Cents(75)) == Changed()


async def test_what_is_too_small_for_a_card_is_said_instead_of_asked(web, world) -> None:
    world.pages.page = page(owed=20_00, paid=19_60)
    answer = await web.get(PAGE)
    assert "too little to pay by card" in words(answer)
    assert "<form" not in answer.text


@pytest.mark.parametrize("fault", [TryLater("away"), Refused("no such key", "configuration")])
async def test_when_the_card_page_cannot_be_opened_the_patient_is_told_that_nothing_was_charged(web, world, fault) -> None:
    world.checkout.broken = fault
    answer = await web.post(PAGE, data={"choice": "full"})
    assert answer.status_code == 503
    assert "Nothing was charged" in words(answer)
    assert world.opened.kept == {}


async def test_back_from_the_card_page_she_is_thanked_and_told_that_it_takes_a_minute(web, world) -> None:
    await web.post(PAGE, data={"choice": "part", "amount": "100"})
    early = words(await web.get(f"{PAGE}/thanks?session=cs_1"))
    assert "Thank you, Karen" in early
    assert "may take a minute" in early
    assert "$215.00" in early
    world.pages.page = page(paid=215_00)
    assert "Nothing is owed now" in words(await web.get(f"{PAGE}/thanks?session=cs_1"))


async def test_nobody_is_thanked_for_a_card_page_that_was_never_opened(web) -> None:
    answer = await web.get(f"{PAGE}/thanks?session=cs_of_somebody_else")
    assert "Thank you" not in words(answer)
    assert "$215.00" in words(answer)


async def test_back_without_paying_nothing_was_charged(web) -> None:
    assert "Nothing was charged" in words(await web.get(f"{PAGE}/cancelled"))


async def test_an_unknown_and_a_revoked_code_look_the_same_and_name_nobody(web, world) -> None:
    unknown = await web.get("/p/AAAAAAAAAAAAAAAAAAAAAA")
    world.pages.page = page(revoked=True)
    revoked = await web.get(PAGE)
    assert unknown.status_code == revoked.status_code == 404
    assert unknown.text == revoked.text
    assert "call your practice" in words(unknown)
    assert "Lakeside" not in unknown.text
    assert "Karen" not in unknown.text


async def test_who_guesses_codes_is_stopped(web) -> None:
    answers = [await web.get(f"/p/{number:022d}") for number in range(25)]
    assert [answer.status_code for answer in answers] == [404] * 20 + [429] * 5
    assert answers[-1].headers["retry-after"] == "600"
    assert "Please wait" in words(answers[-1])


async def test_one_code_opens_only_so_often_a_minute(web) -> None:
    statuses = [(await web.get(PAGE)).status_code for _ in range(45)]
    assert statuses == [200] * 40 + [429] * 5


async def test_a_fault_of_ours_is_told_in_words_without_its_text(web, world) -> None:
    world.pages.broken = True
    answer = await web.get(PAGE, headers={"Accept-Language": "es-MX"})
    assert answer.status_code == 500
    assert "10.0.0.7" not in answer.text
    assert 'lang="es"' in answer.text
    assert "No se cobró nada" in words(answer)


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
async def test_a_form_of_another_kind_is_refused(web, world, kind) -> None:
    answer = await web.post(PAGE, content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert world.checkout.orders == []


async def test_a_form_of_ten_megabytes_is_refused(web) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await web.post(PAGE, content=b"a" * 10_000_000, headers=headers)).status_code == 413


@pytest.mark.parametrize("body", [b"\xff\xfe=%ff", b"&" * 500 + b"a=1&" * 500])
async def test_a_form_that_makes_no_sense_is_asked_again(web, body) -> None:
    answer = await web.post(PAGE, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 422


async def test_every_answer_keeps_the_code_to_itself(web, world) -> None:
    for answer in (await web.get(PAGE), await web.get("/p/nobodys"), await web.post(PAGE, data={})):
        headers = answer.headers
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "noindex" in headers["x-robots-tag"]
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "form-action 'self' https://checkout.stripe.com;" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "<script" not in answer.text


async def test_a_name_full_of_markup_stays_a_name(web, world) -> None:
    world.pages.page = page(first_name="<b>{phone}</b>")
    assert "&lt;b&gt;{phone}&lt;/b&gt;" in (await web.get(PAGE)).text


async def test_one_click_in_a_mail_program_stops_the_emails_and_a_mere_look_does_not(web, world) -> None:
    asked = await web.get(f"{PAGE}/stop-emails")
    assert f'href="{PAGE}?lang=en">Go back to your balance' in asked.text
    assert "Stop e-mails about bills?" in words(asked)
    assert world.desk.facts == {}
    done = await web.post(f"{PAGE}/stop-emails", data={"List-Unsubscribe": "One-Click"})
    assert "E-mails are stopped" in words(done)
    (fact,) = world.desk.facts.values()
    assert isinstance(fact, ContactStopped)
    assert (fact.channel, fact.balance_id) == ("email", "b1")


async def test_households_on_ipv6_share_one_count() -> None:
    from starlette.requests import Request

    from web.pay_door import visitor

    def seen(address: str) -> str:
        return visitor(Request({"type": "http", "client": (address, 1), "headers": []}))

    assert seen("2001:db8::1") == seen("2001:db8::ffff:1") != seen("2001:db8:0:1::1")
    assert seen("198.51.100.7") != seen("198.51.100.8")


def test_the_page_may_lead_to_a_stand_in_card_page_only_when_told() -> None:
    told = World(checkout_origins=("http://127.0.0.1:8084",))
    assert told.parts.settings.checkout_origins == ("http://127.0.0.1:8084",)
