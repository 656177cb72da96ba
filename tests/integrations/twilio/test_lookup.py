"""Twilio Lookup says what kind of line a number is: the real SDK over HTTP against the simulator and odd servers."""

from __future__ import annotations

import json

import pytest

from integrations.twilio.lookup import TwilioLookup
from receivables.errors import TryLater
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.world import World

SID, TOKEN = "AC" + "0" * 32, "simulated-twilio-auth-token-0001"


async def test_a_landline_is_told_from_a_mobile(world: World) -> None:
    world.tell("/_/phones/+13125550177", outcome="landline")
    lookup = TwilioLookup(SID, TOKEN, base_url=world.url)
    assert await lookup.line("+13125550177") == "landline"
    assert await lookup.line("+13125550178") == "mobile"


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
        assert await TwilioLookup(SID, TOKEN, base_url=twilio.base_url).line("+13125550142") == line
    assert "line_type_intelligence" in twilio.asked[0][1]


async def test_what_cannot_be_looked_up_is_tried_later() -> None:
    with answering(503, b"{}") as twilio, pytest.raises(TryLater):
        await TwilioLookup(SID, TOKEN, base_url=twilio.base_url).line("+13125550142")
    with pytest.raises(TryLater):
        await TwilioLookup(SID, TOKEN, base_url=NOWHERE).line("+13125550142")
