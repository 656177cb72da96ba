"""A letter ready for print: one page, its own fonts, the address in the window, the code to the page, plain words."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import segno
from pypdf import PdfReader

from integrations.templates.checks import words_of
from integrations.templates.credit_letter import credit_letter_for
from integrations.templates.letter_page import WINDOW_LEFT, WINDOW_TOP, Letter, printed
from integrations.templates.letter_words import letter_for
from integrations.templates.reading_grade import grade
from integrations.templates.writer import TemplateWriter
from receivables.case import Case
from receivables.money import Cents
from receivables.people import Channel, Guarantor
from receivables.steps import SendMessage
from runtime.policy_files import PolicyFiles

ROOT = Path(__file__).parents[3] / "practices"
LINK = "https://pay.example.com/p/7hQ2mXbR4tLcZ9sKdW1vNy"
TO = ["María Núñez", "45 Elm Street, Apt 2", "Chicago, IL 60614"]


@cache
def letter(language: str = "en") -> Letter:
    policies = PolicyFiles(ROOT)
    who = Guarantor.model_validate({"guarantor_id": "g1", "first_name": "María", "language": "es" if language == "es" else "en"})
    case = Case(practice_id="lakeside", balance_id="b1", guarantor=who, patient_responsibility_cents=Cents(215_50))
    step = SendMessage(touch_id="t", message="letter", channel=Channel.letter)
    practice = policies.practice("lakeside")
    written = TemplateWriter(ROOT, policies).write(case, step, practice, LINK, "\n".join(TO))
    assert (written.link, written.language) == (LINK, language if language in {"en", "es"} else "en")
    return letter_for(practice, written.to.split("\n"), written.text.split("\n\n"), LINK, language, date(2026, 3, 2))


@pytest.mark.parametrize(("language", "day", "amount"), [("en", "March 2, 2026", "$215.50"), ("es", "2 de marzo de 2026", "$215.50")])
def test_a_letter_is_one_page_with_its_fonts_the_amount_and_the_address_of_the_page(language: str, day: str, amount: str) -> None:
    page: Any = PdfReader(io.BytesIO(printed(letter(language)))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)
    text = page.extract_text()
    for words in (*TO, "200 Lakeside Drive", day, amount, LINK.rpartition("/")[2], "(312) 555-0100"):
        assert words in text
    assert page.mediabox.width == 612
    assert page.mediabox.height == 792


def test_the_address_stands_where_a_window_envelope_shows_it() -> None:
    (page,) = PdfReader(io.BytesIO(printed(letter()))).pages
    found: list[tuple[float, float]] = []

    def look(text: str, _cm: object, matrix: list[float], _font: object, _size: object) -> None:
        if text.strip() in TO:
            found.append((matrix[4], 792 - matrix[5]))

    page.extract_text(visitor_text=look)
    assert len(found) == len(TO)
    assert all(x == pytest.approx(WINDOW_LEFT) and WINDOW_TOP - 1 <= y <= WINDOW_TOP + 63 for x, y in found)


def test_the_code_is_the_one_of_the_link() -> None:
    page: Any = PdfReader(io.BytesIO(printed(letter()))).pages[0]
    dark = sum(sum(row) for row in segno.make(LINK, error="m", micro=False).matrix)
    assert page.get_contents().get_data().count(b" re f") == dark


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_letters_words_are_plain_and_hold_nothing_that_may_not_stand_in_a_message(language: str) -> None:
    words = " ".join(letter(language).paragraphs)
    for beginnings in words_of(ROOT, language).values():
        assert not [word for word in beginnings if f" {word.lower()}" in words.lower()]
    assert grade("\n".join(letter(language).paragraphs), language, ["Lakeside Family Care", "María"]) <= 6
    assert {"en": "automated assistant", "es": "asistente automatizado"}[language] in words


def test_what_does_not_fit_or_is_not_spoken_is_refused_with_the_mend() -> None:
    with pytest.raises(ValueError, match="2 to 4 lines"):
        printed(letter()._replace(to=["Alone"]))
    with pytest.raises(ValueError, match="shorten its words"):
        printed(letter()._replace(paragraphs=["word " * 900]))
    with pytest.raises(ValueError, match="use en or es"):
        letter("fr")


def credit_letter(language: str = "en", *, tried: bool = False) -> Letter:
    practice = PolicyFiles(ROOT).practice("lakeside")
    return credit_letter_for(ROOT, practice, "María", 20_50, date(2027, 3, 2), TO, language, date(2026, 9, 4), tried=tried)


@pytest.mark.parametrize(
    ("language", "days"), [("en", ["January 31, 2027", "March 2, 2027"]), ("es", ["31 de enero de 2027", "2 de marzo de 2027"])]
)
def test_the_letter_about_a_credit_says_how_much_and_until_when_and_asks_for_nothing(language: str, days: list[str]) -> None:
    (page,) = PdfReader(io.BytesIO(printed(credit_letter(language)))).pages
    text = " ".join(page.extract_text().split())
    for words in (*TO, "$20.50", *days, "(312) 555-0100"):
        assert words in text
    assert b" re f" not in page.get_contents().get_data(), "no code, and no page to pay on"
    words = "\n".join(credit_letter(language).paragraphs)
    for beginnings in words_of(ROOT, language).values():
        assert not [word for word in beginnings if f" {word.lower()}" in words.lower()]
    assert grade(words, language, ["Lakeside Family Care", "María"]) <= 6
    with pytest.raises(ValueError, match="no letter in 'fr'"):
        credit_letter("fr")


@pytest.mark.parametrize(("language", "words"), [("en", "We have tried to give it back."), ("es", "Hemos tratado de devolverlo.")])
def test_the_letter_about_a_credit_says_that_it_was_tried_to_give_it_back_only_where_somebody_did(language: str, words: str) -> None:
    said = {tried: " ".join(credit_letter(language, tried=tried).paragraphs) for tried in (True, False)}
    assert words in said[True]
    assert said[False] == said[True].replace(f" {words}", "")
