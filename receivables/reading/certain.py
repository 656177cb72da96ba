"""Messages that are a stop by themselves, by reviewed words, whatever a reader makes of them; nothing is sent here."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache

from receivables.ports import ReadReplyAnswer
from receivables.reading.normal import clauses, spoken


def is_certain_stop(text: str, stop_words: Set[str]) -> bool:
    """True when the whole message is one of the words; capitals, accents and marks do not matter."""
    return _plain(text) in _all_plain(frozenset(stop_words))


def with_certain_stop(answer: ReadReplyAnswer, text: str, stop_words: Set[str]) -> ReadReplyAnswer:
    """The reading, with a stop in it where the words are one; everything else that was found stays."""
    if "opt_out" in {answer.intent, *answer.intents} or not is_certain_stop(text, stop_words):
        return answer
    found = ["opt_out", *answer.intents]
    return answer.model_copy(update={"intent": "opt_out", "intents": found, "action": "opt_out", "abstain": False})


def _plain(text: str) -> str:
    return " ".join(clauses(spoken(text)))


@lru_cache(maxsize=16)
def _all_plain(stop_words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_plain, stop_words))
