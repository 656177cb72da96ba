"""A wish for silence, in English and Spanish; which channel it ends, and for whom, is decided elsewhere."""

from __future__ import annotations

import re

from receivables.reading.lexicon import Lexicon, whole_messages
from receivables.reading.normal import clauses, spoken

_WHOLE = whole_messages("whole_stop")
_TORN = frozenset(("stop", "stopall", "unsubscribe", "unsub", "optout"))
"""Keywords that stay one when a slip of the thumb tears them apart: st op."""
_BEFORE = (
    "please", "pls", "ok", "hey", "hi", "hello", "just", "the word", "por favor", "favor", "yes", "sir", "madam",
    "dear", "hola", "text", "reply", "i said", "lakeside", "clinic", "now", "god", "omg", "ugh", "ffs", "jesus", "damn",
    "fuck", "angryface", "middlefinger", "stopsign", "stophand", "crossmark",
)  # fmt: skip
_AFTER = (
    "please", "pls", "now", "all", "everything", "already", "it", "this", "immediately", "today", "thanks", "thank you",
    "por favor", "ya", "right now", "at once", "sir", "guys", "man", "bro", "dude", "asap", "as soon as possible",
    "angryface", "middlefinger", "stopsign", "stophand", "prayhands", "eyeroll", "cryface", "thumbsup", "skull",
    "crossmark", "me", "for good", "forever", "2", "to end", "to opt out", "dammit", "damn it", "omg", "jeez",
    "gracias", "you all",
)  # fmt: skip
_AROUND = re.compile("^(?:(?:" + "|".join(_BEFORE) + ") )+|(?: (?:" + "|".join(_AFTER) + "))+$")
"""What surrounds a keyword politely, or not."""
_OPT_OUT = Lexicon("opt_out")
_TEXTS_WELCOME = re.compile(
    r"\b(?:text|message) (?:me )?(?:instead|only|is fine|are fine|is better|is ok)\b"
    r"|\b(?:texts|texting|messages|text messages) (?:is|are|works|work) (?:fine|ok|better|good)\b"
    r"|\b(?:just|only) text(?: me)?\b"
)
_CALLS = re.compile(r"\b(?:calls?|calling|phone|phoning|e ?mails?|emailing|mail|letters|mailing)\b")
_NO_TEXTS = re.compile(
    r"\b(?:stop|quit|no more|do not|never|cease) (?:\w+ ){0,2}(?:texts?|texting|messages?|messaging)\b"
)


_NO_CALLS = re.compile(
    r"\b(?:stop|quit|no more|do not|never) (?:call|calls|calling|phoning)\b(?! (?:at|in|before|after))"
)


def asks_to_stop(text: str) -> bool:
    """True when these words revoke consent, whoever wrote them (R-6); a needless stop harms less than a missed one."""
    return wants_silence(" , ".join(clauses(spoken(text))))


def wants_silence(words: str, *, calls: bool = False) -> bool:
    """The same for `words` in clauses. Where texts are welcome, an end of calls is a preference unless we call."""
    whole = words.replace(" , ", " ")
    stripped = _AROUND.sub("", whole)
    if _WHOLE & {whole, stripped, _AROUND.sub("", stripped)} or whole.replace(" ", "") in _TORN:
        return True
    if calls and _NO_CALLS.search(words):
        return True
    if not _OPT_OUT.found_in(words):
        return False
    return calls or not (_TEXTS_WELCOME.search(words) and _CALLS.search(words) and not _NO_TEXTS.search(words))


def looks_like_silence(words: str) -> bool:
    """True when a phrase is there that speaks of stopping something else, or of not stopping."""
    return _OPT_OUT.heard_in(words)[1]
