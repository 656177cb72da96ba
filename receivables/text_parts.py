"""Counts the parts a text message travels in and is charged by; which words are said stands in the templates."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The alphabet of ordinary texts (3GPP TS 23.038). Of the Spanish letters, á í ó ú and Á Í Ó Ú are not in it."""
GSM_7_DOUBLE = frozenset("^{}\\[~]|€\f")
"""Signs that count twice."""


@dataclass(frozen=True)
class Parts:
    """`count` parts; `outside` are the characters that force the short alphabet of 70 a part."""

    count: int
    outside: str


def parts_of(text: str) -> Parts:
    """How a text is cut: 160 characters, or 153 a part when there are several; 70 and 67 with any other character."""
    outside = "".join(sorted({sign for sign in text if sign not in GSM_7 and sign not in GSM_7_DOUBLE}))
    if outside:
        length, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    else:
        length, alone, joined = sum(2 if sign in GSM_7_DOUBLE else 1 for sign in text), 160, 153
    return Parts(1 if length <= alone else math.ceil(length / joined), outside)


def for_texts(name: str) -> str:
    """A person's name as it goes into a text: accents outside the alphabet are left off (María becomes Maria).

    A single such letter would more than double what the text costs and cut it into parts. A name that has no such
    form (in another script) stays as it is.
    """
    plain = "".join(sign if sign in GSM_7 else _bare(sign) for sign in name)
    return name if parts_of(plain).outside else plain


def _bare(sign: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
