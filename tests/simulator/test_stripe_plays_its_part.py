"""Money as Stripe moves it, through the official SDK: pages, declines, keys, refunds, disputes."""

from __future__ import annotations

import re

import pytest
import stripe

from tests.simulator.conftest import stripe_client

PAGE = {
    "mode": "payment",
    "success_url": "http://127.0.0.1:9/thanks?cs={CHECKOUT_SESSION_ID}",
    "line_items": [
        {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 21_500, "product_data": {"name": "Balance"}}}
    ],
    "metadata": {"case": "c1"},
}


@pytest.fixture
def v1(stage):
    return stripe_client(stage.url, stage.keys).v1


def kinds(stage):
    stage.settle()
    return [event.type for event in stage.product.stripe_events]


def fill_in(stage, session, card):
    return stage.http.post(session.url, data={"cardNumber": card, "email": "pat@example.com"}, follow_redirects=False)


def test_the_page_takes_a_card_and_the_session_is_paid(stage, v1):
    session = v1.checkout.sessions.create(PAGE)
    page = stage.http.get(session.url).text
    assert "$215.00" in page
    done = fill_in(stage, session, "4242 4242 4242 4242")
    assert done.status_code == 303
    assert done.headers["location"] == f"http://127.0.0.1:9/thanks?cs={session.id}"
    paid = v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (paid.status, paid.payment_status, paid.payment_intent.status) == ("complete", "paid", "succeeded")
    assert kinds(stage) == [
        "product.created", "price.created", "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
        "checkout.session.completed",
    ]  # fmt: skip
    assert "Payment complete" in stage.http.get(f"{stage.url}/c/pay/{session.id}").text


def test_a_declined_card_leaves_the_page_open_for_another(stage, v1):
    session = v1.checkout.sessions.create(PAGE)
    refused = fill_in(stage, session, "4000000000009995")
    assert refused.status_code == 402
    assert "insufficient funds" in refused.text
    assert v1.checkout.sessions.retrieve(session.id).status == "open"
    assert fill_in(stage, session, "4242424242424242").status_code == 303
    assert v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_an_unpaid_session_expires_after_a_day(stage, v1):
    session = v1.checkout.sessions.create(PAGE)
    stage.advance("P1DT1M")
    assert v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert kinds(stage)[-1] == "checkout.session.expired"
    assert fill_in(stage, session, "4242424242424242").status_code == 400


def test_a_card_saved_on_the_page_can_be_charged_later_without_the_patient(stage, v1):
    session = v1.checkout.sessions.create({**PAGE, "payment_intent_data": {"setup_future_usage": "off_session"}})
    fill_in(stage, session, "4000002500003155")
    paid = v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    later = v1.payment_intents.create(
        {"amount": 8_000, "currency": "usd", "customer": paid.customer, "off_session": True, "confirm": True,
         "payment_method": paid.payment_intent.payment_method}
    )  # fmt: skip
    assert later.status == "succeeded"


@pytest.mark.parametrize(
    ("token", "code", "decline_code", "advice"),
    [
        ("chargeDeclined", "card_declined", "generic_decline", "try_again_later"),
        ("chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", "try_again_later"),
        ("chargeDeclinedLostCard", "card_declined", "lost_card", "do_not_try_again"),
        ("chargeDeclinedExpiredCard", "expired_card", "expired_card", "confirm_card_data"),
    ],
)
def test_a_decline_tells_why_and_the_intent_waits_for_another_card(v1, token, code, decline_code, advice):
    wish = {"amount": 4_000, "currency": "usd", "payment_method": f"pm_card_{token}", "confirm": True}
    with pytest.raises(stripe.CardError) as declined:
        v1.payment_intents.create(wish)
    error = declined.value.error
    assert (error.code, error.decline_code, error.advice_code) == (code, decline_code, advice)
    intent = v1.payment_intents.retrieve(error.payment_intent.id, {"expand": ["latest_charge"]})
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_payment_error.decline_code == decline_code
    assert intent.latest_charge.outcome.advice_code == advice


def test_a_card_that_needs_its_owner_is_declined_when_alone(v1):
    someone = v1.customers.create({})
    method = v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": someone.id})
    wish = {"amount": 900, "currency": "usd", "customer": someone.id, "payment_method": method.id, "confirm": True}
    with pytest.raises(stripe.CardError) as declined:
        v1.payment_intents.create({**wish, "off_session": True})
    assert declined.value.code == "authentication_required"
    assert v1.payment_intents.create(wish).status == "requires_action"


def test_the_same_key_gives_the_same_payment_and_other_parameters_are_refused(stage, v1):
    wish = {"amount": 4_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    first = v1.payment_intents.create(wish, {"idempotency_key": "plan7:inst1:att1"})
    again = v1.payment_intents.create(wish, {"idempotency_key": "plan7:inst1:att1"})
    assert again.id == first.id
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert len(stage.get("/payments")["payments"]) == 1
    with pytest.raises(stripe.IdempotencyError):
        v1.payment_intents.create({**wish, "amount": 4_100}, {"idempotency_key": "plan7:inst1:att1"})


def test_a_decline_is_replayed_under_its_key_and_a_bad_request_is_not(v1):
    wish = {"amount": 4_000, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    ids = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            v1.payment_intents.create(wish, {"idempotency_key": "k1"})
        ids.append(declined.value.error.payment_intent.id)
    assert ids[0] == ids[1]
    with pytest.raises(stripe.InvalidRequestError):
        v1.payment_intents.create({"amount": 1, "currency": "usd"}, {"idempotency_key": "k2"})
    assert v1.payment_intents.create({"amount": 100, "currency": "usd"}, {"idempotency_key": "k2"}).id


def test_an_unknown_parameter_and_a_missing_object_are_named(v1):
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        v1.customers.create({"nickname": "K"})
    assert (unknown.value.code, unknown.value.param) == ("parameter_unknown", "nickname")
    with pytest.raises(stripe.InvalidRequestError) as missing:
        v1.payment_intents.retrieve("pi_nothing")
    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)


def test_no_more_is_refunded_than_was_paid(stage, v1):
    paid = v1.payment_intents.create(
        {"amount": 4_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )
    v1.refunds.create({"payment_intent": paid.id, "amount": 1_500})
    with pytest.raises(stripe.InvalidRequestError):
        v1.refunds.create({"payment_intent": paid.id, "amount": 2_501})
    v1.refunds.create({"payment_intent": paid.id})
    with pytest.raises(stripe.InvalidRequestError) as already:
        v1.refunds.create({"payment_intent": paid.id})
    assert already.value.code == "charge_already_refunded"
    assert stage.get("/payments")["payments"][0]["refunded_cents"] == 4_000
    assert kinds(stage).count("charge.refunded") == 2


def test_a_dispute_takes_the_money_and_winning_brings_it_back(stage, v1):
    wish = {"amount": 4_000, "currency": "usd", "payment_method": "pm_card_createDispute", "confirm": True}
    v1.payment_intents.create(wish)
    dispute = v1.disputes.list().data[0]
    assert dispute.balance_transactions[0].amount == -4_000
    v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert v1.disputes.retrieve(dispute.id).status == "won"
    assert [kind for kind in kinds(stage) if "dispute" in kind] == [
        "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.updated", "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]  # fmt: skip


def test_a_dispute_can_come_weeks_later_by_hand(stage, v1):
    paid = v1.payment_intents.create(
        {"amount": 4_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )
    stage.advance("P30D")
    stage.post("/stripe/disputes", {"charge": paid.latest_charge, "reason": "fraudulent"}, 201)
    assert kinds(stage)[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_a_card_fails_once_as_told_and_then_works(stage, v1):
    stage.post("/cards/4242424242424242", {"number": "4000000000009995", "times": 1})
    wish = {"amount": 4_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    with pytest.raises(stripe.CardError):
        v1.payment_intents.create(wish)
    assert v1.payment_intents.create(wish).status == "succeeded"


def test_the_card_updater_brings_a_new_expiry(stage, v1):
    someone = v1.customers.create({})
    method = v1.payment_methods.attach("pm_card_visa", {"customer": someone.id})
    stage.post(f"/cards/{method.id}", {"updated": {"exp_year": 2040}})
    assert v1.payment_methods.retrieve(method.id).card.exp_year == 2040
    assert kinds(stage)[-1] == "payment_method.automatically_updated"


def test_a_payment_link_opens_a_page_that_can_be_paid_until_it_is_switched_off(stage, v1):
    price = v1.prices.create({"currency": "usd", "unit_amount": 4_700, "product_data": {"name": "Balance"}})
    link = v1.payment_links.create({"line_items": [{"price": price.id, "quantity": 1}], "metadata": {"case": "c1"}})
    page = stage.http.get(link.url, follow_redirects=True)
    action = re.search(r'action="([^"]+)"', page.text).group(1)
    stage.http.post(stage.url + action, data={"cardNumber": "4242424242424242"})
    session = v1.checkout.sessions.list({"payment_link": link.id}).data[0]
    assert (session.payment_status, session.metadata["case"]) == ("paid", "c1")
    v1.payment_links.update(link.id, {"active": False})
    assert stage.http.get(link.url).status_code == 404


def test_a_list_is_read_page_by_page(v1):
    made = [v1.customers.create({}).id for _ in range(5)]
    found = [one.id for one in v1.customers.list({"limit": 2}).auto_paging_iter()]
    assert found == list(reversed(made))


def test_a_registered_endpoint_gets_the_events_it_asked_for_with_its_own_secret(stage, v1):
    endpoint = v1.webhook_endpoints.create(
        {"url": f"{stage.product.url}/webhooks/stripe", "enabled_events": ["customer.created"]}
    )
    assert endpoint.secret.startswith("whsec_")
    v1.customers.create({})
    stage.settle()
    assert [heard.genuine for heard in stage.product.heard] == [True, False]


def test_an_event_can_be_sent_again(stage, v1):
    v1.customers.create({})
    event = v1.events.list({"type": "customer.created"}).data[0]
    stage.post(f"/stripe/events/{event.id}/resend")
    assert [one["id"] for one in stage.product.at("/webhooks/stripe")] == [event.id, event.id]


def test_created_is_in_the_world_s_time(stage, v1):
    stage.advance("P10D")
    assert v1.customers.create({}).created == 1772463600 + 10 * 86_400


def test_a_link_that_takes_one_payment_closes_after_it(stage, v1):
    price = v1.prices.create({"currency": "usd", "unit_amount": 4_700, "product_data": {"name": "Balance"}})
    link = v1.payment_links.create(
        {
            "line_items": [{"price": price.id, "quantity": 1}],
            "restrictions": {"completed_sessions": {"limit": 1}},
            "after_completion": {"type": "redirect", "redirect": {"url": "http://127.0.0.1:9/thanks"}},
        }
    )
    page = stage.http.get(link.url, follow_redirects=True)
    action = re.search(r'action="([^"]+)"', page.text).group(1)
    done = stage.http.post(stage.url + action, data={"cardNumber": "4242424242424242"})
    assert done.headers["location"] == "http://127.0.0.1:9/thanks"
    assert stage.http.get(link.url).status_code == 404
