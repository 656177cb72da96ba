"""What of a letter is the writer's own, in the ways mail programs quote and sign."""

import time

import pytest

from integrations.letters import own_words


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("I paid.\n\nFrom: Lakeside <b@x.com>\nSent: Monday\nTo: karen@x.com\nSubject: bill\n\nReply YES", "I paid."),
        ("Llamen\n\nDe: Lakeside <b@x.com>\nEnviado: lunes\nPara: k@x.com\nAsunto: cuenta\n\nResponda YES", "Llamen"),
        ("Can I pay $50 a month?\n\nSent from my iPhone\n\nOn Mar 2, 2026, at 2:00 PM, L <b@x.com> wrote:\n\nReply YES",
         "Can I pay $50 a month?"),
        ("El lun, 2 mar 2026 a las 14:00, L (<b@x.com>) escribió:\n> hola\n> hola\n> hola\n\nsi acepto", "si acepto"),
        ("yes to one\n> Reply YES\nno to two", "yes to one\nno to two"),
        ("STOP\n\n-- \nKaren Miller\nAttorney at Law", "STOP"),
        ("-- \nSTOP", "-- \nSTOP".strip()),
        ("- I paid on Monday\n- check 1234", "- I paid on Monday\n- check 1234"),
        ("Muchas gracias, ya lo pagué.\nEnviado desde mi iPhone", "Muchas gracias, ya lo pagué."),
        ("> Reply YES to accept", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_quotes_and_signatures_are_left_out_and_the_rest_is_kept(body: str, own: str) -> None:
    assert own_words(body) == own.replace("-- \n", "--\n")


@pytest.mark.parametrize(
    "body",
    ["On " + "a " * 10_000, ">" * 20_000, "From: x\n" * 3000, "On x wrote " * 1500, "\n" * 20_000, "> a\n" * 6000,
     "De: x\nEnviado: y\n" * 1500, " " * 20_000],
)  # fmt: skip
def test_no_letter_takes_long(body: str) -> None:
    begun = time.process_time()
    own_words(body)
    assert time.process_time() - begun < 1
