"""Numbers in words, English and Spanish, turned into digits; what they count is told elsewhere."""

from __future__ import annotations

import re

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
    "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16, "diecisiete": 17,
    "dieciocho": 18, "diecinueve": 19, "veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24,
    "veinticinco": 25, "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90,
}  # fmt: skip
_HUNDREDS = {
    "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
    "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
    "primero": 1,
}  # fmt: skip
_NOT_ENGLISH_ONCE = re.compile(
    r"\bonce (?=(?:i|my|we|the|he|she|it|you|they|that|this|again|a|per|every|more|in|and|insurance|paid|each)\b)"
)
_WORD = re.compile(r"[a-z]+|\d+(?:st|nd|rd|th)?|[^a-z0-9]+")


def in_digits(text: str) -> str:
    """`sixty five dollars` as `65 dollars`, `the twenty first` as `the 21st`; everything else as it was."""
    text = _NOT_ENGLISH_ONCE.sub("onetime ", text)
    text = re.sub(r"\b(a|one|un) (couple|par)(?: of| de)?\b", "2", text)
    text = re.sub(r"\b(a )?couple(?: of)? (?=weeks|months|days|payments|installments|hundred)", "2 ", text)
    text = re.sub(r"\ba (hundred|thousand)\b", r"one \1", text)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)
    tokens = _WORD.findall(text)
    out: list[str] = []
    place = 0
    while place < len(tokens):
        taken, spelled = _number_at(tokens, place)
        out.append(spelled if taken else tokens[place])
        place += taken or 1
    return "".join(out)


def _number_at(tokens: list[str], start: int) -> tuple[int, str]:
    """How many tokens from `start` on make one number, and the number in digits; zero tokens when there is none."""
    words: list[tuple[int, str]] = []
    place = start
    while place < len(tokens):
        token = tokens[place]
        if token in _UNITS or token in _TENS or token in _HUNDREDS or token in {"hundred", "thousand", "mil"}:
            words.append((place, token))
        elif words and token in _ORDINALS and words[-1][1] in _TENS and _ORDINALS[token] < 10:
            return place - start + 1, f"{_sum([word for _, word in words])[1] + _ORDINALS[token]}th"
        elif not (words and (token.isspace() or (token in {"and", "y"} and _joins(tokens, place, words[-1][1])))):
            break
        place += 1
    if not words:
        return _ordinal_at(tokens, start)
    count, value = _sum([word for _, word in words])
    return words[count - 1][0] - start + 1, str(value)


def _ordinal_at(tokens: list[str], place: int) -> tuple[int, str]:
    """Day numbers only: `second` and `first` are taken for days after `the` or a month, never elsewhere."""
    token = tokens[place]
    if token not in _ORDINALS:
        return 0, ""
    before = tokens[place - 2] if place >= 2 else ""
    if token in {"first", "second", "third"} and before not in {"the", "on", *_MONTHS}:
        return 0, ""
    return 1, f"{_ORDINALS[token]}th"


_MONTHS = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
     "november", "december")
)  # fmt: skip


def _joins(tokens: list[str], place: int, before: str) -> bool:
    """`and` inside a number: one hundred and five, treinta y cinco; not between two numbers."""
    if place + 2 >= len(tokens) or place == 0:
        return False
    after = tokens[place + 2]
    if tokens[place] == "y":
        return before in _TENS and after in _UNITS and _UNITS[after] < 10
    return before in {"hundred", "thousand"} and (after in _UNITS or after in _TENS)


def _sum(words: list[str]) -> tuple[int, int]:
    """How many of these words form one number, and its value: `fifteen hundred`, `two fifty` said for 250."""
    total = current = 0
    last = ""
    for count, word in enumerate(words):
        if word == "hundred":
            current = max(current, 1) * 100
        elif word in {"thousand", "mil"}:
            total, current = total + max(current, 1) * 1000, 0
        elif word in _HUNDREDS:
            if last and last not in {"mil", "thousand"}:
                return count, total + current
            current += _HUNDREDS[word]
        elif word in _TENS:
            if last in _UNITS and 1 <= current <= 9 and total == 0:
                current = current * 100 + _TENS[word]
            elif last in _TENS or last in _UNITS:
                return count, total + current
            else:
                current += _TENS[word]
        elif last in _UNITS or (last in _TENS and _UNITS[word] >= 10):
            return count, total + current
        else:
            current += _UNITS[word]
        last = word
    return len(words), total + current
