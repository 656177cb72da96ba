"""The words of a letter, filled from the approved template; how it is printed is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from babel.dates import format_date

from integrations.templates.letter_page import Letter
from integrations.templates.wording import LOCALES, money, national
from integrations.templates.writer import environment
from receivables.policy import Practice

TITLE = {"en": "Your bill", "es": "Su cuenta"}


def letter_for(  # noqa: PLR0917 - what a letter is made of
    practices_dir: Path, practice: Practice, first_name: str, cents: int, link: str, to: Sequence[str], language: str,
    day: date,
) -> Letter:  # fmt: skip
    """The letter in one of our languages; ValueError for another one."""
    if language not in LOCALES:
        raise ValueError(f"there is no letter in {language!r}; use {' or '.join(LOCALES)}")
    template = environment(practices_dir, practice.practice_id, {}).get_template(f"_shared/letter.{language}.txt")
    words = template.render(
        practice=practice.name, phone=national(practice.phone), first_name=first_name, amount=money(cents, language)
    )
    street, _, city = practice.postal_address.partition(", ")
    return Letter(
        sender=[practice.name, street, city, national(practice.phone)], to=list(to), link=link, language=language,
        day=str(format_date(day, "long", locale=LOCALES[language])), title=f"{practice.name}: {TITLE[language]}",
        paragraphs=[" ".join(part.split()) for part in words.split("\n\n") if part.strip()],
    )  # fmt: skip
