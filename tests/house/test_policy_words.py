"""Whatever a practice can write into its policy does something: each number and word is read by some rule or activity."""

from __future__ import annotations

import ast
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from receivables import people, reported_facts, segments, steps
from receivables.briefs import BRIEFS
from receivables.channels import WEIGHED
from receivables.policy import Policy
from receivables.policy_section import Section

ROOT = Path(__file__).resolve().parents[2]
READERS = ("receivables", "activities", "store", "integrations", "starter", "web", "worker", "workflows")
DEFINED_IN = {"policy.py", "policy_ladder.py", "plan_policy.py", "policy_section.py"}
MESSAGES = ROOT / "practices" / "_default" / "messages"
A_PROMISE = {
    "channel.use_age": "its only value is False: age is never used (K5), and no rule could ask",
    "ladder.clock": "its only value is the clock there is (K8)",
    "metrics.version": "its only value is the definitions there are (K9)",
    "recall.bundle.booking_link_first": "its only value is True: the visit before the bill, checked in each template (K14)",
    "version": "it names the policy; every decision carries it",
}
"""Words with one value each: written for people who read the policy, and nothing to decide by."""


def leaves(section: type[Section], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in section.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name)


def sections(section: type[Section], name: str = "policy") -> Iterator[tuple[str, str]]:
    """The class of each section and the name it goes by."""
    yield section.__name__, name
    for inner, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from sections(field.annotation, inner)


NAMED = dict(sections(Policy))


def owner(expression: ast.expr, aliases: dict[str, str]) -> str:
    """The last name of what an attribute is read from, through variables that stand for a section."""
    last = ast.unparse(expression).rpartition(".")[2]
    return aliases.get(last, last)


def aliases_in(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            kind = ast.unparse(node.annotation).strip("'\"")
            if kind in NAMED:
                found[node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)] = NAMED[kind]
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute | ast.Tuple):
            targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else [node.targets[0]]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for target, value in zip(targets, values, strict=False):
                if isinstance(target, ast.Name) and isinstance(value, ast.Attribute) and value.attr in NAMED.values():
                    found[target.id] = value.attr
    return found


def reads() -> set[tuple[str, str]]:
    """(section, field) of every attribute that is read anywhere."""
    found = set()
    for package in READERS:
        for path in (ROOT / package).rglob("*.py"):
            if path.name in DEFINED_IN and package == "receivables":
                continue
            tree = ast.parse(path.read_text())
            aliases = aliases_in(tree)
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                    found.add((owner(node.value, aliases), node.attr))
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":  # One of its words by name.
                    found.add((owner(node.args[0], aliases), "*"))
    return found


READ = reads()


@pytest.mark.parametrize("path", sorted(leaves(Policy)), ids=".".join)
def test_a_number_of_the_policy_is_read_by_something(path: tuple[str, ...]) -> None:
    name, section = ".".join(path), path[-2] if len(path) > 1 else "policy"
    read = bool({(section, path[-1]), (section, "*")} & READ)
    if name in A_PROMISE:
        return
    assert read, f"a practice can set {name}, and nothing reads it"


def test_the_list_of_promises_names_real_fields() -> None:
    assert A_PROMISE.keys() <= {".".join(path) for path in leaves(Policy)}


def words(annotation: object) -> set[str]:
    if typing.get_origin(annotation) is typing.Literal:
        return set(typing.get_args(annotation))
    return {word for part in typing.get_args(annotation) for word in words(part)}


def test_every_ground_for_a_channel_is_weighed() -> None:
    assert words(type(Policy().channel).model_fields["precedence"].annotation) == set(WEIGHED)


def test_every_kind_of_payer_a_policy_can_name_is_one_that_histories_give() -> None:
    named = words(type(Policy().plan.offer.lead).model_fields["history"].annotation)
    assert named == set(typing.get_args(segments.PayerClass))
    given = {
        segments.payer_class(people.PaymentHistory(days_to_pay=days), Policy()) for days in ([], [3] * 9, [30] * 9, [90] * 9)
    }
    assert given == named


def test_every_kind_of_task_a_policy_weighs_is_one_that_is_asked() -> None:
    kinds = set(typing.get_args(steps.AskStaff.model_fields["task_kind"].annotation))
    assert set(Policy().tasks.share_by_kind) <= kinds
    assert kinds == set(BRIEFS)


def sources(*packages: str) -> str:
    return "".join(path.read_text() for package in packages for path in (ROOT / package).rglob("*.py"))


def test_every_message_is_chosen_by_a_rule_and_every_chosen_message_has_its_words() -> None:
    rules = sources("receivables", "integrations/templates")  # The writer has one for several balances of a person.
    folders = {path.name for path in MESSAGES.iterdir() if not path.name.startswith("_")}
    unsent = {name for name in folders if f'"{name}"' not in rules}
    assert unsent == set(), "no rule sends these"


def test_every_kind_of_task_is_asked_by_a_rule() -> None:
    rules = sources("receivables/rules") + (ROOT / "receivables" / "holds.py").read_text()
    asked = {kind for kind in BRIEFS if f'"{kind}"' in rules}
    assert asked == set(BRIEFS)


def test_every_way_a_claim_can_stand_is_one_that_something_reports() -> None:
    reported = words(reported_facts.BalancePosted.model_fields["claim_status"].annotation)
    remittances = sources("integrations/remittances")
    assert {word for word in reported if f'"{word}"' in remittances} == reported
