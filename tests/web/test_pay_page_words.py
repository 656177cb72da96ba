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
    for sentences in read_sheets().sentences.values():
        text = " ".join(sentences.values()).lower()
        for word in ("diagnos", "treatment", "procedure", "doctor", "visit", "medical", "tratamiento", "cita", "clínic"):
            assert word not in text


def test_amounts_days_and_numbers_are_written_as_people_write_them() -> None:
    assert [money(Cents(cents), "en") for cents in (0, 5, 123456789, -250)] == ["$0.00", "$0.05", "$1,234,567.89", "-$2.50"]
    assert money(Cents(123456), "es") == "$1,234.56"
    assert day(NOW.replace(hour=3), "America/Chicago", "en") == "March 1, 2026"
    assert day(NOW, "America/Chicago", "es") == "2 de marzo de 2026"
    assert phone("+13125550100") == "(312) 555-0100"
    assert phone("+442079460000") == "+442079460000"
