"""E-mails that patients write: what is theirs is read, what is quoted, forged or a machine's is not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from integrations.hearing import Heard, Known, Silenced, Whose
from integrations.sendgrid.mail_in import asked, facts_of, taken_in
from receivables.facts import ContactStopped, ReplyReceived
from receivables.people import Channel, PointStatus
from tests.integrations.odd_servers import Odd, answering
from tests.integrations.sendgrid.test_inbound import NOW_S, PUBLIC, headers
from tests.integrations.world import NOW, World

MAIL = "karen@example.org"
TOKEN = "0123456789abcdef0123"
KNOWN = Known(
    points={(Channel.email, MAIL): [Whose("lakeside", "b1", "g1"), Whose("harbor_dental", "b7", "g7")]},
    threads={TOKEN: Whose("lakeside", "b9", "g1")},
    lines={"billing@lakeside.example.com": "lakeside", "@reply.lakeside.example.com": "lakeside"},
)
MACHINES = (
    "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated (vacation)", "Precedence: bulk", "Precedence: list",
    "X-Autoreply: yes", "X-Autorespond: on", "X-Failed-Recipients: x@example.org", "X-Auto-Response-Suppress: All",
    "Content-Type: multipart/report; report-type=delivery-status", "Return-Path: <>",
)  # fmt: skip


def form(charset: str = "UTF-8", **more: str) -> bytes:
    fields = {
        "headers": "Message-ID: <m1@example.org>\nSubject: Re: Your bill\n", "from": f"Karen <{MAIL}>", "SPF": "pass",
        "to": "Lakeside <billing@lakeside.example.com>", "subject": "Re: Your bill", "text": "I can pay Friday",
        "charsets": json.dumps({"text": charset, "subject": charset}),
    } | more  # fmt: skip
    parts = [
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode(charset)
        for name, value in fields.items()
    ]
    attached = b'--xyz\r\nContent-Disposition: form-data; name="attachment1"; filename="a.bin"\r\n\r\n\xff\x00\r\n'
    return b"".join(parts) + attached + b"--xyz--\r\n"


def heard(body: bytes) -> Heard:
    signed = headers(body) | {"content-type": "multipart/form-data; boundary=xyz"}
    kept = taken_in(signed, body, PUBLIC, NOW_S)
    assert kept is not None
    return facts_of(kept.body, NOW, KNOWN)


def words(**more: str) -> str:
    [reply] = heard(form(**more)).facts
    assert isinstance(reply, ReplyReceived)
    return reply.text


def test_what_karen_writes_is_a_reply_at_the_practice_she_wrote_to() -> None:
    [reply] = heard(form()).facts
    assert isinstance(reply, ReplyReceived)
    assert (reply.practice_id, reply.balance_id, reply.text) == ("lakeside", "b1", "I can pay Friday")


def test_the_same_e_mail_twice_has_one_key_and_a_forged_one_is_turned_away() -> None:
    body = form()
    signed = headers(body) | {"content-type": "multipart/form-data; boundary=xyz"}
    first, again = taken_in(signed, body, PUBLIC, NOW_S), taken_in(signed, body + b"", PUBLIC, NOW_S)
    assert first is not None
    assert first == again
    assert asked(first.body).points == {(Channel.email, MAIL)}
    assert taken_in(signed, body + b" ", PUBLIC, NOW_S) is None
    assert taken_in(signed, body, PUBLIC, NOW_S + 3600) is None


@pytest.mark.parametrize(
    "quoted",
    [
        "\n\nOn Tue, Mar 3, 2026 at 2:00 PM Lakeside Family Care\n<billing@lakeside.example.com> wrote:\n> Reply YES to accept",
        "\n\nEl mar, 3 mar 2026 a las 14:00, Lakeside escribió:\n> Responda YES",
        "\n\n-----Original Message-----\nFrom: Lakeside\nReply YES to accept",
        "\n________________________________\nFrom: Lakeside <billing@lakeside.example.com>\nReply YES",
        "\n> Reply YES to accept\n> Stop e-mails about your bill",
    ],
)
def test_our_own_quoted_words_are_not_taken_for_the_patients(quoted: str) -> None:
    assert words(text="No, I already paid this." + quoted) == "No, I already paid this."


def test_an_answer_below_the_quote_is_found_and_words_like_wrote_do_not_cut_a_letter_short() -> None:
    below = "On Tue, Mar 3, 2026 Lakeside wrote:\n> Reply YES to accept\n\nPlease call me"
    assert words(text=below) == "Please call me"
    letter = "On Friday I can pay.\nMy husband wrote: no.\nFrom: my heart, thanks"
    assert words(text=letter) == letter


def test_an_empty_answer_is_read_from_its_subject_and_a_page_without_text_from_its_words() -> None:
    assert words(text="", subject="RE: Re: please call me") == "please call me"
    page = "<html><head><style>p{}</style></head><p>I need &amp; want help</p><blockquote>Reply YES</blockquote></html>"
    assert words(text="", html=page) == "I need & want help"


@pytest.mark.parametrize("word", ["Unsubscribe", "STOP.", "stop!\n", "opt out"])
def test_a_stop_word_alone_stops_e_mails(word: str) -> None:
    [stopped] = heard(form(text=word)).facts
    assert isinstance(stopped, ContactStopped)
    assert (stopped.channel, stopped.guarantor_id) == (Channel.email, "g1")


def test_a_machines_answer_is_nobodys_reply() -> None:
    for line in MACHINES:
        assert heard(form(headers=f"Message-ID: <m2@example.org>\n{line}\n")) == Heard()
    assert heard(form(envelope='{"to": ["billing@lakeside.example.com"], "from": ""}')) == Heard()
    for sender in ("MAILER-DAEMON@example.org", "no-reply@example.org", "bounces+1=2@example.org"):
        assert heard(form(**{"from": sender})) == Heard()
    assert words(headers="Message-ID: <m3@example.org>\nAuto-Submitted: no\n")


def test_a_letter_finds_its_balance_by_the_word_in_the_reply_address_whoever_sends_it() -> None:
    [reply] = heard(form(to=f"Lakeside <R.{TOKEN}@reply.lakeside.example.com>")).facts
    assert isinstance(reply, ReplyReceived)
    assert (reply.practice_id, reply.balance_id, reply.about_balance_id) == ("lakeside", "b9", "b9")
    envelope = json.dumps({"to": [f"r.{TOKEN}@reply.lakeside.example.com"], "from": "work@example.net"})
    [from_work] = heard(form(envelope=envelope, **{"from": "work@example.net"})).facts
    assert from_work.balance_id == "b9"


def test_a_word_nobody_gave_out_is_no_help_but_the_domain_still_names_the_practice() -> None:
    [reply] = heard(form(to="r.00000000000000000000@reply.lakeside.example.com")).facts
    assert (reply.practice_id, reply.balance_id) == ("lakeside", "b1")
    assert heard(form(envelope="[]", to="x@reply.lakeside.example.com")).facts[0].balance_id == "b1"
    assert heard(form(envelope='{"to": [3]}')).facts[0].balance_id == "b1"


def test_an_answer_can_stand_in_the_same_conversation() -> None:
    [reply] = heard(form()).facts
    assert isinstance(reply, ReplyReceived)
    assert reply.letter is not None
    assert (reply.letter.message_id, reply.letter.subject) == ("<m1@example.org>", "Your bill")
    [odd] = heard(form(headers="Message-ID: <a b>\n")).facts
    assert isinstance(odd, ReplyReceived)
    assert odd.letter is not None
    assert odd.letter.message_id == ""


def test_files_are_counted_and_never_kept() -> None:
    body = form(text="", subject="", attachments="2")
    kept = taken_in(headers(body) | {"content-type": "multipart/form-data; boundary=xyz"}, body, PUBLIC, NOW_S)
    assert kept is not None
    assert b"\xff" not in kept.body
    [reply] = facts_of(kept.body, NOW, KNOWN).facts
    assert isinstance(reply, ReplyReceived)
    assert (reply.text, reply.files) == ("[attachment]", 2)


def test_somebody_whose_balance_is_closed_is_heard_there() -> None:
    known = Known(written_about={(Channel.email, MAIL): [Whose("lakeside", "b0", "g1")]}, lines=KNOWN.lines)
    body = form(text="Did you get my payment?")
    kept = taken_in(headers(body) | {"content-type": "multipart/form-data; boundary=xyz"}, body, PUBLIC, NOW_S)
    assert kept is not None
    [reply] = facts_of(kept.body, NOW, known).facts
    assert reply.balance_id == "b0"


def test_a_forged_sender_and_a_stranger_are_shown_to_staff_and_not_believed() -> None:
    for told in (heard(form(SPF="fail (domain denies)")), heard(form(**{"from": "x@example.com"}))):
        assert told.facts == []
        assert told.problems
        assert "@" not in told.problems[0].sentence


def test_a_stranger_who_wants_no_e_mails_is_silenced_for_good_and_a_forged_one_is_not() -> None:
    told = heard(form(text="Unsubscribe", **{"from": "x@example.com"}))
    assert told.silenced == [Silenced(Channel.email, "x@example.com", PointStatus.opted_out)]
    assert heard(form(text="Unsubscribe", SPF="fail (domain denies)")).silenced == []


def test_other_character_sets_are_read_and_card_numbers_are_taken_out() -> None:
    assert words(charset="ISO-8859-1", text="Mañana pagaré") == "Mañana pagaré"
    assert words(text="card 4242424242424242") == "card [card number removed]"
    assert words(charsets="nonsense") == "I can pay Friday"
    assert words(charsets='{"text": "klingon"}') == "I can pay Friday"


@pytest.mark.parametrize("body", [b"[]", b"{}", b"nonsense"])
def test_a_body_that_was_not_kept_by_us_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one of them
        facts_of(body, NOW, KNOWN)


@pytest.fixture
def product(world: World) -> Iterator[Odd]:
    with answering(204) as odd:
        world.tell("/_/product", url=odd.base_url, public_url="https://pay.example.com")
        yield odd


def test_a_simulated_patients_e_mail_is_heard(world: World, product: Odd) -> None:
    world.tell(f"/_/patients/{MAIL}/reply", text="Can I pay the rest next month?")
    world.tell("/_/clock/settle")
    key = world.ask("/_/keys")["sendgrid"]["public_key"]
    [(_, path, sent, body)] = product.asked
    kept = taken_in({name.lower(): value for name, value in sent.items()}, body, key, time.time())
    assert path == "/webhooks/sendgrid/inbound"
    assert kept is not None
    [reply] = facts_of(kept.body, NOW, Known(points={(Channel.email, MAIL): [Whose("lakeside", "b1", "g1")]})).facts
    assert isinstance(reply, ReplyReceived)
    assert reply.text == "Can I pay the rest next month?"


def passed_on(world: World, product: Odd, **letter: object) -> tuple[Heard, bytes]:
    """A letter on its whole way: written, posted as the vendor does over HTTP, verified, kept, and read."""
    world.tell(f"/_/patients/{MAIL}/reply", **letter)
    world.tell("/_/clock/settle")
    key = world.ask("/_/keys")["sendgrid"]["public_key"]
    _, _, sent, body = product.asked[-1]
    kept = taken_in({name.lower(): value for name, value in sent.items()}, body, key, time.time())
    assert kept is not None
    known = Known(points={(Channel.email, MAIL): [Whose("lakeside", "b1", "g1")]})
    return facts_of(kept.body, NOW, known), kept.body


QUOTED = "\r\n\r\nOn Mon, Mar 2, 2026 at 2:00 PM Lakeside <billing@example.org> wrote:\r\n> Reply PLAN or YES. To stop e-mails: STOP"


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ({"text": f"I already paid this{QUOTED}"}, "I already paid this"),
        ({"text": f"Ya lo pagué, señora. Año 2026.{QUOTED}", "charset": "iso-8859-1"}, "Ya lo pagué, señora. Año 2026."),
        ({"text": "¿Cuánto debo?", "charset": "utf-16"}, "¿Cuánto debo?"),
        ({"text": "I’ll pay “Friday”", "charset": "windows-1252"}, "I’ll pay “Friday”"),
        ({"html": "<div>Can I pay <b>Friday</b>?</div><blockquote>Reply STOP</blockquote>"}, "Can I pay Friday?"),
        ({"html": "<style>p{}</style><p>Pagu&eacute; ayer</p>", "charset": "iso-8859-1"}, "Pagué ayer"),
        ({"text": "My card is 4242 4242 4242 4242\n\n-- \nKaren, 312 555 0142"}, "My card is [card number removed]"),
        ({"text": "See you\n\nSent from my iPhone"}, "See you"),
    ],
)  # fmt: skip
def test_letters_in_many_forms_arrive_with_the_patients_own_words(world: World, product: Odd, letter, said) -> None:
    [reply] = passed_on(world, product, **letter)[0].facts
    assert isinstance(reply, ReplyReceived)
    assert " ".join(reply.text.split()) == said


@pytest.mark.parametrize(
    ("letter", "says"),
    [
        ({"text": "I am away until Monday", "headers": ["Auto-Submitted: auto-replied"]}, "no reply"),
        ({"text": "Estoy fuera de la oficina", "headers": ["Auto-Submitted: auto-generated"]}, "no reply"),
        ({"text": "Undeliverable", "headers": ["Content-Type: multipart/report; report-type=delivery-status"]}, "no reply"),
        ({"text": "no longer works here", "headers": ["X-Auto-Response-Suppress: All"]}, "no reply"),
        ({"text": "Auto reply: STOP", "headers": ["Precedence: auto_reply"]}, "no reply"),
    ],
)  # fmt: skip
def test_what_programs_answer_by_themselves_is_nobodys_reply_on_the_whole_way(world: World, product: Odd, letter, says) -> None:
    heard_of, _ = passed_on(world, product, **letter)
    assert (heard_of.facts, heard_of.problems, heard_of.silenced) == ([], [], []), says


def test_files_are_counted_and_their_contents_never_kept_on_the_whole_way(world: World, product: Odd) -> None:
    files = [{"name": "eob.pdf", "content": "%PDF secret diagnosis"}, {"name": "card.jpg", "content": "4242424242424242"}]
    heard_of, kept = passed_on(world, product, text="here is my EOB", files=files)
    [reply] = heard_of.facts
    assert isinstance(reply, ReplyReceived)
    assert (reply.text, reply.files) == ("here is my EOB", 2)
    assert b"secret" not in kept
    assert b"4242" not in kept
    assert b"eob.pdf" not in kept
    [bare] = passed_on(world, product, files=files)[0].facts
    assert isinstance(bare, ReplyReceived)
    assert bare.files == 2


@pytest.mark.parametrize("letter", [{"text": "pay friday " * 950_000}, {"html": "<style " * 1_400_000}, {"html": "<p>x" * 2_500_000}])
def test_a_letter_of_ten_megabytes_is_read_within_a_moment_and_cut(world: World, product: Odd, letter) -> None:
    began = time.process_time()
    heard_of, kept = passed_on(world, product, **letter)
    assert time.process_time() - began < 8
    assert len(kept) < 50_000
    assert len(heard_of.facts) == 1
