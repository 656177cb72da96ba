"""What patients write and what became of our texts: forged, doubled, reordered and odd forms included."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from integrations.hearing import Delivered, Known, Silenced, Whose, hear
from integrations.twilio.inbound import asked, facts_of, taken_in
from receivables.facts import ConsentRecorded, ContactStopped, DeliveryFailed, ReplyReceived
from receivables.people import Channel, PointStatus
from runtime.rule_files import read_rules

TOKEN = "a-token"
SMS = "https://pay.example.com/webhooks/twilio/sms"
STATUS = "https://pay.example.com/webhooks/twilio/status?touch=b1.first_notice.1"
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
FROM = "+13125550142"
SARAH = Whose("lakeside", "b1", "g1")
KNOWN = Known(
    touches={"b1.first_notice.1": SARAH},
    points={(Channel.sms, FROM): [SARAH, Whose("harbor_dental", None, "g7")]},
    lines={"+13125550101": "lakeside", "+12065550111": "harbor_dental"},
    rules=read_rules(Path(__file__).resolve().parents[3] / "practices"),
)


NOBODY = Known(lines=KNOWN.lines)


def sms(body: str, **more: str) -> dict[str, str]:
    return {"MessageSid": "SM1", "SmsStatus": "received", "From": FROM, "To": "+13125550101", "Body": body,
            "NumMedia": "0", "FromCity": "", **more}  # fmt: skip


def report(status: str, **more: str) -> dict[str, str]:
    return {"MessageSid": "SM9", "MessageStatus": status, "To": FROM, "From": "+13125550101", **more}


def delivered(form: dict[str, str], address: str = SMS) -> Delivered:
    body = urlencode(form).encode()
    signature = RequestValidator(TOKEN).compute_signature(address, form)
    kept = taken_in(address, {"x-twilio-signature": signature}, body, TOKEN)
    assert kept is not None
    return kept


def facts(form: dict[str, str], address: str = SMS, known: Known = KNOWN) -> list[object]:
    return list(facts_of(delivered(form, address).body, AT, known).facts)


def test_what_sarah_writes_is_a_reply_at_the_practice_she_wrote_to() -> None:
    [reply] = facts(sms("I can pay Friday"))
    assert reply == ReplyReceived(
        fact_id="twilio.SM1", at=AT, source="twilio", practice_id="lakeside", balance_id="b1", guarantor_id="g1",
        channel=Channel.sms, text="I can pay Friday",
    )  # fmt: skip


def test_a_form_that_twilio_did_not_sign_for_this_address_is_turned_away() -> None:
    form = sms("hello")
    body, signature = urlencode(form).encode(), RequestValidator(TOKEN).compute_signature(SMS, form)
    good = {"x-twilio-signature": signature}
    assert taken_in(SMS, good, body, TOKEN)
    assert taken_in(SMS, good, body + b"&Extra=1", TOKEN) is None
    assert taken_in(SMS + "/", good, body, TOKEN) is None
    assert taken_in(SMS.replace("https", "http"), good, body, TOKEN) is None
    assert taken_in(SMS, good, body, "another-token") is None
    assert taken_in(SMS, {}, body, TOKEN) is None
    assert taken_in(SMS, {"x-twilio-signature": "é"}, body, TOKEN) is None
    assert taken_in(STATUS, good, body, TOKEN) is None


def test_blank_fields_and_repeated_keys_are_part_of_what_was_signed() -> None:
    body = b"MessageSid=SM1&From=%2B13125550142&Body=&MediaUrl0=a&MediaUrl0=b"
    form = {"MessageSid": ["SM1"], "From": [FROM], "Body": [""], "MediaUrl0": ["a", "b"]}

    class Multi(dict[str, list[str]]):
        def getlist(self, key: str) -> list[str]:
            return self[key]

    signature = RequestValidator(TOKEN).compute_signature(SMS, Multi(form))
    assert taken_in(SMS, {"x-twilio-signature": signature}, body, TOKEN)


def test_the_same_text_fifty_times_has_one_key_and_one_fact() -> None:
    assert {delivered(sms("hello")).key for _ in range(50)} == {"sms.SM1"}
    assert len({fact.fact_id for _ in range(50) for fact in facts(sms("hello"))}) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Cancel ", "QUIT", "revoke", "OptOut", "END", "unsubscribe", "STOPALL"]
)
def test_a_stop_word_alone_is_a_revocation_and_nothing_else(word: str) -> None:
    [stopped] = facts(sms(word))
    assert isinstance(stopped, ContactStopped)
    assert (stopped.channel, stopped.guarantor_id) == (Channel.sms, "g1")


def test_a_word_the_practice_added_at_twilio_is_known_by_its_type() -> None:
    [stopped] = facts(sms("ALTO", OptOutType="STOP"))
    assert isinstance(stopped, ContactStopped)


@pytest.mark.parametrize("form", [sms("START"), sms(" start "), sms("Unstop"), sms("Empezar", OptOutType="START")])
def test_start_from_a_number_of_one_person_is_a_new_consent_with_its_evidence(form: dict[str, str]) -> None:
    [agreed] = facts(form)
    assert isinstance(agreed, ConsentRecorded)
    assert (agreed.fact_id, agreed.guarantor_id, agreed.value) == ("twilio.SM1.start", "g1", FROM)
    assert (agreed.granted, agreed.given_at, agreed.means, agreed.wording_version) == (True, AT, "text", "keyword-start-1")


def test_start_from_a_number_that_two_share_opens_nothing_by_itself() -> None:
    shared = Known(points={(Channel.sms, FROM): [SARAH, Whose("lakeside", "b2", "g2")]}, lines=KNOWN.lines)
    told = facts(sms("START"), known=shared)
    assert [type(one) for one in told] == [ReplyReceived, ReplyReceived]


@pytest.mark.parametrize("words", ["stop please", "YES", "yes ", "PLAN", "cancel my plan", "HELP"])
def test_everything_else_is_read_as_a_reply(words: str) -> None:
    [reply] = facts(sms(words, OptOutType="START" if words.strip().upper() == "YES" else ""))
    assert isinstance(reply, ReplyReceived)


def test_a_shared_phone_speaks_for_everyone_who_is_reached_there() -> None:
    known = Known(points={(Channel.sms, FROM): [SARAH, Whose("lakeside", None, "g2")]}, lines=KNOWN.lines)
    first, second = facts(sms("STOP"), known=known)
    assert (first.fact_id, second.fact_id) == ("twilio.SM1.stop", "twilio.SM1.stop.2")  # type: ignore[attr-defined]


def test_a_text_from_a_stranger_is_shown_to_staff_and_no_number_is_named() -> None:
    heard = facts_of(delivered(sms("hi", From="+13125550199")).body, AT, KNOWN)
    assert not heard.facts
    assert heard.problems
    assert "5550199" not in heard.problems[0].sentence


def test_a_card_number_is_taken_out_before_the_text_is_kept() -> None:
    kept = delivered(sms("card 4242 4242 4242 4242 exp 12/34, ref 1234 5678 9012 3456"))
    assert b"4242" not in kept.body
    [reply] = facts_of(kept.body, AT, KNOWN).facts
    assert isinstance(reply, ReplyReceived)
    assert reply.text == "card [card number removed] exp 12/34, ref 1234 5678 9012 3456"


def test_a_picture_without_words_is_still_a_reply() -> None:
    [reply] = facts(sms("", NumMedia="1"))
    assert isinstance(reply, ReplyReceived)
    assert (reply.text, reply.files) == ("[picture]", 1)
    [reply] = facts(sms("here is my card", NumMedia="2"))
    assert (reply.text, reply.files) == ("here is my card", 2)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("30006", PointStatus.landline), ("30005", PointStatus.dead), ("21610", PointStatus.opted_out), ("30003", None),
        ("30007", None), ("30034", None), ("99999", None), ("", None),
    ],
)  # fmt: skip
def test_a_text_that_did_not_arrive_says_what_became_of_the_number(code: str, status: PointStatus | None) -> None:
    [failed] = facts(report("undelivered", ErrorCode=code), STATUS)
    assert isinstance(failed, DeliveryFailed)
    assert (failed.touch_id, failed.status, failed.balance_id) == ("b1.first_notice.1", status, "b1")


def test_filtered_and_unregistered_texts_are_shown_to_staff() -> None:
    for code in ("30007", "30034"):
        assert facts_of(delivered(report("failed", ErrorCode=code), STATUS).body, AT, KNOWN).problems


def test_reports_in_any_order_only_move_a_message_forward() -> None:
    rank = {}
    for status in ("queued", "sent", "delivered", "undelivered", "sending", "read"):
        [progress] = facts_of(delivered(report(status), STATUS).body, AT, KNOWN).progress
        rank[status] = progress.rank
        assert (progress.touch_id, progress.provider_id) == ("b1.first_notice.1", "SM9")
    assert rank["queued"] < rank["sending"] < rank["sent"] < rank["delivered"] == rank["undelivered"] < rank["read"]
    failed, undelivered = facts(report("failed"), STATUS), facts(report("undelivered"), STATUS)
    assert failed[0].fact_id == undelivered[0].fact_id  # type: ignore[attr-defined]


def test_each_status_of_a_message_is_kept_once_and_an_unknown_status_changes_nothing() -> None:
    assert delivered(report("sent"), STATUS).key == "status.SM9.sent"
    assert delivered(report("delivered"), STATUS).key == "status.SM9.delivered"
    heard = facts_of(delivered(report("teleported"), STATUS).body, AT, KNOWN)
    assert (heard.facts, heard.progress[0].rank) == ([], 0)


def test_a_report_about_a_text_nobody_sent_is_shown_to_staff() -> None:
    for address in ("https://pay.example.com/webhooks/twilio/status", STATUS.replace("b1", "b2")):
        heard = facts_of(delivered(report("failed"), address).body, AT, KNOWN)
        assert not heard.facts
        assert heard.problems


def test_a_form_that_is_neither_is_kept_once_and_then_refused() -> None:
    kept = delivered({"Hello": "there"})
    assert kept.key.startswith("unknown.")
    with pytest.raises(ValueError, match="MessageSid"):
        facts_of(kept.body, AT, KNOWN)


async def test_only_what_is_needed_is_looked_up() -> None:
    assert asked(delivered(sms("hi")).body).points == {(Channel.sms, FROM)}
    assert asked(delivered(report("sent"), STATUS).body).touches == {"b1.first_notice.1"}

    async def lookup(_: object) -> Known:
        return KNOWN

    heard = await hear(delivered(sms("hi")).body, AT, asked, facts_of, lookup)
    assert len(heard.facts) == 1


@pytest.mark.parametrize("words", ["STOP", "stop", "please stop texting me", "no me escriban mas"])
def test_a_stranger_who_wants_no_texts_is_silenced_for_good(words: str) -> None:
    told = facts_of(delivered(sms(words)).body, AT, NOBODY)
    assert told.silenced == [Silenced(Channel.sms, FROM, PointStatus.opted_out)]
    assert (told.problems[0].practice_id, told.problems[0].kind, told.facts) == ("lakeside", "stray_message", [])


def test_a_stranger_who_asks_something_is_shown_to_staff_and_not_silenced() -> None:
    told = facts_of(delivered(sms("Who is this?")).body, AT, NOBODY)
    assert told.silenced == []
    assert FROM not in told.problems[0].sentence
