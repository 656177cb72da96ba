"""Whether somebody asks if they are writing with a person or a machine: it is always answered, and truly (S58)."""

from __future__ import annotations

import re

from receivables.ports import ReadReplyAnswer
from receivables.reading.normal import spoken, words_of

_THING = r"(?:robots?|bots?|chat ?bots?|machine|computer|ai|human|person|automated|humano|persona|maquina|computadora)"
_ASKED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:are|r) (?:you|u|ya) (?:even |really |actually |just |guys )?(?:an? |the )?(?:\w+ )?{_THING}\b",
        rf"\bis (?:this|it|that) (?:even |really |actually |just )?an? (?:\w+ )?{_THING}\b",
        r"\b(?:am i|are we) (?:talking|speaking|texting|chatting|writing) (?:to|with) an? ",
        r"\b(?:robot|bot|machine|computer|ai) or (?:an? )?(?:real )?(?:human|person)\b",
        r"\b(?:human|person) or (?:an? )?(?:robot|bot|machine|computer|ai)\b",
        rf"\b(?:eres|es usted|usted es|son ustedes|esto es|este es) (?:una? )?(?:\w+ )?{_THING}\b",
        rf"\b(?:hablo|estoy hablando|estoy escribiendo) con una? (?:\w+ )?{_THING}\b",
        r"\b(?:robot|maquina|bot) o (?:una? )?(?:persona|humano)\b",
        r"\b(?:persona|humano) o (?:una? )?(?:robot|maquina|bot)\b",
    )
)  # fmt: skip


A_QUESTION = 8
"""Words; in more of them something else may be asked of us."""


def asks_what_we_are(text: str) -> bool:
    """True for "are you a robot?", "am I talking to a real person", "¿es usted una persona?" and the like."""
    words = words_of(spoken(text))
    return any(pattern.search(words) for pattern in _ASKED)


def with_the_question(answer: ReadReplyAnswer, text: str) -> ReadReplyAnswer:
    """The reading, where a reader took nothing but that question for orders to software."""
    alone = len(words_of(spoken(text)).split()) <= A_QUESTION and text.strip().endswith("?")
    if {answer.intent, *answer.intents} != {"prompt_injection"} or not alone or not asks_what_we_are(text):
        return answer
    return answer.model_copy(
        update={
            "intent": "verify_identity", "intents": ["verify_identity"], "action": "answer_question", "abstain": False,
        }
    )  # fmt: skip
