"""Reads a phrase list and tries it on a reply: harmless phrases are taken out first, then any phrase left speaks.

The lists are data, in `receivables/reading/phrases`: regular expressions, one a line, over words in clauses joined by
` , `; a line that begins with `# ` says why. `[says it]` is what speaks, `[looks like it]` what only looks as if;
`NAME = …` is written `@NAME@` below it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("phrases")
_BEFORE_AN_ORDER = (
    "ok", "so", "and", "then", "well", "hey", "hi", "hello", "yo", "yes", "no", "please", "pls", "just", "now", "also",
    "all right", "alright", "i said", "i say", "i told you(?: to)?", "can you", "could you", "would you", "will you",
    "you can", "you need to", "you guys need to", "you all need to", "i need you to", "i want you to", "kindly",
    "i would like you to", "i am asking you to", "immediately", "thanks", "thank you", "sorry", "hola", "oigan?", "ya",
    "por favor", "favor de",
)  # fmt: skip
_EVERYWHERE = {
    "START": r"(?:^|(?<=, ))",
    "END": r"(?= ,|$)",
    "POLITE": "(?:(?:" + "|".join(_BEFORE_AN_ORDER) + ") )*",
}
"""The beginning and the end of a clause, and what may come before an order."""


class Lexicon:
    """Phrases that mean one thing, and phrases that only look as if they did."""

    def __init__(self, name: str) -> None:
        says, looks = _sections(_text(name))
        self._says = re.compile("|".join(f"(?:{phrase})" for phrase in says))
        self._innocent = re.compile("|".join(f"(?:{phrase})" for phrase in looks)) if looks else None

    def found_in(self, words: str) -> bool:
        """True when a phrase that is not harmless is there; `words` is clauses joined by ` , `."""
        return self.heard_in(words)[0]

    def heard_in(self, words: str) -> tuple[bool, bool]:
        """Whether a phrase speaks that is not harmless, and whether one is there that only looks like it."""
        decoy = False
        if self._innocent is not None:
            words, taken_out = self._innocent.subn(" ~ ", words)
            decoy = taken_out > 0
        return self._says.search(words) is not None, decoy


def whole_messages(name: str) -> frozenset[str]:
    """A list of messages that are to be met word for word."""
    return frozenset(_sections(_text(name))[0])


@cache
def words_known() -> frozenset[str]:
    """Every word that stands in a phrase list."""
    texts = (path.read_text(encoding="utf-8") for path in _FOLDER.glob("*.txt"))
    return frozenset(word for text in texts for word in re.findall(r"[a-z]{2,}", text))


def _text(name: str) -> str:
    """A long list stands in parts: `name.txt`, then `name.es.txt` and the like in the order of their names."""
    paths = [_FOLDER / f"{name}.txt", *sorted(_FOLDER.glob(f"{name}.*.txt"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _sections(text: str) -> tuple[list[str], list[str]]:
    named, sections = dict(_EVERYWHERE), {"[says it]": list[str](), "[looks like it]": list[str]()}
    at = ""
    for line in filter(str.strip, text.splitlines()):
        if line.startswith("# "):
            continue
        if line in sections:
            at = line
        elif not at:
            name, _, meaning = line.partition(" = ")
            named[name] = meaning
        else:
            sections[at].append(_filled(line, named))
    return sections["[says it]"], sections["[looks like it]"]


def _filled(phrase: str, named: dict[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda name: named[name[1]], phrase)


def named_patterns(name: str, parts: dict[str, str]) -> list[tuple[str, re.Pattern[str]]]:
    """A list of `name = expression` in its order; `@PART@` is filled from `parts`, and from `PART = …` above it."""
    known, found = dict(parts), []
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        key, _, expression = line.partition(" = ")
        if key.isupper():
            known[key] = _filled(expression, known)
        else:
            found.append((key, re.compile(_filled(expression, known))))
    return found
