"""The official Stripe command line drives whole flows against the simulator."""

from __future__ import annotations

import httpx
import pytest

from tests.referees.judged import run

pytestmark = pytest.mark.referee

TRIGGERS = {
    "customer.created": "customer.created", "payment_intent.succeeded": "payment_intent.succeeded",
    "payment_intent.payment_failed": "payment_intent.payment_failed",
    "payment_intent.requires_action": "payment_intent.requires_action", "setup_intent.succeeded": "setup_intent.succeeded",
    "setup_intent.setup_failed": "setup_intent.setup_failed", "charge.failed": "charge.failed",
    "charge.refunded": "charge.refunded", "charge.refund.updated": "charge.refund.updated",
    "charge.dispute.created": "charge.dispute.created", "charge.dispute.closed": "charge.dispute.closed",
    "checkout.session.completed": "checkout.session.completed", "checkout.session.expired": "checkout.session.expired",
    "checkout.session.async_payment_failed": "checkout.session.async_payment_failed",
    "payment_link.created": "payment_link.created", "payment_method.attached": "payment_method.attached",
    "price.created": "price.created", "product.created": "product.created",
}  # fmt: skip


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_the_official_trigger_leads_to_its_event(trigger, node_tools, simulator, keys, tmp_path):
    command = [
        str(node_tools / "stripe"),
        "trigger",
        trigger,
        "--api-key",
        "sk_test_1234567890abcdef",
        "--api-base",
        simulator,
    ]
    said = run(*command, HOME=str(tmp_path), STRIPE_CLI_TELEMETRY_OPTOUT="1")
    assert "succeeded" in said
    httpx.post(f"{simulator}/_/clock/advance", json={"by": "P2D"}, timeout=60, trust_env=False)
    headers = {"Authorization": f"Bearer {keys['stripe']['api_key']}"}
    events = httpx.get(f"{simulator}/v1/events", params={"type": TRIGGERS[trigger]}, headers=headers, trust_env=False)
    assert events.json()["data"], f"no {trigger} was reported"
