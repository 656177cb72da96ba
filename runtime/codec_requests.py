"""The body of the Temporal UI's codec requests: reads it, encodes or decodes, writes it back; no HTTP here."""

from __future__ import annotations

from collections.abc import Sequence

from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec


async def decoded(codec: PayloadCodec, body: bytes) -> bytes:
    """The payloads in plain. ValueError when the body is not a list of payloads, or a key is missing."""
    return _written(await codec.decode(_read(body)))


async def encoded(codec: PayloadCodec, body: bytes) -> bytes:
    """The payloads encrypted. ValueError when the body is not a list of payloads."""
    return _written(await codec.encode(_read(body)))


def _read(body: bytes) -> Sequence[Payload]:
    try:
        return json_format.Parse(body, Payloads()).payloads
    except (json_format.ParseError, UnicodeDecodeError):
        raise ValueError("the body is not a list of payloads as the Temporal UI sends it") from None


def _written(payloads: Sequence[Payload]) -> bytes:
    return json_format.MessageToJson(Payloads(payloads=payloads), indent=None).encode()
