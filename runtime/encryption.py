"""What the engine stores is compressed and encrypted here, with keys that can be rotated; nothing else encrypts."""

from __future__ import annotations

import dataclasses
import os
import zlib
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from runtime.payload_words import LEAN_WORDS, WORDS
from runtime.payloads import LeanPayloadConverter

ENCODING = b"binary/encrypted"
PLAIN_JSON = b"json/plain"
KEY_ID = "k"
NONCE_BYTES = 12
TAG_BYTES = 16
SQUEEZED, WHOLE, SQUEEZED_JSON, WHOLE_JSON = b"y", b"p", b"Y", b"P"
"""First byte of what is encrypted. Nearly every payload is JSON and nothing else is said about it: its letters stand
for that, which spares thirty bytes in each of the many short texts of a life."""
DICTIONARIES = {b"z": WORDS, b"Z": WORDS, SQUEEZED: LEAN_WORDS, SQUEEZED_JSON: LEAN_WORDS}
"""Of every letter that stands for compression; payloads of lives that began years ago carry the older ones."""
JSON_FORMS = {b"Z", b"P", SQUEEZED_JSON}


class UnknownKey(ValueError):
    """A payload cannot be read with the keys this process has: add the one it was written with for reading."""


class EncryptionCodec(PayloadCodec):
    """AES-GCM with the key's id beside the ciphertext: the active key writes, every key reads."""

    def __init__(self, keys: Mapping[str, bytes], active: str) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._active = active

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Compress where it helps, then encrypt the whole payload, its own metadata included."""
        return [self._sealed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Plain payloads again; those that were never encrypted pass unchanged. UnknownKey for a missing key."""
        return [self._opened(payload) for payload in payloads]

    def _sealed(self, payload: Payload) -> Payload:
        nonce, name = os.urandom(NONCE_BYTES), self._active.encode()
        sealed = self._ciphers[self._active].encrypt(nonce, _packed(payload), name)
        return Payload(metadata={"encoding": ENCODING, KEY_ID: name}, data=nonce + sealed)

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        name = payload.metadata.get(KEY_ID, b"")
        cipher = self._ciphers.get(name.decode(errors="replace"))
        if cipher is None:
            raise UnknownKey(f"a payload needs key {name.decode(errors='replace')!r}; add it to COLLECT_PAYLOAD_KEYS")
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        if len(sealed) < TAG_BYTES:
            raise UnknownKey("a payload is cut short, so no key opens it")
        try:
            return _unpacked(cipher.decrypt(nonce, sealed, name))
        except InvalidTag:
            raise UnknownKey(
                f"key {name.decode()} does not open this payload: it is another key under the same id, or the payload "
                "was changed; correct that key in COLLECT_PAYLOAD_KEYS"
            ) from None


def _packed(payload: Payload) -> bytes:
    is_json = dict(payload.metadata) == {"encoding": PLAIN_JSON} and not payload.external_payloads
    data = payload.data if is_json else payload.SerializeToString()
    press = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, LEAN_WORDS)
    small = press.compress(data) + press.flush()
    if len(small) < len(data):
        return (SQUEEZED_JSON if is_json else SQUEEZED) + small
    return (WHOLE_JSON if is_json else WHOLE) + data


def _unpacked(packed: bytes) -> Payload:
    form, data = packed[:1], packed[1:]
    if form in DICTIONARIES:
        data = zlib.decompressobj(-15, DICTIONARIES[form]).decompress(data)
    if form in JSON_FORMS:
        return Payload(metadata={"encoding": PLAIN_JSON}, data=data)
    return Payload.FromString(data)


def encrypted_converter(keys: Mapping[str, bytes], active: str) -> DataConverter:
    """Pydantic models to encrypted payloads; error texts and stack traces are encrypted with them."""
    return dataclasses.replace(
        DataConverter(payload_converter_class=LeanPayloadConverter),
        payload_codec=EncryptionCodec(keys, active),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
