"""What the engine stores is compressed and encrypted here, with keys that can be rotated; nothing else encrypts."""

from __future__ import annotations

import dataclasses
import os
import zlib
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

ENCODING = b"binary/encrypted"
PLAIN_JSON = b"json/plain"
KEY_ID = "k"
NONCE_BYTES = 12
TAG_BYTES = 16
SQUEEZED, WHOLE, SQUEEZED_JSON, WHOLE_JSON = b"z", b"p", b"Z", b"P"
"""First byte of what is encrypted. Nearly every payload is JSON and nothing else is said about it: its letters stand
for that, which spares thirty bytes in each of the many short texts of a life."""
WORDS = (
    b'{"case":{"practice_id":"","balance_id":"","posted_at":"","service_date":"","visit_kind":"visit","claim_status":'
    b'"final","patient_responsibility_cents":,"insurance_paid_cents":,"guarantor":{"guarantor_id":"","first_name":"",'
    b'"language":"en","time_zone":"America/Chicago","postal_code":null,"state":"IL","contact_points":[{"channel":"sms",'
    b'"value":"+1","consent":"granted","status":"usable"},{"channel":"email","value":"@","consent":"granted","status":'
    b'"usable"}],"preferred_channel":null,"answers_by":null},"patient":{"patient_id":"","first_name":""},"history":{'
    b'"days_to_pay":[],"missed_installments":0,"oldest_unpaid_days":0,"unanswered_texts":0,"unanswered_emails":0,'
    b'"last_payment":null},"payments":[{"fact_id":"","amount_cents":,"paid_at":"","where":"page","reversed_cents":0,'
    b'"posting":"due"}],"reversals":[],"touches":[{"touch_id":"","message":"first_notice","channel":"sms","at":"",'
    b'"failed":false}],"replies":[],"holds":[],"stopped_channels":[],"offer":null,"open_tasks":[],"finished_tasks":[],'
    b'"not_before":null,"skipped":[],"close_reason":null,"handled":[]},"step":{"kind":"send_message","touch_id":"",'
    b'"message":"follow_up","channel":"email","tone":"plain","covered_most":true,"mention_plan":true},"facts":[{'
    b'"kind":"message_sent","fact_id":"sent.","at":"","source":"agent"}],"decision":{"step":{"kind":"wait","next_step"'
    b':""},"act_at":"","because":[""],"stage":"outreach","outstanding_cents":,"needs_staff":false,"decided_at":"",'
    b'"spread_seconds":0,"policy_version":"","rule":""},"heard":[],"published":null,"continue_every":0}'
)
"""A dictionary for the compressor: most payloads consist of these words, and short payloads have no time to learn.
Never change it: payloads written with it could not be read any more. A second one would get a letter of its own."""


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
    press = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, WORDS)
    small = press.compress(data) + press.flush()
    if len(small) < len(data):
        return (SQUEEZED_JSON if is_json else SQUEEZED) + small
    return (WHOLE_JSON if is_json else WHOLE) + data


def _unpacked(packed: bytes) -> Payload:
    form, data = packed[:1], packed[1:]
    if form in (SQUEEZED, SQUEEZED_JSON):
        data = zlib.decompressobj(-15, WORDS).decompress(data)
    if form in (SQUEEZED_JSON, WHOLE_JSON):
        return Payload(metadata={"encoding": PLAIN_JSON}, data=data)
    return Payload.FromString(data)


def encrypted_converter(keys: Mapping[str, bytes], active: str) -> DataConverter:
    """Pydantic models to encrypted payloads; error texts and stack traces are encrypted with them.

    Fields at their defaults are written out. Leaving them out would spare a fifth of a case's payload, but a default
    that is changed later would then change what the histories of running lives say.
    """
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(keys, active),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
