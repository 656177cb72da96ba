"""What the classifier looks at in one reply: words, pieces of words, signs found by the rules, and the situation."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from integrations.reply_reader.meaning import Floats, encoder
from receivables.reading.evidence import Evidence
from receivables.reading.situation import Situation

_NUMBER = re.compile(r"\$ ?\d[\d,.]*|\b\d+(?:st|nd|rd|th)\b|\b\d[\d,./]*\b")
_LONGEST = 1500
"""Letters read; people do not write more, and machines who do have said what they are by then."""
_LONGEST_SENTENCE = 400
"""The same for its place among sentences: what is said first is what it is about."""


Blocks = tuple[Counter[str], Counter[str], list[str], Floats]
"""Words, pieces of words, facts, and where the reply lies among sentences."""


def features(evidence: Evidence, situation: Situation) -> Blocks:
    """The blocks of one reply, the same for training and for reading; words are single ones, pairs and threes."""
    text = _NUMBER.sub(_kind_of_number, evidence.marked[:_LONGEST])
    tokens = re.findall(r"[a-z]+|0\w+|[?!]", text)
    ends = ["^", *tokens, "$"]
    words = Counter(tokens)
    words.update(f"{one} {two}" for one, two in pairwise(ends))
    words.update(f"{one} {two} {three}" for one, two, three in zip(ends, ends[1:], ends[2:], strict=False))
    pieces: Counter[str] = Counter()
    for token in tokens:
        padded = f" {token} "
        for size in (3, 4, 5):
            pieces.update(padded[place : place + size] for place in range(len(padded) - size + 1))
    facts = _situation(situation, tokens)
    facts += [f"sign:{sign}" for sign in evidence.signs]
    facts += [f"sign:not {decoy}" for decoy in evidence.decoys]
    return words, pieces, facts, encoder().of(evidence.marked[:_LONGEST_SENTENCE])


def _kind_of_number(found: re.Match[str]) -> str:
    text = found[0]
    if text.startswith("$"):
        return " 0amount "
    if text[-1] in "tdh" and text[-2:] in {"st", "nd", "rd", "th"}:
        return " 0day "
    return " 0small " if text.isdigit() and int(text) <= 12 else " 0number "


def _situation(situation: Situation, tokens: list[str]) -> list[str]:
    state = (
        "offer"
        if situation.offer
        else "stopped"
        if situation.opted_out
        else "plan"
        if situation.active_plan
        else "open"
    )
    facts = [f"last:{situation.last_outbound}", f"state:{state}", f"means:{situation.means}"]
    words = [word for word in tokens if word not in "?!"]
    size = len(words)
    facts.append(f"size:{1 if size <= 1 else 2 if size <= 3 else 3 if size <= 8 else 4 if size <= 25 else 5}")
    facts += [f"state:{state} first:{word}" for word in words[:1]]
    if size <= 3:
        facts.append(f"state:{state} all:{' '.join(words)}")
    if "?" in tokens:
        facts.append("asks")
    return facts
