"""Writes docs/reference/ from the code, one page for each part of the public surface: `make reference`."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [path for path in (str(ROOT), str(HERE.parent / "web")) if path not in sys.path]

from pydantic import BaseModel  # noqa: E402
from typer.testing import CliRunner  # noqa: E402
from web_world import World  # noqa: E402

from receivables import facts, steps  # noqa: E402
from receivables.case import CloseReason, Hold, Stage  # noqa: E402
from runtime.settings import PREFIX, Settings  # noqa: E402
from starter.cli.main import app as command_line  # noqa: E402
from web.documents import WEBHOOKS  # noqa: E402
from web.metrics import Metrics  # noqa: E402
from workflows import contract, search_attributes  # noqa: E402
from workflows.activity_options import STEPS  # noqa: E402
from workflows.collect_balance import CollectBalance  # noqa: E402

FOLDER = ROOT / "docs" / "reference"
SHARED = ("kind", "fact_id", "at", "source", "practice_id", "balance_id", "guarantor_id")
WIDTH = 100


def members(union: object) -> list[type[BaseModel]]:
    inner = typing.get_args(union)[0] if typing.get_origin(union) is typing.Annotated else union
    return list(typing.get_args(inner))


def kind_of(model: type[BaseModel]) -> str:
    return str(typing.get_args(model.model_fields["kind"].annotation)[0])


def first_lines(text: str | None) -> str:
    """A docstring on one line."""
    return " ".join(inspect.cleandoc(text or "").split())


def said_of_fields(model: type[BaseModel]) -> dict[str, str]:
    """The sentence below each field in the source, those of its bases included."""
    said: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if not issubclass(one, BaseModel) or one is BaseModel:
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0]
        assert isinstance(body, ast.ClassDef)
        for place, node in enumerate(body.body[:-1]):
            after = body.body[place + 1]
            if isinstance(node, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                said[ast.unparse(node.target)] = first_lines(str(after.value.value))
    return said


def form(schema: dict[str, typing.Any]) -> str:
    """The form of a value in a few words."""
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    several = schema.get("anyOf") or schema.get("allOf")
    if several:
        return " or ".join(dict.fromkeys(form(one) for one in several if one.get("type") != "null"))
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {form(schema.get('items', {}))}"
    word = str(schema.get("format") or schema.get("type", "any"))
    return WORDS.get(word, word)


WORDS = {
    "date-time": "moment with offset", "date": "day", "integer": "whole number", "string": "text",
    "boolean": "true or false",
}  # fmt: skip


def fields(model: type[BaseModel], leave_out: tuple[str, ...] = ()) -> list[str]:
    schema = model.model_json_schema()
    said, needed = said_of_fields(model), schema.get("required", [])
    lines = []
    for name, field in schema.get("properties", {}).items():
        if name in leave_out:
            continue
        shape = form(field)
        if shape == "any" and "const" in field:
            shape = f"`{field['const']}`"
        cents = " of cents" if name.endswith("_cents") else ""
        default = "needed" if name in needed else _default(field)
        lines.append(f"| `{name}` | {shape}{cents} | {default} | {said.get(name, '')} |")
    return ["| field | form | | |", "|---|---|---|---|", *lines, ""] if lines else []


def _default(field: dict[str, typing.Any]) -> str:
    value = field.get("default")
    return "optional" if value in (None, "", [], {}) or isinstance(value, dict | list) else f"else `{value}`"


def parts_used(models: list[type[BaseModel]]) -> Iterator[str]:
    """The objects that fields of these models hold, once each."""
    seen: dict[str, type[BaseModel]] = {}
    waiting = list(models)
    while waiting:
        for field in waiting.pop().model_fields.values():
            for inner in _models_in(field.annotation):
                if inner.__name__ not in seen:
                    seen[inner.__name__] = inner
                    waiting.append(inner)
    for name in sorted(seen):
        yield from (f"### {name}", "", first_lines(seen[name].__doc__), "", *fields(seen[name]))


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models_in(part)]


def facts_page() -> list[str]:
    reported = members(facts.ReportedFact)
    learned = [model for model in members(facts.AnyFact) if model not in reported]
    lines = [
        "# Facts", "", "Reported at `POST /v1/facts`, one or a list; the same `fact_id` again changes nothing. Every fact has:",
        "", *fields(facts.Fact),
    ]  # fmt: skip
    for model in reported:
        lines += [f"## `{kind_of(model)}`", "", first_lines(model.__doc__), "", *fields(model, SHARED)]
    lines += ["## Parts", "", *parts_used(reported), "## What a case learns besides", ""]
    lines += ["These come from the system itself, from staff and from vendors; nobody reports them at `/v1/facts`.", ""]
    lines += [f"- `{kind_of(model)}`: {first_lines(model.__doc__)}" for model in learned]
    return lines


def steps_page() -> list[str]:
    lines = ["# Steps", "", "What a decision can say. A step that acts is an activity of the same name.", ""]
    for model in members(steps.Step):
        options = STEPS.get(kind_of(model))
        tried = f" One try takes at most {options['start_to_close_timeout'].total_seconds():.0f} s." if options else ""
        lines += [f"## `{kind_of(model)}`", "", first_lines(model.__doc__) + tried, "", *fields(model, ("kind",))]
    return [*lines, "## Decision", "", first_lines(steps.Decision.__doc__), "", *fields(steps.Decision)]


def engine_page() -> list[str]:
    marks = _marks(CollectBalance)
    signals = [f"| `{signal}` | `{kind}` | {marks[signal]} |" for kind, signal in contract.SIGNAL_OF.items()]
    asked = [name for name in marks if name not in contract.SIGNAL_OF.values()]
    return [
        "# In the engine", "", f"Workflow type `{contract.COLLECT_BALANCE}` on task queue `{contract.TASK_QUEUE}`, id",
        f"`{contract.workflow_id('{practice_id}', '{balance_id}')}`: one for each balance.", "",
        "## Signals, one for each kind of fact", "", "| signal | fact | |", "|---|---|---|", *signals, "",
        "## Updates and queries", "", "| name | |", "|---|---|", *(f"| `{name}` | {marks[name]} |" for name in asked), "",
        "## Search attributes", "", *(f"- `{key.name}` ({key.indexed_value_type.name.lower()})" for key in search_attributes.ALL), "",
        "## Stages", "", ", ".join(f"`{stage}`" for stage in Stage), "",
        "## Reasons to close", "", ", ".join(f"`{reason}`" for reason in CloseReason), "",
        "## Reasons to be silent", "", ", ".join(f"`{word}`" for word in typing.get_args(Hold.model_fields["reason"].annotation)),
    ]  # fmt: skip


def _marks(workflow: type) -> dict[str, str]:
    """Name and description of every signal, update and query, as the Temporal UI shows them."""
    found = {}
    for one in reversed(workflow.__mro__[:-1]):
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(one)))):
            for mark in getattr(node, "decorator_list", []):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) in {"workflow.signal", "workflow.update", "workflow.query"}:
                    said = {word.arg: ast.literal_eval(word.value) for word in mark.keywords}
                    found[node.name] = said.get("description", "")  # type: ignore[attr-defined]
    return found


def http_page() -> list[str]:
    app = World().app
    described = app.openapi()["paths"]
    spoken = {(path, method.upper()): said for path, methods in described.items() for method, said in methods.items()}
    rows = {place: first_lines(said.get("description") or said.get("summary")) for place, said in spoken.items()}
    rows |= {(f"/webhooks/{path}", "POST"): said for path, said in WEBHOOKS.items()}
    for route in app.routes:
        for method in (getattr(route, "methods", None) or set()) - {"HEAD", "OPTIONS"}:
            rows.setdefault((route.path, method), PAGES_OF_PEOPLE.get(route.path, ""))
    lines = ["# HTTP", "", "Complete, with every field and example, at `/openapi.json` of a running system.", ""]
    lines += ["| path | method | |", "|---|---|---|"]
    return [*lines, *(f"| `{path}` | {method} | {said} |" for (path, method), said in sorted(rows.items()))]


PAGES_OF_PEOPLE = {
    "/p/{code}": "The patient's page: what is owed now, paid in full or in part. No login; the code is the key.",
    "/p/{code}/thanks": "Where the card page leads back to.",
    "/p/{code}/cancelled": "Where it leads back to when nothing was paid.",
    "/p/{code}/stop-emails": "Ends billing e-mails, with one click or from a mail program.",
    "/p/{code}/messages": "The patient says where and about what they may be written to; each word is kept as evidence.",
    "/healthz": "This process lives.",
    "/readyz": "Database, schema and engine can be used.",
    "/metrics": "For Prometheus.",
    "/openapi.json": "The whole of `/v1` with examples.",
}
"""Those that no program calls stand in no API document."""


def commands_page() -> list[str]:
    lines = ["# Commands", "", "Exit codes: 0 done, 1 failed, 2 wrong use. `python -m starter` is the same as `collect`.", ""]
    for words in _commands():
        shown = CliRunner().invoke(command_line, [*words, "--help"], prog_name="collect", env={"COLUMNS": str(WIDTH), "TERM": "dumb"})
        lines += [f"## collect {' '.join(words)}".rstrip(), "", "```", re.sub(r"[ \t]+\n", "\n", shown.output).strip(), "```", ""]
    return lines


def _commands() -> Iterator[list[str]]:
    yield []
    for command in command_line.registered_commands:
        yield [str(command.name)]
    for group in command_line.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            yield [str(group.name), str(command.name)]


def settings_page() -> list[str]:
    lines = [
        "# Settings", "", "Environment variables. `DATABASE_URL` is read too. `collect doctor` says what is wrong and how to mend it.",
        "", "| variable | form | else | |", "|---|---|---|---|",
    ]  # fmt: skip
    return [*lines, *_variables(Settings, PREFIX)]


def _variables(model: type[BaseModel], prefix: str) -> Iterator[str]:
    said = said_of_fields(model)
    schema = model.model_json_schema()["properties"]
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _variables(field.annotation, f"{prefix}{name.upper()}__")
            continue
        value = field.default
        shown = "" if value in (None, "", ...) or field.default_factory or "Secret" in str(field.annotation) else f"`{value}`"
        yield f"| `{prefix}{name.upper()}` | {form(schema[name])} | {shown} | {said.get(name, '')} |"


def metrics_page() -> list[str]:
    """From a page as a Prometheus server would read it, with everything that can happen having happened."""
    counted = Metrics()
    counted.answered("GET", "/v1/cases", 200, 0.01)
    for path in sorted((ROOT / "web").glob("*.py")):
        for what in re.findall(r'\.happened\(\s*"(\w+)"', path.read_text()):
            counted.happened(what, "…")
    gauges = re.findall(r'"(collect_\w+)": partial', (ROOT / "web" / "wiring.py").read_text())
    kinds = {name: kind for name, kind in re.findall(r"# TYPE (\S+) (\w+)", counted.text())}  # noqa: C416 - a dict of pairs
    kinds |= dict.fromkeys(gauges, "gauge")
    return [
        "# Metrics", "", "At `/metrics` of `web`; the engine's own client serves its metrics at `COLLECT_TEMPORAL_METRICS`.", "",
        "| name | kind |", "|---|---|", *(f"| `{name}` | {kind} |" for name, kind in sorted(kinds.items())),
    ]  # fmt: skip


PAGES: dict[str, Callable[[], list[str]]] = {
    "facts.md": facts_page, "steps.md": steps_page, "engine.md": engine_page, "http.md": http_page,
    "commands.md": commands_page, "settings.md": settings_page, "metrics.md": metrics_page,
}  # fmt: skip


def page(name: str) -> str:
    """One page as it stands in docs/reference/."""
    note = "<!-- Written by `make reference` from the code; changes here are overwritten. -->"
    return "\n".join([note, *PAGES[name]()]).rstrip() + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(page(name))
