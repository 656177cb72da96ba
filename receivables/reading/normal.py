"""Brings what people type into one plain spelling: look-alikes, short forms, fillers; no meaning is read here."""

from __future__ import annotations

import html
import re
import unicodedata

from receivables.reading import spelling

_LOOKALIKES = str.maketrans(
    {
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "т": "t", "ѕ": "s", "і": "i", "ј": "j",
        "һ": "h", "ԛ": "q", "ԝ": "w", "в": "b", "н": "h", "к": "k", "м": "m", "А": "a", "Е": "e", "О": "o", "Р": "p",
        "С": "c", "Т": "t", "У": "y", "Х": "x", "Ѕ": "s", "І": "i", "В": "b", "Н": "h", "К": "k", "М": "m",
        "ο": "o", "ρ": "p", "τ": "t", "ι": "i", "α": "a", "ε": "e", "ν": "v", "υ": "u", "κ": "k", "Ο": "o", "Ρ": "p",
        "Τ": "t", "Ι": "i", "Α": "a", "Ε": "e", "Ν": "n", "Υ": "y", "Κ": "k", "Σ": "s", "Ѵ": "v", "ı": "i", "ⅼ": "l",
        "’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": " - ", "…": "...",
        "¿": " ", "¡": " ",
        "ß": "ss", "ø": "o", "đ": "d", "ł": "l",
    }
)  # fmt: skip
"""Letters of other alphabets that look Latin, and typographic signs."""
_TAGS = re.compile(
    r"(?is)<(script|style)\b.*?</\1>|<br\s*/?>|</?(p|div|span|a|b|i|u|html|body|head|table|tr|td|font|strong|em|"
    r"img)\b[^>]*>"
)
_LINK = re.compile(r"(?i)\bhttps?://\S+|\bwww\.\S+")
_SECRET = re.compile(r"(?<!\d)\d{3}[ -]\d{2}[ -]\d{4}(?!\d)|(?<!\d)\d(?:[ .-]{0,2}\d){12,18}(?!\d)")
_SPACED = re.compile(r"(?<![a-z0-9'])(?:[a-z0-9][ .\-_*]+){2,}[a-z0-9](?![a-z0-9'])")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_EMOJI = {
    "👍": " thumbsup ", "👌": " thumbsup ", "🙏": " prayhands ", "❤": " heart ", "😊": " smiley ", "🙂": " smiley ",
    "😀": " smiley ", "😁": " smiley ", "🥰": " heart ", "😡": " angryface ", "🤬": " angryface ", "😠": " angryface ",
    "🖕": " middlefinger ", "👎": " thumbsdown ", "🛑": " stopsign ", "🚫": " stopsign ", "✋": " stophand ",
    "🔕": " stopsign ", "⛔": " stopsign ", "✅": " checkmark ", "☑": " checkmark ", "✔": " checkmark ",
    "💯": " hundredsign ",
    "😭": " cryface ", "😢": " cryface ", "🤷": " shrug ", "❓": " ? ", "🎉": " party ", "💸": " moneywings ",
    "😂": " laughface ",
    "🤣": " laughface ", "🙄": " eyeroll ", "👋": " wavehand ", "🤝": " handshake ", "❌": " crossmark ",
    "💀": " skull ",
    "🇲🇽": " ", "🤖": " robot ",
}  # fmt: skip


def letters(text: str) -> str:
    """Lower case in plain Latin letters, digits and punctuation; what cannot be seen is gone; links and secrets too."""
    text = html.unescape(_TAGS.sub(" ", text)) if "<" in text or "&" in text else text
    for sign, word in _EMOJI.items():
        if sign in text:
            text = text.replace(sign, word)
    text = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    text = "".join(
        sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cc", "Co", "Cs"} or sign in "\n\t"
    )
    text = unicodedata.normalize("NFKD", text.lower())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return _SECRET.sub(" secretnumber ", _LINK.sub(" weblink ", text))


def joined(text: str) -> str:
    """Spaced-out words put together: s t o p, S.T.O.P; a run of single digits stays as it is."""
    return _SPACED.sub(lambda run: _close_up(run[0]), text)


def _close_up(run: str) -> str:
    word = re.sub(r"[^a-z0-9]", "", run)
    return word if len(word) >= 3 and not word.isdigit() and spelling.unleet(word) in spelling.SPACED_WORDS else run


def spoken(text: str, *, voice: bool = False) -> str:
    """The text for the grammars of amounts and days: plain letters, full words, punctuation kept."""
    text = _REPEATED.sub(r"\1", joined(letters(text)))
    text = re.sub(r"\b(wrong|this|my|the|that|your|new|old) #(?! ?\d)", r"\1 number", re.sub(r"\s+", " ", text).strip())
    if voice:
        text = re.sub(r"\b(um+|uh+|uhm+|er+m*|hmm+|mm+|you know|i mean|este|pues)\b,?", " ", text)
    return spelling.full_words(re.sub(r" +", " ", text).strip())


def clauses(spoken_text: str) -> list[str]:
    """The parts between marks, each as words only."""
    parts = re.split(r"[.!?;:,\n\"()]+(?!\d)|(?<!\d)[.,]+| - | \bbut\b | \bpero\b ", spoken_text)
    return [words for words in map(words_of, parts) if words]


def words_of(spoken_text: str) -> str:
    """Letters and digits only, single spaces."""
    return " ".join(re.sub(r"[^a-z0-9$%/]+", " ", spoken_text).split())
