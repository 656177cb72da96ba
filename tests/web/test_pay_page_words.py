"""The words of the patient's page: two languages that say the same, nothing clinical, amounts as people write them."""

import re

from web_world import CODE, NOW, page

from receivables.money import Cents
from web.pay_texts import LOCALES, day, money, phone, read_sheets

PAGE = f"/p/{CODE}"


async def test_miguel_reads_spanish_and_may_switch(web, world) -> None:
    world.pages.page = page(language="es")
    spanish = await web.get(PAGE)
    assert '<html lang="es">' in spanish.text
    assert "Hola, Karen:" in spanish.text
    assert "Pagar $215.00" in spanish.text
    assert '<html lang="en">' in (await web.get(f"{PAGE}?lang=en")).text
    await web.post(f"{PAGE}?lang=en", data={"choice": "full"})
    assert world.checkout.orders[0].language == "en"


def test_both_languages_say_the_same_things_with_the_same_gaps() -> None:
    english, spanish = (read_sheets().sentences[language] for language in LOCALES)
    assert set(english) == set(spanish)
    for key, sentence in english.items():
        assert set(re.findall(r"{(\w+)}", sentence)) == set(re.findall(r"{(\w+)}", spanish[key])), key


def test_nothing_on_the_page_is_clinical() -> None:
    """What somebody may agree to hear about is named there by its name: appointments, "citas"."""
    for sentences in read_sheets().sentences.values():
        text = " ".join(words for name, words in sentences.items() if name != "consent_care").lower()
        for word in ("diagnos", "treatment", "procedure", "doctor", "visit", "medical", "tratamiento", "cita", "clínic"):
            assert word not in text


def test_amounts_days_and_numbers_are_written_as_people_write_them() -> None:
    assert [money(Cents(cents), "en") for cents in (0, 5, 123456789, -250)] == ["$0.00", "$0.05", "$1,234,567.89", "-$2.50"]
    assert money(Cents(123456), "es") == "$1,234.56"
    assert day(NOW.replace(hour=3), "America/Chicago", "en") == "March 1, 2026"
    assert day(NOW, "America/Chicago", "es") == "2 de marzo de 2026"
    assert phone("+13125550100") == "(312) 555-0100"
    assert phone("+442079460000") == "+442079460000"


def test_the_pages_english_reads_at_sixth_grade_as_a_whole_and_no_sentence_far_above() -> None:
    gaps = {"practice": "the office", "first_name": "Ann", "phone": "us", "least": "$1", "most": "$9", "amount": "$9",
            "count": "4", "each": "$9", "total": "$9", "next_amount": "$9", "next_day": "May 1", "left": "$9",
            "card": "Visa", "whole": "$9", "parts": "6", "all_count": "3", "all": "$9", "paid": "$9"}  # fmt: skip
    said = {key: text.format_map(gaps) for key, text in read_sheets().sentences["en"].items() if key != "other_language"}
    long = {key: text for key, text in said.items() if len(text.split()) > 8}
    assert grade(" ".join(text if text[-1] in ".?:" else f"{text}." for text in long.values())) <= 6.0
    assert {key: round(grade(text), 1) for key, text in long.items() if grade(text) > 9} == {}


def grade(text: str) -> float:
    """The Flesch-Kincaid grade, syllables counted as groups of vowels without a silent e."""
    sentences = [part for part in re.split(r"[.!?:\n]+", text) if re.search(r"[A-Za-z]{2}", part)]
    found = re.findall(r"[A-Za-z]+", text)
    syllables = sum(
        max(1, len(re.findall(r"[aeiouy]+", word.lower())) - bool(re.search(r"[^l]e$", word.lower()))) for word in found
    )
    return 0.39 * len(found) / len(sentences) + 11.8 * syllables / len(found) - 15.59
