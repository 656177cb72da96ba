"""Reads every message in every channel and language for made-up people and says what is wrong; it mends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path

from integrations.templates import grammar
from integrations.templates.findings import Place, findings
from integrations.templates.samples import ADDRESSES, LINK, channels_of, known_words, samples
from integrations.templates.writer import DEFAULT_FOLDER, TemplateWriter, Texts, environment
from receivables.errors import BadPolicy
from receivables.people import Channel
from receivables.policy import Policy, Practice
from receivables.ports import PolicyBook
from runtime.policy_files import PolicyFiles
from runtime.yaml_lines import read_yaml

LANGUAGES = ("en", "es")
FILES = frozenset(
    [f"sms.{language}.txt" for language in LANGUAGES]
    + [f"email.{language}.{part}" for language in LANGUAGES for part in ("subject", "txt", "html")]
    + [f"letter.{language}.txt" for language in LANGUAGES]
)
FORBIDDEN = Path(DEFAULT_FOLDER, "messages", "_shared", "forbidden.yaml")


def check_messages(
    practices_dir: Path, practice_ids: Sequence[str] = (), messages: Sequence[str] = (),
    texts: Mapping[str, Texts] | None = None,
) -> list[str]:  # fmt: skip
    """One sentence per fault, with the file, what is wrong and how to mend it; empty when every message may leave.

    All messages of all practices are read unless some are named. `texts` are approved or drafted ones, which stand
    before the files. BadPolicy when a practice's own files are unsound.
    """
    policies, texts = PolicyFiles(practices_dir), texts or {}
    forbidden = {language: words_of(practices_dir, language) for language in LANGUAGES}
    writer = TemplateWriter(practices_dir, policies, texts)
    writers = {level: writer.under(_AtLevel(policies, level)) for level in ("amount", "neutral")}
    faults: dict[str, None] = {}
    for practice_id in practice_ids or policies.practice_ids():
        own = texts.get(practice_id, {})
        practice, names = policies.practice(practice_id), messages or names_of(practices_dir, practice_id, own)
        unfit = list(_of_grammar(practices_dir, practice_id, names, own))
        faults |= dict.fromkeys([*_misplaced(practices_dir, practice_id, own), *unfit])
        limits = policies.rules.text_limits(practice.kind, datetime.now(UTC).date())
        if unfit:  # What cannot be read is not filled.
            continue
        for message, language in product(names, LANGUAGES):
            for channel in channels_of(message):
                where = Place(practice, message, channel, language, forbidden[language], limits)
                faults |= dict.fromkeys(_faults_in(where, writers))
    return list(faults)


def names_of(practices_dir: Path, practice_id: str, texts: Texts | None = None) -> list[str]:
    """The messages a practice can send: the default ones and its own."""
    folders = [path for root in (DEFAULT_FOLDER, practice_id) for path in (practices_dir / root / "messages").glob("*")]
    own = {name.partition("/")[0] for name in texts or {}}
    return sorted({path.name for path in folders if path.is_dir() and not path.name.startswith("_")} | own)


def words_of(practices_dir: Path, language: str) -> dict[str, list[str]]:
    """Beginnings of words that no message in this language may hold, by what is wrong with them."""
    groups = read_yaml(practices_dir / FORBIDDEN).values[language]
    return {str(wrong): [str(word) for word in words] for wrong, words in groups.items()}


@dataclass(frozen=True)
class _AtLevel:
    """The same policies with another level of detail in messages."""

    policies: PolicyBook
    level: str

    def practice(self, practice_id: str) -> Practice:
        return self.policies.practice(practice_id)

    def policy(self, practice_id: str) -> Policy:
        return self.policies.policy(practice_id).model_copy(update={"sms_detail_level": self.level})


def _faults_in(where: Place, writers: Mapping[str, TemplateWriter]) -> Iterator[str]:
    for level, writer in writers.items():
        for sample in samples(where.practice.practice_id, where.message, where.channel, where.language):
            to = ADDRESSES[where.channel]
            try:
                message = writer.write(sample.case, sample.step, where.practice, LINK, to)
            except BadPolicy as fault:
                yield str(fault)
                return
            yield from (f"{where.file}: {one}" for one in findings(where, sample, message, level))


def _of_grammar(practices_dir: Path, practice_id: str, names: Sequence[str], texts: Texts) -> Iterator[str]:
    """Every file of these messages that this practice would send, read before any is filled."""
    sandbox = environment(practices_dir, practice_id, texts)
    for name, file in product(names, sorted(FILES)):
        text, path = texts.get(f"{name}/{file}"), f"messages/{name}/{file}"
        for root in (practice_id, DEFAULT_FOLDER) if text is None else ():
            if text is None and (practices_dir / root / path).is_file():
                # Bytes that are no text arrive as lone surrogates, which the grammar names with their line.
                text = (practices_dir / root / path).read_bytes().decode("utf-8", "surrogateescape")
        if text is not None:
            yield from grammar.faults_in(path, text, sandbox, _known_words())


@cache
def _known_words() -> frozenset[str]:
    return known_words()


def _misplaced(practices_dir: Path, practice_id: str, texts: Texts) -> Iterator[str]:
    found = [
        (name, path.name)
        for root, name in product((DEFAULT_FOLDER, practice_id), names_of(practices_dir, practice_id))
        for path in sorted((practices_dir / root / "messages" / name).glob("*"))
    ]
    for name, file in [*found, *(tuple(one.split("/", 1)) for one in texts)]:
        if file not in FILES or Channel(file.partition(".")[0]) not in channels_of(name):
            known = ", ".join(one for one in sorted(FILES) if Channel(one.partition(".")[0]) in channels_of(name))
            yield f"messages/{name}/{file}: nothing reads this file; the names are {known}."
