"""The words of the patient's page: approved sentences by language; amounts, days and numbers as people write them."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from receivables.money import Cents

Language = Literal["en", "es"]
FOLDER = Path(__file__).parent / "pages"
LOCALES: Mapping[str, str] = {"en": "en_US", "es": "es_US"}


@dataclass(frozen=True)
class Sheets:
    """The page's templates, style and sentences, read once."""

    environment: Environment
    sentences: Mapping[str, Mapping[str, str]]
    style: str

    @property
    def style_hash(self) -> str:
        """What a content security policy names, so that no other style is ever applied."""
        return b64encode(hashlib.sha256(self.style.encode()).digest()).decode()

    def render(self, template: str, language: Language, gaps: Mapping[str, str], **values: object) -> str:
        """The whole page. A missing sentence or gap is an error, never an empty space."""
        page = self.environment.get_template(template)
        return page.render(
            t=self.speaker(language, gaps), language=language, style=Markup(self.style), **values  # noqa: S704 - our own file
        )

    def speaker(self, language: Language, gaps: Mapping[str, str]) -> Callable[[str], str]:
        """Sentences by key, their gaps filled in."""
        sentences = self.sentences[language]
        return lambda key: sentences[key].format_map(gaps)


def read_sheets(folder: Path = FOLDER) -> Sheets:
    """Read templates, style and sentences from the folder."""
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    sentences = {
        language: yaml.safe_load((folder / f"texts.{language}.yaml").read_text("utf-8")) for language in LOCALES
    }
    return Sheets(environment, sentences, (folder / "style.css").read_text(encoding="utf-8").strip())


def money(amount: Cents, language: Language) -> str:
    """`$1,234.50`, with cents always: it is what the card will be charged."""
    return format_currency(Decimal(int(amount)).scaleb(-2), "USD", locale=LOCALES[language])


def day(moment: datetime, zone: str, language: Language) -> str:
    """`March 5, 2026`, the day it was at the practice."""
    return format_date(moment.astimezone(ZoneInfo(zone)).date(), format="long", locale=LOCALES[language])


def phone(number: str) -> str:
    """`(312) 555-0142` for numbers of North America, others as they are."""
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number
