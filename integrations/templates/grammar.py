"""What a message's template may be made of: words, ifs and the shared pieces; what it says is judged in checks.py.

The sandbox already keeps a template from reaching anything of the program. This is narrower, and it is read before
anything is filled: no loops, no calls but of shared macros, no reading behind a name, so that a template cannot run
for ever, cannot reach for anything, and names every missing word even in a branch that no sample takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST_FILE = 20_000
"""Characters; the longest page of a message takes a tenth."""
SHARED = "_shared/"
PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.CondExpr, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Const, nodes.Getitem, nodes.Getattr, nodes.Block,
    nodes.Extends, nodes.FromImport, nodes.Call, nodes.Concat, nodes.Tuple, nodes.Keyword,
)  # fmt: skip
SAID = {
    nodes.For: "a loop", nodes.Macro: "a macro", nodes.Include: "an include", nodes.Filter: "a filter",
    nodes.Assign: "an assignment", nodes.CallBlock: "a call block", nodes.Import: "an import of everything",
}  # fmt: skip


def faults_in(file: str, text: str, sandbox: ImmutableSandboxedEnvironment, words: frozenset[str]) -> Iterator[str]:
    """One sentence per fault of one template, with the line and the mend. `words` are all names it may use."""
    if len(text) > LARGEST_FILE:
        yield f"{file}, line 1: it has {len(text)} characters; a message has at most {LARGEST_FILE}."
        return
    for number, line in enumerate(text.split("\n"), 1):
        if any("\ud800" <= sign <= "\udfff" for sign in line):
            yield f"{file}, line {number}: half of a character stands alone here (a surrogate); type it anew."
            return
    try:
        tree = sandbox.parse(text)
    except TemplateSyntaxError as wrong:
        yield f"{file}, line {wrong.lineno}: {wrong.message}; correct it."
        return
    except RecursionError:
        yield f"{file}, line 1: it is nested too deeply to be read; write it flat."
        return
    imported = frozenset(
        name if isinstance(name, str) else name[1] for node in tree.find_all(nodes.FromImport) for name in node.names
    )
    yield from _of_nodes(file, tree, imported)
    for name in sorted(find_undeclared_variables(tree) - words - imported):
        known = ", ".join(sorted(words))
        yield f"{file}, line {_line_of(tree, name)}: there is no word `{name}`; the words are {known}."


def _of_nodes(file: str, tree: nodes.Template, imported: frozenset[str]) -> Iterator[str]:
    for node in _all(tree):
        place = f"{file}, line {node.lineno}"
        if not isinstance(node, PLAIN):
            said = next((words for kind, words in SAID.items() if isinstance(node, kind)), type(node).__name__.lower())
            yield f"{place}: {said} may not stand in a message; what repeats is written in {SHARED}words by name."
        elif isinstance(node, nodes.Extends | nodes.FromImport):
            if not isinstance(node.template, nodes.Const) or not str(node.template.value).startswith(SHARED):
                yield f"{place}: a message builds on files of {SHARED} only; name one of them."
        elif isinstance(node, nodes.Call):
            if not isinstance(node.node, nodes.Name) or node.node.name not in imported:
                yield f"{place}: only a macro imported from {SHARED} can be called; write the words instead."
        elif isinstance(node, nodes.Getattr | nodes.Getitem) and _reaches(node):
            yield f"{place}: a message cannot reach behind a word; use the word itself."


def _all(tree: nodes.Template) -> Iterator[nodes.Node]:
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(list(node.iter_child_nodes()))


def _reaches(node: nodes.Getattr | nodes.Getitem) -> bool:
    """Anything but `word.field` and `word[0].field`."""
    if isinstance(node, nodes.Getattr):
        return node.attr.startswith("_") or not isinstance(node.node, nodes.Name | nodes.Getattr | nodes.Getitem)
    number = isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, int)
    return not number or not isinstance(node.node, nodes.Name | nodes.Getattr)


def _line_of(tree: nodes.Template, name: str) -> int:
    return next((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), 1)
