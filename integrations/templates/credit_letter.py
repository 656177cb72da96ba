"""The letter of due diligence about money that is owed back (R-37); how a letter looks is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from babel.dates import format_date

from integrations.templates.letter_page import Letter
from integrations.templates.letter_words import letter_for
from integrations.templates.wording import LOCALES, money, national
from integrations.templates.writer import environment
from receivables.policy import Practice

TITLE = {"en": "Money we owe you", "es": "Dinero que le debemos"}
ANSWER_DAYS = 30
"""Before the money becomes the state's: as long as it takes to give it back."""


def credit_letter_for(  # noqa: PLR0917 - what a letter is made of
    practices_dir: Path, practice: Practice, first_name: str, cents: int, unclaimed: date, to: Sequence[str],
    language: str, day: date, *, tried: bool = False,
) -> Letter:  # fmt: skip
    """The letter in one of our languages; ValueError for another one.

    It names a day to answer by, a month before the money becomes the state's, and asks for nothing. `tried`: somebody
    did try to give the money back, and it did not arrive.
    """
    letter = letter_for(practice, to, [], "", language, day)
    template = environment(practices_dir, practice.practice_id, {}).get_template(f"_shared/credit.{language}.txt")
    words = template.render(
        first_name=first_name, practice=practice.name, phone=national(practice.phone), amount=money(cents, language),
        tried=tried,
        until=_day(max(day, unclaimed - timedelta(days=ANSWER_DAYS)), language), unclaimed=_day(unclaimed, language),
    )  # fmt: skip
    paragraphs = [" ".join(part.split()) for part in words.split("\n\n") if part.strip()]
    return letter._replace(paragraphs=paragraphs, title=f"{practice.name}: {TITLE[language]}")


def _day(day: date, language: str) -> str:
    return str(format_date(day, "long", locale=LOCALES[language]))
