"""Stripe's own description judges what the simulator answers, accepts and reports."""

from __future__ import annotations

import json
from typing import Any

import httpx
import jsonschema
import pytest
import stripe
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from simulator.stripe.parameters import ACCEPTED
from tests.referees import stripe_lives
from tests.referees.judged import client_at, without_nullable

pytestmark = pytest.mark.referee

SCHEMA_OF = {
    name: name
    for name in (
        "customer", "payment_method", "setup_intent", "payment_intent", "charge", "refund", "product", "price",
        "payment_link", "dispute", "event", "webhook_endpoint", "balance_transaction", "checkout.session", "item",
        "payout",
    )
}  # fmt: skip
PATH_OF = {
    "customers.create": "/v1/customers", "customers.update": "/v1/customers/{customer}",
    "payment_methods.create": "/v1/payment_methods", "payment_methods.update": "/v1/payment_methods/{payment_method}",
    "payment_methods.attach": "/v1/payment_methods/{payment_method}/attach",
    "setup_intents.create": "/v1/setup_intents", "setup_intents.confirm": "/v1/setup_intents/{intent}/confirm",
    "setup_intents.cancel": "/v1/setup_intents/{intent}/cancel",
    "payment_intents.create": "/v1/payment_intents", "payment_intents.cancel": "/v1/payment_intents/{intent}/cancel",
    "charges.update": "/v1/charges/{charge}", "refunds.create": "/v1/refunds", "refunds.update": "/v1/refunds/{refund}",
    "products.create": "/v1/products", "prices.create": "/v1/prices", "checkout_sessions.create": "/v1/checkout/sessions",
    "payment_links.create": "/v1/payment_links", "disputes.update": "/v1/disputes/{dispute}",
    "webhook_endpoints.create": "/v1/webhook_endpoints",
}  # fmt: skip
FROM_CONFIRM = {"client_secret"}
"""Named in one shared list for creating and confirming a payment intent; the description has it at the latter only."""


@pytest.fixture(scope="module")
def description(stripe_description) -> dict[str, Any]:
    return dict(json.loads(stripe_description.read_text()))


@pytest.fixture(scope="module")
def judge(description):
    schemas = without_nullable({"components": {"schemas": description["components"]["schemas"]}})
    registry = Registry().with_resource("urn:stripe", Resource.from_contents(schemas, DRAFT202012))

    def errors(found: dict[str, Any]) -> list[str]:
        schema = {"$ref": f"urn:stripe#/components/schemas/{SCHEMA_OF[found['object']]}"}
        validator = jsonschema.Draft202012Validator(schema, registry=registry)
        return [
            f"{found['object']} {best.json_path}: {best.message[:200]}"
            for best in map(deepest, validator.iter_errors(found))
        ]

    return errors


def deepest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    return jsonschema.exceptions.best_match([error]) or error


@pytest.fixture(scope="module")
def lived(client, simulator):
    stripe_lives.live(client)
    httpx.post(f"{simulator}/_/clock/advance", json={"by": "P4D"}, timeout=60, trust_env=False)
    return client


def everything(client: stripe.StripeClient, simulator: str, keys) -> list[dict[str, Any]]:
    lists = ("customers", "payment_methods", "setup_intents", "payment_intents", "charges", "refunds", "products",
             "prices", "checkout/sessions", "payment_links", "disputes", "events", "webhook_endpoints",
             "balance_transactions", "payouts")  # fmt: skip
    found: list[dict[str, Any]] = []
    headers = {"Authorization": f"Bearer {keys['stripe']['api_key']}"}
    for name in lists:
        after: dict[str, str] = {}
        while True:
            page = httpx.get(
                f"{simulator}/v1/{name}", params={"limit": 100, **after}, headers=headers, trust_env=False
            ).json()
            found += page["data"]
            if not page["has_more"]:
                break
            after = {"starting_after": page["data"][-1]["id"]}
    return found


def test_every_object_and_every_event_has_the_form_that_stripe_describes(lived, simulator, keys, judge):
    found = everything(lived, simulator, keys)
    inside = [one["data"]["object"] for one in found if one["object"] == "event"]
    assert len(found) > 80
    assert {one["object"] for one in found} == set(SCHEMA_OF) - {"item"}
    wrong = sorted({error for one in [*found, *inside] for error in judge(one)})
    assert wrong == []


NEWER = {"allowed_payment_method_types"}
"""In the version that the official library speaks, and not yet in the description's."""


def library_knows(operation: str) -> set[str]:
    """The parameters of an operation by the official library's own types."""
    from stripe.params import PaymentIntentCreateParams, SetupIntentCreateParams
    from stripe.params.checkout import SessionCreateParams

    types: dict[str, Any] = {
        "checkout_sessions.create": SessionCreateParams, "payment_intents.create": PaymentIntentCreateParams,
        "setup_intents.create": SetupIntentCreateParams,
    }  # fmt: skip
    return set(types[operation].__annotations__) if operation in types else set()


def test_a_payout_names_its_movements_and_they_come_to_its_amount(lived):
    v1 = lived.v1
    payout = v1.payouts.list({"status": "paid"}).data[0]
    movements = v1.balance_transactions.list({"payout": payout.id, "limit": 100}).data
    assert sum(one.net for one in movements if one.type != "payout") == payout.amount
    assert [one.net for one in movements if one.type == "payout"] == [-payout.amount]


def test_the_lists_take_the_parameters_that_stripe_describes(description):
    for path, names in (("/v1/balance_transactions", {"payout", "created", "type"}), ("/v1/payouts", {"created", "status"})):
        described = {one["name"] for one in description["paths"][path]["get"]["parameters"]}
        assert names <= described


def test_every_parameter_that_is_accepted_is_one_that_stripe_knows(description):
    unknown = {}
    for operation, path in PATH_OF.items():
        form = description["paths"][path]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
        newer = NEWER & library_knows(operation)
        extra = set(ACCEPTED[operation]) - set(form["schema"]["properties"]) - FROM_CONFIRM - newer
        if extra:
            unknown[operation] = sorted(extra)
    assert unknown == {}


def test_every_event_kind_is_one_that_stripe_sends(lived, simulator, keys, description):
    endpoint = description["paths"]["/v1/webhook_endpoints"]["post"]["requestBody"]["content"]
    kinds = endpoint["application/x-www-form-urlencoded"]["schema"]["properties"]["enabled_events"]["items"]["enum"]
    sent = {one["type"] for one in everything(lived, simulator, keys) if one["object"] == "event"}
    assert sent - set(kinds) == set()


def test_a_second_opinion_accepts_every_request_of_the_same_life(steady, stripe_description, keys):
    address = steady(stripe_description)
    client = client_at(address, keys)
    v1 = client.v1
    v1.customers.create({"metadata": {"guarantor": "g1"}})
    v1.checkout.sessions.create({**stripe_lives.PAGE, "payment_intent_data": {"setup_future_usage": "off_session"}})
    v1.payment_intents.create({"amount": 8_000, "currency": "usd", "off_session": True, "confirm": True})
    v1.setup_intents.create({"usage": "off_session", "confirm": True, "payment_method": "pm_card_visa"})
    v1.refunds.create({"payment_intent": "pi_1", "amount": 100})


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/v1/customers", {"nickname": "K"}),
        ("/v1/payment_intents", {"amount": "12.5", "currency": "usd"}),
        ("/v1/payment_intents", {"currency": "usd"}),
        ("/v1/payment_intents", {"amount": "500", "currency": "usd", "colour": "red"}),
        ("/v1/refunds", {"payment_intent": "pi_1", "reason": "because"}),
        ("/v1/checkout/sessions", {"mode": "gift", "success_url": "https://example.org"}),
        ("/v1/payment_links", {"metadata[a]": "b"}),
        ("/v1/products", {"description": "no name"}),
    ],
)
def test_what_the_second_opinion_refuses_the_simulator_refuses_too(
    path, form, simulator, steady, stripe_description, keys
):
    headers = {"Authorization": f"Bearer {keys['stripe']['api_key']}"}
    answers = [
        httpx.post(base + path, data=form, headers=headers, trust_env=False).status_code
        for base in (simulator, steady(stripe_description))
    ]
    assert answers == [400, 400]
