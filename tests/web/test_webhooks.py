"""Vendors' webhooks: verified, kept raw and once, answered; what they mean is read later."""

import pytest
from web_world import BASE

SIGNED = {"x-secret": "right", "x-key": "SM1"}


async def test_a_patients_text_is_kept_as_it_came_and_answered_with_silence(web, world) -> None:
    answer = await web.post("/webhooks/twilio/sms", content=b"Body=hello&MessageSid=SM1", headers=SIGNED)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/xml")
    assert answer.content.endswith(b"<Response/>")
    body, _, at = world.inbox.rows["vendor", "SM1"]
    assert body.endswith(b"Body=hello&MessageSid=SM1")
    assert at == world.clock.moment


@pytest.mark.parametrize("path", ["twilio/status", "stripe", "practice-systems/simulated"])
async def test_other_deliveries_are_answered_without_content(web, path) -> None:
    answer = await web.post(f"/webhooks/{path}", content=b"{}", headers=SIGNED)
    assert (answer.status_code, answer.content) == (204, b"")


async def test_the_same_delivery_fifty_times_is_kept_once(web, world) -> None:
    answers = [await web.post("/webhooks/stripe", content=b"{}", headers=SIGNED) for _ in range(50)]
    assert {answer.status_code for answer in answers} == {204}
    assert len(world.inbox.rows) == 1


@pytest.mark.parametrize("headers", [{}, {"x-secret": "forged", "x-key": "SM1"}])
async def test_a_forged_or_stale_signature_is_refused_and_nothing_is_kept(web, world, headers) -> None:
    answer = await web.post("/webhooks/stripe", content=b"{}", headers=headers)
    assert answer.status_code == 400
    assert "signature" in answer.json()["errors"][0]["problem"]
    assert "secret" in answer.json()["errors"][0]["mend"]
    assert world.inbox.rows == {}


async def test_signatures_are_checked_against_the_public_address_with_its_query(web, world) -> None:
    await web.post(
        "/webhooks/twilio/status?touch=b1.first.1&x=%20y", content=b"", headers=SIGNED | {"Host": "attacker.example.com"}
    )
    assert world.inbox.rows["vendor", "SM1"][0] == f"{BASE}/webhooks/twilio/status?touch=b1.first.1&x=%20y\n".encode()


async def test_when_the_database_is_away_the_vendor_is_told_to_deliver_again(web, world) -> None:
    world.inbox.broken = True
    assert (await web.post("/webhooks/stripe", content=b"{}", headers=SIGNED)).status_code == 500


async def test_a_webhook_of_ten_megabytes_is_refused(web, world) -> None:
    assert (await web.post("/webhooks/stripe", content=b"x" * 10_000_000, headers=SIGNED)).status_code == 413
    assert world.inbox.rows == {}


async def test_a_system_nobody_knows_has_no_webhook(web) -> None:
    answer = await web.post("/webhooks/practice-systems/unheard-of", content=b"{}", headers=SIGNED)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["mend"]


async def test_signatures_and_tokens_are_not_kept_beside_the_body(web, world) -> None:
    await web.post("/webhooks/stripe", content=b"{}", headers=SIGNED | {"Stripe-Signature": "t=1", "Content-Type": "application/json"})
    assert world.inbox.rows["vendor", "SM1"][1] == {"content-type": "application/json"}
