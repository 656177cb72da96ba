"""The language somebody writes in, wishes that are clear, sentences in pieces, and what a reply tells every agent."""

from datetime import UTC, datetime, timedelta

import pytest

from receivables.case import Case
from receivables.facts import ReplyUnderstood
from receivables.people import Channel, Guarantor
from receivables.pieces import understood_together, written_together
from receivables.ports import ReadReplyAnswer
from receivables.spoken import Reply
from receivables.told_by_reply import facts_told
from receivables.wishes import channel_wished, language_of, language_wished

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
MINUTE = timedelta(seconds=60)
PAT = Guarantor.model_validate({
    "guarantor_id": "g1", "first_name": "Pat", "contact_points": [
        {"channel": "sms", "value": "+13125550142", "consent": "granted"}, {"channel": "email", "value": "pat@example.com"},
    ],
})  # fmt: skip
CASE = Case(practice_id="p7", balance_id="b1", guarantor=PAT)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ya lo pagué la semana pasada", "es"), ("¿Puedo pagar en partes?", "es"), ("no me manden más mensajes por favor", "es"),
        ("I already paid this", "en"), ("can i pay the rest next month", "en"), ("hola, can I pay the bill", "en"),
        ("ok", ""), ("STOP", ""), ("no", ""), ("", ""), ("👍", ""), ("1234", ""), ("yes gracias", ""),
    ],
)  # fmt: skip
def test_a_language_is_told_only_where_it_is_plain(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Spanish please", "es"), ("¿Me pueden escribir en español?", "es"), ("in English", "en"), ("en inglés por favor", "en"),
        ("I don't speak Spanish", ""), ("English or Spanish?", ""), ("¿hablan otro idioma?", ""),
    ],
)  # fmt: skip
def test_the_one_language_named_is_the_wish_and_nothing_is_guessed(text: str, language: str) -> None:
    assert language_wished(text) == language


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("please email me instead", Channel.email), ("por correo por favor", Channel.email), ("text me", Channel.sms),
        ("prefiero mensaje de texto", Channel.sms), ("email or text is fine", None), ("call my wife", None),
        ("email me at new@example.com", None), ("text 312 555 0199", None), ("no more emails, text me", None),
    ],
)  # fmt: skip
def test_a_channel_is_granted_only_when_it_is_clear_and_usable(text: str, channel: Channel | None) -> None:
    assert channel_wished(text, PAT) is channel


def test_a_channel_without_a_usable_point_is_not_promised() -> None:
    assert channel_wished("please email me", PAT.model_copy(update={"contact_points": PAT.contact_points[:1]})) is None


def replies(*spoken: tuple[str, float, str]) -> Case:
    said = [
        Reply(fact_id=name, channel=Channel(channel), at=NOW + timedelta(seconds=after)) for name, after, channel in spoken
    ]
    return CASE.model_copy(update={"replies": said})


def test_pieces_that_follow_each_other_closely_on_one_channel_belong_together() -> None:
    case = replies(("r0", -300, "sms"), ("r1", 0, "sms"), ("mail", 3, "email"), ("r2", 5, "sms"), ("r3", 50, "sms"), ("r4", 55, "sms"))
    assert written_together(case, "r3", MINUTE) == ["r1", "r2", "r3"]
    assert written_together(case, "r1", MINUTE) == ["r1"]
    assert written_together(case, "mail", MINUTE) == ["mail"]
    assert written_together(case, "unheard", MINUTE) == ["unheard"]


def answer(intent: str, abstain: bool = False) -> ReadReplyAnswer:
    return ReadReplyAnswer(intent=intent, intents=[intent], action="no_action", abstain=abstain)


def test_a_piece_that_says_something_stands_alone_and_one_that_does_not_is_read_with_the_rest() -> None:
    whole = answer("propose_terms")
    assert understood_together(answer("opt_out"), whole).intent == "opt_out"
    assert understood_together(answer("ack_thanks"), whole) is whole
    assert understood_together(answer("pay_now", abstain=True), whole) is whole


def read(*intents: str, **more: object) -> ReplyUnderstood:
    head = {"fact_id": "read.r1", "at": NOW, "practice_id": "p7", "balance_id": "b1", "reply_fact_id": "r1"}
    return ReplyUnderstood.model_validate(
        head | {"channel": "sms", "intent": intents[0], "intents": intents, "action": "no_action"} | more
    )


def test_what_concerns_the_person_is_told_to_every_agent_under_ids_that_never_change() -> None:
    told = facts_told(read("opt_out", "deceased", "bankruptcy", "attorney_represented", "wrong_person"), CASE)
    assert [fact.kind for fact in told] == [
        "contact_stopped", "delivery_failed", "guarantor_deceased", "bankruptcy_filed", "attorney_represents",
    ]  # fmt: skip
    assert {fact.guarantor_id for fact in told} == {"g1"}
    assert len({fact.fact_id for fact in told}) == len(told)
    assert [fact.fact_id for fact in facts_told(read("opt_out"), CASE)] == [told[0].fact_id]
    assert facts_told(read("already_paid", "pay_now"), CASE) == []


def test_a_granted_wish_describes_the_person_anew_and_changes_nothing_else() -> None:
    [language] = facts_told(read("language_preference", wants_language="es"), CASE)
    assert language.guarantor == PAT.model_copy(update={"language": "es"})
    [channel] = facts_told(read("contact_preference", wants_channel="email"), CASE)
    assert channel.guarantor == PAT.model_copy(update={"preferred_channel": Channel.email})
    assert facts_told(read("language_preference", wants_language="es"), CASE.model_copy(update={"guarantor": None})) == []


def test_a_wish_about_hours_is_noted_and_no_wish_for_texts() -> None:
    assert channel_wished("please only text me after 5pm", PAT) is None
