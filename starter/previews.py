"""A message as a sample patient would read it, with what it costs and how hard it reads; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from pydantic import BaseModel

from integrations.templates.checks import LANGUAGES
from integrations.templates.findings import grade_of
from integrations.templates.samples import ADDRESSES, LINK, channels_of, samples
from integrations.templates.writer import TemplateWriter, Texts
from receivables.people import Channel
from receivables.policy import Practice
from receivables.ports import PolicyBook
from receivables.text_parts import parts_of


class Preview(BaseModel):
    """One message in one channel and language, for one made-up patient."""

    message: str
    channel: Channel
    language: str
    subject: str = ""
    text: str
    html: str = ""
    template: str
    """Which words these are: the file and a fingerprint."""
    grade: float
    """Years of school it asks of its reader."""
    segments: int | None = None
    """Texts only: how many parts it travels in and is charged as."""
    alphabet: str = ""
    """`GSM-7`, or `UCS-2` when a letter makes every part half as long."""
    outside: str = ""
    """Those letters."""


def previews(  # noqa: PLR0917 - each of another kind
    practices_dir: Path, policies: PolicyBook, practice: Practice, message: str, texts: Mapping[str, Texts],
    channels: tuple[Channel, ...] | None = None, languages: tuple[str, ...] = LANGUAGES,
) -> Iterator[Preview]:  # fmt: skip
    """For the first sample patient, in each channel and language. BadPolicy names file and line of a fault."""
    writer = TemplateWriter(practices_dir, policies, texts)
    for language, channel in product(languages, channels or channels_of(message)):
        sample = next(samples(practice.practice_id, message, channel, language))
        written = writer.write(sample.case, sample.step, practice, LINK, ADDRESSES[channel])
        name = sample.case.guarantor.first_name if sample.case.guarantor else ""
        shown = Preview(
            message=message, channel=channel, language=language, subject=written.subject, text=written.text,
            html=written.html, template=written.template,
            grade=round(grade_of(practice, name, written, language), 1),
        )  # fmt: skip
        if channel is Channel.sms:
            parts = parts_of(written.text)
            shown.segments, shown.outside = parts.count, parts.outside
            shown.alphabet = "UCS-2" if parts.outside else "GSM-7"
        yield shown
