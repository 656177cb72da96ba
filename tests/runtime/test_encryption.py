"""What the engine stores about a patient: unreadable without a key, small, and readable again after a key is changed."""

import base64
import json
import random
import typing
import zlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, WorkflowFailureError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError

from activities.contract import Turn
from receivables.case import Case, Stage
from receivables.facts import AnyFact, MessageSent
from receivables.money import Cents
from receivables.people import Channel, Consent, ContactPoint, Guarantor
from receivables.spoken import Touch
from receivables.steps import Decision, SendMessage, Step
from runtime.encryption import EncryptionCodec, UnknownKey, encrypted_converter
from runtime.payload_words import LEAN_WORDS, WORDS
from runtime.payloads import WRITE
from workflows.contract import Status

OLD, NEW = b"1" * 32, b"2" * 32
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
CASE = Case(
    practice_id="p7", balance_id="9f3c", posted_at=NOW, patient_responsibility_cents=Cents(215_00),
    insurance_paid_cents=Cents(680_00),
    guarantor=Guarantor(
        guarantor_id="g1", first_name="Karen",
        contact_points=[ContactPoint(channel=Channel.sms, value="+13125550142", consent=Consent.granted)],
    ),
    touches=[Touch(touch_id="9f3c.first_notice.1", message="first_notice", channel=Channel.sms, at=NOW)],
)  # fmt: skip
DECISION = Decision(
    step=SendMessage(touch_id="9f3c.first_notice.1", message="first_notice", channel=Channel.sms), act_at=NOW,
    because=["low risk: one friendly text"], stage=Stage.waiting, outstanding_cents=Cents(215_00), decided_at=NOW,
)  # fmt: skip
TURN = Turn(
    facts=[MessageSent(fact_id="sent.1", at=NOW, practice_id="p7", balance_id="9f3c", touch_id="t", message="first_notice",
                       channel=Channel.sms)],
    decision=DECISION,
)  # fmt: skip


async def sealed(codec: EncryptionCodec, value: object) -> Payload:
    [payload] = await codec.encode(pydantic_data_converter.payload_converter.to_payloads([value]))
    return payload


async def test_nothing_of_a_case_can_be_read_and_all_of_it_comes_back() -> None:
    converter = encrypted_converter({"k1": OLD}, "k1")
    for value, kind in (
        (CASE, Case),
        (DECISION, Decision),
        ("SMS: first notice", str),
        (None, type(None)),
        (b"\0\xff", bytes),
    ):
        [payload] = await converter.encode([value])
        assert b"Karen" not in payload.SerializeToString()
        assert b"5550142" not in payload.SerializeToString()
        assert (await converter.decode([payload], [kind]))[0] == value


async def plain(value: object) -> bytes:
    """What the converter writes before it is encrypted."""
    converter = encrypted_converter({"k1": OLD}, "k1")
    assert converter.payload_codec is not None
    [payload] = await converter.payload_codec.decode(await converter.encode([value]))
    return payload.data


async def test_fields_at_their_defaults_are_left_out_and_come_back() -> None:
    written = await plain(DECISION)
    assert b"mention_plan" not in written
    assert b'"kind":"send_message"' in written, "which of several shapes it is, is always said"
    assert len(await plain(CASE)) < 0.5 * len(CASE.model_dump_json())
    converter = encrypted_converter({"k1": OLD}, "k1")
    for value, kind in ((CASE, Case), (DECISION, Decision), (TURN, Turn)):
        assert (await converter.decode(await converter.encode([value]), [kind]))[0] == value


async def test_every_kind_of_fact_and_step_is_read_back_as_what_it_was() -> None:
    for union in (AnyFact, Step):
        for kind in typing.get_args(typing.get_args(union)[0]):
            name = kind.model_fields["kind"].default
            written = WRITE(kind.model_construct(kind=name), exclude_defaults=True)
            assert f'"kind":"{name}"'.encode() in written


async def test_what_was_written_with_its_defaults_is_still_read() -> None:
    codec = EncryptionCodec({"k1": OLD}, "k1")
    before = await sealed(codec, CASE)
    assert (await encrypted_converter({"k1": OLD}, "k1").decode([before], [Case]))[0] == CASE


async def test_an_answer_to_an_outsider_has_all_its_fields() -> None:
    answer = Status(stage=Stage.waiting, outstanding_cents=Cents(0))
    assert json.loads(await plain(answer)) == answer.model_dump(mode="json")


async def test_any_payload_comes_back_bit_for_bit() -> None:
    codec = EncryptionCodec({"k1": OLD}, "k1")
    chance = random.Random(7)
    for length in (0, 1, 2, 15, 16, 17, 255, 4_096, 200_000):
        for metadata in (
            {"encoding": b"json/plain"},
            {"encoding": b"json/plain", "x": b"y"},
            {"encoding": b"binary/plain"},
            {},
        ):
            for data in (chance.randbytes(length), b"a" * length):
                payload = Payload(metadata=metadata, data=data)
                assert await codec.decode(await codec.encode([payload])) == [payload]


async def test_what_was_compressed_with_the_dictionary_of_before_is_still_read() -> None:
    press = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, WORDS)
    squeezed = press.compress(CASE.model_dump_json().encode()) + press.flush()
    sealed_then = b"0" * 12 + AESGCM(OLD).encrypt(b"0" * 12, b"Z" + squeezed, b"k1")
    payload = Payload(metadata={"encoding": b"binary/encrypted", "k": b"k1"}, data=sealed_then)
    assert (await encrypted_converter({"k1": OLD}, "k1").decode([payload], [Case]))[0] == CASE


async def test_no_dictionary_has_changed() -> None:
    assert [zlib.crc32(words) for words in (WORDS, LEAN_WORDS)] == [586330241, 868571484], (
        "payloads written with it are lost"
    )


async def test_the_same_text_never_looks_the_same_twice() -> None:
    codec = EncryptionCodec({"k1": OLD}, "k1")
    assert (await sealed(codec, CASE)).data != (await sealed(codec, CASE)).data


async def test_after_a_key_is_changed_old_lives_are_read_and_new_words_are_written_with_the_new_key() -> None:
    before = await sealed(EncryptionCodec({"k1": OLD}, "k1"), CASE)
    both = EncryptionCodec({"k1": OLD, "k2": NEW}, "k2")
    assert (await both.decode([before]))[0].data
    after = await sealed(both, CASE)
    assert after.metadata["k"] == b"k2"
    with pytest.raises(UnknownKey, match="a payload needs key 'k1'; add it to COLLECT_PAYLOAD_KEYS"):
        await EncryptionCodec({"k2": NEW}, "k2").decode([before])


async def test_a_wrong_key_or_a_changed_payload_is_refused_and_named() -> None:
    payload = await sealed(EncryptionCodec({"k1": OLD}, "k1"), CASE)
    with pytest.raises(UnknownKey, match="key k1 does not open this payload"):
        await EncryptionCodec({"k1": NEW}, "k1").decode([payload])
    renamed = Payload(metadata={**payload.metadata, "k": b"k2"}, data=payload.data)
    with pytest.raises(UnknownKey, match="key k2 does not open this payload"):
        await EncryptionCodec({"k1": OLD, "k2": OLD}, "k1").decode([renamed])
    for broken in (payload.data[:-1], payload.data[:20], b""):
        with pytest.raises(UnknownKey):
            await EncryptionCodec({"k1": OLD}, "k1").decode([Payload(metadata=payload.metadata, data=broken)])
    with pytest.raises(UnknownKey, match="needs key ''"):
        await EncryptionCodec({"k1": OLD}, "k1").decode(
            [Payload(metadata={"encoding": b"binary/encrypted"}, data=b"x")]
        )


async def test_what_was_never_encrypted_passes_unchanged() -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b'"hello"')
    assert await EncryptionCodec({"k1": OLD}, "k1").decode([plain]) == [plain]


async def test_encryption_costs_less_room_than_compression_saves() -> None:
    codec = EncryptionCodec({"k1": OLD}, "k1")
    for value, at_most in ((CASE, 0.25), (DECISION, 0.5)):
        [whole] = pydantic_data_converter.payload_converter.to_payloads([value])
        [written] = await encrypted_converter({"k1": OLD}, "k1").encode([value])
        assert written.ByteSize() < whole.ByteSize() * at_most
    short = "SMS: first notice"
    overhead = (await sealed(codec, short)).ByteSize() - len(f'"{short}"')
    assert overhead <= 72, (
        "twelve random bytes, sixteen that prove it was not changed, one for its form, the rest names"
    )


async def test_an_error_says_nothing_in_plain() -> None:
    converter = encrypted_converter({"k1": OLD}, "k1")
    failure = Failure()
    await converter.encode_failure(
        ApplicationError("Karen at +13125550142 was not reached", type="NotReached"), failure
    )
    assert b"Karen" not in failure.SerializeToString()
    assert b"5550142" not in failure.SerializeToString()
    back = await converter.decode_failure(failure)
    assert str(back) == "NotReached: Karen at +13125550142 was not reached"


async def test_on_the_real_engine_input_summary_and_error_are_unreadable_and_come_back(client: Client) -> None:
    handle = await client.start_workflow(
        "Unknown",
        CASE,
        id=f"balance:p7:{random.getrandbits(64):x}",
        task_queue="nobody",
        static_summary="Karen owes $215",
    )
    await handle.terminate("Karen called")
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    stored = (await handle.fetch_history()).events
    started = stored[0].SerializeToString()
    assert b"Karen" not in started
    assert base64.b64encode(b"Karen")[:6] not in started
    assert (await handle.describe()).static_summary is not None
    assert await (await handle.describe()).static_summary() == "Karen owes $215"
