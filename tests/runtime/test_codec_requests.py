"""A billing coordinator opens the Temporal UI: what the server stores is unreadable, what the page shows is plain."""

import base64
import json

import pytest

from runtime.codec_requests import decoded, encoded
from runtime.encryption import EncryptionCodec, UnknownKey

CODEC = EncryptionCodec({"k1": b"1" * 32}, "k1")
BODY = json.dumps({
    "payloads": [
        {"metadata": {"encoding": base64.b64encode(b"json/plain").decode()}, "data": base64.b64encode(text).decode()}
        for text in (b'"SMS: first notice"', b'{"outstanding_cents":21500}')
    ]
}).encode()  # fmt: skip


async def test_payloads_are_made_readable_in_their_order() -> None:
    secret = await encoded(CODEC, BODY)
    assert b"first notice" not in base64.b64decode(json.loads(secret)["payloads"][0]["data"])
    assert json.loads(await decoded(CODEC, secret)) == json.loads(BODY)


async def test_plain_payloads_stay_as_they_are() -> None:
    assert json.loads(await decoded(CODEC, BODY)) == json.loads(BODY)


async def test_no_payloads_are_no_payloads() -> None:
    assert json.loads(await decoded(CODEC, b"{}")) == {}


@pytest.mark.parametrize("body", [b"", b"[1]", b"payloads", b'{"payloads": 5}', b'{"payloads": [{"data": 5}]}', b"\xff\xfe", b'{"x": 1}'])
async def test_another_body_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="the body is not a list of payloads as the Temporal UI sends it"):
        await decoded(CODEC, body)


async def test_a_missing_key_is_a_fault_the_web_can_tell_from_its_own() -> None:
    secret = await encoded(CODEC, BODY)
    with pytest.raises(ValueError, match="needs key 'k1'"):
        await decoded(EncryptionCodec({"k2": b"2" * 32}, "k2"), secret)
    assert issubclass(UnknownKey, ValueError)
