"""Which plain question the case can answer: how much is owed, until when an offer stands, whether it costs extra."""

from __future__ import annotations

import re
from typing import Literal

from receivables.reading.normal import spoken, words_of

Asks = Literal["", "amount", "offer", "cost"]

OFFER = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(until|till|til) (when|what (day|date))\b",
        r"\b(when|what day) (does|do|will|is) (the|this|that|your) (offer|deal|plan) (end|expire|run out|over|up)\b",
        r"\bhow (long|much time|many days) (is|does|will|would|are)\b.*\b(offer|deal|good|valid|stand|open)\b",
        r"\bhow (long|much time|many days) do (i|we) have to (accept|decide|say yes|answer|reply|think)\b",
        r"\b(deadline|does (it|this|the offer|that) expire|expiration)\b",
        r"\bhasta (cuando|que (dia|fecha))\b",
        r"\bcuando (vence|se vence|termina|expira|caduca|se acaba)\b.*\b(oferta|plan|esto)\b",
        r"\bcuanto tiempo (tengo|hay|dura|vale|es valida)\b",
    )
)
"""Asked while an offer is open."""
AMOUNT = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bhow much is (it|owed|due|left|that|this|(my|the|this|that) (bill|balance|total|amount))\b",
        r"\bhow much (do|would|will|am|are) (i|we) (still |actually |currently )?(owe|owing|have to pay|need to pay)\b",
        r"^(so |and |hi |hello |ok )*how much( again| please| total| in total)?$",
        r"\b(what do i|what i|what we) (still )?owe\b",
        r"\bwhats? (is )?(my|the) (balance|total|amount( due| owed)?)\b",
        r"\bcuanto (les |le )?(es|debo|debemos|seria|me falta|falta|queda|me queda|tengo que pagar|hay que pagar)\b",
        r"^(hola |y |entonces )*cuanto( es| seria)?$",
        r"\bcual es (mi|el) (saldo|total|monto)\b",
    )
)  # fmt: skip
COST = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(cost|costs|charge|charges|pay|paying) (me |us )?(any\w* |some\w* )?(extra|more|additional|on top)\b",
        (
            r"\b(is|are|any|will|does|do|no|whats|how much|with|charge|without)( \w+){0,5} "
            r"(interest|apr|fees?|finance charges?)\b(?! (on my (bill|statement)|i was|you charged))"
        ),
        r"\b(whats|what is|is there a|any) (the )?(catch|hidden (fees?|costs?))\b",
        (
            r"\b(hay|tiene|cobran|con|lleva|sin|cuanto es el|pago|pagare|algun) (algun |los |el )?"
            r"(interes(es)?|recargos?|cargos? extra)\b"
        ),
        r"\bcuesta (algo )?(mas|extra|adicional)\b|\bcobran (algo )?(mas|extra)\b",
    )
)  # fmt: skip
"""Asked while an offer is open: whether paying in parts costs more than paying at once."""
ABOUT_MORE = re.compile(
    r"\b(why|por que|porque|insurance|seguro|aseguranza|allowed|deductible|deducible|a month|per month|al mes|each|"
    r"cada|payments?|pagos|charged?|cobraron|cost extra|interest)\b"
)
"""With one of these they ask for more than the sum."""


def asked_in(text: str) -> Asks:
    """The one question that is plain, empty when there is none; a longer one about the sum is not it."""
    words = words_of(spoken(text))
    if any(pattern.search(words) for pattern in OFFER):
        return "offer"
    if any(pattern.search(words) for pattern in COST):
        return "cost"
    if any(pattern.search(words) for pattern in AMOUNT) and not ABOUT_MORE.search(words):
        return "amount"
    return ""
