"""A letter as it is printed, from the words that were written and approved; how it looks is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from integrations.templates.letter_page import Letter
from integrations.templates.wording import LOCALES, national
from receivables.policy import Practice

TITLE = {"en": "Your bill", "es": "Su cuenta"}


def letter_for(  # noqa: PLR0917 - what a letter is made of
    practice: Practice, to: Sequence[str], paragraphs: Sequence[str], link: str, language: str, day: date
) -> Letter:
    """The letter in one of our languages; ValueError for another one."""
    if language not in LOCALES:
        raise ValueError(f"there is no letter in {language!r}; use {' or '.join(LOCALES)}")
    street, _, city = practice.postal_address.partition(", ")
    return Letter(
        sender=[practice.name, street, city, national(practice.phone)], to=list(to), link=link, language=language,
        day=str(format_date(day, "long", locale=LOCALES[language])), title=f"{practice.name}: {TITLE[language]}",
        paragraphs=list(paragraphs),
    )  # fmt: skip
