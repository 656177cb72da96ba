"""The practices and their signed-off policies, read from YAML files; thresholds are data there and never stand here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from receivables.errors import BadPolicy, UnknownPractice
from receivables.geography import ALL_STATES
from receivables.policy import Policy, Practice
from receivables.rulebook import NO_RULES, Rulebook
from runtime.rule_files import FOLDER, read_rules
from runtime.yaml_lines import Document, Where, as_json, read_yaml

DEFAULT_FOLDER = "_default"
Shape = TypeVar("Shape", bound=BaseModel)


class Signed(NamedTuple):
    """What a practice signed on the running system, in place of its file."""

    mark: int
    """Its latest sign-off, of whatever kind."""
    values: Mapping[str, Any] | None
    """Its own values of the policy; None while no policy was signed and the file holds."""


class PolicyFiles:
    """The policy book (ports.PolicyBook) over `practices/<practice_id>/{practice,policy}.yaml`.

    A practice's policy says only what differs from `practices/_default/policy.yaml`. BadPolicy when a file cannot be
    used.
    """

    def __init__(self, practices_dir: Path) -> None:
        self._root = practices_dir
        self._live: dict[str, tuple[Practice, Policy]] = {}
        self._default = Policy()
        self._rules = NO_RULES
        self._signed: dict[str, Signed] = {}
        self.reload()

    def practice(self, practice_id: str) -> Practice:
        """Name, zone and contact details; UnknownPractice when there is none."""
        return self._of(practice_id)[0]

    def policy(self, practice_id: str) -> Policy:
        """The published policy; its version is a fingerprint of every number in it."""
        return self._of(practice_id)[1]

    def practice_ids(self) -> list[str]:
        """All configured practices, in alphabetical order."""
        return sorted(self._live)

    def reload(self) -> None:
        """Read all files anew. All or nothing: on BadPolicy what was live stays live."""
        rules = read_rules(self._root)
        default = _document(self._root / DEFAULT_FOLDER / "policy.yaml")
        plain = _policy_of(default, None)
        live = {}
        for folder in folders_of(self._root):
            practice = _practice_in(folder, rules)
            signed = self._signed.get(practice.practice_id, UNSIGNED)
            policy = _policy_of(_own(folder, signed), default)
            live[practice.practice_id] = (practice, policy.under(rules).read_after(signed.mark))
        self._default, self._live, self._rules = plain, live, rules

    def sign(self, signed: Mapping[str, Signed]) -> None:
        """From now on these hold in place of the practices' files. On BadPolicy what was live stays live."""
        before, self._signed = self._signed, dict(signed)
        try:
            self.reload()
        except BadPolicy:
            self._signed = before
            raise

    def own_values(self, practice_id: str) -> dict[str, Any]:
        """What a practice's policy says beside the default one, as it was signed or as its file has it.

        Fit to be sent and stored as JSON: an exact number is its text.
        """
        self._of(practice_id)
        return dict(as_json(_own(self._root / practice_id, self._signed.get(practice_id, UNSIGNED)).values))

    @property
    def rules(self) -> Rulebook:
        """The law as it was loaded with the policies."""
        return self._rules

    def draft(self, practice_id: str, overrides: Mapping[str, Any]) -> Policy:
        """The practice's policy (the default one for an unknown practice) with some values replaced, not published.

        `overrides` has the form of policy.yaml, amounts in dollars. BadPolicy names the field and the mend.
        """
        default = _document(self._root / DEFAULT_FOLDER / "policy.yaml")
        known = practice_id in self._live
        values = merged(default.values, self.own_values(practice_id)) if known else default.values
        wish = Document(Path("overrides"), dict(overrides), dict.fromkeys(_paths(overrides), 1))
        drafted = _shaped(Policy, merged(values, wish.values), wish, default)
        return with_version(drafted).under(self._rules)

    def _of(self, practice_id: str) -> tuple[Practice, Policy]:
        if practice_id not in self._live:
            raise UnknownPractice(
                f"There is no practice {practice_id!r}: add a folder of this name under practices/ or correct the id."
            )
        return self._live[practice_id]


def _paths(values: Mapping[str, Any], above: Where = ()) -> Iterator[Where]:
    """Every field of a set of overrides, by its path from the top."""
    for name, value in values.items():
        yield (*above, name)
        if isinstance(value, Mapping):
            yield from _paths(value, (*above, name))


def folders_of(root: Path) -> list[Path]:
    """The practices' folders; those that begin with an underscore are no practices."""
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))


def faults_in(root: Path) -> list[str]:
    """Every fault in every practice's files, one sentence each with file, line, field and mend; empty when sound."""
    faults = []
    try:
        default = _document(root / DEFAULT_FOLDER / "policy.yaml")
        _policy_of(default, None)
        rules = read_rules(root)
    except BadPolicy as fault:
        return [str(fault)]
    for folder in folders_of(root):
        for check in (lambda it: _practice_in(it, rules), lambda it: _read_policy(it, default)):
            try:
                check(folder)
            except BadPolicy as fault:
                faults.append(str(fault))
    return faults


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """The lower values with the upper ones in their place, section by section; lists are replaced whole."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result


def with_version(policy: Policy) -> Policy:
    """The policy marked with a short fingerprint of its values."""
    values = policy.model_dump(mode="json", exclude={"version"})
    mark = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]
    return policy.model_copy(update={"version": mark})


def _practice_in(folder: Path, rules: Rulebook) -> Practice:
    document = _document(folder / "practice.yaml", needed=True)
    practice = _shaped(Practice, document.values, document)
    if practice.practice_id != folder.name:
        raise BadPolicy(
            f"{document.place(('practice_id',))}: practice_id is {practice.practice_id!r} in the folder "
            f"{folder.name!r}; give both the same name."
        )
    if practice.state not in ALL_STATES:
        raise BadPolicy(f"{document.place(('state',))}: state: use the two letters of a state, such as IL.")
    campaigns = sorted({row.campaign for row in rules.sender_limits})
    if practice.campaign is not None and practice.campaign not in campaigns:
        raise BadPolicy(
            f"{document.place(('campaign',))}: campaign: no row of {FOLDER}/sender_limits.yaml is called so; "
            f"use one of {', '.join(campaigns)}, or leave it out while the number is not registered."
        )
    return practice


def _read_policy(folder: Path, default: Document) -> Policy:
    return _policy_of(_document(folder / "policy.yaml"), default)


UNSIGNED = Signed(0, None)
"""A practice that has signed nothing on the running system."""


def _own(folder: Path, signed: Signed) -> Document:
    if signed.values is None:
        return _document(folder / "policy.yaml")
    return Document(folder / "signed policy", dict(signed.values), {})


def _policy_of(document: Document, default: Document | None) -> Policy:
    values = merged(default.values, document.values) if default else document.values
    return with_version(_shaped(Policy, values, document, default))


def _document(path: Path, *, needed: bool = False) -> Document:
    if not path.exists():
        if needed:
            raise BadPolicy(f"{_shown(path)}: the file is missing; copy one from another practice and adapt it.")
        return Document(path, {}, {})
    return read_yaml(path)


def _shaped(shape: type[Shape], values: Mapping[str, Any], document: Document, below: Document | None = None) -> Shape:
    try:
        return shape.model_validate(dict(values))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = tuple(part for part in first["loc"])
        holder = document if below is None or document.holds(where) or not below.holds(where) else below
        field = ".".join(str(part) for part in where)
        raise BadPolicy(f"{holder.place(where)}: {field}: {_mend(first['type'], first['msg'])}") from None


def _mend(kind: str, said: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such field; correct its name or remove it."
    if kind == "missing":
        return "this field is missing; add it."
    return said.removeprefix("Value error, ") + "."


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
