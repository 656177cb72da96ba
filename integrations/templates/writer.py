"""Turns an approved template into the words that leave; the words themselves stand under practices/*/messages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.meta import find_referenced_templates
from jinja2.sandbox import ImmutableSandboxedEnvironment

from integrations.templates.wording import language_of, words
from receivables.case import Case
from receivables.contact import TOGETHER, Kin
from receivables.errors import BadPolicy
from receivables.people import Channel
from receivables.policy import Practice
from receivables.ports import Message, PolicyBook
from receivables.steps import SendMessage

DEFAULT_FOLDER = "_default"
FOR_FAMILIES = "family"
"""The message about several balances at once."""
Texts = Mapping[str, str]
"""Signed texts of one practice, by `<message>/<file>`."""


class TemplateWriter:
    """The writer (ports.Writer). Texts a practice approved are used before its own folder, and that before the default.

    Templates are read once and kept; `sign` takes in what was approved, `reload` edited files.
    """

    def __init__(self, practices_dir: Path, policies: PolicyBook, texts: Mapping[str, Texts] | None = None) -> None:
        self._practices_dir = practices_dir
        self._policies = policies
        self._texts = dict(texts or {})
        self._environments: dict[str, ImmutableSandboxedEnvironment] = {}
        self._versions: dict[tuple[str, str], str] = {}

    def under(self, policies: PolicyBook) -> TemplateWriter:
        """The same words under other policies: what one of the two has read, both have."""
        other = TemplateWriter(self._practices_dir, policies, self._texts)
        other._environments, other._versions = self._environments, self._versions
        return other

    def reload(self) -> None:
        """Forget what was read: files edited since are used from now on."""
        self._environments.clear()
        self._versions.clear()

    def sign(self, texts: Mapping[str, Texts]) -> None:
        """From now on these approved texts hold, by practice; what is being written meanwhile is not disturbed."""
        if texts != self._texts:
            self._texts = dict(texts)
            self.reload()

    def write(  # noqa: PLR0917 - what a message is made of
        self, case: Case, step: SendMessage, practice: Practice, link: str, to: str, family: Sequence[Kin] = ()
    ) -> Message:
        """The message in the guarantor's language. BadPolicy names file and line when a template cannot be filled.

        One click on `<link>/stop-emails` ends billing e-mails.
        """
        language = language_of(case, step)
        unsubscribe_url = f"{link}/stop-emails" if step.channel is Channel.email else ""
        policy = self._policies.policy(practice.practice_id)
        named = words(case, step, practice, policy, link=link, unsubscribe_url=unsubscribe_url, family=family)
        named["notes"] = one_line(self._fill(practice.practice_id, f"_shared/notes.{language}.txt", named))
        name = FOR_FAMILIES if family and step.message in TOGETHER else step.message
        folder = f"{name}/{step.channel.value}.{language}"
        message = Message(
            channel=step.channel, to=to, text="", touch_id=step.touch_id, practice_id=practice.practice_id,
            unsubscribe_url=unsubscribe_url,
        )  # fmt: skip
        if step.channel is Channel.sms:
            message.text = one_line(f"{self._fill(practice.practice_id, f'{folder}.txt', named)} {named['notes']}")
        elif step.channel is Channel.letter:
            message.text = _paragraphs(self._fill(practice.practice_id, f"{folder}.txt", named))
            message.link, message.language = link, language
        else:
            message.subject = one_line(self._fill(practice.practice_id, f"{folder}.subject", named))
            message.text = self._fill(practice.practice_id, f"{folder}.txt", named).strip() + "\n"
            message.html = self._fill(practice.practice_id, f"{folder}.html", named).strip() + "\n"
        message.template = self._version_of(practice.practice_id, folder)
        return message

    def _fill(self, practice_id: str, name: str, named: dict[str, Any]) -> str:
        try:
            return self._environment(practice_id).get_template(name).render(named)
        except TemplateNotFound as missing:
            raise BadPolicy(f"messages/{missing.name}: there is no such file; write it or remove its uses.") from None
        except TemplateSyntaxError as wrong:
            raise BadPolicy(f"messages/{wrong.name}, line {wrong.lineno}: {wrong.message}.") from None
        except (TemplateError, TypeError, ValueError) as wrong:
            line = line_of(wrong)
            raise BadPolicy(f"messages/{name}, line {line}: {type(wrong).__name__}, {wrong}.") from None

    def _version_of(self, practice_id: str, folder: str) -> str:
        """`first_notice/sms.en 3f9c…`: a fingerprint of the message's own files and of all they refer to."""
        if (practice_id, folder) not in self._versions:
            own = self._environment(practice_id)
            names = [f"{folder}.{part}" for part in ("txt", "subject", "html")]
            sources = sorted(_sources(own, names).items())
            mark = hashlib.sha256("\0".join(text for pair in sources for text in pair).encode()).hexdigest()[:12]
            self._versions[practice_id, folder] = f"{folder} {mark}"
        return self._versions[practice_id, folder]

    def _environment(self, practice_id: str) -> ImmutableSandboxedEnvironment:
        if practice_id not in self._environments:
            self._environments[practice_id] = environment(
                self._practices_dir, practice_id, self._texts.get(practice_id, {})
            )
        return self._environments[practice_id]


def environment(practices_dir: Path, practice_id: str, texts: Texts) -> ImmutableSandboxedEnvironment:
    """A sandbox that reads a practice's approved texts, its files, then the default ones; web pages are escaped."""
    folders = [practices_dir / name / "messages" for name in (practice_id, DEFAULT_FOLDER)]
    loader = ChoiceLoader([DictLoader(texts), FileSystemLoader(folders)])
    return ImmutableSandboxedEnvironment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        autoescape=lambda name: bool(name and name.endswith(".html")), auto_reload=False,
    )  # fmt: skip


def _sources(own: ImmutableSandboxedEnvironment, names: list[str]) -> dict[str, str]:
    """The text of these templates and of every one they refer to."""
    assert own.loader is not None
    found: dict[str, str] = {}
    while names:
        name = names.pop()
        if name not in found:
            with suppress(TemplateNotFound):
                found[name] = own.loader.get_source(own, name)[0]
                names += [one for one in find_referenced_templates(own.parse(found[name])) if one]
    return found


def _paragraphs(text: str) -> str:
    """Each on a line of its own, with a blank line between: where lines break is the printer's affair."""
    return "\n\n".join(one_line(part) for part in text.split("\n\n") if part.strip())


def one_line(text: str) -> str:
    """Templates are broken into lines to be read; a text or a subject leaves as one."""
    return " ".join(text.split())


APPROVED = "<template>"
"""How a traceback calls a template that is no file."""


def line_of(fault: BaseException) -> int:
    """The template line where a fault arose; templates appear as files in a traceback."""
    line, step = 0, fault.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if name == APPROVED or "messages" in Path(name).parts:
            line = step.tb_lineno
        step = step.tb_next
    return line
