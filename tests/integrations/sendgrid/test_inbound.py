"""What became of our e-mails: forged, stale, doubled, reordered and odd batches included."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from integrations.hearing import Heard, Known, Silenced, Whose
from integrations.sendgrid.inbound import asked, facts_of, taken_in
from receivables.facts import ContactStopped, DeliveryFailed
from receivables.people import Channel, PointStatus

SIGNER = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    SIGNER.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
NOW_S = 1_772_463_600.0
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
KNOWN = Known(
    touches={"b1.follow_up.1": Whose("lakeside", "b1", "g1")},
    points={(Channel.email, "pat@example.org"): [Whose("lakeside", None, "g1"), Whose("harbor_dental", None, "g7")]},
)


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "email": "Pat@example.org", "timestamp": 1772463000, "event": kind, "sg_event_id": f"ev-{kind}",
        "sg_message_id": "abc.recvd-1", "touch": "b1.follow_up.1",
    } | more  # fmt: skip


def body_of(*events: dict[str, Any]) -> bytes:
    return json.dumps(list(events)).encode() + b"\r\n"


def headers(body: bytes, stamp: float = NOW_S) -> dict[str, str]:
    signature = SIGNER.sign(str(int(stamp)).encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": str(int(stamp)),
    }


def heard(*events: dict[str, Any], known: Known = KNOWN) -> Heard:
    return facts_of(body_of(*events), AT, known)


def test_a_batch_that_sendgrid_signed_is_taken_in_once() -> None:
    body = body_of(event("delivered"))
    first = taken_in(headers(body), body, PUBLIC, NOW_S)
    again = taken_in(headers(body, NOW_S + 5), body, PUBLIC, NOW_S + 5)
    assert first == again
    assert first is not None


def test_forged_and_stale_batches_are_turned_away() -> None:
    body = body_of(event("bounce"))
    good = headers(body)
    assert taken_in(good, body.strip(), PUBLIC, NOW_S) is None
    assert taken_in(good, body + b" ", PUBLIC, NOW_S) is None
    assert taken_in(good, body, PUBLIC, NOW_S + 601) is None
    assert taken_in(good, body, PUBLIC, NOW_S - 601) is None
    assert taken_in(headers(body, NOW_S - 86_400), body, PUBLIC, NOW_S) is None
    assert taken_in(good | {"x-twilio-email-event-webhook-timestamp": str(int(NOW_S) + 1)}, body, PUBLIC, NOW_S) is None
    for timestamp in ("", "soon", "-5", "9" * 5000):
        assert taken_in(good | {"x-twilio-email-event-webhook-timestamp": timestamp}, body, PUBLIC, NOW_S) is None
    for signature in ("", "no base64!", "é", base64.b64encode(b"x").decode()):
        assert taken_in(good | {"x-twilio-email-event-webhook-signature": signature}, body, PUBLIC, NOW_S) is None
    assert taken_in({}, body, PUBLIC, NOW_S) is None


@pytest.mark.parametrize(
    ("kind", "details", "status"),
    [
        ("bounce", {"type": "bounce"}, PointStatus.bounced),
        ("bounce", {"type": "blocked"}, None),
        ("dropped", {"reason": "Bounced Address"}, PointStatus.bounced),
        ("dropped", {"reason": "Invalid"}, PointStatus.bounced),
        ("dropped", {"reason": "Spam Reporting Address"}, PointStatus.complained),
        ("dropped", {"reason": "Something new"}, None),
        ("spamreport", {}, PointStatus.complained),
    ],
)
def test_a_mail_that_did_not_arrive_says_what_became_of_the_address(
    kind: str, details: dict[str, str], status: PointStatus | None
) -> None:
    [failed] = heard(event(kind, **details)).facts
    assert isinstance(failed, DeliveryFailed)
    assert (failed.touch_id, failed.status, failed.balance_id) == ("b1.follow_up.1", status, "b1")
    assert failed.at == datetime.fromtimestamp(1772463000, UTC)
    assert "@" not in failed.because


@pytest.mark.parametrize(
    ("kind", "details"),
    [("unsubscribe", {}), ("group_unsubscribe", {"asm_group_id": 3}), ("dropped", {"reason": "Unsubscribed Address"})],
)
def test_an_unsubscribe_stops_e_mails_to_the_person(kind: str, details: dict[str, Any]) -> None:
    [stopped] = heard(event(kind, **details)).facts
    assert isinstance(stopped, ContactStopped)
    assert (stopped.channel, stopped.guarantor_id, stopped.balance_id) == (Channel.email, "g1", None)


@pytest.mark.parametrize("kind", ["processed", "deferred", "delivered", "open", "click", "group_resubscribe", "new"])
def test_what_machines_do_with_a_mail_changes_no_case(kind: str) -> None:
    told = heard(event(kind))
    assert told.facts == []
    assert told.problems == []


def test_events_prove_that_the_provider_took_the_mail_and_only_move_it_forward() -> None:
    ranks = {}
    for kind in ("processed", "deferred", "delivered"):
        [progress] = heard(event(kind)).progress
        assert (progress.touch_id, progress.provider_id, progress.status) == ("b1.follow_up.1", "abc", kind)
        ranks[kind] = progress.rank
    assert ranks["processed"] < ranks["deferred"] < ranks["delivered"]


def test_the_same_event_in_two_batches_is_one_fact() -> None:
    [first] = heard(event("bounce", type="bounce")).facts
    _, again = heard(event("delivered"), event("bounce", type="bounce")), heard(event("bounce", type="bounce"))
    assert again.facts == [first]


def test_an_event_without_a_touch_reaches_everyone_at_the_address() -> None:
    report = event("spamreport")
    del report["touch"]
    assert asked(body_of(report)).points == {(Channel.email, "pat@example.org")}
    first, second = heard(report).facts
    assert (first.practice_id, second.practice_id) == ("lakeside", "harbor_dental")
    assert first.fact_id != second.fact_id


def test_an_event_that_matters_about_nobody_we_know_is_shown_to_staff() -> None:
    told = heard(event("bounce", touch="b9.x.1"), event("open", touch="b9.x.1"))
    assert told.facts == []
    assert len(told.problems) == 1
    assert told.silenced == [Silenced(Channel.email, "pat@example.org", PointStatus.bounced)]


def test_an_event_without_an_id_or_time_is_still_one_fact() -> None:
    bare = {"event": "bounce", "email": "pat@example.org", "touch": "b1.follow_up.1"}
    [first], [again] = heard(bare).facts, heard(bare).facts
    assert first == again
    assert first.at == AT


@pytest.mark.parametrize("body", [b"{}", b"[1]", b"not json", b"null"])
def test_a_body_that_is_no_list_of_events_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one of them
        facts_of(body, AT, KNOWN)
