"""Replies that try to steer software: data, never obeyed; what a machine wrote is a phrase list of its own."""

from __future__ import annotations

import re

from receivables.reading.lexicon import Lexicon

_ORDERS = Lexicon("prompt_injection")
_CODE_LIKE = re.compile(r"^\s*[\[{<].*[\]}>]\s*$", re.DOTALL)


def addresses_software(marked: str, words: str) -> bool:
    """True when the reply instructs a program: `marked` keeps the punctuation, `words` is clauses only."""
    looks_like_code = _CODE_LIKE.match(marked) is not None and ":" in marked
    return _ORDERS.found_in(words) or _ORDERS.found_in(marked) or looks_like_code
