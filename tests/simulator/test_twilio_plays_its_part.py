"""Texts as Twilio keeps them, through the official SDK."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

LINE, KAREN = "+13125550100", "+13125550142"


@pytest.fixture
def client(stage):
    client = Client(stage.keys["twilio"]["account_sid"], stage.keys["twilio"]["auth_token"])
    client.api.base_url = client.lookups.base_url = stage.url
    return client


def refused(client, **form):
    with pytest.raises(TwilioRestException) as error:
        client.messages.create(**{"to": KAREN, "from_": LINE, "body": "Hi"} | form)
    return error.value.code


def test_a_text_travels_from_queued_to_delivered(stage, client):
    created = client.messages.create(to=KAREN, from_=LINE, body="Hi Karen")
    assert created.status == "queued"
    stage.settle()
    read = client.messages(created.sid).fetch()
    assert read.status == "delivered"
    assert read.date_sent == datetime(2026, 3, 2, 15, tzinfo=UTC)


def test_a_text_through_a_messaging_service_also_reports_queued(stage, client):
    created = client.messages.create(to=KAREN, messaging_service_sid="MG" + "1" * 32, body="Hi")
    assert created.status == "accepted"
    stage.settle()
    statuses = [one["MessageStatus"] for one in stage.product.at("/webhooks/twilio/status")]
    assert statuses == ["queued", "sent", "delivered"]


def test_the_address_given_at_sending_gets_the_callbacks_with_its_query_signed(stage, client):
    stage.product.answer = stage.product.answer
    client.messages.create(
        to=KAREN, from_=LINE, body="Hi", status_callback=f"{stage.product.url}/webhooks/twilio/x?touch=t1#rc=2"
    )
    stage.settle()
    assert len(stage.product.at("/webhooks/twilio/x")) == 2
    assert all(heard.genuine for heard in stage.product.heard)


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("+15005550030", "undelivered", 30003),
        ("+15005550031", "undelivered", 30005),
        ("+15005550032", "undelivered", 30006),
        ("+15005550033", "undelivered", 30007),
        ("+15005550034", "failed", 30034),
    ],
)
def test_a_magic_number_ends_in_its_error(stage, client, number, status, code):
    created = client.messages.create(to=number, from_=LINE, body="Hi")
    stage.settle()
    last = stage.product.at("/webhooks/twilio/status")[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == (status, str(code))
    assert client.messages(created.sid).fetch().error_code == code


def test_a_bad_request_is_refused_with_the_vendor_s_code(client):
    assert refused(client, to="+15005550001") == 21211
    assert refused(client, to="+15005550009") == 21614
    assert refused(client, to="12") == 21211
    assert refused(client, body="") == 21602
    assert refused(client, body="x" * 1601) == 21617


def test_stop_blocks_and_start_unblocks_but_only_as_the_whole_text(stage, client):
    client.messages.create(to=KAREN, from_=LINE, body="Hi")
    for words in ("stop", "please start again"):
        stage.post(f"/patients/{KAREN}/reply", {"text": words}, 201)
        assert refused(client) == 21610
    stage.post(f"/patients/{KAREN}/reply", {"text": " Start "}, 201)
    assert client.messages.create(to=KAREN, from_=LINE, body="Hi").sid


def test_the_list_finds_what_was_sent_to_a_number_since_a_moment(stage, client):
    client.messages.create(to=KAREN, from_=LINE, body="one")
    stage.advance("P1D")
    client.messages.create(to=KAREN, from_=LINE, body="two")
    client.messages.create(to="+13125550143", from_=LINE, body="other")
    since = datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert [text.body for text in client.messages.list(to=KAREN, date_sent_after=since)] == ["two"]
    assert [text.body for text in client.messages.list(to=KAREN)] == ["two", "one"]


def test_a_long_list_is_read_page_by_page(client):
    for number in range(7):
        client.messages.create(to=KAREN, from_=LINE, body=str(number))
    assert len(client.messages.list(to=KAREN, page_size=3)) == 7


def test_a_number_set_by_hand_is_a_landline_in_lookup_and_for_texts(stage, client):
    stage.post(f"/phones/{KAREN}", {"outcome": "landline"})
    found = client.lookups.v2.phone_numbers(KAREN).fetch(fields="line_type_intelligence")
    assert found.line_type_intelligence["type"] == "landline"
    client.messages.create(to=KAREN, from_=LINE, body="Hi")
    stage.settle()
    assert stage.product.at("/webhooks/twilio/status")[-1]["ErrorCode"] == "30006"


@pytest.mark.parametrize(
    ("verified", "said"), [("20260209", "yes"), ("20260210", "no"), ("20210126", "no_data_available"), ("2026", None)]
)
def test_a_number_that_was_handed_on_is_reassigned_to_whoever_verified_it_before(stage, client, verified, said):
    stage.post(f"/phones/{KAREN}", {"reassigned_on": "2026-02-10"})
    found = client.lookups.v2.phone_numbers(KAREN).fetch(fields="reassigned_number", last_verified_date=verified)
    assert found.reassigned_number["is_number_reassigned"] == said
    assert (found.reassigned_number["error_code"] is None) is (said is not None)


def test_an_answer_in_twiml_is_texted_back(stage):
    from starlette.responses import Response

    stage.product.answer = lambda heard: Response("<Response><Message>Thanks &amp; bye</Message></Response>")
    stage.post(f"/patients/{KAREN}/reply", {"text": "hello"}, 201)
    assert [message["body"] for message in stage.get("/messages", to=KAREN)["messages"]] == ["Thanks & bye"]


def test_the_text_of_a_message_can_be_removed(client):
    created = client.messages.create(to=KAREN, from_=LINE, body="Hi")
    assert client.messages(created.sid).update(body="").body == ""
    assert client.messages(created.sid).delete()
