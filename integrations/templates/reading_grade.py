"""How many years of school a text asks of its reader, in English and Spanish; which grade is allowed is not said here.

English: Flesch-Kincaid grade, 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid and others 1975).
Spanish: Crawford's grade, -0.205 sentences + 0.049 syllables per 100 words - 3.407 (Crawford 1989), since English
formulas misjudge a language whose words are longer. Spanish syllables follow from spelling; English ones are counted by
groups of vowels with the usual silent endings, which errs by a few in a hundred words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_END = re.compile(r"[.!?]+(?=\s|$)|\n")
"""A colon or a semicolon ends nothing, so that long sentences cannot hide behind them; the end of a line does."""
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
"""The reader stops there to open it, so it ends a sentence."""
_NUMBER = re.compile(r"\$?\(?\d[\d,.()\- ]*\d|\$?\d")
KEPT = 4096
"""How many words are remembered with their syllables: messages say the same few hundred again and again."""
_VOWELS = re.compile(r"[aeiouyáéíóúü]+")


def grade(text: str, language: str, names: Sequence[str] = ()) -> float:
    """Years of school, never below 0. `names` of people and places are read as one short word each.

    Addresses are left out, an amount or a number counts as one short word: nobody spells them out.
    """
    plain = _plain(text, names)
    sentences = [part for part in _END.split(plain) if _WORD.search(part)]
    words = _WORD.findall(plain)
    if not words:
        return 0.0
    syllables = sum((_spanish if language == "es" else _english)(word.lower()) for word in words)
    if language == "es":
        per = 100 / len(words)
        return max(-0.205 * len(sentences) * per + 0.049 * syllables * per - 3.407, 0.0)
    return max(0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59, 0.0)


def _plain(text: str, names: Sequence[str]) -> str:
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "Ann")
    return _NUMBER.sub("ten ", _ADDRESS.sub(".\n", text))


@lru_cache(KEPT)
def _english(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    silent = word.endswith(("e", "es", "ed")) and not word.endswith(("le", "ted", "ded", "ses", "ces", "ges"))
    return max(groups - 1 if silent and groups > 1 else groups, 1)


_STRONG = "aeoáéíóú"


@lru_cache(KEPT)
def _spanish(word: str) -> int:
    """Each strong or accented vowel carries a syllable; weak ones join it, unless they stand alone."""
    word = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "g", word)
    count = 0
    for group in re.findall(r"[aeiouáéíóúü]+|(?<=[^aeiouáéíóúü])y$|^y$", word):
        strong = sum(sign in _STRONG for sign in group)
        count += max(strong, 1)
    return max(count, 1)
