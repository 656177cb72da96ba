"""Which language somebody writes in, and which language or channel they ask for; nothing is guessed or changed here."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from receivables.people import Channel, Guarantor

Language = Literal["", "en", "es"]
"""Empty: it cannot be told."""

ENGLISH = frozenset({
    "the", "is", "a", "to", "i", "my", "you", "it", "this", "that", "for", "of", "and", "what", "why", "how", "do",
    "does", "did", "can", "will", "was", "are", "have", "has", "not", "with", "me", "we", "he", "she", "they", "your",
    "please", "thanks", "thank", "yes", "no", "already", "paid", "pay", "bill", "much", "who", "when", "need", "want",
    "send", "call", "dont", "cant", "im", "on", "by", "in", "would", "could", "should", "be", "been", "am",
})  # fmt: skip
SPANISH = frozenset({
    "el", "la", "los", "las", "un", "una", "es", "de", "que", "y", "en", "mi", "mis", "su", "sus", "yo", "usted",
    "ustedes", "por", "para", "con", "no", "si", "ya", "lo", "le", "me", "se", "cuanto", "como", "cuando", "donde",
    "quien", "puedo", "puede", "quiero", "necesito", "pague", "pagar", "pago", "cuenta", "gracias", "hola", "favor",
    "esta", "este", "esto", "tengo", "debo", "seguro", "tarjeta", "mes", "semana", "llamen", "hablar", "ayuda",
    "dinero", "trabajo", "porque", "pero", "muy", "del", "al", "hoy", "manana", "ayer", "aseguranza", "equivocado",
    "mande", "manden", "escriban", "deje", "dejen", "mensajes",
})  # fmt: skip
BOTH = ENGLISH & SPANISH
LANGUAGE_WORDS: dict[str, Literal["en", "es"]] = {
    "spanish": "es", "espanol": "es", "castellano": "es", "english": "en", "ingles": "en",
}  # fmt: skip
CHANNEL_WORDS = {
    Channel.email: re.compile(r"\b(e ?mails?|emails?|correos?)\b"),
    Channel.sms: re.compile(r"\b(texts?|texting|text me|sms|mensajes? de texto|textos?)\b"),
}
NEGATED = re.compile(
    r"\b(no|not|dont|never|stop|instead of|rather than|sin|deje|dejen|quit|nunca|en vez de|en lugar de)\b"
)


WHEN = re.compile(
    r"\b(after|before|until|between|mornings?|afternoons?|evenings?|nights?|weekends?|weekdays?|hours?|am|pm|\d+pm|"
    r"\d+am|days?|antes|despues|entre|mananas?|tardes?|noches?|fin(es)? de semana|horas?|dias?)\b"
)
"""With one of these the wish is about hours as well, which a person sees to."""


def language_of(text: str) -> Language:
    """The language of a text by its small words; only where it is plain."""
    words = _plain(text).split()
    english = sum(word in ENGLISH - BOTH for word in words)
    spanish = sum(word in SPANISH - BOTH for word in words) + ("¿" in text) + ("¡" in text) + ("ñ" in text.lower())
    if max(english, spanish) < 2 or english == spanish:
        return ""
    return "es" if spanish > english else "en"


def language_wished(text: str) -> Language:
    """The one language that is named, empty when none or several are: a wish is never guessed."""
    words = _plain(text)
    named = {language for word, language in LANGUAGE_WORDS.items() if word in words.split()}
    return named.pop() if len(named) == 1 and not NEGATED.search(words) else ""


def channel_wished(text: str, guarantor: Guarantor) -> Channel | None:
    """The one channel that is named, when it can be used; None for a new number or address, which a person enters."""
    words = _plain(text)
    if "@" in text or re.search(r"\d{3}", text) or NEGATED.search(words) or WHEN.search(words):
        return None
    named = [channel for channel, word in CHANNEL_WORDS.items() if word.search(words)]
    return named[0] if len(named) == 1 and guarantor.point(named[0]) is not None else None


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower().replace("'", "").replace("’", ""))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", bare).split())
