"""Twilio Lookup says what a number is and whose: the real SDK over HTTP against the simulator and odd servers."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from integrations.twilio.lookup import TwilioLookup
from receivables.errors import TryLater
from receivables.line_ports import Number
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.world import World

SID, TOKEN = "AC" + "0" * 32, "simulated-twilio-auth-token-0001"
KAREN = "+13125550142"
VERIFIED = date(2026, 1, 5)


async def test_a_landline_is_told_from_a_mobile(world: World) -> None:
    world.tell("/_/phones/+13125550177", outcome="landline")
    lookup = TwilioLookup(SID, TOKEN, base_url=world.url)
    assert await lookup.look("+13125550177", None) == Number("landline")
    assert await lookup.look("+13125550178", None) == Number("mobile")


async def test_a_number_is_reassigned_for_whoever_verified_it_before_it_was_handed_on(world: World) -> None:
    world.tell("/_/phones/+13125550179", reassigned_on="2026-02-10")
    lookup = TwilioLookup(SID, TOKEN, base_url=world.url)
    assert await lookup.look("+13125550179", VERIFIED) == Number("mobile", "yes")
    assert await lookup.look("+13125550179", date(2026, 2, 11)) == Number("mobile", "no")
    assert await lookup.look("+13125550179", date(2019, 1, 1)) == Number("mobile", "unknown")
    assert await lookup.look("+13125550179", None) == Number("mobile", "unknown")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ({"valid": True, "line_type_intelligence": {"type": "nonFixedVoip"}}, "mobile"),
        ({"valid": True, "line_type_intelligence": {"type": "pager"}}, "landline"),
        ({"valid": True, "line_type_intelligence": {"type": "somethingNew"}}, "unknown"),
        ({"valid": True, "line_type_intelligence": None}, "unknown"),
        ({"valid": False, "line_type_intelligence": None}, "invalid"),
    ],
)  # fmt: skip
async def test_vendor_words_become_ours(answer: dict[str, object], line: str) -> None:
    with answering(200, json.dumps(answer).encode()) as twilio:
        assert await TwilioLookup(SID, TOKEN, base_url=twilio.base_url).look(KAREN, None) == Number(line)
    assert "line_type_intelligence" in twilio.asked[0][1]
    assert "reassigned" not in twilio.asked[0][1]


@pytest.mark.parametrize(
    ("part", "reassigned"),
    [
        ({"is_number_reassigned": "yes", "error_code": None}, "yes"),
        ({"is_number_reassigned": "no", "error_code": None}, "no"),
        ({"is_number_reassigned": "no_data_available", "error_code": None}, "unknown"),
        ({"is_number_reassigned": None, "error_code": 60601}, "unknown"),
        (None, "unknown"),
    ],
)
async def test_only_a_yes_or_a_no_about_the_owner_says_something(
    part: dict[str, object] | None, reassigned: str
) -> None:
    answer = {"valid": True, "line_type_intelligence": {"type": "mobile"}, "reassigned_number": part}
    with answering(200, json.dumps(answer).encode()) as twilio:
        found = await TwilioLookup(SID, TOKEN, base_url=twilio.base_url).look(KAREN, VERIFIED)
    assert found == Number("mobile", reassigned)


async def test_the_vendor_hears_the_number_and_a_day_and_nothing_else() -> None:
    answer = {"valid": True, "line_type_intelligence": {"type": "mobile"}, "reassigned_number": None}
    with answering(200, json.dumps(answer).encode()) as twilio:
        await TwilioLookup(SID, TOKEN, base_url=twilio.base_url).look(KAREN, VERIFIED)
    assert parse_qs(urlsplit(twilio.asked[0][1]).query) == {
        "Fields": ["line_type_intelligence,reassigned_number"], "LastVerifiedDate": ["20260105"],
    }  # fmt: skip


@pytest.mark.parametrize("status", [400, 403])
async def test_an_account_that_may_not_ask_about_owners_still_hears_of_the_line(status: int) -> None:
    lines = json.dumps({"valid": True, "line_type_intelligence": {"type": "landline"}}).encode()
    refused = json.dumps({"code": 60606, "message": "This package is not enabled", "status": status}).encode()
    with answering(status, refused) as twilio:
        twilio.status_of = lambda: status if "reassigned" in twilio.asked[-1][1] else 200
        twilio.answer = lambda: refused if "reassigned" in twilio.asked[-1][1] else lines
        assert await TwilioLookup(SID, TOKEN, base_url=twilio.base_url).look(KAREN, VERIFIED) == Number("landline")
    assert len(twilio.asked) == 2


@pytest.mark.parametrize("verified_on", [None, VERIFIED])
async def test_what_cannot_be_looked_up_is_tried_later(verified_on: date | None) -> None:
    with answering(503, b"{}") as twilio, pytest.raises(TryLater):
        await TwilioLookup(SID, TOKEN, base_url=twilio.base_url).look(KAREN, verified_on)
    with pytest.raises(TryLater):
        await TwilioLookup(SID, TOKEN, base_url=NOWHERE).look(KAREN, verified_on)
